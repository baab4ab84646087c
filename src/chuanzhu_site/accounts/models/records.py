"""Who did what (审计): written once, never changed."""

from __future__ import annotations

from typing import Any, NoReturn

from django.db import models

from chuanzhu.model import ChuanzhuError


class UnchangeableRecord(ChuanzhuError):  # noqa: N818 (named for what is refused)
    """An attempt to change or delete an audit record."""


class AuditSet(models.QuerySet["AuditRecord"]):
    """Records to read; none can be changed by way of a set."""

    def update(self, **_kwargs: object) -> NoReturn:
        """Refuse."""
        raise UnchangeableRecord("审计记录不能修改")

    def delete(self) -> NoReturn:
        """Refuse."""
        raise UnchangeableRecord("审计记录不能删除")


class AuditRecord(models.Model):
    """One act: who, when, what, on which thing, inside which region, in which request."""

    at = models.DateTimeField(auto_now_add=True, db_index=True)
    actor = models.ForeignKey("accounts.User", models.PROTECT, null=True, blank=True, related_name="+")
    actor_name = models.CharField(max_length=150)
    verb = models.CharField(max_length=40, db_index=True)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=40)
    subject_name = models.CharField(max_length=200)
    region = models.CharField(max_length=6, blank=True)
    details = models.JSONField(default=dict, blank=True)
    request = models.CharField(max_length=64, blank=True)

    objects = AuditSet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "审计记录"
        ordering = ("-pk",)
        indexes = (models.Index(fields=("subject_kind", "subject_id")),)

    def __str__(self) -> str:
        return f"{self.actor_name} {self.verb} {self.subject_name}"

    def save(self, **kwargs: Any) -> None:  # noqa: ANN401 (Django's)
        """Write a new record; refuse to write one again."""
        if self.pk:
            raise UnchangeableRecord("审计记录不能修改")
        super().save(**kwargs)

    def delete(self, using: str | None = None, keep_parents: bool = False) -> NoReturn:  # noqa: ARG002, FBT001, FBT002
        """Refuse."""
        raise UnchangeableRecord("审计记录不能删除")
