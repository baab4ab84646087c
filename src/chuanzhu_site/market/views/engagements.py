"""The page of an engagement: where it stands, what one can do now, all offers side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F, Max, Prefetch
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from chuanzhu.model import ChuanzhuError
from chuanzhu_site.accounts.refusals import StaleForm
from chuanzhu_site.market import actions, policies
from chuanzhu_site.market.act_forms import act_form
from chuanzhu_site.market.actions.awarding import QUOTED
from chuanzhu_site.market.actions.engaging import SIMPLE_ACTS, locked
from chuanzhu_site.market.attachments import files_of_engagement, upload_form
from chuanzhu_site.market.conversation import read_messages
from chuanzhu_site.market.disclosure import facts
from chuanzhu_site.market.lifecycle import ENGAGEMENT_MOVES, EndReason, Party, Step
from chuanzhu_site.market.models import Confirmation, Engagement, Quote
from chuanzhu_site.market.offers import SIDES, engagement_offers
from chuanzhu_site.market.progress import beads, waits_for

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from django.db.models import QuerySet
    from django.http import HttpResponse

    from chuanzhu_site.accounts.models import User
    from chuanzhu_site.accounts.requests import UserRequest
    from chuanzhu_site.market.act_forms import ActForm

_RUN: Final[Mapping[str, Callable[[Engagement, User, Party, Mapping[str, Any]], object]]] = {
    "quote": lambda one, actor, _, given: actions.quote(
        one, actor=actor, values={name: given[name] for name in QUOTED}
    ),
    "award": lambda one, actor, _, given: actions.award(
        one, actor=actor, reason=given["reason"], why_not=given["why_not"]
    ),
    "confirm": lambda one, actor, party, given: actions.confirm(
        one,
        actor=actor,
        party=party,
        quantity=given["quantity"],
        value=given["value"],
        without=Confirmation.Without(given["without"]),
    ),
    "follow": lambda one, actor, _, given: actions.call_back(one, actor=actor, values=given),
    "reopen": lambda one, actor, party, given: actions.reopen(one, actor=actor, party=party, reason=given["reason"]),
    **dict.fromkeys(
        ("decline", "end"),
        lambda one, actor, party, given: actions.end_engagement(
            one, actor=actor, party=party, why=EndReason(given["why"]), note=given["note"]
        ),
    ),
}


@login_required
@require_GET
def engagement(request: UserRequest, reference: str) -> HttpResponse:
    """Show one engagement to its two sides and to those who look after them."""
    return _page(request, _visible(request, reference))


def _visible(request: UserRequest, reference: str) -> Engagement:
    visible = Engagement.objects.visible_to(request.user)
    rows = visible.select_related("demand__enterprise", "supply", "match", "buyer", "supplier")
    return get_object_or_404(rows, reference=reference)


def _page(request: UserRequest, found: Engagement, *, act: str = "", form: ActForm | None = None) -> HttpResponse:
    parties = policies.parties(request.user, found)
    named = policies.named_to(request.user, found.demand)
    context = {
        "engagement": found,
        "named": named,
        "facts": facts(request.user, found.demand),
        "events": found.events.all(),
        "quotes": found.quotes.all(),
        "rivals": side_by_side(found) if Party.BUYER in parties else (),
        "confirmations": found.confirmations.all(),
        "offers": engagement_offers(found, parties=parties),
        "beads": beads(Step(found.step)),
        "waits_for": waits_for(Step(found.step)),
        "is_own_turn": bool(waits_for(Step(found.step)) & parties & SIDES),
        "files": files_of_engagement(found, is_named=named, parties=parties),
        **upload_form(
            reverse("attach-engagement", args=[found.reference]) if parties else "",
            found.demand,
            as_owner=Party.BUYER in parties,
        ),
        "talk": read_messages(found, user=request.user, parties=parties, is_named=named),
        "is_handler": Party.BROKER in parties,
        "refused": {"act": act, "form": form},
    }
    return render(request, "market/engagement.html", context, status=422 if form else 200)


def side_by_side(found: Engagement) -> QuerySet[Engagement]:
    """Return all engagements of a demand that have an offer, each with its last one, the earliest bidder first."""
    last = Quote.objects.annotate(latest=Max("engagement__quotes__number")).filter(number=F("latest"))
    rows = Engagement.objects.filter(demand=found.demand_id, quotes__isnull=False).distinct()
    return rows.select_related("supplier").prefetch_related(Prefetch("quotes", last, "last_quotes")).order_by("pk")


@login_required
@require_POST
def move(request: UserRequest, reference: str, act: str) -> HttpResponse:
    """Make one of the moves that the state machine allows, with what its form asks for."""
    found = _visible(request, reference)
    if act not in {*SIMPLE_ACTS, *_RUN}:
        raise Http404
    needs_reason = act in ENGAGEMENT_MOVES and ENGAGEMENT_MOVES[act].needs_reason
    form = act_form(act, needs_reason=needs_reason, data=request.POST)
    if not form.is_valid():
        return _page(request, found, act=act, form=form)
    try:
        make_move(found, act, actor=request.user, given=form.cleaned_data)
    except ChuanzhuError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "已确认" if act == "confirm" else f"已{ENGAGEMENT_MOVES[act].name}")
    return redirect(found)


@transaction.atomic
def make_move(found: Engagement, act: str, *, actor: User, given: Mapping[str, Any]) -> None:
    """Make the move, unless somebody else made one since the page was opened."""
    if given["party"] not in policies.parties(actor, found):
        raise PermissionDenied
    party = Party(given["party"])
    if given["version"] != locked(found).version:
        raise StaleForm("您打开这一页以后,对方有了新动作,刚才的操作没有做;请看过最新内容再决定")
    if act in _RUN:
        _RUN[act](found, actor, party, given)
    else:
        actions.move_engagement(found, act, actor=actor, party=party, reason=given.get("reason", ""))
