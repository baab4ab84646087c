"""From interest to the table's moves: one function for all acts that only move an engagement on."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from chuanzhu_site.accounts import audit
from chuanzhu_site.accounts import policies as accounts
from chuanzhu_site.accounts.refusals import WrongState, need_reason
from chuanzhu_site.market import policies
from chuanzhu_site.market.actions.listing import apply_move
from chuanzhu_site.market.disclosure import require_untold
from chuanzhu_site.market.hooks import announce_move
from chuanzhu_site.market.lifecycle import (
    ENGAGEMENT_MOVES,
    LIVE,
    EndReason,
    ListingState,
    Party,
    Step,
    require_move,
)
from chuanzhu_site.market.models import Engagement, EngagementEvent, Listing, Match
from chuanzhu_site.market.models.listings import SHOWN
from chuanzhu_site.market.telling import tell_enterprise

if TYPE_CHECKING:
    from collections.abc import Collection

    from chuanzhu_site.accounts.models import Enterprise, User
    from chuanzhu_site.market.lifecycle import Move

ANSWER_DAYS: Final = 3
SIMPLE_ACTS: Final = frozenset({"ask", "tell", "accept", "request", "sample", "approve-sample", "order", "deliver"})
_ANSWERS: Final = frozenset({"ask", "accept", "decline"})
_BOTH: Final = (Party.BUYER, Party.SUPPLIER)
_TOLD: Final = {"lose": (Party.SUPPLIER,)}
# Whom an act of the system is told to, where that is not both: the buyer who awarded knows that the others lost.


@transaction.atomic
def express_interest(
    demand: Listing, *, supplier: Enterprise, actor: User, supply: Listing | None = None
) -> Engagement:
    """Say that an enterprise wants to supply a demand. The buyer owes an answer within three days."""
    accounts.may_publish(actor, supplier)
    visible = Listing.objects.visible_to(actor)
    demand = visible.select_for_update(of=("self",)).select_related("enterprise").get(pk=demand.pk)
    supplier, buyer = supplier.standing, demand.enterprise.standing
    if demand.side != "demand" or demand.state not in SHOWN:
        raise WrongState("这条需求现在不接受对接;请刷新页面看最新状态")
    if supplier == buyer:
        raise WrongState("这是本企业自己的需求")
    if Engagement.objects.filter(demand=demand, supplier=supplier, step__in=LIVE).exists():
        raise WrongState("已经表达过意向,正在对接中")
    now = timezone.now()
    engagement = Engagement.objects.create(
        thread=demand.thread,
        demand=demand,
        supply=supply,
        match=Match.objects.filter(demand=demand, supply=supply).first() if supply else None,
        buyer=buyer,
        supplier=supplier,
        broker=demand.broker,
        moved_at=now,
        answer_due_at=now + dt.timedelta(days=ANSWER_DAYS),
    )
    if demand.state == ListingState.OPEN:
        apply_move(demand, "engage", actor=None, by=Party.SYSTEM)
    note_event(engagement, "express", actor=actor, party=Party.SUPPLIER, source="", reason="")
    tell_sides(engagement, (Party.BUYER,), f"{supplier} 想供“{demand}”,请在 {ANSWER_DAYS} 天内答复")
    return engagement


@transaction.atomic
def move_engagement(engagement: Engagement, act: str, *, actor: User, party: Party, reason: str = "") -> Engagement:
    """Make one of the acts that need nothing but a reason; the others have functions of their own."""
    if act not in SIMPLE_ACTS:
        raise PermissionDenied
    engagement = locked(engagement)
    policies.may_act(actor, engagement, party=party)
    return advance(engagement, act, actor=actor, party=party, reason=reason)


@transaction.atomic
def end_engagement(engagement: Engagement, *, actor: User, party: Party, why: EndReason, note: str = "") -> Engagement:
    """End it with one of the reasons; a buyer's first answer ends it as "not suitable"."""
    engagement = locked(engagement)
    policies.may_act(actor, engagement, party=party)
    is_answer = party == Party.BUYER and engagement.step in ENGAGEMENT_MOVES["decline"].sources
    return advance(
        engagement, "decline" if is_answer else "end", actor=actor, party=party, reason=note or why.label, why=why
    )


def locked(engagement: Engagement) -> Engagement:
    """Lock the demand first, then the engagement, as every act does: acts on one demand come one after the other."""
    Listing.objects.select_for_update().get(pk=engagement.demand_id)
    rows = Engagement.objects.select_for_update(of=("self",)).select_related("demand", "buyer", "supplier")
    return rows.get(pk=engagement.pk)


def advance(
    engagement: Engagement,
    act: str,
    *,
    actor: User | None,
    party: Party,
    reason: str = "",
    why: EndReason | None = None,
) -> Engagement:
    """Make a move of the table, with its history, its audit record and word to the other side."""
    move = require_move(ENGAGEMENT_MOVES, act, Step(engagement.step), by=party)
    stated = need_reason(reason, of=move.name) if move.needs_reason else reason
    require_untold(engagement, stated, by=party)
    source, now = engagement.step, timezone.now()
    engagement.step, engagement.moved_at = Step(move.target), now
    engagement.next_on = engagement.escalated_at = None
    if act in _ANSWERS and not engagement.answered_at:
        engagement.answered_at = now
    if act == "tell":
        engagement.answer_due_at = now + dt.timedelta(days=ANSWER_DAYS)
    if engagement.step == Step.ENDED:
        engagement.end_reason, engagement.end_note = why or EndReason.OTHER, stated
    engagement.version += 1
    engagement.save()
    note_event(engagement, act, actor=actor, party=party, source=source, reason=stated)
    told = _TOLD.get(act, tuple(side for side in _BOTH if side != party))
    tell_sides(engagement, told, _sentence(engagement, move, stated))
    return engagement


def _sentence(engagement: Engagement, move: Move, reason: str) -> str:
    return f"“{engagement.demand}”:{move.name}{f',{reason}' if reason else ''}"


def note_event(engagement: Engagement, act: str, *, actor: User | None, party: Party, source: str, reason: str) -> None:
    """Write the history and the audit record of an act."""
    event = EngagementEvent.objects.create(
        engagement=engagement, act=act, actor=actor, party=party, source=source, target=engagement.step, reason=reason
    )
    announce_move(event)
    audit.record(actor, f"engagement.{act}", engagement, region=engagement.buyer.region, reason=reason)


def tell_sides(engagement: Engagement, sides: Collection[Party], text: str) -> None:
    """Tell these sides of an act. A masked buyer's name is never in the text."""
    key = f"engagement:{engagement.pk}:{engagement.version}"
    for side, enterprise in ((Party.BUYER, engagement.buyer), (Party.SUPPLIER, engagement.supplier)):
        if side in sides:
            tell_enterprise(enterprise, key=key, text=text, address=engagement.get_absolute_url())
