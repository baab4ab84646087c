"""What the token's person was told."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated, Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Path, Query, Router, Schema
from pydantic import Field

from chuanzhu_site.market.api.cursors import MOST, USUAL, Page, page_of
from chuanzhu_site.market.api.routes import Given, operation

if TYPE_CHECKING:
    from chuanzhu_site.accounts.requests import UserRequest
    from chuanzhu_site.market.models import Notification

router = Router(tags=["通知"])
_NAMES = ("id", "topic", "text", "address", "at", "read_at")


class NotificationShape(Schema):
    """Something the person was told."""

    id: int
    topic: str
    text: str
    address: Annotated[str, Field(description="说的是哪一页")]
    at: dt.datetime
    read_at: dt.datetime | None


class Asked(Given):
    """What narrows a list of notifications."""

    unread: Annotated[bool, Field(description="只要没读过的")] = False
    limit: Annotated[int, Field(ge=1, le=MOST)] = USUAL
    cursor: Annotated[str, Field(max_length=200, description="上一页给的 next_cursor")] = ""


@operation(
    router,
    "GET",
    "",
    summary="通知列表",
    says="令牌主人本人的通知,新的在前;他在别的企业的通知也在里面。",
    needs="notifications:read",
    gives=Page[NotificationShape],
)
def notifications(request: UserRequest, asked: Query[Asked]) -> dict[str, Any]:
    """Return a page of one's notifications."""
    rows = request.user.notifications.all()
    rows = rows.filter(read_at=None) if asked.unread else rows
    return page_of(rows, request, cursor=asked.cursor, limit=asked.limit, show=lambda page: list(map(_show, page)))


@operation(router, "POST", "/{number}/read", summary="标为已读", needs="notifications:write", gives=NotificationShape)
def read_notification(request: UserRequest, number: Path[Annotated[int, Field(ge=1, le=2**63 - 1)]]) -> dict[str, Any]:
    """Mark a notification as read."""
    told = get_object_or_404(request.user.notifications, pk=number)
    told.read_at = told.read_at or timezone.now()
    told.save(update_fields=["read_at"])
    return _show(told)


def _show(told: Notification) -> dict[str, Any]:
    return {name: getattr(told, name) for name in _NAMES}
