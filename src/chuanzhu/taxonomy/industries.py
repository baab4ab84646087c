"""Industries (行业): the codes of GB/T 4754-2017 with amendment 1 of 2019, their names, and what lies within what.

The table is ``data/gbt4754.csv``: divisions (大类, two digits), groups (中类, three) and classes (小类, four), each
with what the standard says it covers where the standard says so. A code lies within each of its own prefixes.
"""

from __future__ import annotations

import csv
import functools
import re
from dataclasses import dataclass
from importlib import resources
from typing import Final

from chuanzhu.model import ChuanzhuError

_CODE: Final = re.compile(r"(?:[A-T] ?)?(\d{2,4})")


class IndustryError(ChuanzhuError):
    """A code that GB/T 4754-2017 does not have; the text names it and the nearest right one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Industry:
    """A division, group or class of GB/T 4754-2017; ``scope`` is the standard's 说明, empty where it has none."""

    code: str
    name: str
    scope: str = ""

    @property
    def ancestors(self) -> tuple[str, ...]:
        """Codes of the group and division that hold this one, nearest first.

        >>> industry("3091").ancestors
        ('309', '30')
        """
        return tuple(self.code[:digits] for digits in range(len(self.code) - 1, 1, -1))

    def is_within(self, code: str) -> bool:
        """Tell whether this industry is ``code`` itself or lies inside it.

        >>> industry("3091").is_within("30"), industry("30").is_within("3091")
        (True, False)
        """
        return self.code == code or code in self.ancestors


@functools.cache
def industries() -> dict[str, Industry]:
    """Return all divisions, groups and classes by code, in the order of the standard."""
    text = (resources.files("chuanzhu") / "data" / "gbt4754.csv").read_text("utf-8-sig")
    return {
        code: Industry(code=code, name=name, scope=scope)
        for code, name, scope in list(csv.reader(text.splitlines()))[1:]
    }


def industry(code: str) -> Industry:
    """Return the industry of a code, with or without the section's letter. Raises IndustryError when there is none.

    >>> industry("C3091").name
    '石墨及碳素制品制造'
    """
    written = code.strip().upper()
    match = _CODE.fullmatch(written)
    found = industries().get(match[1]) if match else None
    if found is None:
        raise IndustryError(f"GB/T 4754-2017 里没有行业代码“{code}”;{_cure(match[1] if match else '')}")
    return found


def _cure(digits: str) -> str:
    for length in range(len(digits) - 1, 1, -1):
        above = industries().get(digits[:length])
        if above:
            below = [one for one in industries().values() if one.code[:-1] == above.code]
            return f"“{above.code} {above.name}”下面有:{'、'.join(f'{one.code} {one.name}' for one in below)}"
    return "应为 2~4 位数字,例如 3091(石墨及碳素制品制造)"
