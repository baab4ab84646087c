"""Who comes to an event, and who wishes to meet whom."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from chuanzhu_site.accounts.models import Enterprise, User
from chuanzhu_site.market.models import Listing, Match
from chuanzhu_site.market.references import LENGTH, new_reference
from chuanzhu_site.programme.models.events import Event


class Participant(models.Model):
    """An enterprise at an event (参会企业). ``absent`` are slots without it, ``table`` its own table (0: it walks).

    ``answered_at`` is when it said whom it wishes to meet; ``gone_from`` the slot from which it is known to be missing.
    """

    class Side(models.TextChoices):
        """Why it comes."""

        BUYER = "buyer", "采购方"
        SUPPLIER = "supplier", "供应商"

    reference = models.CharField(max_length=LENGTH, unique=True, default=new_reference, editable=False)
    event = models.ForeignKey(Event, models.CASCADE, related_name="participants")
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="+")
    side = models.CharField("身份", max_length=8, choices=Side)
    table = models.PositiveSmallIntegerField("固定桌号", default=0)
    most = models.PositiveSmallIntegerField("最多会面", null=True, blank=True)
    absent = models.JSONField(default=list, blank=True)
    invited_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    declined = models.BooleanField(default=False)
    called_at = models.DateTimeField(null=True, blank=True)
    called_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    call_note = models.CharField("电话记录", max_length=200, blank=True)
    arrived_at = models.DateTimeField(null=True, blank=True)
    arrived_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    gone_from = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = verbose_name_plural = "参会企业"
        ordering = ("side", "pk")
        constraints = (
            models.UniqueConstraint(fields=("event", "enterprise"), name="comes_once"),
            models.UniqueConstraint(fields=("event", "table"), condition=~Q(table=0), name="one_host_a_table"),
        )

    def __str__(self) -> str:
        return self.enterprise.name

    def get_absolute_url(self) -> str:
        """Address of its own page: wishes first, the timetable later."""
        return reverse("event-mine", args=(self.event.reference,))

    @property
    def is_silent(self) -> bool:
        """Whether it was invited and has said nothing."""
        return bool(self.invited_at) and not self.answered_at


class Wish(models.Model):
    """A possible meeting (意愿): a demand's buyer and one who could supply it. One for two participants.

    ``by_buyer`` and ``by_supplier`` are what each side said, None for nothing. ``fixed`` is a slot it must have.
    """

    event = models.ForeignKey(Event, models.CASCADE, related_name="wishes")
    buyer = models.ForeignKey(Participant, models.CASCADE, related_name="wishes_as_buyer")
    supplier = models.ForeignKey(Participant, models.CASCADE, related_name="wishes_as_supplier")
    demand = models.ForeignKey(Listing, models.PROTECT, related_name="+")
    match = models.ForeignKey(Match, models.SET_NULL, null=True, blank=True, related_name="+")
    fit = models.FloatField(default=0)
    by_buyer = models.BooleanField(null=True, blank=True)
    by_supplier = models.BooleanField(null=True, blank=True)
    is_required = models.BooleanField("必须安排", default=False)
    fixed = models.PositiveSmallIntegerField("指定场次", default=0)
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "意愿"
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=("buyer", "supplier"), name="one_wish_a_pair"),
            models.CheckConstraint(condition=~Q(buyer=F("supplier")), name="nobody_meets_itself"),
        )

    def __str__(self) -> str:
        return f"{self.buyer} ↔ {self.supplier}"

    @property
    def is_mutual(self) -> bool:
        """Whether both sides said that they wish to meet."""
        return bool(self.by_buyer and self.by_supplier)

    @property
    def is_refused(self) -> bool:
        """Whether one of them does not wish to."""
        return self.by_buyer is False or self.by_supplier is False
