"""Telling people: in the site, by e-mail, by what else is plugged in; at once or once a day, as each chooses."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from chuanzhu_site.accounts.models import User


class Channel(models.TextChoices):
    """By which way."""

    SITE = "site", "站内"
    EMAIL = "email", "邮件"
    SMS = "sms", "短信"
    WECHAT = "wechat", "微信"


class ContactChoice(models.Model):
    """How a person wants to be told by one way."""

    class Pace(models.TextChoices):
        """How often."""

        AT_ONCE = "at-once", "立即"
        DAILY = "daily", "每天一次"
        NEVER = "never", "不要"

    user = models.ForeignKey(User, models.CASCADE, related_name="contact_choices")
    channel = models.CharField(max_length=8, choices=Channel)
    pace = models.CharField(max_length=8, choices=Pace, default=Pace.AT_ONCE)

    class Meta:
        verbose_name = verbose_name_plural = "通知方式"
        constraints = (models.UniqueConstraint(fields=("user", "channel"), name="one_choice_a_channel"),)

    def __str__(self) -> str:
        return f"{self.user}:{self.get_channel_display()} {self.get_pace_display()}"


class Notification(models.Model):
    """Something a person should know (通知). ``key`` names the fact, so that nobody is told of it twice."""

    user = models.ForeignKey(User, models.CASCADE, related_name="notifications")
    key = models.CharField(max_length=80)
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

    notification = models.ForeignKey(Notification, models.CASCADE, related_name="deliveries")
    channel = models.CharField(max_length=8, choices=Channel)
    due_at = models.DateTimeField(db_index=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "通知发送"
        constraints = (models.UniqueConstraint(fields=("notification", "channel"), name="sent_once_a_channel"),)

    def __str__(self) -> str:
        return f"{self.notification} {self.get_channel_display()}"


class SavedSearch(models.Model):
    """A search (订阅) that tells its owner what it newly finds. ``facets`` are as in the search page's address."""

    user = models.ForeignKey(User, models.CASCADE, related_name="saved_searches")
    name = models.CharField("名称", max_length=60)
    words = models.CharField("搜索词", max_length=200, blank=True)
    facets = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    seen_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "订阅"
        constraints = (models.UniqueConstraint(fields=("user", "name"), name="searches_have_names"),)

    def __str__(self) -> str:
        return self.name
