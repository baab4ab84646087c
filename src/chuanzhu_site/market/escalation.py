"""What happens by itself when nobody acts: a case gets a person, and goes up to the city when it waits too long.

The clock calls :func:`look_after_cases`, as often as it likes: nothing is done or told twice.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.db.models import Count, Q
from django.urls import reverse

from chuanzhu.taxonomy.regions import region_name
from chuanzhu_site.accounts import audit
from chuanzhu_site.accounts.models import Scope, User
from chuanzhu_site.accounts.regions import enclosing
from chuanzhu_site.market import casework
from chuanzhu_site.market.actions.casework import case_field, lock_case
from chuanzhu_site.market.lifecycle import LIVE
from chuanzhu_site.market.models import CaseNote, Engagement, Topic
from chuanzhu_site.market.queues import due_engagements, due_listings
from chuanzhu_site.market.telling import tell

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chuanzhu_site.market.casework import Case

ESCALATE_AFTER: Final = dt.timedelta(days=7)
_AT_ONCE: Final = 500  # of each kind in one run: the next run goes on


def look_after_cases(*, at: dt.datetime) -> int:
    """Name a person for each due case that has none, escalate what has been due for a week; return how many were."""
    return name_persons(at=at) + escalate_cases(at=at)


def name_persons(*, at: dt.datetime) -> int:
    """Give each due case without a person to a broker: of the smallest region around it, who has the fewest."""
    brokers = list(Scope.objects.live().filter(role=Scope.Role.BROKER, user__is_active=True).select_related("user"))
    load = Counter(dict(Engagement.objects.filter(step__in=LIVE).values_list("broker").annotate(n=Count("pk"))))
    given: Counter[User] = Counter()
    for case in _due(at, Q(broker=None)):
        person = _nearest(brokers, casework.region_of(case), load)
        if person and _name(case, person):
            load[person.pk] += 1
            given[person] += 1
    for person, number in given.items():
        key = f"named:{at:%Y%m%d%H%M%S}"
        tell([person], key=key, text=f"有 {number} 件对接由您跟进", address=reverse("work"), topic=Topic.DUE)
    return given.total()


def _due(at: dt.datetime, condition: Q) -> list[Case]:
    engagements = due_engagements(at=at).filter(condition).select_related("buyer", "supplier", "demand")
    listings = due_listings(at=at).filter(condition).select_related("enterprise")
    return [*engagements[:_AT_ONCE], *listings[:_AT_ONCE]]


def _nearest(brokers: Iterable[Scope], region: str, load: Counter[int]) -> User | None:
    for around in enclosing(region):
        here = [scope.user for scope in brokers if scope.region == around]
        if here:
            return min(here, key=lambda user: (load[user.pk], user.pk))
    return None


@transaction.atomic
def _name(case: Case, person: User) -> bool:
    case = lock_case(case)
    if case.broker_id:
        return False
    case.broker = person
    case.save(update_fields=["broker"])
    audit.record(None, "case.assigned", case, region=casework.region_of(case), to=person.pk)
    return True


def escalate_cases(*, at: dt.datetime) -> int:
    """Send up each case that was due a week ago and still is: to the city, from the city to the province."""
    return sum(_escalate(case, at=at) for case in _due(at - ESCALATE_AFTER, Q(escalated_at=None)))


@transaction.atomic
def _escalate(case: Case, *, at: dt.datetime) -> bool:
    case = lock_case(case)
    region, people = _above(casework.region_of(case))
    if case.escalated_at or not people:
        return False
    case.escalated_at = at
    case.save(update_fields=["escalated_at"])
    text = f"超过 {ESCALATE_AFTER.days} 天没有处理，已报{region_name(region) if region else '全平台'}"
    CaseNote.objects.create(**case_field(case), by=None, way=CaseNote.Way.SYSTEM, text=text)
    audit.record(None, "case.escalated", case, region=casework.region_of(case), to=region)
    told = f"“{casework.subject_of(case)}”{text}"
    tell(
        people,
        key=f"escalated:{case.reference}:{at:%Y%m%d}",
        text=told,
        address=casework.address_of(case),
        topic=Topic.DUE,
    )
    return True


def _above(region: str) -> tuple[str, list[User]]:
    """Return the next region around this one that has brokers or officers, and them."""
    for around in enclosing(region)[1:]:
        people = User.objects.filter(
            scopes__ended_at=None, scopes__role__in=casework.HANDLERS, scopes__region=around, is_active=True
        )
        if people:
            return around, list(people.distinct())
    return "", []
