"""What the guests say before the event, and what the organiser notes of calling them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from chuanzhu_site.accounts import audit
from chuanzhu_site.accounts.refusals import Missing, WrongState
from chuanzhu_site.programme import policies
from chuanzhu_site.programme.actions.preparing import locked, running
from chuanzhu_site.programme.models import Event, Wish

if TYPE_CHECKING:
    from collections.abc import Collection

    from chuanzhu_site.accounts.models import User
    from chuanzhu_site.programme.models import Participant


@transaction.atomic
def answer(
    person: Participant, *, actor: User, wanted: Collection[int], absent: Collection[int] = (), declined: bool = False
) -> Participant:
    """Say for an enterprise whom it wishes to meet and when it cannot; the last word before the timetable counts.

    Who is not ticked is not wished for. Raises WrongState once the timetable is out, Missing for somebody unknown.
    """
    event = locked(person.event)
    _permit(person, actor)
    if event.state != Event.State.WISHES:
        raise WrongState(f"“{event}”{event.get_state_display()},意愿不能再改;有变动请给主办方打电话")
    own = list(Wish.objects.filter(Q(buyer=person) | Q(supplier=person)))
    if not set(wanted) <= {wish.pk for wish in own}:
        raise Missing("选择里有不在您名单上的企业;请刷新页面再选")
    if not all(1 <= slot <= event.slots for slot in absent):
        raise Missing(f"不能来的场次要在 1 到 {event.slots} 之间;请刷新页面再选")
    for wish in own:
        word = wish.pk in wanted and not declined
        if wish.buyer_id == person.pk:
            wish.by_buyer = word
        else:
            wish.by_supplier = word
    Wish.objects.bulk_update(own, ["by_buyer", "by_supplier"])
    person.absent, person.declined, person.answered_at = sorted(absent), declined, timezone.now()
    person.save(update_fields=["absent", "declined", "answered_at"])
    audit.record(actor, "event.answered", person, region=event.region, wanted=len(wanted), declined=declined)
    return person


def _permit(person: Participant, actor: User) -> None:
    """Its own people answer, and the organiser who has it on the telephone."""
    own = policies.own_participant(actor, person.event)
    if (own is None or own.pk != person.pk) and not policies.can_run(actor, person.event.region):
        raise PermissionDenied


@transaction.atomic
def note_call(person: Participant, *, actor: User, note: str) -> Participant:
    """Write down that a guest was called, and what was said."""
    event = running(person.event, actor=actor)
    if not note.strip():
        raise Missing("请写一句电话里说了什么,例如“答应今天选”“没人接”")
    person.called_at, person.called_by, person.call_note = timezone.now(), actor, note.strip()[:200]
    person.save(update_fields=["called_at", "called_by", "call_note"])
    audit.record(actor, "event.called", person, region=event.region)
    return person
