"""What ends by itself: listings whose last day is over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from chuanzhu_site.accounts.models import Enterprise
from chuanzhu_site.market.actions.listing import apply_move
from chuanzhu_site.market.lifecycle import LISTING_MOVES, Party
from chuanzhu_site.market.models import Listing
from chuanzhu_site.market.telling import tell_enterprise

if TYPE_CHECKING:
    import datetime as dt

    from chuanzhu_site.market.models.listings import ListingSet


def expire(*, at: dt.datetime) -> int:
    """Let expire what was to be shown until yesterday; a job of the clock."""
    return expire_listings(on=timezone.localdate(at))


def expire_listings(*, on: dt.date) -> int:
    """Let every listing expire whose last day is before ``on``, and tell its people; return how many did."""
    owners = _overdue(on).order_by("enterprise").values_list("enterprise", flat=True).distinct()
    return sum(_expire_of(enterprise, on=on) for enterprise in list(owners))


def _overdue(on: dt.date) -> ListingSet:
    return Listing.objects.filter(state__in=LISTING_MOVES["expire"].sources, expires_on__lt=on)


@transaction.atomic
def _expire_of(enterprise: int, *, on: dt.date) -> int:
    """Let one enterprise's listings expire: told of together, in the transaction that lets them."""
    rows = _overdue(on).filter(enterprise=enterprise).select_for_update(of=("self",))
    listings = list(rows.select_related("enterprise").order_by("pk"))
    for listing in listings:
        apply_move(listing, "expire", actor=None, by=Party.SYSTEM)
    if listings:
        _tell(listings[0], count=len(listings), owner=Enterprise.objects.get(pk=enterprise))
    return len(listings)


def _tell(first: Listing, *, count: int, owner: Enterprise) -> None:
    what = f"“{first}”" if count == 1 else f"“{first}”等 {count} 条供需"
    key = f"expired:{first.pk}:{first.expires_on}"
    text = f"{what}已到期,不再公开;还有效,点一下就能续期"
    tell_enterprise(owner, key=key, text=text, address=reverse("expiring"))
