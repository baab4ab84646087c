"""Writes on webhooks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.utils import timezone

from chuanzhu_site.accounts import audit
from chuanzhu_site.accounts import policies as accounts
from chuanzhu_site.accounts.refusals import Missing, WrongState
from chuanzhu_site.market.hooks.addresses import check_url, resolve
from chuanzhu_site.market.hooks.announcing import plan
from chuanzhu_site.market.hooks.events import EVENTS, PING
from chuanzhu_site.market.hooks.sending import deliver
from chuanzhu_site.market.models import HookCall, Webhook

if TYPE_CHECKING:
    from collections.abc import Collection

    from chuanzhu_site.accounts.models import Enterprise, User

MOST: Final = 10


@transaction.atomic
def add_webhook(enterprise: Enterprise, *, actor: User, url: str, events: Collection[str]) -> Webhook:
    """Register an address. Raises BadAddress for one that is not of the open internet."""
    accounts.may_publish(actor, enterprise)
    resolve(check_url(url))
    chosen = [event for event in EVENTS if event in events]
    if not chosen:
        raise Missing("请至少选一种事件")
    if Webhook.objects.live().of_any([enterprise.standing.pk]).count() >= MOST:
        raise WrongState(f"已经有 {MOST} 个回调;请先删掉不用的")
    webhook = Webhook.objects.create(enterprise=enterprise.standing, url=url, events=chosen, by=actor)
    audit.record(actor, "webhook.added", webhook, region=enterprise.region, events=chosen)
    return webhook


@transaction.atomic
def try_webhook(webhook: Webhook, *, actor: User) -> HookCall:
    """Send a call that means nothing, to see whether it arrives."""
    webhook = _locked(webhook, actor=actor)
    if webhook.stopped_at:
        raise WrongState("这个回调已经停用;请先启用")
    Webhook.objects.filter(pk=webhook.pk).update(quiet_until=None)
    return plan(webhook, PING, key=f"ping:{timezone.now():%Y%m%d%H%M%S%f}")


@transaction.atomic
def stop_webhook(webhook: Webhook, *, actor: User) -> Webhook:
    """Call it no more until it is started again."""
    webhook = _locked(webhook, actor=actor)
    if not webhook.stopped_at:
        webhook.stopped_at, webhook.stopped_for = timezone.now(), f"{actor} 停用"
        webhook.save()
        audit.record(actor, "webhook.stopped", webhook, region=webhook.enterprise.region)
    return webhook


@transaction.atomic
def start_webhook(webhook: Webhook, *, actor: User) -> Webhook:
    """Call it again, and send what it missed while it was stopped."""
    webhook = _locked(webhook, actor=actor)
    resolve(check_url(webhook.url))
    webhook.stopped_at, webhook.stopped_for = None, ""
    webhook.failures, webhook.failing_since, webhook.quiet_until = 0, None, None
    webhook.save()
    audit.record(actor, "webhook.started", webhook, region=webhook.enterprise.region)
    for pk in webhook.calls.filter(done_at=None).order_by("pk").values_list("pk", flat=True):
        deliver.enqueue(pk)
    return webhook


@transaction.atomic
def renew_secret(webhook: Webhook, *, actor: User) -> Webhook:
    """Sign with another secret from now on."""
    webhook = _locked(webhook, actor=actor)
    webhook.secret_version += 1
    webhook.save(update_fields=["secret_version"])
    audit.record(actor, "webhook.secret-renewed", webhook, region=webhook.enterprise.region)
    return webhook


@transaction.atomic
def send_again(call: HookCall, *, actor: User) -> HookCall:
    """Send a call once more, now, whatever came of it before."""
    webhook = _locked(call.webhook, actor=actor)
    if webhook.stopped_at:
        raise WrongState("这个回调已经停用;请先启用")
    Webhook.objects.filter(pk=webhook.pk).update(quiet_until=None)
    HookCall.objects.filter(pk=call.pk).update(done_at=None, next_at=None)
    deliver.enqueue(call.pk)
    return call


@transaction.atomic
def remove_webhook(webhook: Webhook, *, actor: User) -> None:
    """Delete it with its calls."""
    webhook = _locked(webhook, actor=actor)
    audit.record(actor, "webhook.removed", webhook, region=webhook.enterprise.region)
    webhook.delete()


def _locked(webhook: Webhook, *, actor: User) -> Webhook:
    found = Webhook.objects.select_for_update(of=("self",)).select_related("enterprise").get(pk=webhook.pk)
    accounts.may_publish(actor, found.enterprise)
    return found
