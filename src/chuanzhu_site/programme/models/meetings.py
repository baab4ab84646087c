"""Meetings that people were told of, what was said there, and what was delivered afterwards."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse

from chuanzhu_site.accounts.models import User
from chuanzhu_site.market.lifecycle import EndReason
from chuanzhu_site.market.models import Engagement
from chuanzhu_site.market.references import LENGTH, new_reference
from chuanzhu_site.programme.models.events import Event
from chuanzhu_site.programme.models.people import Participant, Wish


class Meeting(models.Model):
    """A wish with a slot and a table (会面), as people were told; ``dropped_at`` where it was taken back.

    ``engagement`` is the market's case that it became; a meeting that was not held has none of its own.
    """

    class Outcome(models.TextChoices):
        """What came of it, as somebody at the table says it in a moment."""

        INTERESTED = "interested", "有意向"
        SAMPLE = "sample", "要样品"
        QUOTE = "quote", "要报价"
        UNSUITABLE = "unsuitable", "不合适"
        NOT_MET = "not-met", "未见面"

    reference = models.CharField(max_length=LENGTH, unique=True, default=new_reference, editable=False)
    event = models.ForeignKey(Event, models.CASCADE, related_name="meetings")
    wish = models.OneToOneField(Wish, models.PROTECT, related_name="meeting")
    slot = models.PositiveSmallIntegerField()
    table = models.PositiveSmallIntegerField()
    dropped_at = models.DateTimeField(null=True, blank=True)
    engagement = models.ForeignKey(Engagement, models.PROTECT, null=True, blank=True, related_name="meetings")
    outcome = models.CharField("结果", max_length=12, choices=Outcome, blank=True)
    why = models.CharField("哪里不合适", max_length=16, choices=EndReason, blank=True)
    amount = models.DecimalField("意向金额(元)", max_digits=16, decimal_places=2, null=True, blank=True)
    note = models.CharField("备注", max_length=200, blank=True)
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    recorded_as = models.CharField(max_length=9, blank=True)
    recorded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "会面"
        ordering = ("slot", "table")
        constraints = (
            models.UniqueConstraint(
                fields=("event", "slot", "table"), condition=Q(dropped_at=None), name="one_meeting_a_table"
            ),
            models.CheckConstraint(condition=Q(amount=None) | Q(amount__gte=0), name="meeting_amount_is_no_debt"),
        )

    def __str__(self) -> str:
        return f"第 {self.slot} 场第 {self.table} 桌:{self.wish}"

    def get_absolute_url(self) -> str:
        """Address of the page where its outcome is recorded."""
        return reverse("meeting", args=(self.reference,))

    @property
    def was_held(self) -> bool:
        """Whether somebody said that the two met."""
        return self.outcome not in {"", self.Outcome.NOT_MET}


class FollowUp(models.Model):
    """What one side says, so many months after an event, of what was signed there (回访); no answer is no answer.

    ``amount`` is what was delivered up to then, of all that was signed.
    """

    class Said(models.TextChoices):
        """What a side can say; "not known" is an answer too, and stays one."""

        FULFILLED = "fulfilled", "已全部履约"
        PARTLY = "partly", "部分履约"
        NOTHING = "nothing", "还没有履约"
        BROKEN = "broken", "不会履约了"
        UNKNOWN = "unknown", "说不清"

    reference = models.CharField(max_length=LENGTH, unique=True, default=new_reference, editable=False)
    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="followups")
    asked = models.ForeignKey(Participant, models.CASCADE, related_name="followups")
    months = models.PositiveSmallIntegerField()
    asked_on = models.DateField()
    said = models.CharField("履约情况", max_length=10, choices=Said, blank=True)
    amount = models.DecimalField("已履约金额(元)", max_digits=16, decimal_places=2, null=True, blank=True)
    note = models.CharField("说明", max_length=200, blank=True)
    said_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    said_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "履约回访"
        ordering = ("months", "pk")
        constraints = (
            models.UniqueConstraint(fields=("meeting", "asked", "months"), name="asked_once_a_time"),
            models.CheckConstraint(condition=Q(amount=None) | Q(amount__gte=0), name="fulfilled_amount_is_no_debt"),
        )

    def __str__(self) -> str:
        return f"{self.meeting}:{self.months} 个月"

    def get_absolute_url(self) -> str:
        """Address of the page where it is answered."""
        return reverse("followup", args=(self.reference,))
