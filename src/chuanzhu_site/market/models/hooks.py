"""Webhooks: where an enterprise's own program wants to be told, and each call that was made or is due."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.urls import reverse

from chuanzhu_site.accounts.models import Enterprise, User
from chuanzhu_site.market.references import LENGTH, new_reference

if TYPE_CHECKING:
    from collections.abc import Collection


class WebhookSet(models.QuerySet["Webhook"]):
    """Webhooks to choose from."""

    def of_any(self, enterprises: Collection[int]) -> Self:
        """Keep those of these enterprises, or of records merged into one of them."""
        return self.filter(Q(enterprise__in=enterprises) | Q(enterprise__merged_into__in=enterprises))

    def live(self) -> Self:
        """Leave out those that were stopped."""
        return self.filter(stopped_at=None)


class Webhook(models.Model):
    """An address (回调) that is told of an enterprise's events.

    Its secret is made from the site's key, ``reference`` and ``secret_version``, so none is kept. ``failures`` are
    those since the last success, the first of them at ``failing_since``; until ``quiet_until`` nothing is sent.
    """

    reference = models.CharField(max_length=LENGTH, unique=True, default=new_reference, editable=False)
    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="webhooks")
    url = models.CharField("地址", max_length=300)
    events = models.JSONField("事件", default=list)
    secret_version = models.PositiveSmallIntegerField(default=1)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    failures = models.PositiveIntegerField(default=0)
    failing_since = models.DateTimeField(null=True, blank=True)
    quiet_until = models.DateTimeField(null=True, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True)
    stopped_for = models.CharField(max_length=200, blank=True)

    objects = WebhookSet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "回调"
        ordering = ("-pk",)

    def __str__(self) -> str:
        return self.url

    def get_absolute_url(self) -> str:
        """Address of its page."""
        return reverse("hook", args=(self.reference,))


class HookCall(models.Model):
    """One event on its way to a webhook (回调记录). ``key`` names the fact, so that it is told once.

    ``status`` is that of the last answer, 0 where there was none; ``done_at`` is set by a 2xx.
    """

    reference = models.CharField(max_length=LENGTH, unique=True, default=new_reference, editable=False)
    webhook = models.ForeignKey(Webhook, models.CASCADE, related_name="calls")
    key = models.CharField(max_length=80)
    event = models.CharField(max_length=20)
    body = models.TextField()
    at = models.DateTimeField(db_index=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    tried_at = models.DateTimeField(null=True, blank=True)
    next_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    status = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=200, blank=True)
    took_ms = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = verbose_name_plural = "回调记录"
        ordering = ("-pk",)
        constraints = (models.UniqueConstraint(fields=("webhook", "key"), name="called_once_a_fact"),)

    def __str__(self) -> str:
        return f"{self.webhook} {self.event}"
