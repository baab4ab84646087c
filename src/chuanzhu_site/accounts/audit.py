"""Keeping the record of who did what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from chuanzhu_site.accounts.models import AuditRecord
from chuanzhu_site.web.requests import request_mark

if TYPE_CHECKING:
    from django.db.models import Model

    from chuanzhu_site.accounts.models import User

_NAME_LENGTH: Final = 200
_SYSTEM: Final = "系统"


def record(actor: User | None, verb: str, subject: Model, *, region: str = "", **details: object) -> AuditRecord:
    """Write down that ``actor`` (None: the system itself) did ``verb`` to ``subject``; part of the same transaction."""
    return AuditRecord.objects.create(
        actor=actor,
        actor_name=str(actor) if actor else _SYSTEM,
        verb=verb,
        subject_kind=subject._meta.label_lower,  # noqa: SLF001 (a documented name of Django's)
        subject_id=str(subject.pk),
        subject_name=str(subject)[:_NAME_LENGTH],
        region=region,
        details=details,
        request=request_mark(),
    )
