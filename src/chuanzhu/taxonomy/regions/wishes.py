"""What a purchase text or a region cell wants of regions: a rule, a preference, places ruled out."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import ahocorasick_rs as ac

from chuanzhu.model import RegionWish
from chuanzhu.taxonomy.regions.cells import (
    ANYWHERE,
    LONGEST_PLACE,
    AmbiguousRegion,
    UnknownRegion,
    home_code,
    home_of,
    resolve_region,
)
from chuanzhu.taxonomy.regions.lookalikes import edges, lookalike_end
from chuanzhu.taxonomy.regions.mentions import FoundRegion, find_regions, home_spans
from chuanzhu.taxonomy.regions.phrases import Expression, Verdict, judge
from chuanzhu.taxonomy.regions.places import groups, read
from chuanzhu.text import fold, normalise

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_JOINS: Final = re.compile(r"[、/ ]?|[和或及与跟]|或者|以及")
_OUTSIDE: Final = re.compile(r"外[省市县地]|[省市县]外|异地")
_ANY_REGION: Final = re.compile(
    r"(?:地区|地域|区域|省份|产地)(?:都|均)?不限|不限(?:地区|地域|区域|省份|产地)|全国(?:各地|范围)?(?:都可以?|都行|均可|皆可|不限)"
)
_AFTER_GROUP: Final = re.compile(r"(?:地区|区域|片区|各[省市地])?")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Mention:
    """Names at ``text[start:end]``; ``is_outside`` where they mean everything but these codes (外省)."""

    start: int
    end: int
    codes: tuple[str, ...] = ()
    is_outside: bool = False
    is_word: bool = False


def find_region_wish(text: str, *, home: str = "") -> tuple[RegionWish, list[FoundRegion]]:
    """Return where a demand's text wants its supplier, and all stretches that speak of places.

    A place after 限, 只要, 必须在 or before 能供的 is a rule; one after 不要, 除, 非 is excluded; any other, and one of
    delivery, is a preference (nearer is cheaper). ``home`` is the code that 本省 and 外地 go by; without it they are
    found and mean nothing.

    >>> find_region_wish("限河南省内企业,送到安阳")[0].codes, find_region_wish("不要山东的")[0].excluded
    (('410000',), ('370000',))
    """
    folded = fold(text)
    only: list[str] = []
    rather: list[str] = []
    excluded: list[str] = []
    found: list[FoundRegion] = []
    for run in _runs(folded, _mentions(text, folded, home)):
        said = judge(folded, run[0].start, run[-1].end)
        if not _is_meant(run, said, folded):
            continue
        found.extend(_stretches(text, run, said))
        for one in run:
            verdict = _turned(said.verdict) if one.is_outside else said.verdict
            {Verdict.RULE: only, Verdict.RATHER: rather, Verdict.OUT: excluded}.get(verdict, []).extend(one.codes)
    wish = RegionWish(codes=_once(only or rather), strict=bool(only), excluded=_once(excluded))
    return wish, _apart(text, found)


def _once(codes: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(code for code in codes if code))


def _turned(verdict: Verdict) -> Verdict:
    """Return what is wanted of home where this is wanted of all outside it."""
    return {Verdict.RULE: Verdict.OUT, Verdict.OUT: Verdict.RULE}.get(verdict, Verdict.FREE)


def _is_meant(run: Sequence[_Mention], said: Expression, text: str) -> bool:
    """Tell whether a word that is no name of a place (外地, 西南) is one here, by the words around it."""
    if not all(one.is_word for one in run):
        return True
    if (said.start, said.end) != (run[0].start, run[-1].end):
        return True
    alone = (run[0].start == 0 or text[run[0].start - 1] in ",。;!? \n") and text[run[-1].end :][:1] in ",。;!? \n"
    return alone and not any(one.is_outside for one in run)


def _stretches(text: str, run: Sequence[_Mention], said: Expression) -> Iterator[FoundRegion]:
    """Yield each name of a run with the words up to the next one; the first and the last take in the expression."""
    starts = [said.start, *(one.start for one in run[1:])]
    ends = [*starts[1:], said.end] if len(run) > 1 else [said.end]
    for one, start, end in zip(run, starts, ends, strict=True):
        code = one.codes[0] if len(one.codes) == 1 else ""
        yield FoundRegion(start=start, end=end, text=text[start:end], code=code)


def _apart(text: str, found: Sequence[FoundRegion]) -> list[FoundRegion]:
    """Cut stretches where the next one's words begin."""
    cut: list[FoundRegion] = []
    for one in found:
        start = max(one.start, cut[-1].end) if cut else one.start
        cut.append(FoundRegion(start=start, end=one.end, text=text[start : one.end], code=one.code))
    return cut


def _mentions(text: str, folded: str, home: str) -> list[_Mention]:
    """Return all words for places in order; where two claim one place, the longer has it."""
    here, city = home_code("本地", home), home_code("本市", home) or home
    named = find_regions(text, home=home)
    claims = [
        *_group_mentions(folded),
        *(_Mention(start=one.start, end=one.end, codes=(one.code,)) for one in named),
        *(_Mention(start=start, end=end) for start, end in home_spans(folded) if not here),
        *(
            _Mention(
                start=match.start(),
                end=match.end(),
                codes=_once((home_code("本省", home) if "省" in match.group() else city,)),
                is_outside=True,
                is_word=True,
            )
            for match in _OUTSIDE.finditer(folded)
            if {match.start(), match.end()} <= edges(folded)
        ),
        *(_Mention(start=match.start(), end=match.end()) for match in _ANY_REGION.finditer(folded)),
    ]
    taken = bytearray(len(text))
    kept: list[_Mention] = []
    for one in sorted(claims, key=lambda claim: (claim.start - claim.end, claim.start)):
        if not any(taken[one.start : one.end]):
            taken[one.start : one.end] = b"\1" * (one.end - one.start)
            kept.append(one)
    return sorted(kept, key=lambda one: one.start)


