"""An event: when, where, how many slots and tables, and how far it is."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from chuanzhu.tables.events import EventTable
from chuanzhu.taxonomy.chains import chain_name
from chuanzhu.taxonomy.regions import region_name
from chuanzhu_site.accounts.models import Enterprise, User
from chuanzhu_site.accounts.policies import STAFF
from chuanzhu_site.market.references import LENGTH, new_reference

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


class EventSet(models.QuerySet["Event"]):
    """Events to choose from."""

    def run_by(self, user: User | AnonymousUser) -> Self:
        """Keep those that a broker or officer organises: inside his or her regions."""
        if not user.is_authenticated:
            return self.none()
        allowed = Q(pk=None)
        for scope in user.scopes.live().filter(role__in=STAFF):
            allowed |= scope.condition("region") & Q(pk__isnull=False)
        return self.filter(allowed)

    def attended_by(self, user: User | AnonymousUser) -> Self:
        """Keep those to which one of a person's enterprises is invited."""
        if not user.is_authenticated:
            return self.none()
        mine = list(Enterprise.objects.of(user).values_list("pk", flat=True))
        invited = self.exclude(state=Event.State.DRAFT)
        return invited.filter(participants__enterprise__in=mine, participants__invited_at__isnull=False).distinct()


def _whole(name: str, *, least: int, most: int, default: int) -> models.PositiveSmallIntegerField[int, int]:
    """Return a field for a whole number that is refused with what is wrong and what to write."""
    return models.PositiveSmallIntegerField(
        name,
        default=default,
        validators=[
            MinValueValidator(least, f"{name}至少是 {least},请改正"),
            MaxValueValidator(most, f"{name}最多是 {most},请改正"),
        ],
    )


class Event(models.Model):
    """A matchmaking event (对接会). ``morning`` of its ``slots`` lie before noon; ``chain`` is a chain's short name.

    ``region`` is whose event it is: brokers and officers of it, or of a region around it, run it.
    """

    class State(models.TextChoices):
        """How far an event is."""

        DRAFT = "draft", "筹备"
        WISHES = "wishes", "征集意愿"
        PUBLISHED = "published", "日程已发布"
        OVER = "over", "已结束"
        CANCELLED = "cancelled", "已取消"

    reference = models.CharField(max_length=LENGTH, unique=True, default=new_reference, editable=False)
    name = models.CharField("名称", max_length=80)
    chain = models.CharField("产业链", max_length=40, blank=True)
    region = models.CharField("主办地区", max_length=6)
    place = models.CharField("地点", max_length=120)
    day = models.DateField("日期")
    morning_start = models.TimeField("上午开始", default=dt.time(9, 0))
    afternoon_start = models.TimeField("下午开始", default=dt.time(13, 30))
    slots = _whole("场次", least=1, most=60, default=10)
    morning = _whole("上午场次", least=0, most=60, default=6)
    minutes = _whole("每场分钟", least=5, most=120, default=20)
    pause = _whole("间隔分钟", least=0, most=60, default=5)
    tables = _whole("桌数", least=1, most=500, default=20)
    most = models.PositiveSmallIntegerField("每家最多会面", null=True, blank=True)
    least = _whole("每家最少会面", least=0, most=20, default=1)
    in_a_row = models.PositiveSmallIntegerField("连续几场后休息", null=True, blank=True)
    wishes_until = models.DateField("意愿截止")
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    is_illustrative = models.BooleanField(default=False, editable=False)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    published_at = models.DateTimeField(null=True, blank=True)

    objects = EventSet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "对接会"
        ordering = ("-day", "-pk")
        constraints = (
            models.CheckConstraint(condition=Q(tables__gte=1, slots__gte=1), name="event_has_slots_and_tables"),
            models.CheckConstraint(condition=Q(morning__lte=F("slots")), name="event_morning_is_part_of_the_day"),
        )

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Address of the organiser's page."""
        return reverse("event", args=(self.reference,))

    @property
    def chain_name(self) -> str:
        """The chain's Chinese name; empty for an event of no single chain."""
        return chain_name(self.chain) if self.chain else ""

    @property
    def region_name(self) -> str:
        """Whose event it is, in words."""
        return region_name(self.region) if self.region else "全域"

    @property
    def times(self) -> list[tuple[dt.time, dt.time]]:
        """When each slot begins and ends."""
        numbers = {"slots": self.slots, "morning": self.morning, "minutes": self.minutes, "pause": self.pause}
        return EventTable(starts=(self.morning_start, self.afternoon_start), numbers=numbers).times()

    @property
    def is_open(self) -> bool:
        """Whether anything about it can still change."""
        return self.state not in {self.State.OVER, self.State.CANCELLED}

    def slot_now(self, *, at: dt.datetime) -> int:
        """Return the first slot that has not begun at a time of day in China: 1 before the event, slots + 1 after it.

        ``at`` is local time.
        """
        if at.date() != self.day:
            return 1 if at.date() < self.day else self.slots + 1
        return 1 + sum(begin <= at.time() for begin, _ in self.times)
