"""The enterprise that a token acts for."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from ninja import Router, Schema

from chuanzhu_site.accounts.models import Enterprise
from chuanzhu_site.market.api.routes import operation
from chuanzhu_site.market.api.shapes import Firm

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chuanzhu_site.accounts.requests import UserRequest

router = Router(tags=["企业"])


class Badge(Schema):
    """Something verified: what, by whom, when."""

    what: str
    detail: str
    verified_by: str
    verified_on: dt.date
    expires_on: dt.date | None


class OwnEnterprise(Firm):
    """An enterprise that the token acts for, with the person's role in it."""

    uscc: str | None
    region: str
    place: str
    tier: str
    introduction: str
    role: str
    badges: list[Badge]


@operation(
    router,
    "GET",
    "",
    summary="本企业资料",
    says="令牌所代表的企业。一个令牌只代表一家企业,所以列表里只有一家。",
    needs="enterprises:read",
    gives=list[OwnEnterprise],
)
def own_enterprises(request: UserRequest) -> Sequence[dict[str, Any]]:
    """Return the one enterprise of the token."""
    held = request.user.memberships.filter(ended_at=None).first()
    return [_shown(firm, role=held.role if held else "") for firm in Enterprise.objects.of(request.user)]


def _shown(firm: Enterprise, *, role: str) -> dict[str, Any]:
    badges = firm.verifications.filter(revoked_at=None).exclude(expires_on__lt=timezone.localdate())
    names = ("id", "name", "uscc", "region", "place", "introduction")
    return {
        **{name: getattr(firm, name) for name in names},
        "tier": firm.get_tier_display(),
        "role": role,
        "badges": [
            {
                "what": one.get_what_display(),
                "detail": one.detail,
                "verified_by": str(one.verified_by),
                "verified_on": one.verified_on,
                "expires_on": one.expires_on,
            }
            for one in badges.select_related("verified_by").order_by("-verified_on")
        ],
    }
