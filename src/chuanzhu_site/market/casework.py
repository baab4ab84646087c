"""A case (个案): an engagement, or a demand that has none yet; who may handle it, and whom to telephone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.urls import reverse

from chuanzhu.taxonomy.regions import is_within
from chuanzhu_site.accounts import policies as accounts
from chuanzhu_site.accounts.models import Membership, Scope, User
from chuanzhu_site.accounts.regions import enclosing
from chuanzhu_site.market.lifecycle import Party
from chuanzhu_site.market.models import CaseNote, Engagement, Listing

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from django.db.models import QuerySet

    from chuanzhu_site.accounts.models import Enterprise

Case = Engagement | Listing
HANDLERS: Final = (Scope.Role.BROKER, Scope.Role.OFFICER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Somebody to telephone: on which side, of which enterprise; ``phone`` is empty where it is not known."""

    party: Party
    enterprise: str
    name: str
    role: str
    phone: str


def inside(scopes: Iterable[Scope], field: str, *, roles: Collection[str] = HANDLERS) -> Q:
    """Return the condition that a region lies where these scopes give one of the roles."""
    found = Q(pk__in=())
    for scope in scopes:
        if scope.role in roles:
            found |= scope.condition(field) if scope.region else Q(pk__isnull=False)
    return found


def subject_of(case: Case) -> Listing:
    """Return the listing that a case is about."""
    return case.demand if isinstance(case, Engagement) else case


def region_of(case: Case) -> str:
    """Return the region that answers for a case: the buyer's, or that of who published the listing."""
    return case.buyer.region if isinstance(case, Engagement) else case.enterprise.region


def address_of(case: Case) -> str:
    """Address of the page on which a case is handled."""
    return reverse("case", args=("engagement" if isinstance(case, Engagement) else "listing", case.reference))


def sides(case: Case) -> tuple[tuple[Party, Enterprise], ...]:
    """Return the enterprises of a case, each with its part."""
    if isinstance(case, Engagement):
        return (Party.BUYER, case.buyer), (Party.SUPPLIER, case.supplier)
    return ((case.owner_party, case.enterprise),)


def covers(scopes: Iterable[Scope], region: str, *, roles: Collection[str] = HANDLERS) -> bool:
    """Tell whether these scopes give one of the roles in a region."""
    return any(scope.role in roles and (not scope.region or is_within(region, scope.region)) for scope in scopes)


def is_handled(case: Case, *, scopes: Collection[Scope]) -> bool:
    """Tell whether these scopes look after the region of one side; administrators see listings, never engagements."""
    roles = HANDLERS if isinstance(case, Engagement) else accounts.STAFF
    return any(covers(scopes, enterprise.region, roles=roles) for _, enterprise in sides(case))


def may_handle(user: User, case: Case) -> None:
    """Raise PermissionDenied unless the person is a broker or officer of the region of one side."""
    if not is_handled(case, scopes=list(user.scopes.live())):
        raise PermissionDenied


def is_named(listing: Listing, *, scopes: Collection[Scope]) -> bool:
    """Tell whether these scopes give the name behind a listing: a masked one is named in its own region only."""
    return listing.privacy != Listing.Privacy.MASKED or covers(scopes, listing.enterprise.region, roles=accounts.STAFF)


def colleagues(case: Case) -> QuerySet[User]:
    """Return everybody who may handle a case, those of the smallest region first to be found by name."""
    around = {code for _, enterprise in sides(case) for code in enclosing(enterprise.region)}
    return User.objects.filter(
        scopes__ended_at=None, scopes__role__in=HANDLERS, scopes__region__in=around, is_active=True
    ).distinct()


def contacts(case: Case, *, scopes: Collection[Scope]) -> list[Contact]:
    """Return whom to telephone, of the enterprises inside these scopes only: others are their own brokers' to call."""
    parts = {one.pk: (party, one) for party, one in sides(case) if covers(scopes, one.region)}
    same = Q(enterprise__in=parts) | Q(enterprise__merged_into__in=parts)
    members = Membership.objects.filter(same, ended_at=None).select_related("user", "enterprise").order_by("pk")
    found = []
    for member in members:
        party, enterprise = parts[member.enterprise.merged_into_id or member.enterprise_id]
        user = member.user
        role = member.get_role_display()
        found.append(Contact(party=party, enterprise=str(enterprise), name=str(user), role=role, phone=user.phone))
    return sorted(found, key=lambda one: (one.party, not one.phone))


def notes_for(user: User, case: Case, *, scopes: Collection[Scope]) -> QuerySet[CaseNote]:
    """Return the notes on a case that a person may read.

    Notes on a masked buyer may name it: who may not know the buyer reads his own only.
    """
    notes = case.case_notes.select_related("by")
    return notes if is_named(subject_of(case), scopes=scopes) else notes.filter(by=user)
