"""Putting down who has to be told what, in the same transaction as the fact: nothing is told that did not happen.

Sending is the worker's: a notification in the site exists at once, the other ways are rows in ``Delivery``.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.utils import timezone

from chuanzhu_site.accounts.models import Enterprise, User
from chuanzhu_site.accounts.policies import PUBLISHERS
from chuanzhu_site.market.letters import ADDRESSES
from chuanzhu_site.market.models import Channel, ContactChoice, Delivery, Notification, Topic
from chuanzhu_site.market.sending import send_to

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from django.db.models import QuerySet

DIGEST_HOUR: Final = 8
_LONGEST: Final = 200
_Pace: Final = ContactChoice.Pace
USUAL: Final[Mapping[str, str]] = {Channel.EMAIL: _Pace.AT_ONCE, Channel.SMS: _Pace.NEVER, Channel.WECHAT: _Pace.NEVER}
# How people are told until they choose; what costs money and reaches a pocket is for them to switch on.
TOPICS: Final[Mapping[Topic, tuple[str, ...]]] = {
    Topic.MATCH: ("found", "wanted", "invited"),
    Topic.SEARCH: ("search",),
    Topic.DEAL: ("engagement", "reveal", "lead", "case", "named", "report"),
    Topic.WORDS: ("question", "answer", "returned", "messages"),
    Topic.DUE: ("expired", "expiring", "owed", "quote", "silent", "call-back", "escalated"),
    Topic.REVIEW: ("listing-event", "claim"),
}
# What a notice is about, by the kind of fact with which its key begins.
_TOPIC_OF: Final = {kind: topic for topic, kinds in TOPICS.items() for kind in kinds}


def topic_of(key: str) -> Topic:
    """Return what a notice with this key is about.

    >>> topic_of("found:37").label, topic_of("weather:5").label
    ('新的匹配', '其他')
    """
    return _TOPIC_OF.get(key.partition(":")[0], Topic.OTHER)


def tell_enterprise(enterprise: Enterprise, *, key: str, text: str, address: str, topic: Topic | None = None) -> None:
    """Tell everybody who acts for an enterprise."""
    tell(people_of(enterprise), key=key, text=text, address=address, topic=topic)


def people_of(enterprise: Enterprise) -> QuerySet[User]:
    """Return everybody who acts for an enterprise, through any record merged with it."""
    family = Enterprise.objects.filter(pk=enterprise.standing.pk) | enterprise.standing.absorbed.all()
    people = User.objects.filter(
        memberships__enterprise__in=family, memberships__ended_at=None, memberships__role__in=PUBLISHERS
    )
    return people.distinct()


def tell(people: Iterable[User], *, key: str, text: str, address: str, topic: Topic | None = None) -> None:
    """Tell some people of one fact, each once however often this is called with the same ``key``.

    Where no ``topic`` is given, it follows from the key.
    """
    about = topic or topic_of(key)
    for user in people:
        notification, is_new = Notification.objects.get_or_create(
            user=user, key=key, defaults={"text": text[:_LONGEST], "address": address, "topic": about}
        )
        if is_new:
            _plan(notification, user, now=timezone.localtime())


def _plan(notification: Notification, user: User, *, now: dt.datetime) -> None:
    chosen = dict(user.contact_choices.filter(topic=notification.topic).values_list("channel", "pace"))
    for channel in settings.SENDERS:
        pace = chosen.get(channel, USUAL[channel])
        if pace == _Pace.NEVER or not ADDRESSES[channel](user):
            continue
        Delivery.objects.create(notification=notification, channel=channel, due_at=_due(pace, now))
        if pace == _Pace.AT_ONCE:
            send_to.enqueue(user.pk, channel)


def _due(pace: str, now: dt.datetime) -> dt.datetime:
    """At once, or at the next eight o'clock in the morning."""
    if pace == _Pace.AT_ONCE:
        return now
    morning = now.replace(hour=DIGEST_HOUR, minute=0, second=0, microsecond=0)
    return morning if morning > now else morning + dt.timedelta(days=1)
