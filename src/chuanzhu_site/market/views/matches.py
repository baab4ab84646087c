"""The page of a match: why these two, is that right, and what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import model_to_dict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_GET, require_POST

from chuanzhu.model import ChuanzhuError
from chuanzhu.report.cards import demand_card
from chuanzhu_site.accounts.models import Enterprise
from chuanzhu_site.market import actions, bridge, policies
from chuanzhu_site.market.act_forms import JudgmentForm
from chuanzhu_site.market.models import Judgment, Listing, Match
from chuanzhu_site.market.views.reading import number

if TYPE_CHECKING:
    from django.http import HttpResponse

    from chuanzhu_site.accounts.requests import UserRequest


@login_required
@require_GET
def match(request: UserRequest, reference: str) -> HttpResponse:
    """Show a match with its reasons as bars that add up to its score."""
    return _page(request, _visible(request, reference))


def _visible(request: UserRequest, reference: str) -> Match:
    visible = Match.objects.visible_to(request.user).select_related("demand__enterprise", "supply__enterprise")
    return get_object_or_404(visible, reference=reference)


def _page(request: UserRequest, found: Match, *, form: JudgmentForm | None = None) -> HttpResponse:
    is_named = policies.named_to(request.user, found.supply)
    card = demand_card(bridge.answer_of(found, is_named=is_named), number=1)
    said = found.judgments.filter(user=request.user).first()
    context = {
        "match": found,
        "card": mark_safe(card),  # noqa: S308 (the library's markup, escaped where it was made)
        "is_buyer_named": policies.named_to(request.user, found.demand),
        "is_supplier_named": is_named,
        "is_supplier": policies.can_edit(request.user, found.supply),
        "suppliers": policies.possible_suppliers(request.user, found.demand),
        "form": form or JudgmentForm(initial=model_to_dict(said) if said else None),
        "said": said,
        "engagements": found.engagements.all(),
    }
    return render(request, "market/match.html", context, status=422 if form else 200)


@login_required
@require_POST
def judge(request: UserRequest, reference: str) -> HttpResponse:
    """Take a person's word on a match."""
    found, form = _visible(request, reference), JudgmentForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form=form)
    verdict = Judgment.Verdict(form.cleaned_data["verdict"])
    why, note = form.cleaned_data["why"], form.cleaned_data["note"]
    try:
        actions.judge(found, actor=request.user, verdict=verdict, why=why, note=note)
    except ChuanzhuError as error:
        form.add_error("why", str(error))
        return _page(request, found, form=form)
    messages.success(request, "记下了,谢谢;以后的匹配会参考。")
    return redirect(found)


@login_required
@require_POST
def interest(request: UserRequest, reference: str) -> HttpResponse:
    """Say that one of one's enterprises wants to supply this demand, from a match or from the demand's own page."""
    demand = get_object_or_404(Listing.objects.visible_to(request.user), reference=reference)
    supplier = get_object_or_404(Enterprise.objects.of(request.user), pk=number(request.POST.get("enterprise")))
    supply = _supply(request, supplier)
    try:
        started = actions.express_interest(demand, supplier=supplier, actor=request.user, supply=supply)
    except ChuanzhuError as error:
        messages.error(request, str(error))
        return redirect(demand)
    messages.success(request, "已表达意向,买方会在 3 天内答复。")
    return redirect(started)


def _supply(request: UserRequest, supplier: Enterprise) -> Listing | None:
    """Return the supply of the match that the button stood on; another enterprise's is none."""
    reference = request.POST.get("supply", "")
    family = (supplier.pk, *supplier.absorbed.values_list("pk", flat=True))
    return Listing.objects.filter(reference=reference, side="supply", enterprise__in=family).first()
