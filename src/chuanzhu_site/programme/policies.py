"""Who runs an event, who attends it, and to whom a masked enterprise is named."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.core.exceptions import PermissionDenied
from django.db.models import Q

from chuanzhu_site.accounts import policies as accounts
from chuanzhu_site.accounts.models import Enterprise
from chuanzhu_site.accounts.policies import STAFF
from chuanzhu_site.market.models import Listing, Reveal
from chuanzhu_site.market.models.listings import SHOWN

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.contrib.auth.models import AnonymousUser
    from django.db.models import QuerySet

    from chuanzhu_site.accounts.models import User
    from chuanzhu_site.programme.models import Event, Meeting, Participant, Wish


def can_run(user: User | AnonymousUser, region: str) -> bool:
    """Tell whether a person organises events of a region: a broker or officer of it, or of a region around it."""
    return accounts.has_scope(user, region, roles=STAFF)


def may_run(user: User, region: str) -> None:
    """Raise PermissionDenied unless :func:`can_run`."""
    if not can_run(user, region):
        raise PermissionDenied


def own_participant(user: User, event: Event) -> Participant | None:
    """Return the invited participant for which a person speaks; None for anybody else, and for who only fills in."""
    mine = _publishing(user)
    own = Q(enterprise__in=mine) | Q(enterprise__merged_into__in=mine)
    return event.participants.filter(own, invited_at__isnull=False).select_related("enterprise", "event").first()


def _publishing(user: User) -> list[int]:
    rows = user.memberships.filter(ended_at=None, role__in=accounts.PUBLISHERS)
    pairs = rows.values_list("enterprise", "enterprise__merged_into")
    return [merged or own for own, merged in pairs]


def side_in(user: User, meeting: Meeting) -> str:
    """Return on which side of a meeting a person stands: "buyer", "supplier", "organiser"; "" for a stranger."""
    mine = set(_publishing(user))
    for side, participant in (("buyer", meeting.wish.buyer), ("supplier", meeting.wish.supplier)):
        if participant.enterprise.standing.pk in mine:
            return side
    return "organiser" if can_run(user, meeting.event.region) else ""


def demands_for(user: User, *, region: str, chain: str = "") -> QuerySet[Listing]:
    """Return the open demands that an event of a region may be filled from: those whose buyer its organisers may know.

    A masked buyer outside the region is left out: everybody who organises there sees the list of guests.
    """
    rows = Listing.objects.visible_to(user).filter(side="demand", state__in=SHOWN)
    known = ~Q(privacy=Listing.Privacy.MASKED)
    for scope in user.scopes.live().filter(role__in=STAFF):
        known |= scope.condition("enterprise__region") & Q(pk__isnull=False)
    rows = rows.filter(known)
    if region:
        rows = rows.filter(Q(privacy=Listing.Privacy.PUBLIC) | _inside(region))
    return rows.filter(chain=chain) if chain else rows


def _inside(region: str) -> Q:
    return Q(enterprise__in=Enterprise.objects.inside(region))


class Naming:
    """Who of an event may be named to whom: asked once for all ``wishes``, which come with demand, match and meeting.

    A masked enterprise is named to those it was revealed to, and to those who have met it.
    """

    def __init__(self, wishes: Iterable[Wish]) -> None:
        masked = {listing.pk for wish in wishes for listing in _listings(wish) if _is_masked(listing)}
        rows = (
            Reveal.objects.filter(listing__in=masked, step__gte=Reveal.Step.NAME) if masked else Reveal.objects.none()
        )
        self._told: Final = set(rows.values_list("listing", "enterprise"))

    def hides(self, wish: Wish, *, of: Participant) -> bool:
        """Tell whether the other side of a wish is not to be named to this participant."""
        listing = other_listing(of, wish)
        if listing is None or not _is_masked(listing) or _have_met(wish):
            return False
        return (listing.pk, of.enterprise.standing.pk) not in self._told


def other_listing(participant: Participant, wish: Wish) -> Listing | None:
    """Return the other side's listing: the demand for a supplier, the supply of the match for a buyer."""
    if wish.supplier_id == participant.pk:
        return wish.demand
    return wish.match.supply if wish.match else None


def _listings(wish: Wish) -> list[Listing]:
    return [wish.demand, *([wish.match.supply] if wish.match else [])]


def _is_masked(listing: Listing) -> bool:
    return listing.privacy == Listing.Privacy.MASKED


def _have_met(wish: Wish) -> bool:
    meeting = getattr(wish, "meeting", None)
    return bool(meeting and meeting.was_held)
