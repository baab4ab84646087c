"""What a broker has to do next (待办), as one annotated query a kind of case: which queue it is in, and since when.

A case is in one queue at a time, the first of the table that fits. A case with a later day agreed upon rests till then.
Every condition depends on the time only through ``at``: what was due a week ago is what is due ``at`` a week earlier.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeVar

from django.db.models import (
    Case,
    CharField,
    DateField,
    DateTimeField,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.utils import timezone

from chuanzhu_site.market.lifecycle import ListingState, Step
from chuanzhu_site.market.models import Engagement, Listing, Match, Quote, Report
from chuanzhu_site.market.models.listings import SHOWN
from chuanzhu_site.market.patience import CALL_BACK_DAYS, QUOTE_DAYS, SILENCE

if TYPE_CHECKING:
    from collections.abc import Mapping

Rows = TypeVar("Rows", bound=QuerySet[Any])
NO_CANDIDATE_DAYS, NO_INTEREST_DAYS = 1, 7
HEAD_STARTS: Final = ((10_000_000, 30), (1_000_000, 14), (100_000, 7))
# Yuan a year, and for how many days of waiting it counts. An unknown value counts like the smallest that is not small.
_UNKNOWN_VALUE_DAYS: Final = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """A queue: its name, and whether its cases are worked off by telephone."""

    code: str
    name: str
    is_call: bool = True


QUEUES: Final[Mapping[str, Queue]] = {
    one.code: one
    for one in (
        Queue(code="unmatched", name="没有候选"),
        Queue(code="unwanted", name="没人表达意向"),
        Queue(code="unanswered", name="买方没答复"),
        Queue(code="quiet", name="没有动静"),
        Queue(code="quote", name="报价将到期"),
        Queue(code="call-back", name="待回访"),
        Queue(code="agreed", name="约好今天"),
        Queue(code="review", name="待审核", is_call=False),
        Queue(code="report", name="举报待核实", is_call=False),
    )
}


def due_engagements(*, at: dt.datetime, buyers: Q | None = None) -> QuerySet[Engagement]:
    """Return the engagements that wait for a broker, with ``queue``, ``since`` and ``weight_from`` (see _weighed).

    ``buyers`` is the condition that the buyer is ours to telephone; only then its silence is a task. Of several
    suppliers that wait for one buyer's answer to a demand the first stands for all: it is one call.
    """
    today = timezone.localdate(at)
    last = Quote.objects.filter(engagement=OuterRef("pk")).order_by("-number")
    rows = Engagement.objects.filter(_awake(today)).annotate(
        quote_until=Subquery(last.values("valid_until")[:1], output_field=DateField())
    )
    unanswered = Q(step=Step.EXPRESSED, answer_due_at__lte=at) & (buyers if buyers is not None else Q())
    earlier = Engagement.objects.filter(
        demand=OuterRef("demand"), pk__lt=OuterRef("pk"), step=Step.EXPRESSED, answer_due_at__lte=at
    )
    cases = (
        ("call-back", Q(step=Step.CONFIRMED, moved_at__lte=at - dt.timedelta(days=CALL_BACK_DAYS))),
        ("quote", Q(step=Step.QUOTED, quote_until__lte=today + dt.timedelta(days=QUOTE_DAYS))),
        ("unanswered", unanswered & ~Exists(earlier)),
        ("quiet", _quiet(at)),
        ("agreed", Q(next_on__isnull=False) & ~Q(step__in=(Step.ENDED, Step.FOLLOWED))),
    )
    return _weighed(rows.annotate(queue=_first(cases), since=F("moved_at"), worth=F("demand__value")))


def due_listings(*, at: dt.datetime, handled: Q | None = None, reviewed: Q | None = None) -> QuerySet[Listing]:
    """Return the listings that wait: for a candidate, for somebody's interest, for a review or a decision.

    ``handled`` and ``reviewed`` are the conditions that one looks after, or reviews in, the place of a listing.
    """
    candidate = Match.objects.filter(demand=OuterRef("pk"), stale_at=None)
    begun = Engagement.objects.filter(demand=OuterRef("pk"))
    reported = Report.objects.filter(listing=OuterRef("pk"), decided_at=None, at__lte=at)
    ours, reviewing = (one if one is not None else Q() for one in (handled, reviewed))
    new = Q(side="demand", state=ListingState.OPEN) & _awake(timezone.localdate(at)) & ours & ~Exists(begun)
    cases = (
        ("report", Exists(reported) & reviewing),
        ("review", Q(state=ListingState.SUBMITTED, changed_at__lte=at) & reviewing),
        ("unmatched", new & ~Exists(candidate) & Q(opened_at__lte=at - dt.timedelta(days=NO_CANDIDATE_DAYS))),
        ("unwanted", new & Exists(candidate) & Q(opened_at__lte=at - dt.timedelta(days=NO_INTEREST_DAYS))),
        ("agreed", Q(side="demand", state__in=SHOWN, next_on__lte=timezone.localdate(at)) & ours),
    )
    since = Case(When(state=ListingState.SUBMITTED, then=F("changed_at")), default=F("opened_at"))
    return _weighed(Listing.objects.annotate(queue=_first(cases), since=since, worth=F("value")))


def _awake(today: dt.date) -> Q:
    return Q(next_on=None) | Q(next_on__lte=today)


def _quiet(at: dt.datetime) -> Q:
    found = Q(pk__in=())
    for step, silence in SILENCE.items():
        found |= Q(step=step, moved_at__lte=at - dt.timedelta(days=silence.call))
    return found


def _first(cases: tuple[tuple[str, Any], ...]) -> Case:
    whens = [When(condition, then=Value(code)) for code, condition in cases]
    return Case(*whens, default=Value(""), output_field=CharField())


def _weighed(rows: Rows) -> Rows:
    """Order by waiting time, to which the money at stake adds days."""
    whens = [When(worth__gte=yuan, then=Value(dt.timedelta(days=days))) for yuan, days in HEAD_STARTS]
    unknown = When(worth=None, then=Value(dt.timedelta(days=_UNKNOWN_VALUE_DAYS)))
    start = Case(*whens, unknown, default=Value(dt.timedelta()), output_field=DurationField())
    weighed = rows.exclude(queue="").annotate(
        weight_from=ExpressionWrapper(F("since") - start, output_field=DateTimeField())
    )
    return weighed.order_by("weight_from", "pk")
