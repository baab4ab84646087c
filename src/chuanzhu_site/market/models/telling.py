"""Telling people: in the site, by e-mail, by what else is plugged in; at once or once a day, as each chooses."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from chuanzhu_site.accounts.models import User
from chuanzhu_site.market.models.listings import Listing


class Channel(models.TextChoices):
    """By which way."""

    SITE = "site", "站内"
    EMAIL = "email", "邮件"
    SMS = "sms", "短信"
    WECHAT = "wechat", "微信"


class Topic(models.TextChoices):
    """What a notice is about; each can be told another way."""

    MATCH = "match", "新的匹配"
    SEARCH = "search", "订阅有了新结果"
    DEAL = "deal", "对接有了进展"
    WORDS = "words", "私信和问答"
    DUE = "due", "到期和催办"
    REVIEW = "review", "审核结果"
    OTHER = "other", "其他"


class ContactChoice(models.Model):
    """How a person wants to be told of one kind of thing by one way."""

    class Pace(models.TextChoices):
        """How often."""

        AT_ONCE = "at-once", "立即"
        DAILY = "daily", "每天一次"
        NEVER = "never", "不要"

    user = models.ForeignKey(User, models.CASCADE, related_name="contact_choices")
    topic = models.CharField(max_length=8, choices=Topic, default=Topic.OTHER)
    channel = models.CharField(max_length=8, choices=Channel)
    pace = models.CharField(max_length=8, choices=Pace, default=Pace.AT_ONCE)

    class Meta:
        verbose_name = verbose_name_plural = "通知方式"
        constraints = (
            models.UniqueConstraint(fields=("user", "topic", "channel"), name="one_choice_a_topic_and_channel"),
        )

    def __str__(self) -> str:
        return f"{self.user}:{self.get_topic_display()} {self.get_channel_display()} {self.get_pace_display()}"


class Notification(models.Model):
    """Something a person should know (通知). ``key`` names the fact, so that nobody is told of it twice."""

    user = models.ForeignKey(User, models.CASCADE, related_name="notifications")
    key = models.CharField(max_length=80)
    topic = models.CharField(max_length=8, choices=Topic, default=Topic.OTHER)
    text = models.CharField(max_length=200)
    address = models.CharField(max_length=200)
    at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "通知"
        ordering = ("-pk",)
        indexes = (models.Index(fields=("user",), condition=Q(read_at=None), name="unread_notifications"),)
        constraints = (models.UniqueConstraint(fields=("user", "key"), name="told_once"),)

    def __str__(self) -> str:
        return self.text


class Delivery(models.Model):
    """A notification on its way by one channel: when it is due, when it was sent, what went wrong."""

    class State(models.TextChoices):
        """How far it is. One that was interrupted while it was sent is UNSURE: it may have arrived or not."""

        WAITING = "waiting", "等待发送"
        SENDING = "sending", "正在发送"
        SENT = "sent", "已发送"
        SKIPPED = "skipped", "不用发了"
        FAILED = "failed", "发不出去"
        UNSURE = "unsure", "不知道收到没有"

    notification = models.ForeignKey(Notification, models.CASCADE, related_name="deliveries")
    channel = models.CharField(max_length=8, choices=Channel)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    due_at = models.DateTimeField()
    tried_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "通知发送"
        indexes = (models.Index(fields=("state", "due_at"), name="delivery_due"),)
        constraints = (models.UniqueConstraint(fields=("notification", "channel"), name="sent_once_a_channel"),)

    def __str__(self) -> str:
        return f"{self.notification} {self.get_channel_display()}"


class SavedSearch(models.Model):
    """A search (订阅) that tells its owner what it newly finds. ``facets`` are as in the search page's address.

    ``found`` are the listings that it found already, so that nobody is told of one twice.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="saved_searches")
    name = models.CharField("名称", max_length=60)
    words = models.CharField("搜索词", max_length=200, blank=True)
    facets = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    seen_until = models.DateTimeField(null=True, blank=True)
    found = models.ManyToManyField(Listing, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "订阅"
        constraints = (models.UniqueConstraint(fields=("user", "name"), name="searches_have_names"),)

    def __str__(self) -> str:
        return self.name
