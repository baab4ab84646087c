"""The guests of an event as its organiser sees them: whom to call, with which number, and what is thin about each."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from chuanzhu.taxonomy.regions import is_within
from chuanzhu_site.accounts.models import Enterprise, Membership, Verification
from chuanzhu_site.accounts.policies import PUBLISHERS, STAFF
from chuanzhu_site.market.readiness import readiness
from chuanzhu_site.programme.models import Participant

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from chuanzhu_site.accounts.models import User
    from chuanzhu_site.market.models import Listing
    from chuanzhu_site.programme.models import Event, Wish

_READY: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest:
    """One participant: its people, what it lacks for others to choose it, and how many wishes concern it.

    ``is_near`` where it lies in the reader's own regions: only there are telephone numbers shown.
    """

    person: Participant
    people: tuple[User, ...]
    lacks: tuple[str, ...]
    wished: int
    mutual: int
    is_near: bool

    @property
    def is_silent(self) -> bool:
        """Whether it was invited and has said nothing."""
        return self.person.is_silent

    @property
    def to_call(self) -> bool:
        """Whether the organiser should call it: it says nothing, or so little of itself that nobody chose it."""
        return not self.person.declined and (self.is_silent or (bool(self.lacks) and not self.mutual))


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    """What is known of one participant."""

    person: Participant
    people: Sequence[User]
    is_verified: bool
    demands: Sequence[Listing]
    supplies: Sequence[Listing]


def guests_of(event: Event, *, reader: User) -> list[Guest]:
    """Return all guests, those to be called first: the silent, then the thin; the same queries for any number."""
    regions = list(reader.scopes.live().filter(role__in=STAFF).values_list("region", flat=True))
    persons = list(event.participants.select_related("enterprise__merged_into", "called_by", "arrived_by"))
    firms = {person.enterprise.standing.pk for person in persons}
    people, verified = _people(firms), _verified(firms)
    wishes: dict[int, list[Wish]] = defaultdict(list)
    for wish in event.wishes.select_related("demand", "match__supply"):
        wishes[wish.buyer_id].append(wish)
        wishes[wish.supplier_id].append(wish)
    found = []
    for person in persons:
        firm, own = person.enterprise.standing.pk, wishes[person.pk]
        file = _File(
            person=person,
            people=people[firm],
            is_verified=firm in verified,
            demands=list({wish.demand_id: wish.demand for wish in own if wish.buyer_id == person.pk}.values()),
            supplies=[wish.match.supply for wish in own if wish.supplier_id == person.pk and wish.match],
        )
        lacks = tuple(sentence for check in _CHECKS for sentence in [check(file)] if sentence)
        mutual = sum(wish.is_mutual for wish in own)
        near = any(not region or is_within(person.enterprise.region, region) for region in regions)
        mine = tuple(people[firm])
        found.append(Guest(person=person, people=mine, lacks=lacks, wished=len(own), mutual=mutual, is_near=near))
    return sorted(found, key=lambda guest: (not guest.to_call, not guest.is_silent, -len(guest.lacks)))


def _people(firms: set[int]) -> Mapping[int, list[User]]:
    rows = Membership.objects.filter(ended_at=None, role__in=PUBLISHERS).select_related("user", "enterprise")
    found: dict[int, list[User]] = defaultdict(list)
    for row in rows.filter(enterprise__in=_family(firms)):
        found[row.enterprise.merged_into_id or row.enterprise_id].append(row.user)
    return found


def _verified(firms: set[int]) -> set[int]:
    rows = Verification.objects.filter(what=Verification.What.IDENTITY, revoked_at=None, enterprise__in=firms)
    return set(rows.values_list("enterprise", flat=True))


def _family(firms: set[int]) -> list[int]:
    absorbed = Enterprise.objects.filter(merged_into__in=firms).values_list("pk", flat=True)
    return [*firms, *absorbed]


def _unreachable(file: _File) -> str:
    if not file.people:
        return "还没有人认领,通知送不到,只能打电话"
    return "" if any(user.phone for user in file.people) else "没有留手机号"


def _unverified(file: _File) -> str:
    return "" if file.is_verified else "营业执照未核验"


def _faceless(file: _File) -> str:
    return "" if file.person.enterprise.introduction or file.person.side == Participant.Side.BUYER else "没有企业简介"


def _vague(file: _File) -> str:
    thin = [demand for demand in file.demands if demand.readiness < _READY]
    return f"需求“{thin[0]}”{readiness(thin[0]).advice}" if thin else ""


def _bare(file: _File) -> str:
    lacks = [
        name
        for name, attribute in (("产能", "quantity"), ("资质", "certificates"))
        if file.supplies and not any(getattr(supply, attribute) for supply in file.supplies)
    ]
    return f"供给里没写{'、'.join(lacks)}" if lacks else ""


_CHECKS: Final[tuple[Callable[[_File], str], ...]] = (_unreachable, _vague, _bare, _faceless, _unverified)
