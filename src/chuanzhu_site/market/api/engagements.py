"""Engagements: interest, answers, quotes, award, order, delivery, confirmation, end."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, Literal

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from ninja import Path, Query, Router, Schema
from pydantic import Field

from chuanzhu_site.accounts.models import Enterprise
from chuanzhu_site.market import actions, policies
from chuanzhu_site.market.act_forms import act_form
from chuanzhu_site.market.api.cursors import MOST, USUAL, Page, page_of
from chuanzhu_site.market.api.refusals import form_problem
from chuanzhu_site.market.api.routes import Given, OneOf, operation
from chuanzhu_site.market.api.shapes import Brief, Firm, Reference, show_brief, show_firm
from chuanzhu_site.market.lifecycle import ENGAGEMENT_MOVES, EndReason, Step, open_moves
from chuanzhu_site.market.models import Engagement, Listing
from chuanzhu_site.market.offers import SIDES
from chuanzhu_site.market.progress import waits_for
from chuanzhu_site.market.views.engagements import make_move, side_by_side

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chuanzhu_site.accounts.models import User
    from chuanzhu_site.accounts.requests import UserRequest
    from chuanzhu_site.market.lifecycle import Party
    from chuanzhu_site.market.models import Quote

router = Router(tags=["对接"])
Simple = Literal["ask", "tell", "accept", "request", "sample", "approve-sample", "order", "deliver", "reopen"]
Version = Annotated[int, Field(ge=1, le=2**31 - 1, description="刚读到的 version;对方先动了就返回 409")]
_SHORT = Field(max_length=60)
_LONG = Field(max_length=400)
_ENDS = [one.value for one in EndReason if one not in {EndReason.ANOTHER, EndReason.SILENT}]


class QuoteShape(Schema):
    """An offer; of several the last counts."""

    number: int
    price: Annotated[str, Field(description="元,十进制文字")]
    price_unit: str
    has_tax: bool
    quantity: str
    moq: str
    lead_days: int
    terms: str
    valid_until: dt.date
    note: str
    at: dt.datetime


class ConfirmationShape(Schema):
    """One side's word on what was delivered."""

    party: Literal["buyer", "supplier"]
    quantity: str
    value: Decimal
    without: str
    at: dt.datetime
    void: Annotated[bool, Field(description="重新打开以后作废")]


class EventShape(Schema):
    """One move."""

    at: dt.datetime
    party: str
    act: str
    step: str
    reason: str


class EngagementShape(Schema):
    """An engagement in one line."""

    reference: str
    side: Annotated[Literal["buyer", "supplier"], Field(description="本企业是哪一方")]
    step: str
    step_name: str
    waits_for: list[str]
    version: int
    demand: Brief
    supply: Brief | None
    buyer: Annotated[Firm | None, Field(description="买方隐藏名称时为 null")]
    supplier: Firm
    started_at: dt.datetime
    moved_at: dt.datetime
    answer_due_at: dt.datetime
    end_reason: str
    end_note: str


class WholeEngagement(EngagementShape):
    """An engagement with everything in it, and what the caller's side may do now."""

    acts: Annotated[list[str], Field(description="本企业现在能做的")]
    quotes: list[QuoteShape]
    confirmations: list[ConfirmationShape]
    events: list[EventShape]


class Rival(Schema):
    """One supplier's last offer beside the others; only the buyer sees them."""

    engagement: str
    supplier: Firm
    step: str
    quote: QuoteShape


class Asked(Given):
    """What narrows a list of engagements."""

    step: Annotated[str, OneOf(Step.values)] | None = None
    demand: Annotated[str, Field(pattern=r"^([0-9a-z]{12})?$", description="只要这条需求的")] = ""
    limit: Annotated[int, Field(ge=1, le=MOST)] = USUAL
    cursor: Annotated[str, Field(max_length=200, description="上一页给的 next_cursor")] = ""


class Interest(Given):
    """With which supply, if any."""

    demand: Reference
    supply: Annotated[Reference | None, Field(description="本企业的哪条供给")] = None


class Move(Given):
    """An act that asks for nothing but, sometimes, a reason."""

    version: Version
    reason: Annotated[str, _LONG] = ""


class Offer(Given):
    """An offer."""

    version: Version
    price: Annotated[Decimal, Field(gt=0, max_digits=16, decimal_places=4, description="元")]
    price_unit: Annotated[str, Field(min_length=1, max_length=20, examples=["件"])]
    has_tax: bool = True
    quantity: Annotated[str, Field(min_length=1, max_length=60, examples=["200件/月"])]
    moq: Annotated[str, _SHORT] = ""
    lead_days: Annotated[int, Field(ge=0, le=32767, examples=[20])]
    terms: Annotated[str, _LONG] = ""
    valid_until: Annotated[dt.date, Field(description="今天或以后")]
    note: Annotated[str, _LONG] = ""


