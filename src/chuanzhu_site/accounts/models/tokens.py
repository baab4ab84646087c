"""Tokens by which a program acts for a person and one of their enterprises, and what it was answered before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from chuanzhu_site.accounts.models.enterprises import Enterprise
from chuanzhu_site.accounts.models.people import User
from chuanzhu_site.accounts.models.ties import Membership, Scope
from chuanzhu_site.accounts.token_scopes import SCOPES

if TYPE_CHECKING:
    from chuanzhu_site.accounts.models.ties import ScopeSet


class Delegate(User):
    """A person as a token lets them act: for one enterprise only, and without what they may do as an official.

    Everything that is asked of a user is asked of these two properties, so no rule has to know of tokens.
    """

    acting_for: int = 0

    class Meta:
        proxy = True

    @property
    def memberships(self) -> models.QuerySet[Membership]:  # type: ignore[override]  # narrower than the relation
        """Memberships in the one enterprise, or in a record that was merged into it."""
        family = Q(enterprise=self.acting_for) | Q(enterprise__merged_into=self.acting_for)
        return Membership.objects.filter(family, user=self.pk)

    @property
    def scopes(self) -> ScopeSet:  # type: ignore[override]  # narrower than the relation
        """No scope: what an official does is done by a person."""
        return Scope.objects.none()


class TokenSet(models.QuerySet["ApiToken"]):
    """Tokens to choose from."""

    def live(self) -> Self:
        """Leave out those that were revoked or have expired."""
        return self.filter(revoked_at=None, expires_at__gt=timezone.now())


class ApiToken(models.Model):
    """A token (接口令牌). Only its digest is kept; ``start`` are its first letters, by which its owner knows it.

    ``minute`` and ``used`` count what it asked for in the present minute, ``per_minute`` is the most it may.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="tokens")
    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="tokens")
    name = models.CharField("用途", max_length=60)
    start = models.CharField(max_length=12)
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField("权限", default=list)
    per_minute = models.PositiveIntegerField("每分钟最多", default=120)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField("有效期至")
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    minute = models.PositiveBigIntegerField(default=0)
    used = models.PositiveIntegerField(default=0)

    objects = TokenSet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "接口令牌"
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.name}({self.start}…)"

    @property
    def allowed(self) -> list[str]:
        """What it may do, in words."""
        return [name for scope, name in SCOPES.items() if scope in self.scopes]

    @property
    def is_over(self) -> bool:
        """Whether it has expired."""
        return self.expires_at <= timezone.now()

    def delegate(self) -> Delegate:
        """Return its person, narrowed to its enterprise. Needs ``user`` and ``enterprise`` loaded."""
        values = {field.attname: getattr(self.user, field.attname) for field in User._meta.concrete_fields}  # noqa: SLF001
        person = Delegate(**values)
        person._state.adding, person._state.db = False, self._state.db  # noqa: SLF001 (as Django does on loading)
        person.acting_for = self.enterprise.merged_into_id or self.enterprise_id
        return person


class ApiReply(models.Model):
    """The answer to a write that carried an idempotency key (幂等键): the same request is answered with it again."""

    token = models.ForeignKey(ApiToken, models.CASCADE, related_name="replies")
    key = models.CharField(max_length=80)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    body = models.TextField(blank=True)
    at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        verbose_name = verbose_name_plural = "接口答复"
        constraints = (models.UniqueConstraint(fields=("token", "key"), name="one_reply_a_key"),)

    def __str__(self) -> str:
        return f"{self.token}:{self.key}"
