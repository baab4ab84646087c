"""What the worker of long tasks does for events."""

from __future__ import annotations

from django_tasks import task

from chuanzhu_site.programme import computing
from chuanzhu_site.programme.models import Timetable


@task(queue_name="long")
def compute(pk: int) -> None:
    """Compute a timetable, unless it is over already."""
    found = Timetable.objects.select_related("event").filter(pk=pk).first()
    if found and not found.is_finished:
        computing.run(found)
