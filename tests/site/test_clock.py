import datetime as dt

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from chuanzhu_site.market import clock, retrying
from chuanzhu_site.market.models import PeriodicJob

pytestmark = pytest.mark.django_db
NOON = dt.datetime(2026, 11, 22, 4, 0, tzinfo=dt.UTC)
JOB = "chuanzhu_site.market.retrying.prune"


@pytest.fixture(autouse=True)
def table(settings):
    settings.PERIODIC = {JOB: 10}
    return settings


def queued():
    return DBTaskResult.objects.filter(task_path="chuanzhu_site.market.clock.run_periodic", status="READY").count()


def test_each_due_moment_is_queued_once_however_often_the_clock_is_looked_at():
    assert [clock.tick(at=NOON + dt.timedelta(minutes=minutes)) for minutes in (0, 1, 9)] == [1, 0, 0]
    DBTaskResult.objects.update(status="SUCCESSFUL")
    assert clock.tick(at=NOON + dt.timedelta(minutes=10)) == 1


def test_a_job_that_still_waits_is_not_queued_a_second_time():
    clock.tick(at=NOON)
    assert clock.tick(at=NOON + dt.timedelta(hours=5)) == 0
    assert queued() == 1


def test_after_a_standstill_only_the_last_moment_is_made_up_for():
    clock.tick(at=NOON)
    DBTaskResult.objects.all().delete()
    clock.tick(at=NOON + dt.timedelta(days=3))
    assert queued() == 1
    assert PeriodicJob.objects.get().slot == NOON + dt.timedelta(days=3)


def test_a_daily_job_is_due_from_its_hour_on_where_the_site_is(table):
    table.PERIODIC = {JOB: "08:00"}
    eight = dt.datetime(2026, 11, 22, 0, 0, tzinfo=dt.UTC)
    assert clock.slot_of("08:00", at=eight) == eight
    assert clock.slot_of("08:00", at=eight - dt.timedelta(minutes=1)) == eight - dt.timedelta(days=1)
    clock.tick(at=eight - dt.timedelta(minutes=1))
    DBTaskResult.objects.all().delete()
    assert [clock.tick(at=eight + dt.timedelta(hours=hours)) for hours in (0, 1, 23)] == [1, 0, 0]


def test_every_job_of_the_settings_is_a_function_that_takes_the_time(table):
    from chuanzhu_site.settings import PERIODIC  # noqa: PLC0415 (the table as it is shipped, not that of the fixture)

    for path in PERIODIC:
        table.PERIODIC = {path: 1}
        assert isinstance(clock.run_periodic.call(path), int)
    assert clock.run_periodic.call("os.getcwd") is None


def failing(attempts, **values):
    row = {"task_path": "chuanzhu_site.market.clock.run_periodic", "backend_name": "default", "queue_name": "default"}
    row |= {"args_kwargs": {"args": [JOB], "kwargs": {}}, "run_after": NOON, "worker_ids": ["w"] * attempts}
    return DBTaskResult.objects.create(**{"status": "FAILED", "finished_at": timezone.now(), **row, **values})


def test_a_failed_task_is_tried_again_after_growing_waits_and_then_given_up():
    waits = []
    for attempts in range(1, 7):
        row, before = failing(attempts), timezone.now()
        retrying.plan_retry(task_result=row.task_result)
        row.refresh_from_db()
        waits.append((row.run_after - before).total_seconds() if row.status == "READY" else None)
    assert waits[-1] is None
    assert waits[:-1] == sorted(waits[:-1])
    assert [round(wait) for wait in waits[:-1]] == [10, 60, 600, 3600, 21600]
    assert retrying.given_up().count() == 1


def test_what_was_given_up_can_be_started_over():
    row = failing(6)
    assert retrying.start_over(str(row.pk), at=NOON)
    row.refresh_from_db()
    assert (row.status, row.worker_ids) == ("READY", [])
    assert not retrying.start_over(str(row.pk), at=NOON)


def test_a_worker_takes_up_what_a_killed_one_left_and_puts_off_what_may_have_killed_it():
    once = failing(1, status="RUNNING", finished_at=None)
    often = failing(8, status="RUNNING", finished_at=None)
    other = failing(1, status="RUNNING", finished_at=None, queue_name="long")
    assert retrying.take_up("default", at=timezone.now()) == 2
    for row in (once, often, other):
        row.refresh_from_db()
    assert (once.status, once.run_after) == ("READY", NOON)
    assert often.run_after > timezone.now() + dt.timedelta(minutes=5)
    assert other.status == "RUNNING"


def test_done_tasks_are_forgotten_after_a_week_and_failed_ones_are_not():
    failing(6)
    failing(1, status="SUCCESSFUL")
    assert retrying.prune(at=timezone.now() + dt.timedelta(days=6)) == 0
    assert retrying.prune(at=timezone.now() + dt.timedelta(days=8)) == 1
    assert retrying.given_up().count() == 1
