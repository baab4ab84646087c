"""What is asked in public and said in private."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from chuanzhu_site.accounts.models import Enterprise, Scope, User
from chuanzhu_site.accounts.standing import standing_of
from chuanzhu_site.market.lifecycle import Party
from chuanzhu_site.market.models.engagements import Engagement
from chuanzhu_site.market.models.listings import Listing, of_any

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


class QuestionSet(models.QuerySet["Question"]):
    """Questions to choose from."""

    def shown(self) -> Self:
        """Leave out what waits for a look and what was sent back."""
        return self.filter(held_for="", returned_for="")

    def readable_by(self, user: User | AnonymousUser) -> Self:
        """Keep, of the questions on a listing that a person may read, the shown ones and one's own enterprises'."""
        if not user.is_authenticated:
            return self.shown()
        mine = standing_of(user).enterprises()
        return self.filter(Q(held_for="", returned_for="") | of_any(mine))

    def reviewable_by(self, user: User) -> Self:
        """Keep those of which the question or the answer waits, on listings inside the regions a person reviews."""
        inside = Q(pk=None)
        for scope in (one for one in standing_of(user).scopes if one.role != Scope.Role.BROKER):
            inside |= scope.condition("listing__enterprise__region") if scope.region else Q(pk__isnull=False)
        return self.filter(inside, returned_for="").exclude(held_for="", answer_held_for="")


class Question(models.Model):
    """A question on a listing (公开问答): everybody reads question and answer, nobody learns who asked.

    What is held waits for an officer; a question that was sent back (``returned_for``) is read by who asked it only.
    """

    listing = models.ForeignKey(Listing, models.CASCADE, related_name="questions")
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    text = models.CharField("问题", max_length=400)
    asked_at = models.DateTimeField(auto_now_add=True)
    answer = models.CharField("回答", max_length=800, blank=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    held_for = models.CharField(max_length=200, blank=True)
    answer_held_for = models.CharField(max_length=200, blank=True)
    returned_for = models.CharField(max_length=200, blank=True)

    objects = QuestionSet.as_manager()

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

    class Meta:
        verbose_name = verbose_name_plural = "私信"
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.text[:40]


class Reading(models.Model):
    """Up to which message a person has read an engagement; what comes after it is unread to that person."""

    engagement = models.ForeignKey(Engagement, models.CASCADE, related_name="readings")
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    up_to = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name = verbose_name_plural = "已读"
        constraints = (models.UniqueConstraint(fields=("engagement", "user"), name="one_reading_each"),)

    def __str__(self) -> str:
        return f"{self.user} {self.engagement}:{self.up_to}"