class Award(Given):
    """Why this one, and what the others are told."""

    version: Version
    reason: Annotated[str, Field(min_length=1, max_length=400, description="中选的供方看得到")]
    why_not: Annotated[str, Field(min_length=1, max_length=400, description="会告诉每一家没选上的")]


class Delivered(Given):
    """What one side says of the delivery."""

    version: Version
    quantity: Annotated[str, Field(min_length=1, max_length=60, examples=["200件"])]
    value: Annotated[Decimal, Field(ge=0, max_digits=16, decimal_places=2, description="元")]
    without: Annotated[
        Literal["no", "later", "yes", "unknown"], Field(description="没有平台会成吗:不会、更慢更贵、会、说不清")
    ]


class End(Given):
    """Why it ends without a delivery."""

    version: Version
    why: Annotated[str, OneOf(_ENDS)]
    note: Annotated[str, _LONG] = ""


@operation(
    router, "GET", "", summary="对接列表", says="本企业的对接,新的在前。", needs="engagements:read",
    gives=Page[EngagementShape],
)  # fmt: skip
def engagements(request: UserRequest, asked: Query[Asked]) -> dict[str, Any]:
    """Return a page of one's engagements."""
    given = {"step": asked.step, "demand__reference": asked.demand}
    rows = _rows(request).filter(**{name: value for name, value in given.items() if value})
    return page_of(rows, request, cursor=asked.cursor, limit=asked.limit, show=lambda page: _show(page, request.user))


@operation(
    router,
    "POST",
    "",
    summary="表达意向",
    says="以本企业的名义说想供这条需求,买方要在 3 天内答复。同一条需求只能表达一次。",
    needs="engagements:write",
    gives=WholeEngagement,
    status=201,
)
def express_interest(request: UserRequest, given: Interest) -> dict[str, Any]:
    """Say that the token's enterprise wants to supply a demand."""
    supplier = Enterprise.objects.of(request.user).get()
    visible = Listing.objects.visible_to(request.user)
    demand = get_object_or_404(visible, reference=given.demand)
    supply = get_object_or_404(visible, reference=given.supply, side="supply") if given.supply else None
    if supply and (supply.enterprise.merged_into_id or supply.enterprise_id) != supplier.pk:
        raise PermissionDenied
    started = actions.express_interest(demand, supplier=supplier, actor=request.user, supply=supply)
    return _whole(request, started.reference)


@operation(router, "GET", "/{reference}", summary="一次对接", needs="engagements:read", gives=WholeEngagement)
def read_engagement(request: UserRequest, reference: Path[Reference]) -> dict[str, Any]:
    """Return one engagement with all that happened in it."""
    return _whole(request, reference)


@operation(
    router,
    "GET",
    "/{reference}/rivals",
    summary="各家报价",
    says="同一条需求的各家最后一次报价,只有买方看得到。",
    needs="engagements:read",
    gives=list[Rival],
)
def rivals(request: UserRequest, reference: Path[Reference]) -> list[dict[str, Any]]:
    """Return the last offers of all suppliers, to the buyer."""
    found = get_object_or_404(_rows(request), reference=reference)
    if _side(request.user, found) != "buyer":
        raise PermissionDenied
    return [
        {
            "engagement": one.reference,
            "supplier": show_firm(one.supplier),
            "step": one.step,
            "quote": _show_quote(one.last_quotes[0]),  # type: ignore[attr-defined]  # prefetched
        }
        for one in side_by_side(found)
    ]


@operation(
    router,
    "POST",
    "/{reference}/acts/{act}",
    summary="答复、请报价、送样、下单、交付、重新打开",
    says=(
        "买方:ask 请补充(写 reason),accept 有意,request 请报价,sample 要求送样,approve-sample 样品合格。"
        "供方:tell 补充说明(写 reason)。双方:order 下单,deliver 交付,reopen 重新打开(写 reason)。"
    ),
    needs="engagements:write",
    gives=WholeEngagement,
)
def move_engagement(request: UserRequest, reference: Path[Reference], act: Path[Simple], given: Move) -> dict[str, Any]:
    """Make one of the acts that need nothing but a reason."""
    return _act(request, reference, act, given)


@operation(
    router,
    "POST",
    "/{reference}/quotes",
    summary="报价",
    says="供方报价;再报一次就以新的为准。",
    needs="engagements:write",
    gives=WholeEngagement,
    status=201,
)
def make_quote(request: UserRequest, reference: Path[Reference], given: Offer) -> dict[str, Any]:
    """Make an offer, or a revised one."""
    return _act(request, reference, "quote", given)


