"""The page of a node: who stands there and on which evidence, one step up, one step down; correcting it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from chuanzhu.model import ChuanzhuError
from chuanzhu_site.accounts import policies as accounts
from chuanzhu_site.observatory import actions, atlas, policies
from chuanzhu_site.observatory.forms import PlacementForm
from chuanzhu_site.observatory.looks import look_at
from chuanzhu_site.observatory.models import NodePlacement
from chuanzhu_site.observatory.programmes import chain_of
from chuanzhu_site.observatory.steps import node_page

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from chuanzhu_site.accounts.models import Enterprise
    from chuanzhu_site.accounts.requests import UserRequest


@require_GET
def node(request: HttpRequest, key: str, slug: str, node: str) -> HttpResponse:
    """Show a node."""
    return _page(request, key, slug, node)


def _page(request: HttpRequest, key: str, slug: str, node: str, *, form: PlacementForm | None = None) -> HttpResponse:
    loaded = atlas.load(key)
    look = look_at(loaded, request.user, request.GET.get("region", ""))
    is_officer = any(scope.role in accounts.REVIEWERS for scope in policies.scopes_of(request.user))
    context = {
        "atlas": loaded,
        "chain": chain_of(loaded.programme, slug),
        "look": look,
        "is_staff": policies.is_staff(request.user),
        "is_officer": is_officer,
        "is_firm": policies.is_firm(request.user),
        "can_lead": policies.leads(request.user, look.region),
        "form": form or PlacementForm(initial={"since": loaded.day, "source_date": loaded.day}),
        **node_page(loaded, slug, node, look.region, user=request.user),
    }
    return render(request, "observatory/node.html", context, status=422 if form else 200)


@login_required
@require_POST
def enter(request: UserRequest, key: str, slug: str, node: str) -> HttpResponse:
    """Enter an enterprise at a node by hand."""
    if not any(node in chain.nodes for chain in atlas.load(key).programme.chains):
        raise Http404
    form = PlacementForm(request.POST)
    if form.is_valid():
        enterprise: Enterprise = form.cleaned_data["enterprise"]
        try:
            actions.enter_placement(enterprise, programme=key, node=node, values=form.values(), actor=request.user)
        except PermissionDenied:
            form.add_error("enterprise", f"“{enterprise}”不在您管的地区,请它所在地的干部来填")
        except ChuanzhuError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"“{enterprise}”已归到这个环节,图上马上能看到")
            return redirect("node", key, slug, node)
    return _page(request, key, slug, node, form=form)


@login_required
@require_POST
def decide(request: UserRequest, pk: int) -> HttpResponse:
    """Confirm or refuse a placement, and go back to the node."""
    policies.need_staff(request.user)
    placement = get_object_or_404(NodePlacement, pk=pk)
    is_right = "confirm" in request.POST
    try:
        actions.decide_placement(placement, is_right=is_right, actor=request.user, note=request.POST.get("note", ""))
        messages.success(request, f"已{'核实' if is_right else '否定'}:{placement.enterprise}")
    except ChuanzhuError as error:
        messages.error(request, str(error))
    found = atlas.load(placement.programme).programme
    slug = next((chain.slug for chain in found.chains if placement.node in chain.nodes), "")
    back = reverse("node", args=(placement.programme, request.POST.get("chain") or slug, placement.node))
    return redirect(f"{back}?region={request.POST.get('region', '')}")
