"""Tasks that failed are tried again, with growing waits; what fails in the end stays in sight of the administrators.

Every task may be done twice without harm, so any may be tried again. How often one was begun stands in its row: each
beginning adds the worker's name.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from django.utils import timezone
from django_tasks_db.models import DBTaskResult

if TYPE_CHECKING:
    from django.db import models
    from django_tasks import TaskResult

WAITS: Final = tuple(dt.timedelta(seconds=seconds) for seconds in (10, 60, 600, 3600, 6 * 3600))
_KILLS_FORGIVEN: Final = 5
_KEPT: Final = dt.timedelta(days=7)


def plan_retry(*, task_result: TaskResult[Any], **_signal: object) -> None:
    """Queue a failed task once more, later; the error of the last attempt stays readable while it waits."""
    row = DBTaskResult.objects.filter(pk=task_result.id, status="FAILED").first()
    if row:
        _again(row, at=timezone.now())


def _again(row: DBTaskResult[..., Any], *, at: dt.datetime) -> bool:
    attempts = max(1, len(row.worker_ids))
    if attempts > len(WAITS):
        return False
    failed = DBTaskResult.objects.filter(pk=row.pk, status="FAILED")
    return bool(failed.update(status="READY", run_after=at + WAITS[attempts - 1], started_at=None))


def take_up(queue: str, *, at: dt.datetime) -> int:
    """Queue again what a killed worker left: begun and not ended, or failed and not yet planned anew.

    What was begun many times and never ended may be what kills the worker: it waits longer and longer.
    """
    left = DBTaskResult.objects.filter(queue_name=queue, status="RUNNING")
    taken = 0
    for row in left:
        kills = len(row.worker_ids) - _KILLS_FORGIVEN
        values = {"run_after": at + WAITS[min(kills, len(WAITS)) - 1]} if kills > 0 else {}
        taken += DBTaskResult.objects.filter(pk=row.pk, status="RUNNING").update(
            status="READY", started_at=None, **values
        )
    lost = DBTaskResult.objects.filter(queue_name=queue, status="FAILED", finished_at__gte=at - WAITS[0] * 6)
    return taken + sum(_again(row, at=at) for row in lost)


def given_up() -> models.QuerySet[DBTaskResult[..., Any]]:
    """Return the tasks that failed in the end, the last first."""
    return DBTaskResult.objects.filter(status="FAILED").order_by("-finished_at")


def waiting_again() -> models.QuerySet[DBTaskResult[..., Any]]:
    """Return the tasks that failed and wait to be tried again, the next first."""
    return DBTaskResult.objects.filter(status="READY").exclude(traceback="").order_by("run_after")


def start_over(identity: str, *, at: dt.datetime) -> bool:
    """Queue a task that was given up, as if it had never been tried; say whether there is such a one."""
    row = given_up().filter(pk=identity)
    return bool(row.update(status="READY", run_after=at, started_at=None, worker_ids=[]))


def prune(*, at: dt.datetime) -> int:
    """Forget the tasks that were done a week ago; those that failed stay until somebody has looked."""
    old = DBTaskResult.objects.filter(status="SUCCESSFUL", finished_at__lt=at - _KEPT)
    return int(old.delete()[0])
