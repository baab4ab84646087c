"""What the state machine lets this person do now, each act with the form that it asks for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils import timezone

from chuanzhu_site.accounts import policies as accounts
from chuanzhu_site.market.act_forms import act_form
from chuanzhu_site.market.actions.listing import is_expiring
from chuanzhu_site.market.lifecycle import (
    ENGAGEMENT_MOVES,
    LISTING_MOVES,
    ListingState,
    Party,
    Step,
    open_moves,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from django.contrib.auth.models import AnonymousUser

    from chuanzhu_site.accounts.models import User
    from chuanzhu_site.market.act_forms import ActForm
    from chuanzhu_site.market.models import Engagement, Listing

SIDES: Final = frozenset({Party.BUYER, Party.SUPPLIER})
_LEADING: Final = frozenset({"submit", "publish", "renew", "accept", "request", "quote", "tell", "order", "deliver"})
_PUBLISHERS_ONLY: Final = frozenset({"close", "renew"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """An act that is open to a person, on one side: its button and its form; ``is_leading`` moves the thread on."""

    act: str
    party: Party
    name: str
    form: ActForm
    is_leading: bool

    @property
    def asks(self) -> bool:
        """Whether there is anything to fill in."""
        return bool(self.form.visible_fields())


def engagement_offers(engagement: Engagement, *, parties: Collection[Party]) -> list[Offer]:
    """Return what these sides may do with an engagement now; each side confirms a delivery once."""
    step = Step(engagement.step)
    hidden = {"version": engagement.version}
    moves = open_moves(ENGAGEMENT_MOVES, step, parties)
    answering = {party for act, party, _ in moves if act == "decline"}
    offers = [
        _offer(act, party, name=move.name, needs_reason=move.needs_reason, hidden=hidden)
        for act, party, move in moves
        if not (act == "end" and party in answering)
    ]
    if step == Step.DELIVERED:
        said = set(engagement.confirmations.filter(void_at=None).values_list("party", flat=True))
        silent = [party for party in sorted(SIDES & set(parties)) if party not in said]
        offers[:0] = [_offer("confirm", party, name="确认交付", needs_reason=False, hidden=hidden) for party in silent]
    return offers


def listing_offers(listing: Listing, *, user: User | AnonymousUser, parties: Collection[Party]) -> list[Offer]:
    """Return what a person may do with a listing now, as one of these parties."""
    moves = open_moves(LISTING_MOVES, ListingState(listing.state), parties)
    if any(act in _PUBLISHERS_ONLY and party != Party.OFFICER for act, party, _ in moves):
        may_publish = accounts.is_member(user, listing.enterprise, roles=accounts.PUBLISHERS)
        moves = [one for one in moves if one[1] == Party.OFFICER or may_publish or one[0] not in _PUBLISHERS_ONLY]
    offers = [
        _offer(act, party, name=move.name, needs_reason=move.needs_reason, hidden={}) for act, party, move in moves
    ]
    closes = any(one.act == "close" and one.party == listing.owner_party for one in offers)
    if closes and is_expiring(listing, on=timezone.localdate()):
        offers.insert(0, _offer("renew", listing.owner_party, name="续期", needs_reason=False, hidden={}))
    return offers


def _offer(act: str, party: Party, *, name: str, needs_reason: bool, hidden: Mapping[str, object]) -> Offer:
    form = act_form(act, needs_reason=needs_reason, initial={**hidden, "party": party})
    return Offer(act=act, party=party, name=name, form=form, is_leading=act in _LEADING | {"confirm", "award"})
