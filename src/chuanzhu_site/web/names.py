"""File names as somebody's computer gave them, made safe to keep and to show."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath
from typing import Final

_LONGEST: Final = 80
_LONGEST_SUFFIX: Final = 12
_UNSAFE: Final = re.compile(r'[\x00-\x1f\x7f-\x9f/\\:*?"<>|\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+')


def safe_name(given: str, *, unnamed: str = "清单") -> str:
    r"""Return a name that is only a name, as the clerk knows it: no folders, no control characters, not too long.

    Signs that turn the direction of writing are left out too: with them "fdp.exe" can be made to look like "exe.pdf".

    >>> safe_name("..\\..\\采购 清单.XLSX"), safe_name("a/../../etc/passwd.csv")
    ('采购 清单.xlsx', 'passwd.csv')
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", given))[-1]
    path = PurePosixPath(_UNSAFE.sub("", last).strip(". ") or unnamed)
    return path.stem[:_LONGEST] + path.suffix.lower()[:_LONGEST_SUFFIX]
