"""Asking both sides, three, six and twelve months after an event, what became of what was signed there."""

from __future__ import annotations

import calendar
import datetime as dt
from typing import TYPE_CHECKING, Final

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from chuanzhu_site.accounts import audit
from chuanzhu_site.accounts import policies as accounts
from chuanzhu_site.accounts.refusals import Missing
from chuanzhu_site.market.models import Topic
from chuanzhu_site.market.telling import tell_enterprise
from chuanzhu_site.programme import policies
from chuanzhu_site.programme.models import Event, FollowUp, Meeting

if TYPE_CHECKING:
    from decimal import Decimal

    from chuanzhu_site.accounts.models import User

MONTHS: Final = (3, 6, 12)
_YEAR: Final = 12
_LATE_DAYS: Final = 60
Said = FollowUp.Said


def months_after(day: dt.date, months: int) -> dt.date:
    """Return the same day so many months later, the last of the month where it has no such day.

    >>> months_after(dt.date(2026, 11, 30), 3).isoformat()
    '2027-02-28'
    """
    year, month = divmod(day.year * _YEAR + day.month - 1 + months, _YEAR)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def ask_followups(*, at: dt.datetime) -> int:
    """Ask all that is due and was not asked yet; return how many were asked. Doing it twice asks nobody twice.

    What fell due long ago, because nobody looked, is not asked any more once the next time has come.
    """
    today = timezone.localtime(at).date()
    asked = 0
    for event in Event.objects.filter(state__in=(Event.State.PUBLISHED, Event.State.OVER), day__lt=today):
        due = [months for months in MONTHS if months_after(event.day, months) <= today]
        if due and today <= months_after(event.day, due[-1]) + dt.timedelta(days=_LATE_DAYS):
            asked += _ask(event, due[-1], today)
    return asked


@transaction.atomic
def _ask(event: Event, months: int, today: dt.date) -> int:
    signed = Meeting.objects.filter(event=event, dropped_at=None, amount__gt=0)
    asked = 0
    for meeting in signed.select_related("wish__buyer__enterprise", "wish__supplier__enterprise"):
        for person in (meeting.wish.buyer, meeting.wish.supplier):
            row, is_new = FollowUp.objects.get_or_create(
                meeting=meeting, asked=person, months=months, defaults={"asked_on": today}
            )
            if is_new:
                text = f"“{event}”过去 {months} 个月了:当时谈定的,履行了多少?半分钟说一下"
                tell_enterprise(
                    person.enterprise,
                    key=f"followup:{row.pk}",
                    text=text,
                    address=row.get_absolute_url(),
                    topic=Topic.DUE,
                )
                asked += 1
    return asked


@transaction.atomic
def answer_followup(
    row: FollowUp, *, actor: User, said: str, amount: Decimal | None = None, note: str = ""
) -> FollowUp:
    """Keep one side's word. Raises Missing for "partly" without an amount: a part is only one when it has a size."""
    row = (
        FollowUp.objects.select_for_update(of=("self",))
        .select_related("asked__enterprise", "meeting__event")
        .get(pk=row.pk)
    )
    may_answer(row, actor)
    signed = row.meeting.amount or 0
    fixed = {Said.FULFILLED: amount or row.meeting.amount, Said.NOTHING: 0, Said.UNKNOWN: None}
    if said == Said.PARTLY and not amount:
        raise Missing("部分履约请写已履约多少元;说不准就选“说不清”")
    if amount is not None and said == Said.PARTLY and amount >= signed:
        raise Missing(f"写的 {amount:f} 元不少于当时谈定的 {signed:f} 元;全部履约请选“已全部履约”")
    row.said, row.amount = said, fixed.get(Said(said), amount or 0)
    row.note, row.said_by, row.said_at = note.strip()[:200], actor, timezone.now()
    row.save()
    audit.record(actor, "followup.answered", row, region=row.meeting.event.region, said=said)
    return row


def may_answer(row: FollowUp, actor: User) -> None:
    """Its own people answer, and the organiser who has them on the telephone."""
    is_own = accounts.is_member(actor, row.asked.enterprise, roles=accounts.PUBLISHERS)
    if not is_own and not policies.can_run(actor, row.meeting.event.region):
        raise PermissionDenied
