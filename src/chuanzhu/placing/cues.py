"""Cue words (行业线索词): what firms of a GB/T 4754 class call their goods, written from knowledge of the trades.

The table is ``data/industry_cues.csv``: typical words (典型词), which mostly mean that industry, and supporting ones
(旁证词), which fit it among others; a row may be a division, a group or a class. A word may stand in several rows. The
names of the classes, with and without 制造, are typical words without being listed. Trade experts extend the table.
"""

from __future__ import annotations

import csv
import functools
import math
from collections import defaultdict
from importlib import resources
from typing import TYPE_CHECKING, Final

from chuanzhu.placing.records import PlacingError
from chuanzhu.taxonomy.industries import industries
from chuanzhu.taxonomy.lexicon import Concept, Lexicon
from chuanzhu.text import squeeze

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from chuanzhu.taxonomy.lexicon import Mention

COLUMNS: Final = ("代码", "名称", "典型词", "旁证词")
TYPICAL, SUPPORTING = 1.0, 0.4
FIRST_DIVISION, LAST_DIVISION = "06", "46"
_ENDINGS: Final = ("制造业", "制造", "加工", "生产和供应业", "生产", "业")
_SHORTEST: Final = 2


class CueBook:
    """Cue words found in texts, and how strongly each points at which industries.

    >>> table = "代码,名称,典型词,旁证词", "3831,电线、电缆制造,电缆;线缆,铜丝"
    >>> book = CueBook(chr(10).join(table))
    >>> [mention.alias for mention in book.mentions("铜丝、电缆")], book.pointers("铜丝")
    (['铜丝', '电缆'], (('3831', 0.4),))
    """

    def __init__(self, table: str) -> None:
        """Read the table. Raises PlacingError for a wrong header or a code outside divisions 06 to 46."""
        strengths: defaultdict[str, dict[str, float]] = defaultdict(dict)
        for code, word, strength in (*_listed(table), *_class_names()):
            known = strengths[squeeze(word)]
            known[code] = max(known.get(code, 0.0), strength)
        self._pointers: Final = {word: _shared(codes) for word, codes in strengths.items()}
        by_code: defaultdict[str, list[str]] = defaultdict(list)
        for word, codes in strengths.items():
            for code in codes:
                by_code[code].append(word)
        self._lexicon: Final = Lexicon(
            Concept(name=f"<{code}>", kind="", ambiguous=tuple(words)) for code, words in by_code.items()
        )

    def mentions(self, squeezed: str) -> list[Mention]:
        """Return the cue words in a squeezed text that no longer one contains, in order of position."""
        return self._lexicon.mentions(squeezed)

    def pointers(self, word: str) -> tuple[tuple[str, float], ...]:
        """Return the industries that a cue word points at, each with how strongly, in (0, 1]."""
        return self._pointers[word]


@functools.cache
def bundled_cues() -> CueBook:
    """Return the cue words that come with this library, read once per process."""
    return CueBook((resources.files("chuanzhu") / "data" / "industry_cues.csv").read_text("utf-8-sig"))


@functools.cache
def industrial_classes() -> tuple[str, ...]:
    """Return the classes of the 41 industrial divisions (工业大类, 06 to 46) in the order of the standard."""
    return tuple(code for code in industries() if len(code) == len("0610") and is_industrial(code))


def is_industrial(code: str) -> bool:
    """Tell whether a code lies in the industrial divisions."""
    return FIRST_DIVISION <= code[:2] <= LAST_DIVISION


def _listed(table: str) -> Iterator[tuple[str, str, float]]:
    reader = csv.DictReader(table.splitlines())
    if tuple(reader.fieldnames or ()) != COLUMNS:
        raise PlacingError(f"行业线索词表的表头应为:{','.join(COLUMNS)}")
    for row in reader:
        code = row["代码"]
        if code not in industries() or not is_industrial(code):
            raise PlacingError(
                f"行业线索词表第 {reader.line_num} 行的代码“{code}”不是工业行业;"
                f"应为 GB/T 4754-2017 第 {FIRST_DIVISION}~{LAST_DIVISION} 大类的代码"
            )
        for column, strength in (("旁证词", SUPPORTING), ("典型词", TYPICAL)):
            for word in filter(None, map(str.strip, (row[column] or "").split(";"))):
                yield code, word, strength


def _class_names() -> Iterator[tuple[str, str, float]]:
    for code in industrial_classes():
        name = industries()[code].name
        yield code, name, TYPICAL
        ending = next((ending for ending in _ENDINGS if name.endswith(ending)), "")
        short = name.removesuffix(ending)
        if len(short) >= _SHORTEST and not short.startswith("其他"):
            yield code, short, TYPICAL


def _shared(codes: Mapping[str, float]) -> tuple[tuple[str, float], ...]:
    """Let a word that points at several industries point at each of them less."""
    length = max(1.0, math.hypot(*codes.values()))
    return tuple((code, strength / length) for code, strength in codes.items())
