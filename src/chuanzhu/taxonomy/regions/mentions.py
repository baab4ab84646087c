"""Regions named in free text, and what a purchase text wants of them: a rule or a preference."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import ahocorasick_rs as ac
import rjieba

from chuanzhu.model import RegionWish
from chuanzhu.taxonomy.regions.cells import home_code
from chuanzhu.taxonomy.regions.places import SHORTEST, ends_like_a_region, highest, nearest, places, read
from chuanzhu.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_HOME: Final = re.compile(r"[本我][省市县]|[本当]地|(?<![\u4e00-\u9fff])[省市县]内|(?<=[限要在找])[省市县]内")
_NOT_PLACES: Final = re.compile(
    r"长沙发(?![往货车运到至送给])|开封(?:[后前口机器刀剪盖膜]|即|时)|[未易快]开封|四平(?:方|米)|[组做制完变构]成都(?!市)"
    r"|无锡(?:青铜|焊|合金|化|料|膏|丝|条)|大连(?:接|续|杆|锁|体|排)|南通(?:道|风)|定西门|国内江|六安装|西安(?:全|装)"
    r"|普通化|新乡[镇村]|朝?南阳台|东西安|[复混合掺配]合肥|德州仪器|滨江门|海口味|安阳光|北海绵|上海鲜|济南北"
)

_LONGEST_PLACE: Final = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundRegion:
    """A region named at ``text[start:end]`` of a text, and its code."""

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
        if code:
            reach = end
            context.extend([code] if code not in context else ())
            yield FoundRegion(start=start, end=end, text=text[start:end], code=code)


class _Fit:
    """Says whether a name may stand at a place of a text: not across the words jieba knows (普通|化肥 is no 通化)."""

    def __init__(self, text: str) -> None:
        self.text: Final = text
        self.decoys: Final = [match.span() for match in _NOT_PLACES.finditer(text)]
        self.edges: Final = {0}
        at = 0
        for word in rjieba.cut(text, False):  # noqa: FBT003 (rjieba takes it by position)
            at += len(word)
            self.edges.add(at)

    def __call__(self, start: int, end: int) -> bool:
        if start in self.edges and end in self.edges:
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
    spans = [(match.span(), home_code(match.group(), home)) for match in _HOME.finditer(folded)]
    return [
        FoundRegion(start=start, end=end, text=text[start:end], code=code)
        for (start, end), code in spans
        if code and start not in covered and end - 1 not in covered
    ]


_CLAUSE_ENDS: Final = re.compile(r"[,。;!?\n]")
_REACH: Final = 60
_JOINS: Final = re.compile(r"[、/ ]|[和或及与跟]|或者|以及")
_ONLY_BEFORE: Final = re.compile(
    r"(?:[仅只]?限(?:于|在|定)?|[只仅](?:要|考虑|找|收|接受|选|在|认|用)|必须(?:是|在|为)?|(?:厂家|供应商|企业|厂子)[要得须]在)$"
)
_ONLY_AFTER: Final = re.compile(
    r"^(?:[省市县区]?(?:范围|境)?内的?(?:本地)?(?:的?(?:企业|工?厂|供应商|公司|单位|生产))|的?(?:才行|才要|才考虑)"
    r"|[省市]?(?:以外|之外)的?(?:都?不|免|勿))"
)
_RATHER: Final = re.compile(r"优先|附近|周边|最好|尽量|邻近|就近|也可")
_DELIVERED: Final = re.compile(r"^.{0,3}(?:交货|送货|到货|收货|提货|安装|施工|现场|项目|工地|仓)")
_NOT_BEFORE: Final = re.compile(r"(?:不要|除了?|非|不含|不接受|不考虑)$")
_NOT_AFTER: Final = re.compile(r"^[省市]?的?(?:不要|除外|免谈|勿扰|以外的?(?!.*[不免勿]))")


def find_region_wish(text: str, *, home: str = "") -> tuple[RegionWish, list[FoundRegion]]:
    """Return where a demand's text wants its supplier, and all places it names.

    A place after 限, 仅限, 只要, 必须在 is a rule; any other place, and one of delivery, is a preference (nearer is
    cheaper). Places that are ruled out (不要…的) are not wished for.

    >>> find_region_wish("限河南省内企业,送到安阳")[0]
    RegionWish(codes=('410000',), strict=True)
    """
    found = find_regions(text, home=home)
    folded = fold(text)
    only: list[str] = []
    rather: list[str] = []
    for run in _runs(folded, found):
        before = _CLAUSE_ENDS.split(folded[max(0, run[0].start - _REACH) : run[0].start])[-1]
        after = _CLAUSE_ENDS.split(folded[run[-1].end : run[-1].end + _REACH])[0]
        if _NOT_BEFORE.search(before) or _NOT_AFTER.search(after):
            continue
        (only if _is_rule(before, after) else rather).extend(one.code for one in run)
    return RegionWish(codes=tuple(dict.fromkeys(only or rather)), strict=bool(only)), found


def _runs(text: str, found: Sequence[FoundRegion]) -> list[list[FoundRegion]]:
    """Put together places joined by 、 or 或, so that one 限 holds for all of them."""
    runs: list[list[FoundRegion]] = []
    for one in found:
        if runs and _JOINS.fullmatch(text[runs[-1][-1].end : one.start]):
            runs[-1].append(one)
        else:
            runs.append([one])
    return runs


def _is_rule(before: str, after: str) -> bool:
    if _RATHER.search(before) or _RATHER.search(after) or _DELIVERED.search(after):
        return False
    return bool(_ONLY_BEFORE.search(before) or _ONLY_AFTER.search(after))
