"""Who may do what with a listing or an engagement, and to whom a masked buyer's name is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db.models import Max, Q

from chuanzhu_site.accounts import policies as accounts
from chuanzhu_site.accounts.models import Enterprise
from chuanzhu_site.accounts.standing import standing_of
from chuanzhu_site.market.lifecycle import LIVE, Party
from chuanzhu_site.market.models.listings import SHOWN, Listing, Reveal, of_any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.contrib.auth.models import AnonymousUser

    from chuanzhu_site.accounts.models import User
    from chuanzhu_site.market.models import Engagement


def named_to(user: User | AnonymousUser, listing: Listing) -> bool:
    """Tell whether a person may learn whose listing it is.

    A masked one: only its own people, those it was revealed to, and brokers and officers of its region.
    """
    if listing.privacy != Listing.Privacy.MASKED:
        return True
    enterprise = listing.enterprise
    if accounts.is_member(user, enterprise, roles=accounts.WRITERS):
        return True
    if accounts.has_scope(user, enterprise.region, roles=accounts.STAFF):
        return True
    return revealed_to(user, listing) >= Reveal.Step.NAME


def revealed_to(user: User | AnonymousUser, listing: Listing) -> int:
    """Return the last step by which a listing's enterprise was revealed to one of a person's own; 0 for none."""
    if not user.is_authenticated:
        return 0
    mine = standing_of(user).enterprises()
    return int(listing.reveals.filter(of_any(mine)).aggregate(last=Max("step"))["last"] or 0)


def named_among(user: User | AnonymousUser, listings: Iterable[Listing]) -> frozenset[int]:
    """Return which of these listings a person may learn the owner of: :func:`named_to` for many at once."""
    given = list(listings)
    masked = [listing for listing in given if listing.privacy == Listing.Privacy.MASKED]
    shown = frozenset(listing.pk for listing in given if listing.privacy != Listing.Privacy.MASKED)
    if not masked or not user.is_authenticated:
        return shown
    mine = standing_of(user).enterprises()
    reveals = Reveal.objects.filter(of_any(mine), listing__in=masked, step__gte=Reveal.Step.NAME)
    told = set(reveals.values_list("listing", flat=True))
    return shown | {
        one.pk
        for one in masked
        if one.pk in told
        or (one.enterprise.merged_into_id or one.enterprise_id) in mine
        or accounts.has_scope(user, one.enterprise.region, roles=accounts.STAFF)
    }


def may_edit(user: User, listing: Listing) -> None:
    """Members of its enterprise edit a listing."""
    accounts.may_write(user, listing.enterprise)


def can_edit(user: User | AnonymousUser, listing: Listing) -> bool:
    """Tell whether :func:`may_edit` would let a person pass."""
    return accounts.is_member(user, listing.enterprise, roles=accounts.WRITERS)


def parties(user: User, engagement: Engagement) -> frozenset[Party]:
    """Return on which sides of an engagement a person stands; empty for a stranger."""
    found = {
        party
        for party, enterprise in ((Party.BUYER, engagement.buyer), (Party.SUPPLIER, engagement.supplier))
        if accounts.is_member(user, enterprise, roles=accounts.PUBLISHERS)
    }
    if any(
        accounts.has_scope(user, one.region, roles=accounts.STAFF) for one in (engagement.buyer, engagement.supplier)
    ):
        found.add(Party.BROKER)
    return frozenset(found)


def may_act(user: User, engagement: Engagement, *, party: Party) -> None:
    """Raise PermissionDenied unless the person stands on that side."""
    if party not in parties(user, engagement):
        raise PermissionDenied


def listing_parties(user: User | AnonymousUser, listing: Listing) -> frozenset[Party]:
    """Return as whom a person may move a listing: its enterprise's people, the officers of its region."""
    found = {listing.owner_party} if can_edit(user, listing) else set()
    if accounts.has_scope(user, listing.enterprise.region, roles=accounts.REVIEWERS):
        found.add(Party.OFFICER)
    return frozenset(found)


def possible_suppliers(user: User | AnonymousUser, demand: Listing) -> list[Enterprise]:
    """Return the enterprises for which a person could say that they want to supply a demand."""
    if not user.is_authenticated or demand.side != "demand" or demand.state not in SHOWN:
        return []
    publishing = user.memberships.filter(ended_at=None, role__in=accounts.PUBLISHERS)
    engaged = demand.engagements.filter(step__in=LIVE).values("supplier")
    firms = Enterprise.objects.of(user).filter(
        Q(pk__in=publishing.values("enterprise")) | Q(absorbed__in=publishing.values("enterprise"))
    )
    return list(firms.exclude(pk=demand.enterprise.standing.pk).exclude(pk__in=engaged))
