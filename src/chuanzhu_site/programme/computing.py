"""A timetable's computation: the library's answer kept, or in words why there is none; stopped when somebody asks."""

from __future__ import annotations

import contextlib
import logging
import threading
from typing import TYPE_CHECKING, Any, Final

from django.db import DatabaseError, connection
from django.utils import timezone

from chuanzhu.meetings import Effort, InfeasibleEvent, OutOfTime, plan, repair
from chuanzhu.model import ChuanzhuError
from chuanzhu_site.programme import bridge
from chuanzhu_site.programme.models import Timetable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chuanzhu.meetings import Timetable as Found
    from chuanzhu_site.programme.bridge import Case
    from chuanzhu_site.programme.models import Event, Meeting

_LOOK_EVERY: Final = 0.5
_LONGEST_ERROR: Final = 2000
_logger = logging.getLogger(__name__)


def run(timetable: Timetable) -> None:
    """Compute a timetable and keep it, or why there is none. Doing it twice does no harm."""
    _keep(timetable, state=Timetable.State.WORKING, started_at=timezone.now())
    try:
        found = _computed(timetable)
    except InfeasibleEvent as conflict:
        lead = "下面几条要求不能同时满足(一家一场只能见一家)"
        cure = "放宽其中任何一条再排" if conflict.is_minimal else "从中放宽几条再排(其中可能有几条并不相干)"
        _fail(timetable, f"{lead};请{cure}", rules=list(conflict.rules))
    except OutOfTime:
        _fail(timetable, _why_nothing(timetable))
    except ChuanzhuError as error:
        _fail(timetable, str(error))
    except Exception:
        _logger.exception("a timetable failed")
        _fail(timetable, "系统出了差错,已经记录;请再试一次,还不行请联系管理员")
    else:
        _keep(timetable, state=Timetable.State.DONE, finished_at=timezone.now(), **found)


def _computed(timetable: Timetable) -> dict[str, Any]:
    event = timetable.event
    told = told_meetings(event)
    if timetable.purpose == Timetable.Purpose.PLAN:
        case = bridge.case_of(event)
    else:
        case = bridge.case_of(event, told=told, from_slot=timetable.from_slot)
    with _watched(timetable) as cancel:
        effort = Effort(seconds=float(timetable.seconds), cancel=cancel)
        found = bridge.placements_of(case, _found(timetable, case, effort))
    return {**found, "changes": bridge.changes_of(found["placements"], told)}


def _found(timetable: Timetable, case: Case, effort: Effort) -> Found:
    if timetable.purpose == Timetable.Purpose.PLAN:
        return plan(case.planned, effort=effort)
    return repair(case.planned, told=case.told, effort=effort)


def told_meetings(event: Event) -> dict[int, Meeting]:
    """Return the meetings that people know of, by wish."""
    return {meeting.wish_id: meeting for meeting in event.meetings.filter(dropped_at=None)}


def _why_nothing(timetable: Timetable) -> str:
    if Timetable.objects.filter(pk=timetable.pk, is_cancelled=True).exists():
        return "已按要求停止,停止前还没有排出可用的日程"
    return f"{timetable.seconds} 秒内没有排出可用的日程,也没能证明排不出来;请把时间放长一点再排,或减少“必须安排”的会面"


def _fail(timetable: Timetable, error: str, *, rules: list[str] | None = None) -> None:
    state = Timetable.State.FAILED
    _keep(timetable, state=state, finished_at=timezone.now(), error=error[:_LONGEST_ERROR], rules=rules or [])


def _keep(timetable: Timetable, **values: Any) -> None:  # noqa: ANN401 (values of any field)
    Timetable.objects.filter(pk=timetable.pk).update(**values)
    for name, value in values.items():
        setattr(timetable, name, value)


@contextlib.contextmanager
def _watched(timetable: Timetable) -> Iterator[threading.Event]:
    """Give the flag that stops the search, set by a thread that looks whether somebody pressed 停止."""
    cancel, done = threading.Event(), threading.Event()
    asked = Timetable.objects.filter(pk=timetable.pk, is_cancelled=True)
    if asked.exists():
        cancel.set()

    def watch() -> None:
        try:
            while not done.wait(_LOOK_EVERY) and not cancel.is_set():
                with contextlib.suppress(DatabaseError):  # busy for a moment: the next look asks again
                    if asked.all().exists():
                        cancel.set()
        finally:
            connection.close()

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield cancel
    finally:
        done.set()
        watcher.join()
