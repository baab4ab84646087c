"""Where everybody begins: what is one's own, what waits, what was told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from chuanzhu_site.accounts.models import Claim, Enterprise, Scope
from chuanzhu_site.accounts.standing import standing_of
from chuanzhu_site.market.conversation import with_unread
from chuanzhu_site.market.kinds import KINDS
from chuanzhu_site.market.lifecycle import ListingState
from chuanzhu_site.market.models import Engagement, Listing, Question
from chuanzhu_site.market.views.work import work

if TYPE_CHECKING:
    from django.http import HttpResponse

    from chuanzhu_site.accounts.requests import UserRequest

_SHOWN = 20


@login_required
@require_GET
def desk(request: UserRequest) -> HttpResponse:
    """Show one's own enterprises, listings and engagements, and what was told; to a broker, whom to call next."""
    enterprises = list(Enterprise.objects.of(request.user))
    if not enterprises and request.user.scopes.live().exists():
        return work(request)
    mine = Listing.objects.filter(enterprise__in=enterprises).select_related("enterprise")
    engagements = Engagement.objects.visible_to(request.user).select_related("demand", "buyer", "supplier")
    context = {
        "enterprises": enterprises,
        "listings": mine[:_SHOWN],
        "engagements": with_unread(engagements, request.user)[:_SHOWN],
        "notifications": request.user.notifications.filter(read_at=None)[:_SHOWN],
        "claims": request.user.claims.select_related("enterprise").filter(state="submitted"),
        "kinds": list(KINDS.values()),
        **_review(request),
    }
    return render(request, "market/desk.html", context)


def _review(request: UserRequest) -> dict[str, object]:
    """Return what waits for this person's review, inside the regions that he or she looks after."""
    scopes = standing_of(request.user).scopes
    if all(scope.role == Scope.Role.BROKER for scope in scopes):
        return {"scopes": scopes}
    waiting = Listing.objects.visible_to(request.user).filter(state=ListingState.SUBMITTED)
    return {
        "scopes": scopes,
        "waiting": waiting.select_related("enterprise")[:_SHOWN],
        "waiting_questions": Question.objects.reviewable_by(request.user).count(),
        "waiting_claims": Claim.objects.reviewable_by(request.user).count(),
    }


@login_required
@require_POST
def read(request: UserRequest, pk: int) -> HttpResponse:
    """Mark a notification as read and go where it points."""
    told = get_object_or_404(request.user.notifications, pk=pk)
    told.read_at = told.read_at or timezone.now()
    told.save(update_fields=["read_at"])
    return redirect(told.address)
