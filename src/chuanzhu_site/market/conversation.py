"""What one person sees of questions and messages: whose they are, as far as that may be known, and what is unread."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db.models import Count, F, IntegerField, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce

from chuanzhu_site.accounts.models import Enterprise
from chuanzhu_site.accounts.standing import standing_of
from chuanzhu_site.market.actions import mark_read
from chuanzhu_site.market.lifecycle import Party
from chuanzhu_site.market.models import Message, Reading
from chuanzhu_site.market.models.listings import SHOWN

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection

    from django.contrib.auth.models import AnonymousUser
    from django.db.models import QuerySet

    from chuanzhu_site.accounts.models import User
    from chuanzhu_site.market.models import Engagement, Listing, Question

_ASKED: Final = 50
_SAID: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question as one person reads it; ``waits_for`` says what is still being looked at, of one's own only."""

    question: Question
    answer: str
    waits_for: str
    is_mine: bool
    can_answer: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """The public questions of a listing, and for which of one's enterprises one could ask."""

    asked: tuple[Asked, ...]
    askers: tuple[Enterprise, ...]


def conversation(user: User | AnonymousUser, listing: Listing, *, is_owner: bool) -> Conversation:
    """Return the questions on a listing that a person may read, and the enterprises that may ask one more."""
    own = set(standing_of(user).enterprises())
    readable = listing.questions.shown() | listing.questions.filter(enterprise__in=own)
    rows = readable.order_by("-pk")[:_ASKED]
    askers = () if is_owner or not own or listing.state not in SHOWN else tuple(Enterprise.objects.filter(pk__in=own))
    return Conversation(
        asked=tuple(_asked(one, is_owner=is_owner, is_mine=one.enterprise_id in own) for one in rows), askers=askers
    )


def _asked(question: Question, *, is_owner: bool, is_mine: bool) -> Asked:
    held = question.answer_held_for
    waits = question.held_for if is_mine else held if is_owner else ""
    return Asked(
        question=question,
        answer=question.answer if is_owner or not held else "",
        waits_for=waits,
        is_mine=is_mine,
        can_answer=is_owner and not question.answered_at,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A message as one person reads it."""

    who: str
    text: str
    at: dt.datetime
    is_mine: bool
    is_new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """The messages of an engagement, the oldest first; ``parties`` are the sides from which one could say more."""

    said: tuple[Said, ...]
    parties: tuple[Party, ...]


def read_messages(engagement: Engagement, *, user: User, parties: Collection[Party], is_named: bool) -> Talk:
    """Return the last messages as a person on these sides reads them, and remember that they were read."""
    rows = list(engagement.messages.order_by("-pk")[:_SAID])[::-1]
    read = engagement.readings.filter(user=user).values_list("up_to", flat=True).first() or 0
    if rows and rows[-1].pk > read:
        mark_read(engagement, user=user, up_to=rows[-1].pk)
    names = {
        Party.BUYER: str(engagement.buyer) if is_named else "买方",
        Party.SUPPLIER: str(engagement.supplier),
        Party.BROKER: "对接专员",
    }
    said = tuple(
        Said(
            who="我" if one.sender_id == user.pk else names[Party(one.party)],
            text=one.text,
            at=one.at,
            is_mine=one.sender_id == user.pk,
            is_new=one.pk > read and one.sender_id != user.pk,
        )
        for one in rows
    )
    return Talk(said=said, parties=tuple(party for party in Party if party in parties))


def with_unread(engagements: QuerySet[Engagement], user: User) -> QuerySet[Engagement]:
    """Add to each engagement how many messages of others this person has not read."""
    read = Reading.objects.filter(engagement=OuterRef(OuterRef("pk")), user=user).values("up_to")
    fresh = Message.objects.filter(engagement=OuterRef("pk")).exclude(sender=user)
    fresh = fresh.annotate(read=Coalesce(Subquery(read), Value(0))).filter(pk__gt=F("read"))
    count = fresh.order_by().values("engagement").annotate(many=Count("pk")).values("many")
    return engagements.annotate(unread=Coalesce(Subquery(count, output_field=IntegerField()), 0))
