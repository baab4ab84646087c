"""Where the token's enterprise is called."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated, Any

from django.shortcuts import get_object_or_404
from ninja import Path, Query, Router, Schema
from pydantic import Field

from chuanzhu_site.accounts import policies as accounts
from chuanzhu_site.accounts.models import Enterprise
from chuanzhu_site.accounts.standing import standing_of
from chuanzhu_site.market import actions
from chuanzhu_site.market.api.cursors import Page, page_of
from chuanzhu_site.market.api.routes import Given, OneOf, operation
from chuanzhu_site.market.api.shapes import Reference
from chuanzhu_site.market.api.talk import Paging
from chuanzhu_site.market.hooks import EVENTS
from chuanzhu_site.market.models import Webhook

if TYPE_CHECKING:
    from chuanzhu_site.accounts.requests import UserRequest
    from chuanzhu_site.market.models import HookCall
    from chuanzhu_site.market.models.hooks import WebhookSet

router = Router(tags=["回调"])
_NAMES = ("reference", "url", "events", "failures", "failing_since", "stopped_at", "stopped_for")
_CALL = ("reference", "event", "at", "attempts", "tried_at", "next_at", "done_at", "status", "error", "took_ms")


class HookShape(Schema):
    """A webhook; its secret is shown on its page only."""

    reference: str
    url: str
    events: list[str]
    failures: int
    failing_since: dt.datetime | None
    stopped_at: dt.datetime | None
    stopped_for: str


class CallShape(Schema):
    """One call and what came of it."""

    reference: str
    event: str
    at: dt.datetime
    attempts: int
    tried_at: dt.datetime | None
    next_at: dt.datetime | None
    done_at: dt.datetime | None
    status: int
    error: str
    took_ms: int


class NewHook(Given):
    """An address and what it is told of."""

    url: Annotated[str, Field(min_length=1, max_length=300, examples=["https://erp.example.com/chuanzhu"])]
    events: Annotated[list[Annotated[str, OneOf(EVENTS)]], Field(min_length=1, max_length=20, examples=[["match"]])]


@operation(router, "GET", "", summary="回调列表", needs="webhooks:read", gives=list[HookShape])
def webhooks(request: UserRequest) -> list[dict[str, Any]]:
    """Return the webhooks of the token's enterprise."""
    return [_show(one) for one in _mine(request)]


@operation(
    router,
    "POST",
    "",
    summary="登记回调",
    says="地址要用 https,并且是外网能访问的;签名密钥在“回调”页面查看。",
    needs="webhooks:write",
    gives=HookShape,
    status=201,
)
def add_webhook(request: UserRequest, given: NewHook) -> dict[str, Any]:
    """Register an address for the token's enterprise."""
    enterprise = Enterprise.objects.of(request.user).get()
    return _show(actions.add_webhook(enterprise, actor=request.user, url=given.url, events=given.events))


@operation(
    router,
    "GET",
    "/{reference}/calls",
    summary="发送记录",
    says="每次通知发到了没有,新的在前。",
    needs="webhooks:read",
    gives=Page[CallShape],
)
def webhook_calls(request: UserRequest, reference: Path[Reference], asked: Query[Paging]) -> dict[str, Any]:
    """Return a page of the calls of a webhook."""
    rows = get_object_or_404(_mine(request), reference=reference).calls.all()
    return page_of(rows, request, cursor=asked.cursor, limit=asked.limit, show=lambda page: list(map(_call, page)))


@operation(router, "DELETE", "/{reference}", summary="删除回调", needs="webhooks:write", gives=None, status=204)
def remove_webhook(request: UserRequest, reference: Path[Reference]) -> None:
    """Delete a webhook with its calls."""
    actions.remove_webhook(get_object_or_404(_mine(request), reference=reference), actor=request.user)


def _mine(request: UserRequest) -> WebhookSet:
    return Webhook.objects.of_any(standing_of(request.user).enterprises(accounts.PUBLISHERS))


def _show(one: Webhook) -> dict[str, Any]:
    return {name: getattr(one, name) for name in _NAMES}


def _call(one: HookCall) -> dict[str, Any]:
    return {name: getattr(one, name) for name in _CALL}
