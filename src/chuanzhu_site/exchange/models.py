"""One list on its way in."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone

from chuanzhu_site.accounts.models import Enterprise, User
from chuanzhu_site.market.kinds import KINDS, kind_choices
from chuanzhu_site.market.references import LENGTH, new_reference

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from chuanzhu_site.market.kinds import Kind


class BatchSet(models.QuerySet["Batch"]):
    """Lists to choose from."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Keep one's own: what a list says is nobody else's business before it is taken over."""
        return self.filter(user=user) if user.is_authenticated else self.none()


class Batch(models.Model):
    """A list (清单) that somebody brings in: read first, shown, and taken over in one transaction when they say so.

    ``kind`` is that of the rows which name none. ``done`` of ``total`` rows are finished in the present ``stage``;
    ``summary`` is what the page shows of the rows. The file, and the plan of what each row does, lie in ``folder``.
    """

    class State(models.TextChoices):
        """Where it stands."""

        WAITING = "waiting", "排队"
        READING = "reading", "正在读"
        READY = "ready", "等您确认"
        APPLYING = "applying", "正在写入"
        DONE = "done", "已写入"
        FAILED = "failed", "做不了"

    reference = models.CharField(max_length=LENGTH, unique=True, default=new_reference, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="+")
    kind = models.CharField("类别", max_length=30, choices=kind_choices)
    name = models.CharField("文件", max_length=120)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    stage = models.CharField(max_length=20, blank=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=1000, blank=True)
    is_submitted = models.BooleanField(default=True)
    closes_missing = models.BooleanField(default=False)
    summary = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(db_index=True)

    objects = BatchSet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "批量导入"
        ordering = ("-pk",)

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Address of its page."""
        return reverse("batch", args=(self.reference,))

    @property
    def declared(self) -> Kind:
        """The declaration of its kind."""
        return KINDS[self.kind]

    @property
    def folder(self) -> Path:
        """Where its files lie."""
        return Path(settings.EXCHANGE_ROOT) / self.reference

    @property
    def plan(self) -> Path:
        """What each row does, a line of JSON each."""
        return self.folder / "plan.jsonl"

    @property
    def percent(self) -> int:
        """How far the present stage is."""
        return min(100, 100 * self.done // self.total) if self.total else 0

    @property
    def is_busy(self) -> bool:
        """Whether the page has to wait."""
        return self.state in {self.State.WAITING, self.State.READING, self.State.APPLYING}

    @property
    def is_over(self) -> bool:
        """Whether its time is up."""
        return self.expires_at <= timezone.now()

    def remove(self) -> None:
        """Take away the row and the files."""
        folder = self.folder
        self.delete()
        shutil.rmtree(folder, ignore_errors=True)
