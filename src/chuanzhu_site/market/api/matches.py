"""Matches with their reasons, what people say of them, and asking the matcher directly."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated, Any, Literal

from django.db.models import Prefetch, Q
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Path, Query, Router, Schema
from pydantic import Field

from chuanzhu.matching import IndexFault
from chuanzhu_site.accounts.models import Enterprise
from chuanzhu_site.market import actions, bridge, policies
from chuanzhu_site.market.api.cursors import MOST, USUAL, Page, page_of
from chuanzhu_site.market.api.listings import Writing, check_values
from chuanzhu_site.market.api.routes import Given, OneOf, operation
from chuanzhu_site.market.api.shapes import Brief, Part, Reference, show_brief
from chuanzhu_site.market.index import reader_of
from chuanzhu_site.market.kinds import KINDS
from chuanzhu_site.market.models import Judgment, Listing, Match
from chuanzhu_site.web.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chuanzhu.model import Answer
    from chuanzhu.model import Match as Fit
    from chuanzhu_site.accounts.models import User
    from chuanzhu_site.accounts.requests import UserRequest

router = Router(tags=["匹配"])
VERDICTS = {"right": Judgment.Verdict.RIGHT, "partly": Judgment.Verdict.PARTLY, "wrong": Judgment.Verdict.WRONG}
_WORDS = {verdict: word for word, verdict in VERDICTS.items()}


class ReasonShape(Schema):
    """One reason: its points are a part of the score."""

    code: str
    points: float
    text: str
    asked: str
    offered: str


class JudgmentShape(Schema):
    """What somebody said of a match."""

    verdict: Literal["right", "partly", "wrong"]
    why: str
    note: str


class MatchShape(Schema):
    """A match; the points of its reasons add up to its score."""

    reference: str
    score: float
    rank: int
    found_at: dt.datetime
    stale: Annotated[bool, Field(description="供需改过以后不再成立")]
    reasons: list[ReasonShape]
    demand: Brief
    supply: Brief
    judgment: Annotated[JudgmentShape | None, Field(description="您说过的对不对")]


class Asked(Given):
    """What narrows a list of matches."""

    listing: Annotated[str, Field(pattern=r"^([0-9a-z]{12})?$", description="只要这条供给或需求的")] = ""
    least: Annotated[float, Field(ge=0, le=100, description="至少多少分")] = 0
    limit: Annotated[int, Field(ge=1, le=MOST)] = USUAL
    cursor: Annotated[str, Field(max_length=200, description="上一页给的 next_cursor")] = ""


class Word(Given):
    """A word on a match."""

    verdict: Literal["right", "partly", "wrong"]
    why: Literal["", "product", "spec", "quantity", "certificate", "region", "outdated", "other"] = ""
    note: Annotated[str, Field(max_length=400)] = ""


@operation(
    router, "GET", "", summary="匹配列表", says="本企业的匹配,新的在前。", needs="matches:read", gives=Page[MatchShape]
)
def matches(request: UserRequest, asked: Query[Asked]) -> dict[str, Any]:
    """Return a page of one's matches that hold."""
    rows = _rows(request).filter(stale_at=None, score__gte=asked.least)
    if asked.listing:
        rows = rows.filter(Q(demand__reference=asked.listing) | Q(supply__reference=asked.listing))
    return page_of(rows, request, cursor=asked.cursor, limit=asked.limit, show=lambda page: _show(page, request.user))


@operation(router, "GET", "/{reference}", summary="一条匹配", needs="matches:read", gives=MatchShape)
def read_match(request: UserRequest, reference: Path[Reference]) -> dict[str, Any]:
    """Return one match."""
    return _show([get_object_or_404(_rows(request), reference=reference)], request.user)[0]


