"""Pages of people and enterprises."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chuanzhu.model import ChuanzhuError
from chuanzhu_site.accounts import actions
from chuanzhu_site.accounts.forms import ClaimForm
from chuanzhu_site.accounts.models import Claim, Enterprise

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from chuanzhu_site.accounts.requests import UserRequest

_CLAIMS_SHOWN = 50


@require_GET
def enterprise(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an enterprise; one that was merged leads to the record that stands for it."""
    found = get_object_or_404(Enterprise, pk=pk)
    if found.merged_into_id:
        return redirect("enterprise", found.merged_into_id)
    badges = found.verifications.filter(revoked_at=None).exclude(expires_on__lt=timezone.localdate())
    context = {
        "enterprise": found,
        "badges": badges.select_related("verified_by").order_by("-verified_on"),
        "former_names": found.former_names.all(),
        "branches": found.branches.all(),
    }
    return render(request, "accounts/enterprise.html", context)


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
