"""What was said at a meeting face to face, as an engagement of the thread."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from chuanzhu_site.accounts.refusals import WrongState
from chuanzhu_site.market.actions.engaging import ANSWER_DAYS, advance, locked, note_event, tell_sides
from chuanzhu_site.market.actions.listing import apply_move
from chuanzhu_site.market.lifecycle import ENGAGEMENT_MOVES, EndReason, ListingState, Party, Step
from chuanzhu_site.market.models import Engagement, Listing, Reveal
from chuanzhu_site.market.models.listings import SHOWN

if TYPE_CHECKING:
    from collections.abc import Collection

    from chuanzhu_site.accounts.models import Enterprise, User
    from chuanzhu_site.market.models import Match


@transaction.atomic
def meet(
    demand: Listing,
    *,
    supplier: Enterprise,
    match: Match | None,
    actor: User,
    party: Party,
    reason: str,
    acts: Collection[str] = (),
    why: EndReason | None = None,
) -> Engagement:
    """Write down that a buyer and a supplier met, and what was said: the thread goes on from there.

    ``acts`` are the buyer's words (accept, request), or ``why`` is what does not suit. A broker may write them down for
    the buyer; a supplier's word that the buyer is interested leaves the answer with the buyer. Whoever calls has
    permitted the actor; ``reason`` says where they met. Two who have met know each other's names.
    """
    demand = Listing.objects.select_for_update(of=("self",)).select_related("enterprise").get(pk=demand.pk)
    engagement = _running(demand, supplier) or _begun(demand, supplier, match)
    is_new = engagement.version == 1 and not engagement.events.exists()
    source = "" if is_new else engagement.step
    note_event(engagement, "meet", actor=actor, party=party, source=source, reason=reason)
    if demand.privacy == Listing.Privacy.MASKED:
        Reveal.objects.get_or_create(
            listing=demand, enterprise=supplier.standing, step=Reveal.Step.NAME, defaults={"by": actor}
        )
    if why:
        return _ended(engagement, actor=actor, party=party, why=why, reason=reason)
    if party == Party.SUPPLIER:
        if is_new:
            tell_sides(engagement, (Party.BUYER,), f"“{demand}”:{reason},对方有意向,请在 {ANSWER_DAYS} 天内答复")
        return engagement
    for act in acts:
        if engagement.step in ENGAGEMENT_MOVES[act].sources:
            engagement = advance(locked(engagement), act, actor=actor, party=Party.BUYER, reason=reason)
    return engagement


def _running(demand: Listing, supplier: Enterprise) -> Engagement | None:
    rows = Engagement.objects.select_for_update(of=("self",)).select_related("demand", "buyer", "supplier")
    return rows.filter(demand=demand, supplier=supplier.standing).exclude(step=Step.ENDED).first()


def _begun(demand: Listing, supplier: Enterprise, match: Match | None) -> Engagement:
    if demand.state not in SHOWN:
        raise WrongState(f"“{demand}”{demand.get_state_display()},不能再开始对接")
    now = timezone.now()
    engagement = Engagement.objects.create(
        thread=demand.thread,
        demand=demand,
        supply=match.supply if match else None,
        match=match,
        buyer=demand.enterprise.standing,
        supplier=supplier.standing,
        broker=demand.broker,
        moved_at=now,
        answer_due_at=now + dt.timedelta(days=ANSWER_DAYS),
    )
    if demand.state == ListingState.OPEN:
        apply_move(demand, "engage", actor=None, by=Party.SYSTEM)
    return engagement


def _ended(engagement: Engagement, *, actor: User, party: Party, why: EndReason, reason: str) -> Engagement:
    """End it; what was ordered already is not undone by a word at a table."""
    engagement = locked(engagement)
    act = "decline" if party == Party.BUYER and engagement.step in ENGAGEMENT_MOVES["decline"].sources else "end"
    if engagement.step not in ENGAGEMENT_MOVES[act].sources or engagement.step in {Step.ORDERED, Step.DELIVERED}:
        raise WrongState(f"这一对已经“{engagement.get_step_display()}”,不能记成不合适;请在对接页面上处理")
    return advance(engagement, act, actor=actor, party=party, reason=f"{reason}:{why.label}", why=why)
