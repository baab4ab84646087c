"""Computing a timetable, as a job with a beginning, an end and a way to stop it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from chuanzhu_site.accounts.models import User
from chuanzhu_site.market.references import LENGTH, new_reference
from chuanzhu_site.programme.models.events import Event

_ALL = 100


class Timetable(models.Model):
    """One computation of an event's timetable (排日程), and what came of it.

    ``placements`` are [wish, slot, table]; ``measures`` [aim, value, bound]; ``rules`` a conflict in words; ``changes``
    what is different from what people were told. ``from_slot`` is the first slot that can still be changed.
    """

    class Purpose(models.TextChoices):
        """What is computed."""

        PLAN = "plan", "排日程"
        REPAIR = "repair", "修补日程"

    class State(models.TextChoices):
        """Where the computation stands."""

        WAITING = "waiting", "排队"
        WORKING = "working", "计算中"
        DONE = "done", "算好了"
        FAILED = "failed", "排不出来"

    reference = models.CharField(max_length=LENGTH, unique=True, default=new_reference, editable=False)
    event = models.ForeignKey(Event, models.CASCADE, related_name="timetables")
    purpose = models.CharField(max_length=6, choices=Purpose, default=Purpose.PLAN)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    seconds = models.PositiveSmallIntegerField(default=60)
    from_slot = models.PositiveSmallIntegerField(default=1)
    is_cancelled = models.BooleanField(default=False)
    placements = models.JSONField(default=list, blank=True)
    unheld = models.JSONField(default=list, blank=True)
    measures = models.JSONField(default=list, blank=True)
    changes = models.JSONField(default=list, blank=True)
    error = models.TextField(blank=True)
    rules = models.JSONField(default=list, blank=True)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "排日程"
        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("event",), condition=Q(state__in=("waiting", "working")), name="one_computation_at_a_time"
            ),
        )

    def __str__(self) -> str:
        return f"{self.event}:{self.get_purpose_display()}"

    @property
    def is_finished(self) -> bool:
        """Whether nothing more will happen."""
        return self.state in {self.State.DONE, self.State.FAILED}

    @property
    def percent(self) -> int:
        """How much of its time is used."""
        if self.started_at is None:
            return 0
        used = (timezone.now() - self.started_at).total_seconds()
        return min(_ALL, int(_ALL * used / self.seconds))
