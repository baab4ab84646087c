"""Enterprises at nodes, each row with its evidence and the days between which it holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from chuanzhu_site.accounts.models import Enterprise, User

if TYPE_CHECKING:
    import datetime as dt


class PlacementSet(models.QuerySet["NodePlacement"]):
    """Placements to choose from."""

    def standing(self, *, on: dt.date) -> Self:
        """Keep those that hold on a day and that nobody refused."""
        return self.filter(Q(since__lte=on), Q(until=None) | Q(until__gte=on)).exclude(
            standing=NodePlacement.Standing.REFUSED
        )


class NodePlacement(models.Model):
    """An enterprise at a node (企业归位): how much of it is there, why, on which evidence and of which date.

    A row that no longer holds gets its last day (``until``) and stays. What an officer confirmed, refused or entered
    is left alone by later surveys.
    """

    class Standing(models.TextChoices):
        """Who says so."""

        FOUND = "found", "程序归位"
        CONFIRMED = "confirmed", "已核实"
        REFUSED = "refused", "已否定"
        ENTERED = "entered", "人工归位"

    programme = models.CharField(max_length=40)
    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="placements")
    node = models.CharField(max_length=60)
    share = models.FloatField(default=1.0)
    reasons = models.JSONField(default=list, blank=True)
    source = models.CharField("来源", max_length=200)
    source_date = models.DateField("来源日期", null=True, blank=True)
    standing = models.CharField(max_length=10, choices=Standing, default=Standing.FOUND)
    since = models.DateField("从哪天起")
    until = models.DateField("到哪天止", null=True, blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField("说明", max_length=200, blank=True)

    objects = PlacementSet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "企业归位"
        indexes = (models.Index(fields=("programme", "node"), name="placement_of_node"),)
        constraints = (
            models.UniqueConstraint(
                fields=("programme", "enterprise", "node"), condition=Q(until=None), name="placed_once_at_a_time"
            ),
            models.CheckConstraint(condition=Q(share__gt=0, share__lte=1), name="placement_share_is_a_share"),
        )

    def __str__(self) -> str:
        return f"{self.enterprise} @ {self.node}"


class PlacingNote(models.Model):
    """What a survey has to say of an enterprise: why it stands at no node, or what contradicts itself."""

    programme = models.CharField(max_length=40)
    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="+")
    why = models.CharField("为什么没有归位", max_length=400, blank=True)
    doubt = models.CharField("矛盾", max_length=400, blank=True)
    on = models.DateField()

    class Meta:
        verbose_name = verbose_name_plural = "归位说明"
        constraints = (models.UniqueConstraint(fields=("programme", "enterprise"), name="one_note_an_enterprise"),)

    def __str__(self) -> str:
        return f"{self.enterprise}:{self.why or self.doubt}"
