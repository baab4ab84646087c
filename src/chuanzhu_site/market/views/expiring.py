"""The page on which what expires is renewed: one click for all that is ticked."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from chuanzhu.model import ChuanzhuError
from chuanzhu_site.accounts.models import Enterprise
from chuanzhu_site.accounts.policies import PUBLISHERS
from chuanzhu_site.market import actions
from chuanzhu_site.market.actions.listing import RENEWABLE_DAYS
from chuanzhu_site.market.lifecycle import ListingState
from chuanzhu_site.market.models import Listing
from chuanzhu_site.market.models.listings import SHOWN

if TYPE_CHECKING:
    from django.http import HttpResponse

    from chuanzhu_site.accounts.models import User
    from chuanzhu_site.accounts.requests import UserRequest
    from chuanzhu_site.market.models.listings import ListingSet

_DAYS_BACK: Final = 60
_SHOWN: Final = 200


@login_required
@require_http_methods(["GET", "POST"])
def expiring(request: UserRequest) -> HttpResponse:
    """List one's listings that expire soon or did lately; renew those that are ticked."""
    rows = _renewable(request.user, on=timezone.localdate())
    if request.method == "POST":
        ticked = rows.filter(reference__in=request.POST.getlist("listing"))
        _renew(request, ticked[:_SHOWN])
        return redirect("expiring")
    shown = list(rows.order_by("expires_on", "pk")[:_SHOWN])
    return render(request, "market/expiring.html", {"listings": shown, "count": rows.count()})


def _renewable(user: User, *, on: dt.date) -> ListingSet:
    mine = user.memberships.filter(ended_at=None, role__in=PUBLISHERS).values("enterprise")
    firms = Enterprise.objects.filter(Q(pk__in=mine) | Q(merged_into__in=mine) | Q(absorbed__in=mine))
    soon = Q(state__in=SHOWN, expires_on__lte=on + dt.timedelta(days=RENEWABLE_DAYS))
    lately = Q(state=ListingState.EXPIRED, expires_on__gte=on - dt.timedelta(days=_DAYS_BACK))
    return Listing.objects.filter(soon | lately, enterprise__in=firms.values("pk")).select_related("enterprise")


def _renew(request: UserRequest, listings: ListingSet) -> None:
    renewed = 0
    for listing in listings:
        try:
            actions.renew_listing(listing, actor=request.user)
            renewed += 1
        except ChuanzhuError as error:
            messages.error(request, str(error))
    if renewed:
        messages.success(request, f"{renewed} 条续期了")
    elif not listings:
        messages.info(request, "没有勾选要续期的。")
