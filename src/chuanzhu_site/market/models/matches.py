"""Who fits whom, as the matcher said, and what people said to that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.urls import reverse

from chuanzhu_site.accounts.models import Scope, User
from chuanzhu_site.accounts.standing import standing_of
from chuanzhu_site.market.models.listings import Listing, readable
from chuanzhu_site.market.references import LENGTH, new_reference

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


class MatchSet(models.QuerySet["Match"]):
    """Matches to choose from."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Keep those of one's own enterprises or region, where one may also read both listings."""
        if not user.is_authenticated:
            return self.none()
        mine = standing_of(user).enterprises()
        scopes = standing_of(user).scopes
        allowed = Q(pk=None)
        for owner in ("demand__enterprise", "supply__enterprise"):
            allowed |= Q(**{f"{owner}__in": mine}) | Q(**{f"{owner}__merged_into__in": mine})
            for scope in (one for one in scopes if one.role != Scope.Role.ADMINISTRATOR):
                allowed |= scope.condition(f"{owner}__region")
        both = Listing.objects.filter(readable(mine, scopes))
        return self.filter(allowed, demand__in=both, supply__in=both)


class Match(models.Model):
    """A demand and a supply that fit (匹配). ``reasons`` are the matcher's; their points sum to ``score``.

    A match that no longer holds keeps its row (``stale_at``), because engagements and judgments rest on it.
    """

    reference = models.CharField(max_length=LENGTH, unique=True, default=new_reference, editable=False)
    demand = models.ForeignKey(Listing, models.CASCADE, related_name="matches_as_demand")
    supply = models.ForeignKey(Listing, models.CASCADE, related_name="matches_as_supply")
    score = models.FloatField()
    rank = models.PositiveSmallIntegerField()
    reasons = models.JSONField()
    found_at = models.DateTimeField(auto_now_add=True)
    stale_at = models.DateTimeField(null=True, blank=True)

    objects = MatchSet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "匹配"
        ordering = ("demand", "rank")
        constraints = (models.UniqueConstraint(fields=("demand", "supply"), name="match_once"),)

    def __str__(self) -> str:
        return f"{self.demand} ↔ {self.supply}"

    def get_absolute_url(self) -> str:
        """Address of its page."""
        return reverse("match", args=(self.reference,))


class Judgment(models.Model):
    """A person's word on a match (评判): right or wrong and why; kept as judgments for the evaluation."""

    class Verdict(models.IntegerChoices):
        """Grades as in the evaluation's judgments."""

        WRONG = 0, "不对"
        PARTLY = 1, "部分对"
        RIGHT = 2, "对"

    class Why(models.TextChoices):
        """What was wrong."""

        PRODUCT = "product", "产品不是一回事"
        SPEC = "spec", "规格不符"
        QUANTITY = "quantity", "数量不符"
        CERTIFICATE = "certificate", "资质不符"
        REGION = "region", "地区不符"
        OUTDATED = "outdated", "信息过时"
        OTHER = "other", "其他"

    match = models.ForeignKey(Match, models.CASCADE, related_name="judgments")
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    verdict = models.PositiveSmallIntegerField(choices=Verdict)
    why = models.CharField(max_length=12, choices=Why, blank=True)
    note = models.CharField(max_length=400, blank=True)
    at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = verbose_name_plural = "匹配评判"
        constraints = (models.UniqueConstraint(fields=("match", "user"), name="one_judgment_each"),)

    def __str__(self) -> str:
        return f"{self.match}:{self.get_verdict_display()}"
