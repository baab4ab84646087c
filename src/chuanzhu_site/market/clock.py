"""The clock: what runs again and again, as the table ``PERIODIC`` of the settings says.

A job is a function that takes the time, ``(*, at)``, and may be done twice without harm. The worker of short tasks
looks at the clock (:func:`keep_ticking`); ``chuanzhu-site clock`` does so from outside. Each due moment is queued as a
task in the transaction that notes it: once, however many look at the clock, and lost by none that is killed. After a
standstill only the last moment is made up for.
"""

from __future__ import annotations

import datetime as dt
import logging
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.db import close_old_connections, transaction
from django.utils import timezone
from django.utils.module_loading import import_string
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from chuanzhu_site.market.models import PeriodicJob

if TYPE_CHECKING:
    import threading
    from collections.abc import Mapping

_SECONDS_BETWEEN: Final = 20
_PACES: Final = {int: "每 {} 分钟", str: "每天 {}"}
_BEHIND_MATCHING: Final = -10
_logger = logging.getLogger(__name__)


@task(priority=_BEHIND_MATCHING)
def run_periodic(path: str) -> object:
    """Do one job of the table; one that has left the table meanwhile is done no more."""
    return import_string(path)(at=timezone.now()) if path in settings.PERIODIC else None


def slot_of(pace: int | str, *, at: dt.datetime) -> dt.datetime:
    """Return the last moment, up to ``at``, at which a job is due: each so many minutes, or each day at "08:00".

    >>> slot_of(10, at=dt.datetime(2026, 11, 22, 9, 47, 3, tzinfo=dt.UTC)).isoformat()
    '2026-11-22T09:40:00+00:00'
    """
    if isinstance(pace, int):
        return at - (at - dt.datetime.fromtimestamp(0, at.tzinfo)) % dt.timedelta(minutes=pace)
    hour, minute = map(int, pace.split(":"))
    today = timezone.localtime(at).replace(hour=hour, minute=minute, second=0, microsecond=0)
    return today if today <= at else today - dt.timedelta(days=1)


def tick(*, at: dt.datetime) -> int:
    """Queue every job that is due and was not queued for that moment yet; return how many."""
    known = {job.path: job for job in PeriodicJob.objects.all()}
    due = {path: slot_of(pace, at=at) for path, pace in settings.PERIODIC.items()}
    return sum(_queue(path, slot) for path, slot in due.items() if _is_behind(known, path, slot))


def _is_behind(known: Mapping[str, PeriodicJob], path: str, slot: dt.datetime) -> bool:
    return path not in known or known[path].slot < slot


@transaction.atomic
def _queue(path: str, slot: dt.datetime) -> bool:
    """Note the moment and queue the job, unless somebody else did, or the last one is still waiting to be done."""
    PeriodicJob.objects.get_or_create(path=path, defaults={"slot": slot - dt.timedelta(microseconds=1)})
    job = PeriodicJob.objects.select_for_update().get(path=path)
    if job.slot >= slot:
        return False
    waiting = job.task and DBTaskResult.objects.filter(pk=job.task, status="READY").exists()
    job.slot = slot
    job.task = job.task if waiting else str(run_periodic.enqueue(path).id)
    job.save()
    return not waiting


def jobs() -> list[tuple[str, str, dt.datetime | None]]:
    """Return the table as an administrator reads it: name, how often, and when last."""
    known = dict(PeriodicJob.objects.values_list("path", "slot"))
    return [
        (
            path.removeprefix("chuanzhu_site."),
            _PACES[type(pace)].format(pace),
            known.get(path),
        )
        for path, pace in settings.PERIODIC.items()
    ]


def keep_ticking(stopped: threading.Event) -> None:
    """Look at the clock until told to stop; what goes wrong is logged, and the next look tries again."""
    while not stopped.wait(_SECONDS_BETWEEN):
        close_old_connections()
        try:
            tick(at=timezone.now())
        except Exception:
            _logger.exception("the clock could not queue what is due")
        finally:
            close_old_connections()
