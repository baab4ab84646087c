"""Sending what was put down to be told: one letter for each person and channel, with all that is due.

At most once. Rows are claimed (``SENDING``, committed) before a letter leaves, and become ``SENT`` after it did. A
worker that is killed between the two leaves them claimed, and nobody can say whether the letter left: such rows become
``UNSURE`` and are not sent again by themselves. So nobody gets a letter twice, and in the worst moment somebody gets
none; the notice itself stands in the site all the while, and administrators see what is unsure and may have it sent.
Only where the sender is certain that nothing left (NotSent) is a letter tried again by itself, with growing waits.
"""

from __future__ import annotations

import datetime as dt
import logging
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django_tasks import task

from chuanzhu_site.market.letters import ADDRESSES, letter_of
from chuanzhu_site.market.models import Delivery
from chuanzhu_site.market.senders import NotSent, sender_of

if TYPE_CHECKING:
    from collections.abc import Sequence

WAITS: Final = tuple(dt.timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 720))
_AT_ONCE: Final = 200
_INTERRUPTED: Final = dt.timedelta(minutes=10)
_LONGEST: Final = 200
_S: Final = Delivery.State
_logger = logging.getLogger(__name__)


@task(queue_name="post")
def send_to(user: int, channel: str) -> None:
    """Send a person what is due by a channel; nothing where another task has already done so."""
    send_letter(user, channel, at=timezone.now())


def send_letter(user: int, channel: str, *, at: dt.datetime) -> str:
    """Send one letter with all that is due for a person by a channel; return what became of it, empty for nothing."""
    claimed = _claim(user, channel, at=at)
    if not claimed:
        return ""
    try:
        sender_of(channel)(letter_of(claimed))
    except NotSent as error:
        return _not_sent(claimed, error, at=at)
    except Exception as error:
        _logger.exception("a letter may or may not have left")
        return _end(claimed, _S.UNSURE, error=str(error) or type(error).__name__)
    return _end(claimed, _S.SENT, sent_at=timezone.now())


@transaction.atomic
def _claim(user: int, channel: str, *, at: dt.datetime) -> list[Delivery]:
    """Take what is due. What its reader has already read in the site goes into no digest; who left gets nothing."""
    due = Delivery.objects.select_for_update(of=("self",)).filter(
        notification__user=user, channel=channel, state=_S.WAITING, due_at__lte=at
    )
    rows = list(due.select_related("notification__user").order_by("pk")[:_AT_ONCE])
    needless = [one.pk for one in rows if not _is_wanted(one)]
    Delivery.objects.filter(pk__in=needless).update(state=_S.SKIPPED)
    claimed = [one for one in rows if one.pk not in needless]
    for one in claimed:
        one.state, one.tried_at, one.attempts = _S.SENDING, at, one.attempts + 1
    Delivery.objects.bulk_update(claimed, ["state", "tried_at", "attempts"])
    return claimed


def _is_wanted(one: Delivery) -> bool:
    user = one.notification.user
    return user.is_active and not one.notification.read_at and bool(ADDRESSES[one.channel](user))


def _not_sent(claimed: Sequence[Delivery], error: NotSent, *, at: dt.datetime) -> str:
    attempts = claimed[0].attempts
    if error.is_final or attempts > len(WAITS):
        return _end(claimed, _S.FAILED, error=str(error))
    return _end(claimed, _S.WAITING, error=str(error), due_at=at + WAITS[attempts - 1])


def _end(claimed: Sequence[Delivery], state: Delivery.State, *, error: str = "", **values: object) -> str:
    rows = Delivery.objects.filter(pk__in=[one.pk for one in claimed], state=_S.SENDING)
    rows.update(state=state, error=error[:_LONGEST], **values)
    return state


def send_due(*, at: dt.datetime) -> int:
    """Queue a letter for everybody to whom something is due, the digests among them; return how many."""
    stuck = Delivery.objects.filter(state=_S.SENDING, tried_at__lt=at - _INTERRUPTED)
    stuck.update(state=_S.UNSURE, error="发送途中被打断")
    due = Delivery.objects.filter(state=_S.WAITING, due_at__lte=at, channel__in=settings.SENDERS)
    people = due.values_list("notification__user", "channel").distinct()
    return sum(bool(send_to.enqueue(user, channel)) for user, channel in people)


@transaction.atomic
def send_again(delivery: Delivery, *, at: dt.datetime) -> None:
    """Have what failed or is unsure sent once more: an administrator's decision, who accepts that it may come twice."""
    rows = Delivery.objects.filter(pk=delivery.pk, state__in=(_S.FAILED, _S.UNSURE))
    if rows.update(state=_S.WAITING, due_at=at, attempts=0):
        send_to.enqueue(delivery.notification.user_id, delivery.channel)
