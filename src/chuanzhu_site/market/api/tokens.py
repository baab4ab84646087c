"""Who calls: the token in the header, whether it still holds, what it may, and how often."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db.models import Case, F, Q, Value, When
from django.utils import timezone
from ninja.security import HttpBearer

from chuanzhu_site.accounts.actions.tokens import digest_of
from chuanzhu_site.accounts.models import ApiToken
from chuanzhu_site.accounts.policies import WRITERS
from chuanzhu_site.accounts.token_scopes import SCOPES
from chuanzhu_site.web.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest

_SCHEME: Final = "bearer "
_LONGEST: Final = 200
_ASK: Final = {"WWW-Authenticate": 'Bearer realm="chuanzhu"'}
_BAD: Final = {"WWW-Authenticate": 'Bearer realm="chuanzhu", error="invalid_token"'}
_MINUTE: Final = 60
_AHEAD: Final = 2


class TokenAuth(HttpBearer):
    """Says in the document that a token is asked for; the gate has already looked at it."""

    openapi_bearerFormat = "cz_…"  # noqa: N815 (the document's name)
    openapi_description = "在“接口令牌”页面生成的令牌,写在请求头 Authorization: Bearer 后面"

    def authenticate(self, request: HttpRequest, token: str) -> bool:
        """Let pass what came through the gate."""
        return bool(token) and hasattr(request, "token")


def find_token(request: HttpRequest) -> ApiToken:
    """Return the token of a request with its person and enterprise. Raises Problem where there is none that holds."""
    header = request.headers.get("Authorization", "")
    if not header.lower().startswith(_SCHEME) or len(header) > _LONGEST:
        raise Problem("no-token", headers=_ASK)
    rows = ApiToken.objects.select_related("user", "enterprise")
    token = rows.filter(digest=digest_of(header[len(_SCHEME) :].strip())).first()
    if not token:
        raise Problem("no-token", "没有这个令牌;请检查是否复制完整", headers=_BAD)
    _require_live(token)
    return token


def _require_live(token: ApiToken) -> None:
    if token.revoked_at:
        raise Problem("token-ended", f"令牌“{token}”已经撤销;请重新生成", headers=_BAD)
    if token.is_over:
        day = timezone.localtime(token.expires_at)
        raise Problem("token-ended", f"令牌“{token}”已于 {day:%Y-%m-%d %H:%M} 到期;请重新生成", headers=_BAD)
    person = token.delegate()
    if not token.user.is_active or not person.memberships.filter(ended_at=None, role__in=WRITERS).exists():
        raise Problem("token-ended", f"令牌“{token}”的主人已经不代表这家企业;请换一位成员生成", headers=_BAD)


def require_scope(token: ApiToken, scope: str) -> None:
    """Refuse what the token was not made for."""
    if scope not in token.scopes:
        raise Problem("no-scope", f"令牌“{token}”没有“{SCOPES[scope]}”({scope})的权限;请生成带这项权限的令牌")


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """What is left to a token in its present minute."""

    per_minute: int
    left: int
    seconds: int

    @property
    def headers(self) -> Mapping[str, str]:
        """The allowance as headers; seconds to wait, not a time of day, so that no clock has to agree with ours."""
        return {
            "RateLimit-Policy": f'"default";q={self.per_minute};w={_MINUTE}',
            "RateLimit": f'"default";r={self.left};t={self.seconds}',
        }


def spend(token: ApiToken, *, cost: int) -> Allowance:
    """Take ``cost`` from the token's minute, in one statement that cannot be overtaken. Raises Problem beyond it.

    Of servers whose clocks differ the one ahead sets the minute, so that none starts another's count again.
    """
    now = time.time()
    minute = int(now) // _MINUTE
    if minute < token.minute <= minute + _AHEAD:
        minute = token.minute
    seconds = max(1, (minute + 1) * _MINUTE - int(now))
    rows = ApiToken.objects.filter(Q(used__lte=token.per_minute - cost) | ~Q(minute=minute), pk=token.pk)
    same = When(minute=minute, then=F("used") + cost)
    spent = rows.update(used=Case(same, default=Value(cost)), minute=minute, last_used_at=timezone.now())
    used = token.used + cost if token.minute == minute else cost
    allowance = Allowance(per_minute=token.per_minute, left=max(0, token.per_minute - used), seconds=seconds)
    if not spent:
        sentence = f"这个令牌每分钟最多 {token.per_minute} 次,已经用完;请 {seconds} 秒后再试"
        raise Problem("rate", sentence, headers={**allowance.headers, "Retry-After": str(seconds)})
    return allowance
