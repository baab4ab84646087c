"""What the worker of long tasks does with lists."""

from __future__ import annotations

from django.utils import timezone
from django_tasks import task

from chuanzhu_site.exchange import job
from chuanzhu_site.exchange.models import Batch


@task(queue_name="long")
def read(pk: int) -> None:
    """Read a list, unless it was dropped while it waited."""
    batch = Batch.objects.select_related("user", "enterprise").filter(pk=pk).first()
    if batch and batch.state in {Batch.State.WAITING, Batch.State.READING}:
        job.read(batch)


@task(queue_name="long")
def apply(pk: int) -> None:
    """Take a list over; one that was taken over by a worker that died right after is left as it is."""
    batch = Batch.objects.select_related("user", "enterprise").filter(pk=pk).first()
    if batch and batch.state == Batch.State.APPLYING:
        job.apply(batch)


@task()
def sweep() -> None:
    """Take away what is older than a day; what it brought in stays."""
    for batch in Batch.objects.filter(expires_at__lte=timezone.now()):
        batch.remove()
