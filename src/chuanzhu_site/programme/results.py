"""What became of an event: outcomes counted, and how much of what was signed was fulfilled, as far as it is known."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from chuanzhu_site.programme.actions.following import MONTHS, months_after
from chuanzhu_site.programme.models import FollowUp, Meeting

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from chuanzhu_site.programme.models import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Fulfilment:
    """What is known so many months after an event of the meetings where an amount was agreed.

    ``rate`` is delivered over agreed, in percent, of those where both sides said how much (the lower figure counts);
    None where that is known of none. One side's word and silence stay out of it and are counted beside it.
    """

    months: int
    due_on: dt.date
    signed: int
    both: int
    one_sided: int
    unknown: int
    agreed: Decimal
    delivered: Decimal

    @property
    def rate(self) -> Decimal | None:
        """Percent of what was agreed that both sides say was delivered."""
        return 100 * self.delivered / self.agreed if self.agreed else None


def outcomes_of(event: Event) -> list[tuple[str, str, int]]:
    """Return (code, name, number) of each outcome, and of the meetings of which nobody said anything."""
    counted = Counter(event.meetings.filter(dropped_at=None).values_list("outcome", flat=True))
    return [
        *((one.value, str(one.label), counted[one.value]) for one in Meeting.Outcome),
        ("", "还没有记", counted[""]),
    ]


def fulfilment_of(event: Event) -> list[Fulfilment]:
    """Return what is known at 3, 6 and 12 months; two queries."""
    signed = {
        meeting.pk: meeting.amount or Decimal(0)
        for meeting in event.meetings.filter(dropped_at=None, amount__gt=0).only("pk", "amount")
    }
    said: dict[tuple[int, int], list[FollowUp]] = defaultdict(list)
    for row in FollowUp.objects.filter(meeting__in=signed):
        said[row.meeting_id, row.months].append(row)
    return [_at(event, months, signed, {pk: said[pk, months] for pk in signed}) for months in MONTHS]


def _at(
    event: Event,
    months: int,
    signed: dict[int, Decimal],
    said: dict[int, Sequence[FollowUp]] | dict[int, list[FollowUp]],
) -> Fulfilment:
    words = {pk: [row.amount for row in rows if row.amount is not None] for pk, rows in said.items()}
    both = {pk: min(amounts) for pk, amounts in words.items() if len(amounts) > 1}
    one_sided = sum(len(amounts) == 1 for amounts in words.values())
    return Fulfilment(
        months=months,
        due_on=months_after(event.day, months),
        signed=len(signed),
        both=len(both),
        one_sided=one_sided,
        unknown=len(signed) - len(both) - one_sided,
        agreed=sum((signed[pk] for pk in both), Decimal(0)),
        delivered=sum(both.values(), Decimal(0)),
    )
