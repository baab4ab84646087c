"""Asking for a timetable, stopping the search, and telling people what was found."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.utils import timezone

from chuanzhu_site.accounts import audit
from chuanzhu_site.accounts.refusals import StaleForm, WrongState
from chuanzhu_site.market.telling import tell_enterprise
from chuanzhu_site.programme import bridge, policies, tasks
from chuanzhu_site.programme.actions.preparing import running
from chuanzhu_site.programme.computing import told_meetings
from chuanzhu_site.programme.models import Event, Meeting, Timetable

if TYPE_CHECKING:
    from chuanzhu_site.accounts.models import User
    from chuanzhu_site.programme.models import Participant, Wish

PLANNING_SECONDS, REPAIRING_SECONDS = 60, 10
LONGEST_SECONDS: Final = 600
_PATIENCE: Final = 1200
_BATCH: Final = 200
_UNDER_WAY: Final = (Timetable.State.WAITING, Timetable.State.WORKING)


@transaction.atomic
def start_timetable(
    event: Event, *, actor: User, seconds: int = PLANNING_SECONDS, at: dt.datetime | None = None
) -> Timetable:
    """Queue the computation: a plan before anything was told, a repair of what was told afterwards.

    ``at`` is local time; slots that have begun by then stay as they are.
    """
    event = running(event, actor=actor)
    _give_up(event)
    if event.timetables.filter(state__in=_UNDER_WAY).exists():
        raise WrongState("正在排,请等它算完,或先停止")
    if not event.wishes.exists():
        raise WrongState("还没有一条意愿,没有什么可以排;请先加会面")
    is_told = event.state == Event.State.PUBLISHED
    timetable = Timetable.objects.create(
        event=event,
        purpose=Timetable.Purpose.REPAIR if is_told else Timetable.Purpose.PLAN,
        seconds=min(max(1, REPAIRING_SECONDS if is_told else seconds), LONGEST_SECONDS),
        from_slot=min(event.slots, event.slot_now(at=at or timezone.localtime())) if is_told else 1,
        made_by=actor,
    )
    tasks.compute.enqueue(timetable.pk)
    return timetable


def _give_up(event: Event) -> None:
    """Close a computation that nobody works on any more: it would stand in the way of every later one."""
    long_ago = timezone.now() - dt.timedelta(seconds=LONGEST_SECONDS + _PATIENCE)
    event.timetables.filter(state__in=_UNDER_WAY, made_at__lt=long_ago).update(
        state=Timetable.State.FAILED,
        finished_at=timezone.now(),
        error="没有算完,可能是后台任务停了;请再排一次,还不行请联系管理员",
    )


@transaction.atomic
def stop_timetable(timetable: Timetable, *, actor: User) -> Timetable:
    """Ask the search to stop: it keeps the best that it has found so far."""
    policies.may_run(actor, timetable.event.region)
    if not Timetable.objects.filter(pk=timetable.pk, state__in=_UNDER_WAY).update(is_cancelled=True):
        raise WrongState("已经算完了,不用停止")
    return timetable


@transaction.atomic
def publish_timetable(timetable: Timetable, *, actor: User) -> Timetable:
    """Make a timetable the one that counts, and tell everybody of it, or of a repair those whose meetings changed.

    Raises StaleForm where another was published after this one was computed.
    """
    event = running(timetable.event, actor=actor)
    timetable = Timetable.objects.select_for_update().get(pk=timetable.pk)
    if timetable.state != Timetable.State.DONE or timetable.published_at:
        raise WrongState("这份日程还没有算好,或已经发布过;请刷新页面")
    told = told_meetings(event)
    changes = bridge.changes_of(timetable.placements, told)
    if event.published_at and event.published_at > timetable.made_at:
        raise StaleForm("算好以后,另一份日程已经发布;请重新排一次再发布")
    _write(event, timetable)
    now = timezone.now()
    _tell(event, timetable, changed={change[1] for change in changes}, is_first=event.state != Event.State.PUBLISHED)
    timetable.published_at, timetable.changes = now, changes
    timetable.save(update_fields=["published_at", "changes"])
    event.state, event.published_at = Event.State.PUBLISHED, now
    event.save(update_fields=["state", "published_at"])
    audit.record(actor, "event.published", event, region=event.region, meetings=len(timetable.placements))
    return timetable


def _write(event: Event, timetable: Timetable) -> None:
    """Take all meetings back first, then set each where it now is: two may have exchanged their places."""
    event.meetings.filter(dropped_at=None).update(dropped_at=timezone.now())
    known = {meeting.wish_id: meeting for meeting in event.meetings.all()}
    kept = []
    for wish, slot, table in timetable.placements:
        meeting = known.get(wish) or Meeting(event=event, wish_id=wish)
        meeting.slot, meeting.table, meeting.dropped_at = slot, table, None
        kept.append(meeting)
    Meeting.objects.bulk_update([one for one in kept if one.pk], ["slot", "table", "dropped_at"], batch_size=_BATCH)
    Meeting.objects.bulk_create([one for one in kept if not one.pk], batch_size=_BATCH)


def _tell(event: Event, timetable: Timetable, *, changed: set[int], is_first: bool) -> None:
    wishes = event.wishes.filter(pk__in=changed).select_related("buyer__enterprise", "supplier__enterprise")
    concerned: dict[int, Participant] = {}
    for wish in wishes:
        concerned.update({person.pk: person for person in _both(wish)})
    for person in concerned.values():
        person.event = event
        text = f"“{event}”的日程出来了,请看您的会面" if is_first else f"“{event}”的日程有变,请看您改动的会面"
        tell_enterprise(
            person.enterprise, key=f"event-timetable:{timetable.pk}", text=text, address=person.get_absolute_url()
        )


def _both(wish: Wish) -> tuple[Participant, Participant]:
    return wish.buyer, wish.supplier
