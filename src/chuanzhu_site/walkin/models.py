"""One job of a passer-by, and how many jobs an address has had."""

from __future__ import annotations

import secrets
import shutil
from pathlib import Path
from typing import Final, Self

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone

_TOKEN_BYTES: Final = 24


def new_token() -> str:
    """Return an address nobody can guess: 192 random bits."""
    return secrets.token_urlsafe(_TOKEN_BYTES)


class VisitSet(models.QuerySet["Visit"]):
    """Visits to choose from."""

    def live(self) -> Self:
        """Leave out those whose hour is over, whether or not they are deleted yet."""
        return self.filter(expires_at__gt=timezone.now())

    def unfinished(self) -> Self:
        """Keep those waiting or at work."""
        return self.live().filter(state__in=(Visit.State.WAITING, Visit.State.WORKING))


class Visit(models.Model):
    """A match job of somebody who did not sign in. The token is its only key; it is never listed.

    ``done`` of ``total`` rows are finished in the present ``stage``; ``summary`` holds what the result page shows
    first. The files lie in ``folder`` and go with the row.
    """

    class State(models.TextChoices):
        """Where a job stands."""

        WAITING = "waiting", "排队"
        WORKING = "working", "进行中"
        DONE = "done", "完成"
        FAILED = "failed", "做不了"

    token = models.CharField(max_length=40, primary_key=True, default=new_token)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    stage = models.CharField(max_length=20, blank=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    is_sample = models.BooleanField(default=False)
    today = models.DateField()
    error = models.CharField(max_length=1000, blank=True)
    summary = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(db_index=True)

    objects = VisitSet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "清单匹配"

    def __str__(self) -> str:
        return self.get_state_display()

    def get_absolute_url(self) -> str:
        """Address of its page."""
        return reverse("visit", args=(self.token,))

    @property
    def folder(self) -> Path:
        """Where its files lie."""
        return Path(settings.WALKIN_ROOT) / self.token

    @property
    def percent(self) -> int:
        """How far the present stage is."""
        return min(100, 100 * self.done // self.total) if self.total else 0

    @property
    def is_finished(self) -> bool:
        """Whether nothing more will happen."""
        return self.state in {self.State.DONE, self.State.FAILED}

    def remove(self) -> None:
        """Take away the row and the files at once; work under way stops at its next step."""
        folder = self.folder
        self.delete()
        shutil.rmtree(folder, ignore_errors=True)


class Intake(models.Model):
    """That an address started a job: a keyed hash of it, kept an hour for the limit even if the job is deleted."""

    address = models.CharField(max_length=64)
    at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        verbose_name = verbose_name_plural = "清单匹配次数"
        indexes = (models.Index(fields=("address", "at"), name="intake_of_address"),)

    def __str__(self) -> str:
        return self.address[:8]
