"""Putting down whom to call, in the same transaction as the fact.

A call names things and says nothing of them: no text, no enterprise, no price. Who is called reads the rest with a
token, by the rules that hold when it is read. So no masked buyer can slip out here.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from django.utils import timezone

from chuanzhu_site.market.hooks.events import OF_ACTS
from chuanzhu_site.market.hooks.sending import deliver
from chuanzhu_site.market.lifecycle import Party
from chuanzhu_site.market.models.hooks import HookCall, Webhook
from chuanzhu_site.market.references import new_reference

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chuanzhu_site.accounts.models import Enterprise
    from chuanzhu_site.market.models import Confirmation, EngagementEvent, Match

_BOTH: Final = frozenset({Party.BUYER, Party.SUPPLIER})
_TO_SUPPLIER: Final = frozenset({"lose"})


def announce(enterprise: Enterprise, event: str, *, key: str, **data: object) -> None:
    """Call every webhook of an enterprise that wants to know of this event; a fact is told once."""
    pk = enterprise.merged_into_id or enterprise.pk
    for webhook in Webhook.objects.live().of_any([pk]):
        if event in webhook.events:
            plan(webhook, event, key=key, **data)


def announce_move(event: EngagementEvent) -> None:
    """Announce a move of an engagement to the side that did not make it; what the system did, to both."""
    engagement = event.engagement
    told = {Party.SUPPLIER} if event.act in _TO_SUPPLIER else _BOTH - {Party(event.party)}
    if event.act not in OF_ACTS:
        return
    for party, enterprise in ((Party.BUYER, engagement.buyer), (Party.SUPPLIER, engagement.supplier)):
        if party in told:
            announce(
                enterprise,
                OF_ACTS[event.act],
                key=f"move:{event.pk}:{party}",
                engagement=engagement.reference,
                demand=engagement.demand.reference,
                act=event.act,
                step=event.target,
                version=engagement.version,
            )


def announce_confirmation(confirmation: Confirmation) -> None:
    """Announce one side's word on a delivery to the other side."""
    engagement = confirmation.engagement
    announce(
        engagement.supplier if confirmation.party == Party.BUYER else engagement.buyer,
        "confirmation",
        key=f"confirmation:{confirmation.pk}",
        engagement=engagement.reference,
        by=confirmation.party,
        version=engagement.version,
    )


def announce_matches(enterprise: Enterprise, matches: Iterable[Match]) -> None:
    """Announce matches to one of their sides, which may know of both listings."""
    for match in matches:
        named = {"match": match.reference, "demand": match.demand.reference, "supply": match.supply.reference}
        pk = enterprise.merged_into_id or enterprise.pk
        announce(enterprise, "match", key=f"match:{match.pk}:{pk}", **named, score=match.score)


def plan(webhook: Webhook, event: str, *, key: str, **data: object) -> HookCall:
    """Write a call down and queue it."""
    now, reference = timezone.now(), new_reference()
    told = {"id": reference, "type": event, "at": now.isoformat(), "enterprise": webhook.enterprise_id, "data": data}
    values = {"event": event, "body": json.dumps(told, ensure_ascii=False), "at": now, "reference": reference}
    call, is_new = HookCall.objects.get_or_create(webhook=webhook, key=key, defaults=values)
    if is_new:
        deliver.enqueue(call.pk)
    return call
