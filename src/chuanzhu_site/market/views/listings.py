"""Pages of listings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chuanzhu.model import ChuanzhuError
from chuanzhu.tables.wording import LIKELY_POINTS
from chuanzhu_site.accounts.models import Enterprise
from chuanzhu_site.market import actions, bridge, policies
from chuanzhu_site.market.answering import answering_on
from chuanzhu_site.market.attachments import files_of_listing, upload_form
from chuanzhu_site.market.conversation import conversation
from chuanzhu_site.market.disclosure import facts
from chuanzhu_site.market.forms import ListingForm, form_values
from chuanzhu_site.market.kinds import KINDS
from chuanzhu_site.market.lifecycle import LISTING_MOVES
from chuanzhu_site.market.models import Listing, Match
from chuanzhu_site.market.offers import listing_offers
from chuanzhu_site.market.readiness import readiness
from chuanzhu_site.market.views.reading import number

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from chuanzhu_site.accounts.requests import UserRequest
    from chuanzhu_site.market.kinds import Kind

_MOVED = frozenset({"withdraw", "reopen", "publish", "return", "hold"})
_REVIEWED = frozenset({"publish", "return"})
_MATCHES_SHOWN = 20
_LONGEST_BEGUN = 400


@require_GET
def listing(request: HttpRequest, reference: str) -> HttpResponse:
    """Show one listing to whoever may see it; a masked buyer is named to whom it was revealed only."""
    found = _visible(request, reference)
    named = policies.named_to(request.user, found)
    parties = policies.listing_parties(request.user, found)
    may_edit = found.owner_party in parties
    context = {
        "listing": found,
        "named": named,
        "facts": () if may_edit else facts(request.user, found),
        "answers": [(one.name, found.answer(one.code)) for one in found.declared.attributes if found.answer(one.code)],
        "readiness": readiness(found),
        "may_edit": may_edit,
        "events": found.events.select_related("actor") if named else (),
        "offers": listing_offers(found, user=request.user, parties=parties),
        **_matches(request, found),
        "suppliers": () if may_edit else policies.possible_suppliers(request.user, found),
        "files": files_of_listing(found, is_named=named, is_owner=may_edit),
        **upload_form(reverse("attach-listing", args=[reference]) if may_edit else "", found, as_owner=True),
        "answering": answering_on(found, is_named=named, at=timezone.now()),
        "conversation": conversation(request.user, found, is_owner=may_edit),
    }
    return render(request, "market/listing.html", context)


def _matches(request: HttpRequest, found: Listing) -> dict[str, list[Match]]:
    """Return the matches of a listing that this person may see, the best first: those that fit, those that are near.

    What is below "medium" sureness is near: a maker of the whole machine is named for a part, but not as its supplier.
    """
    held = Match.objects.visible_to(request.user).filter(**{found.side: found}, stale_at=None)
    rows = held.select_related("demand", "supply__enterprise").order_by("-score")[:_MATCHES_SHOWN]
    return {
        "matches": [match for match in rows if match.score >= LIKELY_POINTS],
        "near": [match for match in rows if match.score < LIKELY_POINTS],
    }


def _visible(request: HttpRequest, reference: str) -> Listing:
    visible = Listing.objects.visible_to(request.user).select_related("enterprise")
    return get_object_or_404(visible, reference=reference)


@login_required
@require_http_methods(["GET", "POST"])
def create(request: UserRequest, kind: str) -> HttpResponse:
    """Write a new listing of a kind for one of one's enterprises."""
    if kind not in KINDS:
        raise Http404
    enterprises = Enterprise.objects.of(request.user)
    if not enterprises:
        messages.info(request, "先认领您的企业,审核通过后就能发布供需。")
        return redirect("desk")
    chosen = enterprises.filter(pk=number(request.POST.get("enterprise")) or enterprises[0].pk).first()
    if not chosen:
        raise PermissionDenied
    begun = Listing(kind=kind, enterprise=chosen, text=request.GET.get("text", "")[:_LONGEST_BEGUN])
    return _edit(request, begun, KINDS[kind], enterprises=enterprises)


@login_required
@require_http_methods(["GET", "POST"])
def edit(request: UserRequest, reference: str) -> HttpResponse:
    """Change a listing."""
    found = _visible(request, reference)
    policies.may_edit(request.user, found)
    return _edit(request, found, found.declared, enterprises=())


def _edit(request: UserRequest, found: Listing, kind: Kind, **context: object) -> HttpResponse:
    initial = form_values(found)
    form = ListingForm(request.POST or None, kind=kind, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            version = form.cleaned_data["version"]
            saved = actions.save_listing(found, values=form.values(), actor=request.user, version=version)
            if "submit" in request.POST:
                saved = actions.submit_listing(saved, actor=request.user)
            return redirect(saved)
        except ChuanzhuError as error:
            form.add_error(None, str(error))
    shown = {"form": form, "kind": kind, "listing": found, "readiness": readiness(found), **context}
    return render(request, "market/edit.html", shown, status=422 if form.errors else 200)


@login_required
@require_POST
def understanding(request: UserRequest, kind: str) -> HttpResponse:
    """Say what is understood of a form as it stands, and what is still missing; nothing is stored."""
    if kind not in KINDS:
        raise Http404
    form = ListingForm(request.POST, kind=KINDS[kind])
    form.is_valid()
    given = {**{one.code: "" for one in KINDS[kind].attributes}, **form.cleaned_data}
    draft = Listing(kind=kind, enterprise=Enterprise(), attributes={})
    for one in KINDS[kind].attributes:
        if one in KINDS[kind].special:
            draft.attributes[one.code] = given[one.code]
        else:
            setattr(draft, one.code, given[one.code] or (None if one.form == "date" else ""))
    if draft.declared.side == "demand" and draft.text:
        draft.understood = bridge.understood(bridge.need_of(draft))
    return render(request, "market/understanding.html", {"listing": draft, "readiness": readiness(draft)})


@login_required
@require_POST
def move(request: UserRequest, reference: str, act: str) -> HttpResponse:
    """Submit, withdraw, review, close or renew."""
    found, reason = _visible(request, reference), request.POST.get("reason", "")
    try:
        if act == "submit":
            actions.submit_listing(found, actor=request.user)
        elif act == "close":
            actions.close_listing(found, actor=request.user, reason=reason)
        elif act == "renew":
            actions.renew_listing(found, actor=request.user)
        elif act in _MOVED:
            actions.move_listing(found, act, actor=request.user, reason=reason)
        else:
            raise Http404
        messages.success(request, f"已{LISTING_MOVES[act].name}")
    except ChuanzhuError as error:
        messages.error(request, str(error))
    return redirect("review" if act in _REVIEWED else found)
