"""A survey (盘点): one run over all enterprises and demands, with what was read from it."""

from __future__ import annotations

from typing import Self

from django.db import models

from chuanzhu_site.market.models import Listing


class SurveySet(models.QuerySet["Survey"]):
    """Surveys to choose from."""

    def finished(self, programme: str) -> Self:
        """Keep the finished ones of a programme, the newest first."""
        return self.filter(programme=programme).exclude(finished_at=None).order_by("-finished_at", "-pk")


class Survey(models.Model):
    """One run over a programme: every enterprise placed, every shown demand looked up among its matches.

    ``revision`` grows when an officer corrects a placement afterwards, so that whoever holds the loaded graph in memory
    knows that it is out of date. ``wrong`` says why a run stopped.
    """

    programme = models.CharField(max_length=40, db_index=True)
    started_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    enterprises = models.PositiveIntegerField(default=0)
    placed = models.PositiveIntegerField(default=0)
    demands = models.PositiveIntegerField(default=0)
    revision = models.PositiveIntegerField(default=0)

    objects = SurveySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "产业链盘点"
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.programme} {self.started_at:%Y-%m-%d}"


class SourcedDemand(models.Model):
    """What a demand's matches say of local supply (本地满足): at which node it lies, and whose supplies fit it.

    ``suppliers`` holds one entry for each likely match: region, points and the match's public name. ``is_judged`` is
    False where the matcher could not say what is wanted: such a demand lowers the coverage of a rate, never the rate.
    """

    programme = models.CharField(max_length=40)
    demand = models.ForeignKey(Listing, models.CASCADE, related_name="+")
    node = models.CharField(max_length=60, blank=True)
    tier = models.PositiveSmallIntegerField(default=0)
    value = models.DecimalField(max_digits=16, decimal_places=2, null=True, blank=True)
    suppliers = models.JSONField(default=list, blank=True)
    is_judged = models.BooleanField(default=False)
    source = models.CharField(max_length=200)
    source_date = models.DateField()

    class Meta:
        verbose_name = verbose_name_plural = "需求的本地满足"
        constraints = (models.UniqueConstraint(fields=("programme", "demand"), name="demand_sourced_once"),)

    def __str__(self) -> str:
        return f"{self.demand} @ {self.node}"


class Reading(models.Model):
    """The measures of one chain, in the programme's own region, as a survey found them: the points of a trend."""

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="readings")
    chain = models.CharField(max_length=40)
    measures = models.JSONField()

    class Meta:
        verbose_name = verbose_name_plural = "产业链读数"
        constraints = (models.UniqueConstraint(fields=("survey", "chain"), name="one_reading_a_chain"),)

    def __str__(self) -> str:
        return f"{self.survey} {self.chain}"
