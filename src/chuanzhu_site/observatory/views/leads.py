"""From a gap to work, and the list of that work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from chuanzhu.model import ChuanzhuError
from chuanzhu_site.accounts.models import Enterprise
from chuanzhu_site.market.models import Engagement, Listing
from chuanzhu_site.observatory import actions, atlas, policies
from chuanzhu_site.observatory.actions.leading import Spot
from chuanzhu_site.observatory.looks import look_at
from chuanzhu_site.observatory.models import Lead
from chuanzhu_site.observatory.programmes import chain_of, programme
from chuanzhu_site.observatory.steps import candidates
from chuanzhu_site.observatory.telling import told_gaps

if TYPE_CHECKING:
    from django.http import HttpResponse

    from chuanzhu_site.accounts.requests import UserRequest
    from chuanzhu_site.observatory.atlas import Atlas

_SHOWN = 100
_CANDIDATES = {Lead.Act.DEMAND: "askers", Lead.Act.RECRUIT: "recruits"}


@login_required
@require_GET
def leads(request: UserRequest) -> HttpResponse:
    """List the leads a person may see, what is still to be done first."""
    visible = Lead.objects.visible_to(request.user).select_related("broker", "candidate", "listing").distinct()
    state = request.GET.get("state", "")
    shown = visible.filter(state=state) if state in Lead.State else visible
    context = {"leads": shown[:_SHOWN], "states": Lead.State.choices, "state": state}
    return render(request, "observatory/leads.html", context)


@login_required
@require_GET
def lead(request: UserRequest, reference: str) -> HttpResponse:
    """Show one lead with what hangs on its thread."""
    found = _visible(request, reference)
    own = Enterprise.objects.of(request.user)
    context = {
        "lead": found,
        "programme": programme(found.programme),
        "listings": Listing.objects.visible_to(request.user).filter(thread=found.thread),
        "engagements": Engagement.objects.visible_to(request.user).filter(thread=found.thread).select_related("demand"),
        "moves": [(state, Lead.State(state).label) for state in ("doing", "done", "dropped") if state != found.state],
        "may_move": request.user in {found.broker, found.opened_by} or policies.leads(request.user, found.region),
        "is_asked": found.act == Lead.Act.DEMAND and found.candidate in own,
    }
    return render(request, "observatory/lead.html", context)


def _visible(request: UserRequest, reference: str) -> Lead:
    visible = Lead.objects.visible_to(request.user).select_related("broker", "candidate", "listing", "opened_by")
    return get_object_or_404(visible.distinct(), reference=reference)


@login_required
@require_POST
def start(request: UserRequest, key: str, slug: str, node: str) -> HttpResponse:
    """Open a demand, a scouting task or an investment lead for a node, with the best candidate or the chosen one."""
    loaded, act = atlas.load(key), request.POST.get("act", "")
    look = look_at(loaded, request.user, request.POST.get("region", ""))
    if act not in Lead.Act or node not in chain_of(loaded.programme, slug).nodes:
        raise Http404
    spot = _spot(loaded, slug, node, look.region)
    own = Enterprise.objects.of(request.user).first()
    if act == Lead.Act.DEMAND and own and not policies.is_staff(request.user):
        drafted = actions.write_demand(spot, enterprise=own, actor=request.user)
        messages.success(request, "已替您起草一条需求,补上数量和规格再提交。")
        return redirect("listing-edit", drafted.reference)
    opened = actions.open_lead(spot, act, actor=request.user, candidate=_candidate(request, loaded, act, spot))
    messages.success(request, f"已开{opened.get_act_display()}:{opened.node_name}")
    return redirect(opened)


def _spot(loaded: Atlas, slug: str, key: str, region: str) -> Spot:
    gap = next((one for one in told_gaps(loaded.report(slug, region)) if one.key == key), None)
    reasons = gap.reasons if gap else ()
    node = loaded.programme.node(key)
    return Spot(programme=loaded.programme.key, chain=slug, node=node, region=region, reasons=reasons)


def _candidate(request: UserRequest, loaded: Atlas, act: str, spot: Spot) -> Enterprise | None:
    """Return the candidate that was chosen among those the analysis names, the best where none was."""
    if act not in _CANDIDATES:
        return None
    named = candidates(loaded, spot.node.key, spot.region)[_CANDIDATES[Lead.Act(act)]]
    chosen = request.POST.get("candidate", "")
    pks = [one.pk for one in named if not chosen or str(one.pk) == chosen]
    return Enterprise.objects.filter(pk=pks[0]).first() if pks else None


@login_required
@require_POST
def demand(request: UserRequest, reference: str) -> HttpResponse:
    """Draft the demand that a lead asks one's enterprise for."""
    found = _visible(request, reference)
    if found.act != Lead.Act.DEMAND or found.candidate is None:
        raise PermissionDenied
    node = programme(found.programme).node(found.node)
    spot = Spot(programme=found.programme, chain=found.chain, node=node, region=found.region)
    drafted = actions.write_demand(spot, enterprise=found.candidate, actor=request.user, lead=found)
    return redirect("listing-edit", drafted.reference)


@login_required
@require_POST
def move(request: UserRequest, reference: str) -> HttpResponse:
    """Say how far a lead is."""
    found, state = _visible(request, reference), request.POST.get("state", "")
    if state not in Lead.State:
        raise Http404
    try:
        actions.move_lead(found, state, actor=request.user, note=request.POST.get("note", ""))
        messages.success(request, "记下了")
    except ChuanzhuError as error:
        messages.error(request, str(error))
    return redirect(found)
