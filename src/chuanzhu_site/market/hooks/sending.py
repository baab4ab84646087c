"""What the worker for post does with a call: send it, note what came of it, and try again later.

While a webhook fails nothing is sent to it until its wait is over, however many calls there are: one that is down costs
one attempt a wait, not one a call. After three days of nothing but failures it is stopped and its people are told.
"""

from __future__ import annotations

import datetime as dt
import time
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.utils import timezone
from django_tasks import task

from chuanzhu_site.market.hooks import addresses
from chuanzhu_site.market.hooks.signing import secret_of, signature
from chuanzhu_site.market.models.hooks import HookCall, Webhook
from chuanzhu_site.market.telling import tell_enterprise

if TYPE_CHECKING:
    from chuanzhu_site.market.hooks.addresses import Outcome

WAITS: Final = tuple(dt.timedelta(seconds=seconds) for seconds in (10, 60, 300, 1800, 2 * 3600, 6 * 3600))
LONGEST_FAILING: Final = dt.timedelta(days=3)
KEPT: Final = dt.timedelta(days=30)
_SLACK: Final = dt.timedelta(seconds=1)
_LONGEST: Final = 200


@task(queue_name="post")
def deliver(pk: int) -> None:
    """Send a call that is due, unless it was sent meanwhile or its webhook was stopped."""
    call = HookCall.objects.select_related("webhook").filter(pk=pk, done_at=None, webhook__stopped_at=None).first()
    if not call:
        return
    now, quiet = timezone.now(), call.webhook.quiet_until
    if quiet and quiet > now + _SLACK:
        _later(call, at=quiet)
        return
    note(call, send(call), at=timezone.now())


def send(call: HookCall) -> Outcome:
    """Send a call, signed now; outside of any transaction, since the other side may take its time."""
    body, seconds = call.body.encode(), int(time.time())
    signed = signature(secret_of(call.webhook), identity=call.reference, seconds=seconds, body=body)
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "Chuanzhu-Webhook/1",
        "Webhook-Id": call.reference,
        "Webhook-Timestamp": str(seconds),
        "Webhook-Signature": signed,
    }
    return addresses.post(call.webhook.url, body=body, headers=headers)


@transaction.atomic
def note(call: HookCall, outcome: Outcome, *, at: dt.datetime) -> None:
    """Keep what came of a call, and plan the next attempt where it failed."""
    webhook = Webhook.objects.select_for_update(of=("self",)).select_related("enterprise").get(pk=call.webhook_id)
    call = HookCall.objects.select_for_update().get(pk=call.pk)
    call.attempts, call.tried_at, call.took_ms = call.attempts + 1, at, outcome.took_ms
    call.status, call.error = outcome.status, outcome.error[:_LONGEST]
    if outcome.is_success:
        call.done_at, call.next_at = call.done_at or at, None
        webhook.failures, webhook.failing_since, webhook.quiet_until = 0, None, None
    else:
        webhook.failures, webhook.failing_since = webhook.failures + 1, webhook.failing_since or at
        webhook.quiet_until = at + WAITS[min(webhook.failures, len(WAITS)) - 1]
    call.save()
    if webhook.failing_since and at - webhook.failing_since >= LONGEST_FAILING:
        _stop(webhook, call, at=at)
    webhook.save()
    if not outcome.is_success and not webhook.stopped_at and webhook.quiet_until:
        _later(call, at=webhook.quiet_until)


def _later(call: HookCall, *, at: dt.datetime) -> None:
    HookCall.objects.filter(pk=call.pk).update(next_at=at)
    deliver.using(run_after=at).enqueue(call.pk)


def _stop(webhook: Webhook, call: HookCall, *, at: dt.datetime) -> None:
    webhook.stopped_at, webhook.quiet_until = at, None
    webhook.stopped_for = f"连续 {LONGEST_FAILING.days} 天没有成功:{call.error}"[:_LONGEST]
    text = f"回调 {webhook.url[:80]} 连续 {LONGEST_FAILING.days} 天没有成功,已经停用;修好后在“回调”页面重新启用"
    tell_enterprise(
        webhook.enterprise, key=f"hook-stopped:{webhook.pk}:{at:%Y%m%d}", text=text, address=webhook.get_absolute_url()
    )


def prune(*, at: dt.datetime) -> int:
    """Forget calls after a month."""
    return int(HookCall.objects.filter(at__lt=at - KEPT).delete()[0])
