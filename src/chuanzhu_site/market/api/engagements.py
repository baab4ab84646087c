"""Engagements: interest, answers, quotes, award, order, delivery, confirmation, end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from ninja import Path, Query, Router

from chuanzhu_site.accounts.models import Enterprise
from chuanzhu_site.market import actions, policies
from chuanzhu_site.market.act_forms import act_form
from chuanzhu_site.market.api.cursors import Page, page_of
from chuanzhu_site.market.api.engagement_shapes import (
    Asked,
    Award,
    Delivered,
    End,
    EngagementShape,
    Interest,
    Move,
    Offer,
    Rival,
    Simple,
    WholeEngagement,
)
from chuanzhu_site.market.api.refusals import form_problem
from chuanzhu_site.market.api.routes import Given, operation
from chuanzhu_site.market.api.shapes import Reference, show_brief, show_firm
from chuanzhu_site.market.lifecycle import ENGAGEMENT_MOVES, Step, open_moves
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
