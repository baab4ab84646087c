"""The broker's side of a case: what was said on the telephone, what a call-back found, what somebody reported."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from chuanzhu_site.accounts.models import User
from chuanzhu_site.market.lifecycle import Party
from chuanzhu_site.market.models.engagements import Confirmation, Engagement
from chuanzhu_site.market.models.listings import Listing


class CaseNote(models.Model):
    """A note of a broker (跟进记录) on an engagement, or on a demand that has none yet.

    Only brokers and officers read it. ``next_on`` is the day that was agreed; until then the case rests.
    """

    class Way(models.TextChoices):
        """How it was done."""

        CALL = "call", "电话"
        VISIT = "visit", "上门"
        MESSAGE = "message", "微信或短信"
        SYSTEM = "system", "系统"

    class Outcome(models.TextChoices):
        """Whom one reached."""

        TALKED = "talked", "说上话了"
        NO_ANSWER = "no-answer", "没人接"
        WRONG_NUMBER = "wrong-number", "号码不对"

    engagement = models.ForeignKey(Engagement, models.CASCADE, null=True, blank=True, related_name="case_notes")
    listing = models.ForeignKey(Listing, models.CASCADE, null=True, blank=True, related_name="case_notes")
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    way = models.CharField("方式", max_length=8, choices=Way, default=Way.CALL)
    outcome = models.CharField("结果", max_length=12, choices=Outcome, blank=True)
    with_whom = models.CharField("和谁", max_length=60, blank=True)
    text = models.CharField("说了什么", max_length=800)
    next_on = models.DateField("下次联系", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "跟进记录"
        ordering = ("-pk",)
        constraints = (
            models.CheckConstraint(condition=Q(listing=None) ^ Q(engagement=None), name="case_note_of_one_thing"),
        )

    def __str__(self) -> str:
        return self.text[:40]


class CallBack(models.Model):
    """A call-back (回访) by somebody who did not handle the case: whether what both sides confirmed is true."""

    class Outcome(models.TextChoices):
        """What it found."""

        REAL = "real", "属实"
        DIFFERS = "differs", "成了,但数量或金额有出入"
        UNTRUE = "untrue", "没有交付"
        UNREACHED = "unreached", "没联系上"

    engagement = models.ForeignKey(Engagement, models.CASCADE, related_name="call_backs")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    asked = models.CharField("问的是", max_length=8, choices=Party)
    with_whom = models.CharField("和谁", max_length=60, blank=True)
    outcome = models.CharField("结果", max_length=10, choices=Outcome)
    value = models.DecimalField("核实的金额(元)", max_digits=16, decimal_places=2, null=True, blank=True)
    without = models.CharField("没有平台会成吗", max_length=8, choices=Confirmation.Without, blank=True)
    satisfaction = models.PositiveSmallIntegerField("满意度", null=True, blank=True)
    note = models.CharField("说明", max_length=400, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "回访"
        ordering = ("pk",)
        constraints = (
            models.CheckConstraint(
                condition=Q(satisfaction=None) | Q(satisfaction__range=(1, 5)), name="satisfaction_from_1_to_5"
            ),
            models.CheckConstraint(condition=Q(asked__in=("buyer", "supplier")), name="a_side_is_called_back"),
            models.CheckConstraint(condition=Q(value=None) | Q(value__gte=0), name="called_back_value_is_no_debt"),
        )

    def __str__(self) -> str:
        return f"{self.engagement}:{self.get_outcome_display()}"


class Report(models.Model):
    """A report (举报) that a listing is junk or that a result is faked, for an officer to decide.

    Who is reported never learns by whom.
    """

    class About(models.TextChoices):
        """What is wrong."""

        FAKE = "fake", "需求或供给是假的"
        RESULT = "result", "成交是假的"
        ADVERTISEMENT = "advertisement", "广告或骚扰"
        DUPLICATE = "duplicate", "重复发布"
        UNREACHABLE = "unreachable", "联系不上"
        OTHER = "other", "其他"

    listing = models.ForeignKey(Listing, models.CASCADE, related_name="reports")
    engagement = models.ForeignKey(Engagement, models.CASCADE, null=True, blank=True, related_name="reports")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    about = models.CharField("问题", max_length=14, choices=About)
    text = models.CharField("情况", max_length=400)
    is_upheld = models.BooleanField(null=True, blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decision = models.CharField("核实意见", max_length=400, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "举报"
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("listing", "by"), condition=Q(decided_at=None), name="one_open_report_each"
            ),
            models.CheckConstraint(
                condition=Q(is_upheld=None, decided_at=None) | Q(is_upheld__isnull=False, decided_at__isnull=False),
                name="report_is_decided_or_open",
            ),
        )

    def __str__(self) -> str:
        return f"{self.listing}:{self.get_about_display()}"
