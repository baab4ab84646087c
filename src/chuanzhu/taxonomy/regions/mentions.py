"""Regions named in free text."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import ahocorasick_rs as ac

from chuanzhu.taxonomy.regions.cells import home_code
from chuanzhu.taxonomy.regions.lookalikes import NOT_PLACES, edges, lookalike_end
from chuanzhu.taxonomy.regions.places import SHORTEST, ends_like_a_region, highest, nearest, places, read
from chuanzhu.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_WHO: Final = r"的?(?:企业|工厂|厂|供应商|供货商|公司|单位|货源)"
_HOME: Final = re.compile(
    rf"[本我][省市县]内?|[本当]地(?!化)|(?<![\u4e00-\u9fff])[省市县]内|(?<=[限要在找])[省市县]内|[省市县]内(?={_WHO}|优先)"
)
_LONGEST_PLACE: Final = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundRegion:
    """A region named at ``text[start:end]`` of a text, and its code.

    Where a wish is read, the stretch takes in the words around the name (只要…的厂); the code is empty where these name
    no single region (本省 without a home, 豫北).
    """

    start: int
    end: int
    text: str
    code: str


@functools.cache
def _automaton() -> ac.AhoCorasick:
    return ac.AhoCorasick(tuple(form for form in places().codes if form not in places().words))


def find_regions(text: str, *, home: str = "") -> list[FoundRegion]:
    """Return the regions named in a free text, in order; a city and its county side by side are one find.

    ``home`` is the code that 本省, 本市 and 本地 mean; without it they are passed over. A county name that several
    cities have is decided by ``home`` and the other finds, else passed over.

    >>> [(found.text, found.code) for found in find_regions("郑州巩义附近优先,要现货")]
    [('郑州巩义', '410181')]
    """
    folded = fold(text)
    found = list(_named(text, folded, home))
    if home:
        found.extend(_home_words(text, folded, home, found))
    return sorted(found, key=lambda one: one.start)


def _named(text: str, folded: str, home: str) -> Iterator[FoundRegion]:
    matches = _automaton().find_matches_as_indexes(folded, overlapping=True)
    if not matches:
        return
    fits = _Fit(folded)
    context = [home] if home else []
    reach = 0
    for start in sorted({start for _, start, _ in matches}):
        if start < reach or any(begin <= start < end for begin, end in fits.decoys):
            continue
        end, code = _read_at(folded, start, fits, context)
        belongs_to = lookalike_end(folded, end, code) if code else 0
        reach = max(end if code else reach, belongs_to)
        if code and not belongs_to:
            context.extend([code] if code not in context else ())
            yield FoundRegion(start=start, end=end, text=text[start:end], code=code)


class _Fit:
    """Says whether a name may stand at a place of a text: not across the words jieba knows (普通|化肥 is no 通化)."""

    def __init__(self, text: str) -> None:
        self.text: Final = text
        self.decoys: Final = [match.span() for match in NOT_PLACES.finditer(text)]
        self.edges: Final = edges(text)

    def __call__(self, start: int, end: int) -> bool:
        if start in self.edges and end in self.edges:
            return True
        if start in self.edges and self.text[end : end + 1] == "港" and end + 1 in self.edges:
            return True
        return end - start > SHORTEST and ends_like_a_region(self.text[start:end])


def _read_at(text: str, start: int, fits: _Fit, context: Sequence[str]) -> tuple[int, str]:
    """Read one place from ``start``; a name that is an ordinary word as well does not open it.

    Where jieba takes a city and its county for one word (上海浦东), only the whole has to fit.
    """
    near = text[: start + _LONGEST_PLACE]

    def may_open(begin: int, end: int) -> bool:
        return begin > start or _may_open(text[begin:end])

    end, codes = read(near, start, fits=lambda begin, end: fits(begin, end) and may_open(begin, end))
    if end == start:
        end, codes = read(near, start, fits=may_open)
        if end == start or not fits(start, end):
            return start, ""
    codes = highest(codes)
    return end, codes[0] if len(codes) == 1 else nearest(codes, context)


@functools.lru_cache(maxsize=8192)
def _may_open(form: str) -> bool:
    """Tell whether a name opens a place: an ordinary word does not, nor a district's name without its 区."""
    if form in places().words:
        return False
    return any(places().names[code] != form + "区" for code in highest(places().codes[form]))


def _home_words(text: str, folded: str, home: str, found: Sequence[FoundRegion]) -> list[FoundRegion]:
    covered = {at for one in found for at in range(one.start, one.end + 1)}
    spans = [(span, home_code(folded[slice(*span)], home)) for span in home_spans(folded)]
    return [
        FoundRegion(start=start, end=end, text=text[start:end], code=code)
        for (start, end), code in spans
        if code and start not in covered and end - 1 not in covered
    ]


def home_spans(folded: str) -> list[tuple[int, int]]:
    """Return where 本省, 市内, 本地 and the like stand by themselves: not in 日本地板, 资本市场."""
    return [match.span() for match in _HOME.finditer(folded) if {match.start(), match.end()} <= edges(folded)]
