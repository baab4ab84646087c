"""What ties people to enterprises and to regions."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q

from chuanzhu_site.accounts.models.enterprises import Enterprise
from chuanzhu_site.accounts.models.people import User
from chuanzhu_site.accounts.regions import within


class ClaimSet(models.QuerySet["Claim"]):
    """Claims to choose from."""

    def reviewable_by(self, user: User) -> Self:
        """Keep those that wait for a decision inside the regions where a person reviews."""
        inside = Q(pk=None)
        for scope in user.scopes.live().exclude(role=Scope.Role.BROKER):
            inside |= scope.condition("enterprise__region") if scope.region else Q(pk__isnull=False)
        return self.filter(inside, state=Claim.State.SUBMITTED)


class Claim(models.Model):
    """A person's claim (认领) to act for an enterprise, reviewed by an officer of its region."""

    class State(models.TextChoices):
        """Where a claim stands."""

        SUBMITTED = "submitted", "待审核"
        APPROVED = "approved", "已通过"
        REFUSED = "refused", "未通过"
        WITHDRAWN = "withdrawn", "已撤回"

    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="claims")
    user = models.ForeignKey(User, models.CASCADE, related_name="claims")
    state = models.CharField(max_length=10, choices=State, default=State.SUBMITTED)
    position = models.CharField("职务", max_length=40)
    grounds = models.CharField("说明", max_length=400, blank=True)
    submitted_at = models.DateTimeField(auto_now_add=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField("审核意见", max_length=200, blank=True)

    objects = ClaimSet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "认领"
        ordering = ("submitted_at", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("enterprise", "user"), condition=Q(state="submitted"), name="one_pending_claim"
            ),
        )

    def __str__(self) -> str:
        return f"{self.user} → {self.enterprise}"


class Membership(models.Model):
    """A person acting for an enterprise: owner (管理), member (成员), or one who may submit but not publish (填报)."""

    class Role(models.TextChoices):
        """What a member may do."""

        OWNER = "owner", "管理员"
        MEMBER = "member", "成员"
        SUBMITTER = "submitter", "填报员"

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="memberships")
    role = models.CharField("角色", max_length=10, choices=Role, default=Role.MEMBER)
    since = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "成员"
        constraints = (
            models.UniqueConstraint(fields=("user", "enterprise"), condition=Q(ended_at=None), name="one_membership"),
        )

    def __str__(self) -> str:
        return f"{self.user}:{self.enterprise}({self.get_role_display()})"


class ScopeSet(models.QuerySet["Scope"]):
    """Scopes to choose from."""

    def live(self) -> Self:
        """Leave out those that were withdrawn."""
        return self.filter(ended_at=None)


class Scope(models.Model):
    """What a person of the government side may do, and where (权限范围): inside one region and everything in it.

    An empty region is the whole installation.
    """

    class Role(models.TextChoices):
        """What a scope allows."""

        BROKER = "broker", "对接专员"
        OFFICER = "officer", "管理干部"
        ADMINISTRATOR = "administrator", "系统管理员"

    user = models.ForeignKey(User, models.CASCADE, related_name="scopes")
    role = models.CharField("角色", max_length=14, choices=Role)
    region = models.CharField("地区", max_length=6, blank=True)
    granted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    granted_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = ScopeSet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "权限范围"
        constraints = (
            models.UniqueConstraint(fields=("user", "role", "region"), condition=Q(ended_at=None), name="one_scope"),
        )

    def __str__(self) -> str:
        return f"{self.user}:{self.get_role_display()} {self.region}"

    def condition(self, field: str) -> Q:
        """Return the condition that the region code in ``field`` lies inside this scope."""
        return within(field, self.region)