@functools.cache
def _group_names() -> tuple[tuple[str, ...], ac.AhoCorasick]:
    names = tuple(groups())
    return names, ac.AhoCorasick(names, matchkind=ac.MatchKind.LeftmostLongest)


def _group_mentions(folded: str) -> Iterator[_Mention]:
    names, automaton = _group_names()
    for number, start, end in automaton.find_matches_as_indexes(folded):
        group = groups()[names[number]]
        longer = _AFTER_GROUP.match(folded, end)
        finish = longer.end() if longer else end
        is_whole = start in edges(folded) and not {end, finish}.isdisjoint(edges(folded))
        if (is_whole or not group.is_word) and not lookalike_end(folded, end, group.codes[0]):
            yield _Mention(start=start, end=finish, codes=group.codes, is_word=group.is_word and finish == end)


def _runs(text: str, mentions: Sequence[_Mention]) -> list[list[_Mention]]:
    """Put together places joined by 、 or 或, so that one 限 holds for all of them."""
    runs: list[list[_Mention]] = []
    for one in mentions:
        if runs and _JOINS.fullmatch(text[runs[-1][-1].end : one.start]):
            runs[-1].append(one)
        else:
            runs.append([one])
    return runs


_OR: Final = re.compile(r"[,、;/|]+|或者?|以及")
_AND: Final = re.compile(r"[和与及跟]")
_STRICT: Final = re.compile(r"(?<![不无])限(?!制)|[只仅]|必须|[省市县]内")
_DRESS: Final = re.compile(
    r"[仅只]?限(?:于|在|定)?|[只仅](?:要|考虑|在)?|必须(?:是|在)?|优先(?:考虑)?|最好|附近|周边|\d+(?:公里|km|千米)[以之]?内?|[以之]内"
    r"|送[到至]?|交货|到货|(?:(?<=[省市县]..)|(?<=..[省市县])|范围|境)内|的?(?:企业|供应商|厂家)$|[()]"
)
_GROUP_TAIL: Final = re.compile(r"(?:地区|区域|片区|一带|各[省市地])$")
_BETWEEN_WISHES: Final = re.compile(r"[,、;。/|\s()]+|但是?|不过|而且|不限|全国")


def parse_region_wish(cell: str, *, context: Sequence[str] = (), home: str = "") -> RegionWish:
    """Read the region cell of a demand list: 限河南, 郑州或洛阳, 河南优先, 不要山东的, 豫北, or nothing.

    本省 and 本市 mean those of ``home``, or where it is empty of what most of ``context`` lies in. Raises UnknownRegion
    and AmbiguousRegion.

    >>> parse_region_wish("限河南").strict, parse_region_wish("郑州或洛阳").codes
    (True, ('410100', '410300'))
    """
    folded = normalise(cell)
    if ANYWHERE.fullmatch(folded):
        return RegionWish()
    around = (home,) if home else tuple(context)
    spoken = _spoken(folded, home_of(around))
    if spoken and spoken.excluded:
        return spoken
    strict = _STRICT.search(folded) is not None and "优先" not in folded
    try:
        codes = _once(list(_wished(_DRESS.sub("", folded) or folded, around)))
    except UnknownRegion:
        if spoken is None:
            raise
        return spoken
    return RegionWish(codes=codes, strict=strict)


def _spoken(text: str, home: str) -> RegionWish | None:
    """Read a cell as a purchase text; None where that leaves any of it over, or does not say where home is."""
    wish, found = find_region_wish(text, home=home)
    rest = text
    for one in reversed(found):
        rest = rest[: one.start] + " " + rest[one.end :]
    if not found or _BETWEEN_WISHES.sub("", rest):
        return None
    if home or not (home_spans(text) or _OUTSIDE.search(text)):
        return wish
    raise AmbiguousRegion(f"不知道“{text}”里的本地指哪里;请写出省市的名称(例如 河南郑州),或填 6 位代码(例如 410100)")


def _wished(text: str, context: tuple[str, ...]) -> Iterator[str]:
    """Resolve a list of places; it is taken apart only where it is not one place (和田, 河南/郑州)."""
    group = groups().get(_GROUP_TAIL.sub("", text))
    if group:
        yield from group.codes
        return
    try:
        yield resolve_region(text, context=context)
    except UnknownRegion:
        parts = [part for part in _OR.split(text) if part]
        parts = parts if len(parts) > 1 else _cut_at_and(text)
        if len(parts) < 2:  # noqa: PLR2004 (one place that is not known)
            raise
        for part in parts:
            yield from _wished(part, context)


def _cut_at_and(text: str) -> list[str]:
    """Cut at the first 和 that ends a place and does not belong to its name (呼和浩特和包头)."""
    for match in _AND.finditer(text):
        reach, _ = read(text[: match.start()][:LONGEST_PLACE])
        if reach and reach == match.start():
            return [text[: match.start()], text[match.end() :]]
    return []
