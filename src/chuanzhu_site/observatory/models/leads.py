"""What is done about a gap."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.urls import reverse

from chuanzhu_site.accounts.models import Enterprise, User
from chuanzhu_site.market.models import Listing
from chuanzhu_site.market.references import LENGTH, new_reference

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


class LeadSet(models.QuerySet["Lead"]):
    """Leads to choose from."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Keep those of the regions one looks after, one's own work, and those that ask for one's own demand."""
        if not user.is_authenticated:
            return self.none()
        allowed = Q(broker=user) | Q(opened_by=user)
        for scope in user.scopes.live():
            allowed |= scope.condition("region")
        return self.filter(allowed | Q(act=Lead.Act.DEMAND, candidate__in=Enterprise.objects.of(user)))


class Lead(models.Model):
    """One thing done about a gap (缺口线索): a demand opened, a scouting task, or an investment lead.

    ``thread`` is the id that the demand, its matches and its orders keep, so that a delivery can be traced to it.
    """

    class Act(models.TextChoices):
        """What is done."""

        DEMAND = "demand", "开需求"
        SCOUT = "scout", "派专员摸排"
        RECRUIT = "recruit", "招商线索"

    class State(models.TextChoices):
        """Where it stands."""

        OPEN = "open", "待办"
        DOING = "doing", "在办"
        DONE = "done", "办成"
        DROPPED = "dropped", "不办了"

    reference = models.CharField(max_length=LENGTH, unique=True, default=new_reference, editable=False)
    thread = models.UUIDField(default=uuid.uuid4, db_index=True, editable=False)
    act = models.CharField(max_length=10, choices=Act)
    programme = models.CharField(max_length=40)
    chain = models.CharField(max_length=40)
    node = models.CharField(max_length=60)
    node_name = models.CharField(max_length=60)
    region = models.CharField(max_length=6, blank=True, db_index=True)
    candidate = models.ForeignKey(Enterprise, models.SET_NULL, null=True, blank=True, related_name="+")
    listing = models.ForeignKey(Listing, models.SET_NULL, null=True, blank=True, related_name="+")
    broker = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    reasons = models.JSONField(default=list, blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    note = models.CharField("办理情况", max_length=400, blank=True)
    opened_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    objects = LeadSet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "缺口线索"
        ordering = ("-opened_at", "-pk")
        indexes = (models.Index(fields=("programme", "node"), name="lead_of_node"),)
        constraints = (
            models.UniqueConstraint(
                fields=("programme", "node", "region", "act"),
                condition=Q(state__in=("open", "doing")) & ~Q(act="demand"),
                name="one_live_lead_a_gap_and_act",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_act_display()}:{self.node_name}"

    def get_absolute_url(self) -> str:
        """Address of its page."""
        return reverse("lead", args=(self.reference,))

    @property
    def is_live(self) -> bool:
        """Whether something is still to be done."""
        return self.state in {self.State.OPEN, self.State.DOING}
