"""Pages of people and enterprises."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chuanzhu.model import ChuanzhuError
from chuanzhu_site.accounts import actions, policies
from chuanzhu_site.accounts.duplicates import found_by, likely_pairs, merges_of, overseen
from chuanzhu_site.accounts.forms import ClaimForm
from chuanzhu_site.accounts.models import Claim, Enterprise, Merge

if TYPE_CHECKING:
    from django.http import HttpResponse

    from chuanzhu_site.accounts.requests import UserRequest

_CLAIMS_SHOWN = 50


@login_required
@require_http_methods(["GET", "POST"])
def claim(request: UserRequest) -> HttpResponse:
    """Claim an enterprise; the officers of its region review the claim."""
    form = ClaimForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.claim_by_code(**form.cleaned_data, actor=request.user)
        except ChuanzhuError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "已提交认领,所在县区审核后通知您")
            return redirect("desk")
    return render(request, "accounts/claim.html", {"form": form}, status=422 if form.errors else 200)


@login_required
@require_GET
def claims(request: UserRequest) -> HttpResponse:
    """List the claims that wait inside one's region."""
    waiting = Claim.objects.reviewable_by(request.user).select_related("enterprise", "user")
    return render(request, "accounts/claims.html", {"claims": waiting[:_CLAIMS_SHOWN]})


@login_required
@require_POST
def decide(request: UserRequest, pk: int) -> HttpResponse:
    """Approve or refuse a claim."""
    found = get_object_or_404(Claim.objects.reviewable_by(request.user), pk=pk)
    act = actions.approve_claim if "approve" in request.POST else actions.refuse_claim
    try:
        act(found, actor=request.user, reason=request.POST.get("reason", ""))
    except ChuanzhuError as error:
        messages.error(request, str(error))
    return redirect("claims")


@login_required
@require_http_methods(["GET", "POST"])
def merges(request: UserRequest) -> HttpResponse:
    """Show which enterprises may be entered twice in one's region, and what was merged; merge two of them."""
    if not request.user.scopes.live().filter(role__in=policies.REVIEWERS).exists():
        raise PermissionDenied
    if request.method == "POST":
        return _merge(request)
    words = request.GET.get("words", "")
    context = {
        "words": words,
        "found": found_by(words, user=request.user),
        "pairs": [] if words else likely_pairs(request.user),
        "merges": merges_of(request.user),
    }
    return render(request, "accounts/merges.html", context)


def _merge(request: UserRequest) -> HttpResponse:
    mine = Enterprise.objects.filter(overseen(request.user))
    kept, absorbed = (get_object_or_404(mine, pk=_number(request.POST.get(name, ""))) for name in ("kept", "absorbed"))
    try:
        actions.merge_enterprises(kept, absorbed, actor=request.user, reason=request.POST.get("reason", ""))
        messages.success(request, f"“{absorbed}”已并入“{kept}”,随时可以撤销")
    except ChuanzhuError as error:
        messages.error(request, str(error))
    return redirect("merges")


def _number(written: str) -> int:
    return int(written) if written.isascii() and written.isdigit() else 0


@login_required
@require_POST
def unmerge(request: UserRequest, pk: int) -> HttpResponse:
    """Take a merge back."""
    kept = Enterprise.objects.filter(overseen(request.user))
    found = get_object_or_404(Merge.objects.filter(kept__in=kept), pk=pk)
    try:
        actions.unmerge_enterprises(found, actor=request.user)
        messages.success(request, f"撤销了合并:“{found.absorbed}”又是单独的一条记录")
    except ChuanzhuError as error:
        messages.error(request, str(error))
    return redirect("merges")
