"""Quotes, the award that ends all other offers, and both sides' word on what was delivered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.db import transaction

from chuanzhu_site.accounts.refusals import WrongState
from chuanzhu_site.market import policies
from chuanzhu_site.market.actions.engaging import advance, locked
from chuanzhu_site.market.hooks import announce_confirmation
from chuanzhu_site.market.lifecycle import ENGAGEMENT_MOVES, WON, EndReason, Party, Step
from chuanzhu_site.market.models import Confirmation, Engagement, Quote

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from chuanzhu_site.accounts.models import User

QUOTED: Final = ("price", "price_unit", "has_tax", "quantity", "moq", "lead_days", "terms", "valid_until", "note")


@transaction.atomic
def quote(engagement: Engagement, *, actor: User, values: Mapping[str, Any]) -> Quote:
    """Make an offer, or a revised one; the last one counts."""
    engagement = locked(engagement)
    policies.may_act(actor, engagement, party=Party.SUPPLIER)
    advance(engagement, "quote", actor=actor, party=Party.SUPPLIER)
    number = engagement.quotes.count() + 1
    return Quote.objects.create(
        engagement=engagement, number=number, by=actor, **{name: values[name] for name in QUOTED if name in values}
    )


@transaction.atomic
def award(engagement: Engagement, *, actor: User, reason: str, why_not: str) -> Engagement:
    """Award the demand to this engagement and tell every other bidder why not. Of two awards at once one wins."""
    engagement = locked(engagement)
    policies.may_act(actor, engagement, party=Party.BUYER)
    others = Engagement.objects.select_for_update(of=("self",)).select_related("demand", "buyer", "supplier")
    rivals = list(others.filter(demand=engagement.demand_id).exclude(pk=engagement.pk).order_by("pk"))
    if any(rival.step in WON for rival in rivals):
        raise WrongState("这条需求已经选定了另一家;要改选,请先结束那一家的对接并写明理由")
    advance(engagement, "award", actor=actor, party=Party.BUYER, reason=reason)
    for rival in rivals:
        if rival.step in ENGAGEMENT_MOVES["lose"].sources:
            advance(rival, "lose", actor=None, party=Party.SYSTEM, reason=why_not, why=EndReason.ANOTHER)
    return engagement


@transaction.atomic
def confirm(
    engagement: Engagement, *, actor: User, party: Party, quantity: str, value: Decimal, without: Confirmation.Without
) -> Engagement:
    """Give one side's word on what was delivered; with the second one the engagement is confirmed."""
    engagement = locked(engagement)
    policies.may_act(actor, engagement, party=party)
    if engagement.step != Step.DELIVERED:
        raise WrongState(f"现在是“{engagement.get_step_display()}”,交付之后、双方确认之前才能确认")
    if engagement.confirmations.filter(party=party, void_at=None).exists():
        raise WrongState(f"{party.label}已经确认过了")
    word = Confirmation.objects.create(
        engagement=engagement, party=party, quantity=quantity, value=value, without=without, by=actor
    )
    announce_confirmation(word)
    if engagement.confirmations.filter(void_at=None).count() == len((Party.BUYER, Party.SUPPLIER)):
        advance(engagement, "confirm", actor=None, party=Party.SYSTEM)
    return engagement