@operation(
    router,
    "POST",
    "/{reference}/award",
    summary="选定",
    says="买方选定这一家,其余各家同时结束,并收到 why_not。",
    needs="engagements:write",
    gives=WholeEngagement,
)
def make_award(request: UserRequest, reference: Path[Reference], given: Award) -> dict[str, Any]:
    """Award the demand to this engagement."""
    return _act(request, reference, "award", given)


@operation(
    router,
    "POST",
    "/{reference}/confirmations",
    summary="确认交付",
    says="每一方确认一次实际数量和金额,双方都确认就完成。",
    needs="engagements:write",
    gives=WholeEngagement,
    status=201,
)
def confirm_delivery(request: UserRequest, reference: Path[Reference], given: Delivered) -> dict[str, Any]:
    """Give one side's word on the delivery."""
    return _act(request, reference, "confirm", given)


@operation(
    router,
    "POST",
    "/{reference}/end",
    summary="不合适或结束",
    says="买方在第一次答复时用它说不合适;之后任何一方用它结束对接。都要选原因。",
    needs="engagements:write",
    gives=WholeEngagement,
)
def end_engagement(request: UserRequest, reference: Path[Reference], given: End) -> dict[str, Any]:
    """End it without a delivery."""
    return _act(request, reference, "end", given)


def _act(request: UserRequest, reference: str, act: str, given: Given) -> dict[str, Any]:
    """Pass what is given through the form of the act and make the move, as the page does."""
    found = get_object_or_404(_rows(request), reference=reference)
    party = next(iter(SIDES & policies.parties(request.user, found)), None)
    if not party:
        raise PermissionDenied
    needs_reason = act in ENGAGEMENT_MOVES and ENGAGEMENT_MOVES[act].needs_reason
    form = act_form(act, needs_reason=needs_reason, data={**given.model_dump(), "party": party})
    if not form.is_valid():
        raise form_problem(form)
    make_move(found, act, actor=request.user, given=form.cleaned_data)
    return _whole(request, reference)


def _rows(request: UserRequest) -> Any:  # noqa: ANN401 (a set of engagements with what they show)
    visible = Engagement.objects.visible_to(request.user)
    return visible.select_related("demand__enterprise", "supply__enterprise", "buyer", "supplier")


def _side(user: User, found: Engagement) -> str:
    mine = set(Enterprise.objects.of(user).values_list("pk", flat=True))
    return "buyer" if (found.buyer.merged_into_id or found.buyer_id) in mine else "supplier"


def _show(page: Sequence[Engagement], user: User) -> list[dict[str, Any]]:
    shown = [one.demand for one in page] + [one.supply for one in page if one.supply]
    named = policies.named_among(user, shown)
    mine = set(Enterprise.objects.of(user).values_list("pk", flat=True))
    plain = ("reference", "step", "version", "started_at", "moved_at", "answer_due_at", "end_reason", "end_note")
    return [
        {
            **{name: getattr(one, name) for name in plain},
            "side": "buyer" if (one.buyer.merged_into_id or one.buyer_id) in mine else "supplier",
            "step_name": one.get_step_display(),
            "waits_for": sorted(waits_for(Step(one.step))),
            "demand": show_brief(one.demand, named=named),
            "supply": show_brief(one.supply, named=named) if one.supply else None,
            "buyer": show_firm(one.buyer) if one.demand_id in named else None,
            "supplier": show_firm(one.supplier),
        }
        for one in page
    ]


def _whole(request: UserRequest, reference: str) -> dict[str, Any]:
    found = get_object_or_404(_rows(request), reference=reference)
    confirmed = list(found.confirmations.all())
    return {
        **_show([found], request.user)[0],
        "acts": _open(
            found, SIDES & policies.parties(request.user, found), {one.party for one in confirmed if not one.void_at}
        ),
        "quotes": [_show_quote(one) for one in found.quotes.all()],
        "confirmations": [
            {
                **{name: getattr(one, name) for name in ("party", "quantity", "value", "without", "at")},
                "void": one.void_at is not None,
            }
            for one in confirmed
        ],
        "events": [
            {"at": one.at, "party": one.party, "act": one.act, "step": one.target, "reason": one.reason}
            for one in found.events.all()
        ],
    }


def _open(found: Engagement, parties: frozenset[Party], confirmed: set[str]) -> list[str]:
    acts = [act for act, _, _ in open_moves(ENGAGEMENT_MOVES, Step(found.step), parties) if act != "decline"]
    if found.step == Step.DELIVERED and parties - confirmed:
        acts.insert(0, "confirm")
    return acts


def _show_quote(quote: Quote) -> dict[str, Any]:
    names = ("number", "price_unit", "has_tax", "quantity", "moq", "lead_days", "terms", "valid_until", "note", "at")
    return {**{name: getattr(quote, name) for name in names}, "price": quote.plain_price}
