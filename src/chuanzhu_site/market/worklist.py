"""A broker's list of what to do next: the rows of :mod:`chuanzhu_site.market.queues` inside the person's regions."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from chuanzhu_site.accounts import policies as accounts
from chuanzhu_site.market import casework
from chuanzhu_site.market.lifecycle import Party, Step
from chuanzhu_site.market.models import Engagement, Listing, Match
from chuanzhu_site.market.progress import beads, waits_for
from chuanzhu_site.market.queues import QUEUES, due_engagements, due_listings
from chuanzhu_site.web.charts import shown

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Mapping

    from chuanzhu_site.accounts.models import Scope, User
    from chuanzhu_site.market.casework import Case
    from chuanzhu_site.market.queues import Queue

PAGE: Final = 50
_WAITING: Final = Subquery(
    Engagement.objects.filter(demand=OuterRef("demand"), step=Step.EXPRESSED)
    .order_by()
    .values("demand")
    .annotate(n=Count("pk"))
    .values("n")
)
LATE_DAYS: Final = 7
_SOON: Final = ("今天", "明天", "后天")
_CANDIDATES: Final = Subquery(
    Match.objects.filter(demand=OuterRef("pk"), stale_at=None)
    .order_by()
    .values("demand")
    .annotate(n=Count("pk"))
    .values("n")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One row of the list: what to do, on which case, how long it has waited, what it is worth a year, whose it is."""

    case: Case
    queue: Queue
    act: str
    days: int
    buyer: str
    supplier: str

    @property
    def address(self) -> str:
        """Address of the page on which it is done: a review has its buttons on the listing's own page."""
        if self.queue.code == "review":
            return self.subject.get_absolute_url()
        return casework.address_of(self.case)

    @property
    def kind(self) -> str:
        """What the case is, as its address says it."""
        return "engagement" if isinstance(self.case, Engagement) else "listing"

    @property
    def wan(self) -> str:
        """The estimated value, in 10,000 yuan a year."""
        return f"{shown(round(float(self.subject.value or 0) / 10_000, 1))} 万/年"

    @property
    def subject(self) -> Listing:
        """The listing that it is about."""
        return casework.subject_of(self.case)

    @property
    def is_late(self) -> bool:
        """Whether it has waited so long that the list says so in red."""
        return self.days >= LATE_DAYS

    @property
    def beads(self) -> list[tuple[str, str]]:
        """How far the thread is; a demand alone is before the first bead."""
        return beads(Step(self.case.step)) if isinstance(self.case, Engagement) else []


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Which tasks one wants to see: of one queue or all, whose, and only those that were escalated or all."""

    queue: str = ""
    whose: str = "all"
    is_escalated: bool = False
    number: int = 1

    def narrow(self, rows: QuerySet[Any], user: User) -> QuerySet[Any]:
        """Keep what the wish names, apart from the queue."""
        is_call_back = Q(queue="call-back")  # somebody who did not handle the case has to make it
        ours = (Q(broker=user) | Q(broker=None)) & ~is_call_back
        ours |= is_call_back & ~Q(broker=user)
        whose = {"mine": Q(broker=user), "nobody": Q(broker=None), "ours": ours}
        rows = rows.filter(whose.get(self.whose, Q()))
        return rows.exclude(escalated_at=None) if self.is_escalated else rows


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkList:
    """A page of tasks, the most pressing first, and how many there are in each queue."""

    tasks: list[Task]
    counts: Mapping[str, int]
    total: int
    has_more: bool


def work_list(user: User, *, scopes: Collection[Scope], wish: Wish, at: dt.datetime) -> WorkList:
    """Return what this person has to do, with a number of queries that does not grow with it."""
    both = _engagements(scopes, at=at), _listings(user, scopes, at=at)
    found = [wish.narrow(rows, user) for rows in both]
    counts: Counter[str] = Counter()
    for rows in found:
        counts.update(dict(rows.order_by().values_list("queue").annotate(n=Count("pk"))))
    last = wish.number * PAGE
    chosen = [rows.filter(queue=wish.queue) if wish.queue else rows for rows in found]
    merged = sorted((row for rows in chosen for row in rows[: last + 1]), key=lambda row: row.weight_from)
    return WorkList(
        tasks=[task_of(row, scopes=scopes, at=at) for row in merged[last - PAGE : last]],
        counts=counts,
        total=sum(counts.values()),
        has_more=len(merged) > last,
    )


def task_for(user: User, case: Case, *, scopes: Collection[Scope], at: dt.datetime) -> Task | None:
    """Return the task that a case is at the moment; None for one that waits for nobody."""
    is_engagement = isinstance(case, Engagement)
    rows = _engagements(scopes, at=at) if is_engagement else _listings(user, scopes, at=at)
    row = rows.filter(pk=case.pk).first()
    return task_of(row, scopes=scopes, at=at) if row else None


def _engagements(scopes: Collection[Scope], *, at: dt.datetime) -> QuerySet[Any]:
    buyers = casework.inside(scopes, "buyer__region")
    ours = due_engagements(at=at, buyers=buyers).filter(buyers | casework.inside(scopes, "supplier__region"))
    return ours.select_related("demand__enterprise", "buyer", "supplier", "broker").annotate(waiting=_WAITING)


def _listings(user: User, scopes: Collection[Scope], *, at: dt.datetime) -> QuerySet[Any]:
    handled = casework.inside(scopes, "enterprise__region")
    reviewed = casework.inside(scopes, "enterprise__region", roles=accounts.REVIEWERS)
    listings = due_listings(at=at, handled=handled, reviewed=reviewed)
    visible = Listing.objects.visible_to(user).filter(handled | reviewed).values("pk")
    return listings.filter(pk__in=visible).select_related("enterprise", "broker").annotate(candidates=_CANDIDATES)


def task_of(row: Any, *, scopes: Collection[Scope], at: dt.datetime) -> Task:  # noqa: ANN401 (an annotated row)
    """Make a row of a queue into a task, with a buyer's name only where this person may know it."""
    queue, days = QUEUES[row.queue], max(0, (at - row.since).days)
    is_engagement = isinstance(row, Engagement)
    listing = row.demand if is_engagement else row
    is_named = casework.is_named(listing, scopes=scopes)
    return Task(
        case=row,
        queue=queue,
        act=_SENTENCES[queue.code](row, days, timezone.localdate(at)),
        days=days,
        buyer=str(listing.enterprise) if is_named else "企业名称隐藏",
        supplier=str(row.supplier) if is_engagement else "",
    )


