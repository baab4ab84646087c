"""Making, finding and revoking tokens."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from typing import TYPE_CHECKING, Final

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from chuanzhu_site.accounts import audit, policies
from chuanzhu_site.accounts.models import ApiToken, Membership
from chuanzhu_site.accounts.refusals import Missing, WrongState
from chuanzhu_site.accounts.token_scopes import SCOPES

if TYPE_CHECKING:
    from collections.abc import Collection

    from chuanzhu_site.accounts.models import Enterprise, User

LONGEST_DAYS: Final = 366
MOST_LIVE: Final = 20
_MARK: Final = "cz_"
_SECRET_BYTES: Final = 32
_SHOWN: Final = 9


@transaction.atomic
def make_token(
    enterprise: Enterprise, *, actor: User, name: str, scopes: Collection[str], days: int
) -> tuple[ApiToken, str]:
    """Return a new token and its text, which is kept nowhere: it can be shown now and never again."""
    policies.may_write(actor, enterprise)
    chosen = [scope for scope in SCOPES if scope in scopes]
    if not chosen:
        raise Missing("请至少选一项权限")
    if ApiToken.objects.live().filter(user=actor, enterprise=enterprise).count() >= MOST_LIVE:
        raise WrongState(f"已经有 {MOST_LIVE} 个有效令牌;请先撤销不用的")
    text = _MARK + secrets.token_urlsafe(_SECRET_BYTES)
    token = ApiToken.objects.create(
        user=actor,
        enterprise=enterprise,
        name=name,
        start=text[:_SHOWN],
        digest=digest_of(text),
        scopes=chosen,
        expires_at=timezone.now() + dt.timedelta(days=min(days, LONGEST_DAYS)),
    )
    audit.record(actor, "token.made", token, region=enterprise.region, scopes=chosen)
    return token, text


@transaction.atomic
def revoke_token(token: ApiToken, *, actor: User) -> ApiToken:
    """End a token at once: one's own, or as the owner of its enterprise anybody's."""
    token = ApiToken.objects.select_for_update(of=("self",)).select_related("enterprise").get(pk=token.pk)
    if token.user_id != actor.pk and not policies.is_member(actor, token.enterprise, roles=(Membership.Role.OWNER,)):
        raise PermissionDenied
    if not token.revoked_at:
        token.revoked_at = timezone.now()
        token.save(update_fields=["revoked_at"])
        audit.record(actor, "token.revoked", token, region=token.enterprise.region)
    return token


def digest_of(text: str) -> str:
    """Return what is kept of a token. It has 256 random bits, so a plain hash cannot be turned back."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
