"""How reliably a buyer answers: the share of interests that got an answer, and how long the answers took.

Counted are the interests of the last year that were answered, and those unanswered whose time ran out, be they still
open or ended since. One that is still in time counts neither way, nor one that ended before its time ran out. So
nobody is blamed for a supplier that left again, and nobody looks better by letting others wait.

Only interests in public demands are counted: whoever wrote to a masked buyer could else tell by whose figures changed
after the answer which enterprise it is.
"""

from __future__ import annotations

import datetime as dt
import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db.models import F, Q

from chuanzhu_site.market.lifecycle import Step
from chuanzhu_site.market.models import Engagement, Listing

if TYPE_CHECKING:
    from chuanzhu_site.accounts.models import Enterprise

_DAYS: Final = 365
_LEAST: Final = 3
_HOUR: Final = dt.timedelta(hours=1)
_HOURS_A_DAY: Final = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Answering:
    """A buyer's answers within a year: of how many interests, how many answered, the middle time of the answers."""

    asked: int
    answered: int
    median: dt.timedelta | None

    @property
    def percent(self) -> int:
        """Share of the interests that were answered."""
        return round(100 * self.answered / self.asked) if self.asked else 0

    @property
    def says_something(self) -> bool:
        """Whether there are enough of them to speak of a share."""
        return self.asked >= _LEAST

    @property
    def pace(self) -> str:
        """The middle time in words: hours within a day, days beyond it.

        >>> Answering(asked=4, answered=3, median=dt.timedelta(hours=30)).pace
        '1.3 天'
        """
        if self.median is None:
            return ""
        hours = self.median / _HOUR
        if hours < 1:
            return "不到 1 小时"
        return f"{hours:.0f} 小时" if hours < _HOURS_A_DAY else f"{hours / _HOURS_A_DAY:.1f} 天"

    def __str__(self) -> str:
        if not self.says_something:
            return f"答复率:意向还不到 {_LEAST} 次,暂不统计"
        times = f",一般 {self.pace}内答复" if self.pace else ""
        return f"答复率 {self.percent}%({self.asked} 次意向答复了 {self.answered} 次,近一年){times}"


def answering(buyer: Enterprise, *, at: dt.datetime) -> Answering:
    """Return how reliably an enterprise answers, with what was merged into it."""
    standing = buyer.standing
    own = Q(buyer=standing) | Q(buyer__merged_into=standing)
    since = at - dt.timedelta(days=_DAYS)
    asked = Engagement.objects.filter(own, demand__privacy=Listing.Privacy.PUBLIC, started_at__gt=since)
    is_answered = Q(answered_at__isnull=False, answered_at__lte=at)
    waited = ~Q(step=Step.ENDED) | Q(moved_at__gt=F("answer_due_at"))
    counted = asked.filter(is_answered | (Q(answer_due_at__lte=at) & waited))
    pairs = list(counted.order_by().values_list("started_at", "answered_at"))
    times = [(answered_at - started_at).total_seconds() for started_at, answered_at in pairs if answered_at]
    median = dt.timedelta(seconds=statistics.median(times)) if times else None
    return Answering(asked=len(pairs), answered=len(times), median=median)


def answering_on(listing: Listing, *, is_named: bool, at: dt.datetime) -> Answering | None:
    """Return what a demand's page says of its buyer's answers: nothing where the buyer is masked.

    The same figures stand on the buyer's own page, and would give it away.
    """
    return answering(listing.enterprise, at=at) if listing.side == "demand" and is_named else None
