"""What is asked in public and said in private."""

from __future__ import annotations

from django.db import models

from chuanzhu_site.accounts.models import Enterprise, User
from chuanzhu_site.market.lifecycle import Party
from chuanzhu_site.market.models.engagements import Engagement
from chuanzhu_site.market.models.listings import Listing


class Question(models.Model):
    """A question on a listing (公开问答): everybody reads question and answer, nobody learns who asked."""

    listing = models.ForeignKey(Listing, models.CASCADE, related_name="questions")
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    text = models.CharField("问题", max_length=400)
    asked_at = models.DateTimeField(auto_now_add=True)
    answer = models.CharField("回答", max_length=800, blank=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    held_for = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "问答"
        ordering = ("asked_at", "pk")

    def __str__(self) -> str:
        return self.text


class Message(models.Model):
    """A message inside an engagement (私信), for its two sides and their broker."""

    engagement = models.ForeignKey(Engagement, models.CASCADE, related_name="messages")
    sender = models.ForeignKey(User, models.PROTECT, related_name="+")
    party = models.CharField(max_length=8, choices=Party)
    text = models.TextField("内容", max_length=2000)
    at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "私信"
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.text[:40]
