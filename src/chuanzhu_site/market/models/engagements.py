"""What grows from a match: interest, answer, quotes, award, order, delivery, confirmation, call-back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from chuanzhu_site.accounts.models import Enterprise, Scope, User
from chuanzhu_site.accounts.standing import standing_of
from chuanzhu_site.market.lifecycle import LIVE, WON, EndReason, Party, Step
from chuanzhu_site.market.models.listings import Listing
from chuanzhu_site.market.models.matches import Match
from chuanzhu_site.market.references import LENGTH, new_reference

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


class EngagementSet(models.QuerySet["Engagement"]):
    """Engagements to choose from."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Keep those of one's own enterprises, on either side, and those with a buyer or supplier one looks after."""
        if not user.is_authenticated:
            return self.none()
        mine = standing_of(user).enterprises()
        allowed = Q(pk=None)
        for side in ("buyer", "supplier"):
            allowed |= Q(**{f"{side}__in": mine}) | Q(**{f"{side}__merged_into__in": mine})
        for scope in (one for one in standing_of(user).scopes if one.role != Scope.Role.ADMINISTRATOR):
            allowed |= scope.condition("buyer__region") | scope.condition("supplier__region")
        return self.filter(allowed)


class Engagement(models.Model):
    """One supplier and one demand (对接). Whatever happens between them is an event of this row.

    ``answer_due_at`` is when the buyer's forced answer is due; ``next_on`` and ``broker`` are the broker's.
    """

    reference = models.CharField(max_length=LENGTH, unique=True, default=new_reference, editable=False)
    thread = models.UUIDField(db_index=True, editable=False)
    demand = models.ForeignKey(Listing, models.PROTECT, related_name="engagements")
    supply = models.ForeignKey(Listing, models.PROTECT, null=True, blank=True, related_name="+")
    match = models.ForeignKey(Match, models.SET_NULL, null=True, blank=True, related_name="engagements")
    buyer = models.ForeignKey(Enterprise, models.PROTECT, related_name="engagements_as_buyer")
    supplier = models.ForeignKey(Enterprise, models.PROTECT, related_name="engagements_as_supplier")
    step = models.CharField(max_length=10, choices=Step, default=Step.EXPRESSED)
    started_at = models.DateTimeField(auto_now_add=True)
    moved_at = models.DateTimeField()
    answer_due_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.CharField(max_length=16, choices=EndReason, blank=True)
    end_note = models.CharField(max_length=400, blank=True)
    broker = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    next_on = models.DateField(null=True, blank=True)
    escalated_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = EngagementSet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "对接"
        ordering = ("-moved_at", "-pk")
        indexes = (
            models.Index(fields=("step", "answer_due_at"), name="engagement_due"),
            models.Index(fields=("broker", "next_on"), name="engagement_next"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("demand", "supplier"), condition=Q(step__in=sorted(LIVE)), name="one_live_engagement"
            ),
            models.UniqueConstraint(fields=("demand",), condition=Q(step__in=sorted(WON)), name="one_award"),
            models.CheckConstraint(condition=~Q(buyer=F("supplier")), name="nobody_deals_with_itself"),
            models.CheckConstraint(
                condition=Q(step=Step.ENDED) ^ Q(end_reason=""), name="ended_with_a_reason_and_only_then"
            ),
        )

    def __str__(self) -> str:
        return f"{self.demand} ↔ {self.supplier}"

    def get_absolute_url(self) -> str:
        """Address of its page."""
        return reverse("engagement", args=(self.reference,))


class EngagementEvent(models.Model):
    """One move of an engagement: who, on which side, from which step to which, and why."""

    engagement = models.ForeignKey(Engagement, models.CASCADE, related_name="events")
    at = models.DateTimeField(auto_now_add=True)
    actor = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    party = models.CharField(max_length=8, choices=Party)
    act = models.CharField(max_length=20)
    source = models.CharField(max_length=10, choices=Step, blank=True)
    target = models.CharField(max_length=10, choices=Step)
    reason = models.CharField(max_length=400, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "对接历史"
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.engagement} {self.act}"


class Quote(models.Model):
    """An offer (报价) of the supplier; a revised one is a further row, the last one counts."""

    engagement = models.ForeignKey(Engagement, models.CASCADE, related_name="quotes")
    number = models.PositiveSmallIntegerField()
    price = models.DecimalField("单价(元)", max_digits=16, decimal_places=4)
    price_unit = models.CharField("计价单位", max_length=20)
    has_tax = models.BooleanField("含税", default=True)
    quantity = models.CharField("数量", max_length=60)
    moq = models.CharField("起订量", max_length=60, blank=True)
    lead_days = models.PositiveSmallIntegerField("交期(天)")
    terms = models.CharField("付款与交货条件", max_length=400, blank=True)
    valid_until = models.DateField("报价有效期至")
    note = models.CharField("说明", max_length=400, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "报价"
        ordering = ("engagement", "number")
        constraints = (
            models.UniqueConstraint(fields=("engagement", "number"), name="quotes_are_numbered"),
            models.CheckConstraint(condition=Q(price__gt=0), name="quote_has_a_price"),
        )

    def __str__(self) -> str:
        return f"{self.engagement}:{self.plain_price} 元/{self.price_unit}"

    @property
    def plain_price(self) -> str:
        """The price without the zeros that nobody wrote: 820, not 820.0000."""
        return f"{self.price:f}".rstrip("0").rstrip(".") if self.price % 1 else f"{self.price:.0f}"


class Confirmation(models.Model):
    """One side's word on what was delivered (确认), and on whether it would have happened without this platform.

    A word that no longer counts, because the case was opened again, stays, with the time when it ceased to count.
    """

    class Without(models.TextChoices):
        """What one side says to "would this have happened without us?"."""

        NO = "no", "不会,没有平台找不到对方"
        LATER = "later", "会,但更慢或更贵"
        YES = "yes", "会,本来就认识"
        UNKNOWN = "unknown", "说不清"

    engagement = models.ForeignKey(Engagement, models.CASCADE, related_name="confirmations")
    party = models.CharField(max_length=8, choices=Party)
    quantity = models.CharField("实际数量", max_length=60)
    value = models.DecimalField("实际金额(元)", max_digits=16, decimal_places=2)
    without = models.CharField("没有平台会成吗", max_length=8, choices=Without)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    void_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "双方确认"
        constraints = (
            models.UniqueConstraint(
                fields=("engagement", "party"), condition=Q(void_at=None), name="each_side_confirms_once"
            ),
            models.CheckConstraint(condition=Q(party__in=("buyer", "supplier")), name="a_side_confirms"),
            models.CheckConstraint(condition=Q(value__gte=0), name="confirmed_value_is_no_debt"),
        )

    def __str__(self) -> str:
        return f"{self.engagement}:{self.get_party_display()} {self.value}"