def _quiet(row: Engagement, days: int, _today: dt.date) -> str:
    step = Step(row.step)
    if step == Step.DELIVERED:
        return f"打电话：交付 {days} 天，双方还没都确认"
    if step == Step.ORDERED:
        return f"问进度：下单 {days} 天，还没交付"
    waiting = waits_for(step)
    who = "双方" if len(waiting) > 1 else "".join(Party(one).label for one in waiting)
    return f"打电话：{who} {days} 天没有动静（{step.label}）"


def _quote(row: Any, _days: int, today: dt.date) -> str:  # noqa: ANN401 (an annotated row)
    left: int = (row.quote_until - today).days
    if left < 0:
        return f"提醒：报价过期 {-left} 天，请买方定或供方续"
    return f"提醒买方：报价{_SOON[left] if left < len(_SOON) else f' {left} 天后'}到期"


_SENTENCES: Final[dict[str, Any]] = {
    "unmatched": lambda _row, _days, _today: "找候选：还没有合适的供给",
    "unwanted": lambda row, _days, _today: f"打电话：{row.candidates} 家候选，没有一家表达意向",
    "unanswered": lambda row, days, _today: f"打电话：买方 {days} 天没有答复 {row.waiting} 家",
    "quiet": _quiet,
    "quote": _quote,
    "call-back": lambda _row, days, _today: f"回访：双方确认满 {days} 天",
    "agreed": lambda row, _days, _today: f"按约联系：约的是 {row.next_on:%m-%d}",
    "review": lambda row, _days, _today: f"审核：{row.held_for or '企业未核验，或由填报员提交'}",
    "report": lambda _row, _days, _today: "核实：有人举报",
}
