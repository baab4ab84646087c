"""The day itself: who has arrived, who has not come, and that it is over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.core import signing
from django.db import transaction
from django.utils import timezone

from chuanzhu_site.accounts import audit
from chuanzhu_site.accounts.refusals import WrongState
from chuanzhu_site.programme import policies
from chuanzhu_site.programme.actions.preparing import locked, running
from chuanzhu_site.programme.models import Event, Participant

if TYPE_CHECKING:
    import datetime as dt

    from chuanzhu_site.accounts.models import User

_SIGNER: Final = signing.Signer(salt="chuanzhu.programme.arrival")


def arrival_token(person: Participant) -> str:
    """Return what the QR code of a guest says: its name, signed, so that nobody can make one up."""
    return _SIGNER.sign(person.reference)


def arriving(event: Event, token: str) -> Participant:
    """Return the guest of a scanned code. Raises WrongState for one that is not ours, or of another event."""
    try:
        reference = _SIGNER.unsign(token)
    except signing.BadSignature as error:
        raise WrongState("这个签到码不对;请让对方打开自己的日程页再扫一次") from error
    person = event.participants.filter(reference=reference).select_related("enterprise", "arrived_by").first()
    if not person:
        raise WrongState(f"这个签到码不是“{event}”的;请核对是哪一场对接会")
    person.event = event
    return person


@transaction.atomic
def arrive(person: Participant, *, actor: User) -> Participant:
    """Check a guest in; one that had been given up for missing is there again from now on."""
    event = running(person.event, actor=actor)
    person = Participant.objects.select_for_update(of=("self",)).select_related("enterprise").get(pk=person.pk)
    if person.arrived_at:
        raise WrongState(f"“{person}”{timezone.localtime(person.arrived_at):%H:%M} 已经签到")
    person.arrived_at, person.arrived_by, person.gone_from = timezone.now(), actor, 0
    person.save(update_fields=["arrived_at", "arrived_by", "gone_from"])
    audit.record(actor, "event.arrived", person, region=event.region)
    return person


@transaction.atomic
def mark_missing(person: Participant, *, actor: User, at: dt.datetime) -> Participant:
    """Say that a guest is not there from the next slot on; the timetable is then repaired without it."""
    event = running(person.event, actor=actor)
    slot = event.slot_now(at=at)
    if slot > event.slots:
        raise WrongState("最后一场已经开始,不用再补排")
    person.gone_from, person.arrived_at = slot, None
    person.save(update_fields=["gone_from", "arrived_at"])
    audit.record(actor, "event.missing", person, region=event.region, slot=slot)
    return person


@transaction.atomic
def finish_event(event: Event, *, actor: User) -> Event:
    """Say that an event is over: from then on it is only asked what became of it."""
    event = locked(event)
    policies.may_run(actor, event.region)
    if event.state != Event.State.PUBLISHED:
        raise WrongState(f"“{event}”{event.get_state_display()},不能结束;日程发布过的才能结束")
    event.state = Event.State.OVER
    event.save(update_fields=["state"])
    audit.record(actor, "event.over", event, region=event.region)
    return event
