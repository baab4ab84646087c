"""What the worker of long tasks does for the chain map."""

from __future__ import annotations

from django_tasks import task

from chuanzhu_site.observatory import surveying


@task(queue_name="long")
def survey(programme: str) -> None:
    """Survey a programme; done twice, it finds the same."""
    surveying.survey(programme)
