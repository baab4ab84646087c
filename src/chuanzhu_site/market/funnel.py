"""How far demands come (漏斗), what became of those that did not, and what both sides and a call-back say of the rest.

Counted are the demands of buyers inside a person's own regions, and nothing else: out of scope no number moves, so a
masked buyer cannot be told from one. What a demand has reached is the furthest step of any of its engagements.
"""

from __future__ import annotations

import datetime as dt
import statistics
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    IntegerField,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Left, TruncMonth

from chuanzhu.taxonomy.chains import chain_name
from chuanzhu.taxonomy.regions import region_name
from chuanzhu_site.accounts.models import Enterprise
from chuanzhu_site.accounts.regions import within
from chuanzhu_site.market import casework
from chuanzhu_site.market.lifecycle import WON, EndReason, ListingState, Step
from chuanzhu_site.market.models import (
    CallBack,
    Confirmation,
    Engagement,
    EngagementEvent,
    Listing,
    Match,
    Quote,
    Report,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from chuanzhu_site.accounts.models import Scope

STAGES: Final = ("公开", "有匹配", "已答复", "报过价", "下过单", "已交付")
DONE: Final = (Step.DELIVERED, Step.CONFIRMED, Step.FOLLOWED)
_ORDERED: Final = sorted(WON - {Step.AWARDED})
_BOTH: Final = 2
_MOST_ANSWERS: Final = 2000
_OVER: Final = (ListingState.CLOSED, ListingState.EXPIRED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dimension:
    """Something that demands are divided by: its name, the expression, and how a value of it is called."""

    code: str
    name: str
    expression: Any
    label: Callable[[Any], str]


DIMENSIONS: Final[Mapping[str, Dimension]] = {
    one.code: one
    for one in (
        Dimension(code="chain", name="产业链", expression=F("chain"), label=chain_name),
        Dimension(
            code="region",
            name="市",
            expression=Left("enterprise__region", 4),
            label=lambda code: region_name(f"{code}00") if code else "不知道",
        ),
        Dimension(
            code="county",
            name="县",
            expression=F("enterprise__region"),
            label=lambda code: region_name(code) if code else "不知道",
        ),
        Dimension(code="month", name="公开月份", expression=TruncMonth("opened_at"), label=lambda day: f"{day:%Y-%m}"),
        Dimension(
            code="tier",
            name="买方梯度",
            expression=F("enterprise__tier"),
            label=lambda code: str(Enterprise.Tier(code).label),
        ),
    )
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Which:
    """Which demands: opened on or after ``since``, inside ``region`` (empty: all of one's own regions)."""

    since: dt.date | None = None
    region: str = ""


@dataclass(slots=True, kw_only=True)
class Group:
    """The demands of one value of a dimension: how many reached each stage, their money, and how many are over."""

    label: str
    reached: list[int] = field(default_factory=lambda: [0] * len(STAGES))
    yuan: list[float] = field(default_factory=lambda: [0.0] * len(STAGES))
    unknown: list[int] = field(default_factory=lambda: [0] * len(STAGES))
    failed: int = 0

    def add(self, stage: int, *, number: int, yuan: float, unknown: int, is_over: bool) -> None:
        """Count demands that reached a stage, and with it all before it."""
        for each in range(stage + 1):
            self.reached[each] += number
            self.yuan[each] += yuan
            self.unknown[each] += unknown
        if is_over and stage < len(STAGES) - 1:
            self.failed += number


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """What was delivered: how many, how many both sides confirmed, for how much, and what they say of it."""

    delivered: int
    confirmed: int
    one_sided: int
    differing: int
    yuan: float
    without: Mapping[tuple[str, str], int]
    called: Mapping[str, int]


def demands_of(scopes: Collection[Scope], which: Which) -> QuerySet[Listing]:
    """Return the demands that are counted: published at some time, in scope, not found to be junk."""
    junk = Report.objects.filter(listing=OuterRef("pk"), is_upheld=True).exclude(about=Report.About.RESULT)
    ours = casework.inside(scopes, "enterprise__region") & within("enterprise__region", which.region)
    rows = Listing.objects.filter(ours, ~Exists(junk), side="demand", opened_at__isnull=False)
    return rows.filter(opened_at__date__gte=which.since) if which.since else rows


def groups(demands: QuerySet[Listing], dimension: Dimension) -> list[Group]:
    """Return the funnel of each value of a dimension, the largest first (months in their order)."""
    rows = (
        demands.order_by()
        .annotate(group=dimension.expression, stage=_stage(), is_over=Case(When(state__in=_OVER, then=1), default=0))
        .values("group", "stage", "is_over")
        .annotate(number=Count("pk"), yuan=Sum("value"), unknown=Count("pk", filter=Q(value=None)))
    )
    found: dict[Any, Group] = {}
    for row in rows:
        group = found.setdefault(row["group"], Group(label=dimension.label(row["group"])))
        money = float(row["yuan"] or 0)
        group.add(row["stage"], number=row["number"], yuan=money, unknown=row["unknown"], is_over=bool(row["is_over"]))
    if dimension.code == "month":
        return [found[key] for key in sorted(found)]
    return sorted(found.values(), key=lambda group: (-group.reached[0], group.label))


def total(parts: Collection[Group]) -> Group:
    """Return all groups as one."""
    every = Group(label="合计")
    for group in parts:
        every.failed += group.failed
        for name in ("reached", "yuan", "unknown"):
            setattr(every, name, [a + b for a, b in zip(getattr(every, name), getattr(group, name), strict=True)])
    return every


def _stage() -> Case:
    """Return the furthest stage of a demand; of the delivered those count whose result nobody proved to be faked."""
    of = {"demand": OuterRef("pk")}
    faked = Report.objects.filter(engagement=OuterRef("pk"), is_upheld=True)
    of_it = {"engagement__demand": OuterRef("pk")}
    stages = (
        (5, Exists(Engagement.objects.filter(~Exists(faked), **of, step__in=DONE))),
        (4, Exists(Engagement.objects.filter(**of, step__in=_ORDERED))),
        (4, Exists(EngagementEvent.objects.filter(**of_it, target=Step.ORDERED))),
        (3, Exists(Quote.objects.filter(**of_it))),
        (2, Exists(Engagement.objects.filter(**of, answered_at__isnull=False))),
        (1, Exists(Engagement.objects.filter(**of))),
        (1, Exists(Match.objects.filter(**of))),
    )
    whens = [When(condition, then=Value(number)) for number, condition in stages]
    return Case(*whens, default=Value(0), output_field=IntegerField())


def engagements_of(demands: QuerySet[Listing]) -> QuerySet[Engagement]:
    """Return the engagements of these demands."""
    return Engagement.objects.filter(demand__in=demands.order_by().values("pk")).order_by()


def failures(engagements: QuerySet[Engagement]) -> list[tuple[str, int]]:
    """Return why engagements ended without a delivery, the most frequent reason first."""
    ended = engagements.filter(step=Step.ENDED).values_list("end_reason").annotate(n=Count("pk"))
    return sorted(((str(EndReason(code).label), number) for code, number in ended), key=lambda one: (-one[1], one[0]))


def median_answer_days(engagements: QuerySet[Engagement]) -> float | None:
    """Return the median time to a buyer's answer, of the last 2000 answers; None where nobody has answered."""
    answered = engagements.filter(answered_at__isnull=False).order_by("-answered_at")
    pairs = answered.values_list("started_at", "answered_at")[:_MOST_ANSWERS]
    days = [(end - start) / dt.timedelta(days=1) for start, end in pairs if end]
    return statistics.median(days) if days else None


def results(engagements: QuerySet[Engagement]) -> Results:
    """Return what both sides and the call-backs say of what was delivered; void words do not count."""
    done = engagements.filter(step__in=DONE)
    holding = Q(confirmations__void_at=None)
    words = done.annotate(
        words=Count("confirmations", filter=holding),
        low=Min("confirmations__value", filter=holding),
        high=Max("confirmations__value", filter=holding),
    ).aggregate(
        delivered=Count("pk"),
        confirmed=Count("pk", filter=Q(words=_BOTH)),
        one_sided=Count("pk", filter=Q(words=1)),
        differing=Count("pk", filter=Q(words=_BOTH, high__gt=F("low"))),
        yuan=Sum("low", filter=Q(words=_BOTH)),
    )
    said = Confirmation.objects.filter(engagement__in=done.values("pk"), void_at=None)
    return Results(
        **{**words, "yuan": float(words["yuan"] or 0)},
        without={(party, word): n for party, word, n in said.values_list("party", "without").annotate(n=Count("pk"))},
        called=_called(engagements),
    )


def _called(engagements: QuerySet[Engagement]) -> Counter[str]:
    """Return how many engagements each outcome of a call-back was found for; of several calls the last counts."""
    calls = CallBack.objects.filter(engagement__in=engagements.values("pk")).order_by("pk")
    return Counter(dict(calls.values_list("engagement", "outcome")).values())