@operation(
    router,
    "PUT",
    "/{reference}/judgment",
    summary="说匹配对不对",
    says="right 对,partly 部分对,wrong 不对;不全对要写 why。再说一次就改成新的。",
    needs="matches:write",
    gives=MatchShape,
)
def judge_match(request: UserRequest, reference: Path[Reference], given: Word) -> dict[str, Any]:
    """Take a person's word on a match."""
    found = get_object_or_404(_rows(request), reference=reference)
    actions.judge(found, actor=request.user, verdict=VERDICTS[given.verdict], why=given.why, note=given.note)
    return _show([get_object_or_404(_rows(request), reference=reference)], request.user)[0]


def _rows(request: UserRequest) -> Any:  # noqa: ANN401 (a set of matches with what is said of them)
    own = Prefetch("judgments", Judgment.objects.filter(user=request.user.pk), "own_words")
    visible = Match.objects.visible_to(request.user)
    return visible.select_related("demand__enterprise", "supply__enterprise").prefetch_related(own)


def _show(page: Sequence[Match], user: User) -> list[dict[str, Any]]:
    named = policies.named_among(user, [listing for one in page for listing in (one.demand, one.supply)])
    return [
        {
            **{name: getattr(one, name) for name in ("reference", "score", "rank", "found_at", "reasons")},
            "stale": one.stale_at is not None,
            "demand": show_brief(one.demand, named=named),
            "supply": show_brief(one.supply, named=named),
            "judgment": next(map(_said, one.own_words), None),  # type: ignore[attr-defined]  # prefetched
        }
        for one in page
    ]


def _said(word: Judgment) -> dict[str, Any]:
    return {"verdict": _WORDS[Judgment.Verdict(word.verdict)], "why": word.why, "note": word.note}


asking = Router(tags=["匹配"])


class Question(Writing):
    """A demand that is only asked, never stored."""

    kind: Annotated[str, OneOf([kind.code for kind in KINDS.values() if kind.side == "demand"])] = "product-demand"
    text: Annotated[str, Field(min_length=1, max_length=4000, examples=["求购铸钢车轮 200件/月,安阳优先"])]
    limit: Annotated[int, Field(ge=1, le=50)] = 10


class FitShape(Schema):
    """A supply that fits, with the reasons that add up to its score."""

    score: float
    reasons: list[ReasonShape]
    supply: Brief


class AnswerShape(Schema):
    """What was understood of the text, and what fits."""

    wanted: str
    understood: list[Part]
    matches: list[FitShape]


@operation(
    asking,
    "POST",
    "",
    summary="直接匹配一段需求文字",
    says="文字进,看懂了什么、谁能供、为什么出。什么都不保存,也不通知任何人。一次算 5 次调用。",
    needs="matches:read",
    gives=AnswerShape,
    cost=5,
)
def match_text(request: UserRequest, given: Question) -> dict[str, Any]:
    """Ask the matcher of the demand's counterpart."""
    draft = Listing(kind=given.kind, side="demand", enterprise=Enterprise.objects.of(request.user).get())
    for name, value in check_values(draft, given).items():
        setattr(draft, name, value)
    answer = _answer(draft, limit=given.limit)
    parts = bridge.understood(answer.need)["parts"]
    return {
        "wanted": answer.need.wanted,
        "understood": [{"name": name, "value": value} for name, value in parts],
        "matches": _fits(answer.matches, request.user),
    }


def _answer(draft: Listing, *, limit: int) -> Answer:
    try:
        matcher = reader_of(KINDS[draft.kind].counterpart)
        home, today = draft.enterprise.region, timezone.localdate()
        return next(matcher.answers([bridge.demand_of(draft)], limit=limit, today=today, home=home))
    except IndexFault as error:
        raise Problem("busy") from error


def _fits(found: Sequence[Fit], user: User) -> list[dict[str, Any]]:
    """Return what the caller may read of what was found, in the matcher's order."""
    rows = Listing.objects.visible_to(user).filter(reference__in=[one.supply.id for one in found])
    supplies = {row.reference: row for row in rows.select_related("enterprise")}
    named = policies.named_among(user, supplies.values())
    return [
        {
            "score": one.score,
            "reasons": bridge.reasons_of(one),
            "supply": show_brief(supplies[one.supply.id], named=named),
        }
        for one in found
        if one.supply.id in supplies
    ]
