"""When the work that comes round by the clock was last begun."""

from __future__ import annotations

from django.db import models


class PeriodicJob(models.Model):
    """A job of the settings' table (定时任务): the last moment at which it was due, and the task that was queued then.

    The row moves on in the transaction that queues the task, so that each moment is begun once.
    """

    path = models.CharField(max_length=120, primary_key=True)
    slot = models.DateTimeField()
    task = models.CharField(max_length=40, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "定时任务"

    def __str__(self) -> str:
        return self.path
