"""The full account of one supply for one demand: its points, its rank, and where it was left out, why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from chuanzhu.matching.ranking import LISTED_POINTS
from chuanzhu.matching.rules import BROKEN
from chuanzhu.matching.shortlist import CANDIDATES
from chuanzhu.model import ChuanzhuError

if TYPE_CHECKING:
    from chuanzhu.matching.index import View
    from chuanzhu.matching.shortlist import Search, Shortlist
    from chuanzhu.model import Match

_LISTED: Final = "列在第 {rank} 位,共 {size} 家。"
_BEYOND: Final = "够得上列出,排在第 {rank} 位,在前 {limit} 位之后;要看到它,请把 --top 调大。"
_BARRED: Final = "没有列出:不合硬性要求。{broken}"
_NOBODY: Final = "没有列出:这条需求没有一家的产品对得上,它也只是相近({points:.1f} 分)。"
_WEAK: Final = "没有列出:产品得 {points:.1f} 分,不到 {least:.0f} 分。"
_CROWDED: Final = "没有列出:词语上比它更近的有 {limit} 家以上,没有轮到比较它;请把需求写具体些。"
_APART: Final = "没有列出:它的品名和这条需求没有一个共同的词,词库里也没有把两者连起来。"
_SIMILAR: Final = "没有列出:没有一个共同的词,词库里也没有把两者连起来,只是意思有些相近({points:.1f} 分)。"
_NOT_READ: Final = "没有列出:没有读懂这条需求要什么;请写明产品名称。"


class UnknownSupply(ChuanzhuError):  # noqa: N818 (named for what it is)
    """A supply id that is not in the list: names it and the cure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What the matcher makes of one supply for one demand.

    ``wanted`` are the concepts looked for, as (name, how surely from 0 to 1, whether named rather than described);
    ``offered`` and ``mentioned`` what the supply's product is and merely mentions, by the lexicon. ``match`` holds all
    reasons, listed or not; ``rank`` is 0 where it is not listed, and ``verdict`` says why.
    """

    match: Match
    wanted: tuple[tuple[str, float, bool], ...]
    offered: tuple[str, ...]
    mentioned: tuple[str, ...]
    rank: int
    verdict: str


def account_for(identity: str, *, search: Search, found: Shortlist, limit: int) -> Account:
    """Account for the supply with this id; ``found`` is the shortlist that the demand gets. Raises UnknownSupply."""
    row, lexicon = _row_of(identity, search.view), search.lexicon
    alone = search.only(row)
    heads, mentions = (
        search.view.columns[name].runs(np.array([row])).values["concept"] for name in ("heads", "mentions")
    )
    listed = [each.supply.id for each in found.matches(limit=CANDIDATES)]
    match, rank = alone.match(0), listed.index(identity) + 1 if identity in listed else 0
    rows = found.judged.rows
    left_out = "" if np.isin(row, rows) else _CROWDED if len(rows) >= CANDIDATES else _SIMILAR
    points = float(alone.judged.product[0])
    return Account(
        match=match,
        wanted=tuple(
            (lexicon.concepts[number].name, concept.weight, concept.is_named)
            for number, concept in sorted(search.wants.concepts.items(), key=lambda each: -each[1].weight)
        ),
        offered=tuple(lexicon.concepts[number].name for number in heads),
        mentioned=tuple(lexicon.concepts[number].name for number in mentions),
        rank=rank if rank <= limit else 0,
        verdict=_verdict(match, points, rank=rank, size=len(listed), limit=limit, left_out=left_out),
    )


def _row_of(identity: str, view: View) -> int:
    row = view.row_of(identity)
    if row is None:
        raise UnknownSupply(f"供给清单里没有编号“{identity}”;请核对编号(match 的结果里“供给编号”一列就是)")
    return row


def _verdict(match: Match, points: float, *, rank: int, size: int, limit: int, left_out: str) -> str:
    broken = ";".join(reason.text for reason in match.reasons if reason.code in BROKEN)
    if rank:
        return (_LISTED if rank <= limit else _BEYOND).format(rank=rank, size=min(size, limit), limit=limit)
    if not match.need.wanted:
        return _NOT_READ
    if broken:
        return _BARRED.format(broken=broken)
    if not points:
        return _APART
    if points < LISTED_POINTS:
        return _WEAK.format(points=points, least=LISTED_POINTS)
    return (left_out or _NOBODY).format(points=points, limit=CANDIDATES)
