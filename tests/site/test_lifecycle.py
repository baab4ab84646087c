import itertools

import pytest

from chuanzhu_site.accounts.refusals import WrongState
from chuanzhu_site.market.lifecycle import (
    ENGAGEMENT_MOVES,
    LISTING_MOVES,
    LIVE,
    WON,
    ListingState,
    Party,
    Step,
    require_move,
)

TABLES = ((LISTING_MOVES, ListingState), (ENGAGEMENT_MOVES, Step))
ACTS = [(moves, act, states) for moves, states in TABLES for act in moves]
# Written by hand and not from the tables: what may happen to a listing, and to an engagement.
ALLOWED_LISTING = {
    "draft": {"submit"},
    "submitted": {"withdraw", "return", "publish"},
    "open": {"engage", "close", "expire", "hold"},
    "matched": {"reopen", "close", "expire", "hold"},
    "closed": set(),
    "expired": {"renew"},
}
ALLOWED_ENGAGEMENT = {
    "expressed": {"ask", "accept", "decline", "lose", "end"},
    "asked": {"tell", "accept", "decline", "lose", "end"},
    "accepted": {"request", "quote", "lose", "end"},
    "quoting": {"quote", "lose", "end"},
    "quoted": {"quote", "sample", "award", "lose", "end"},
    "sampling": {"quote", "approve-sample", "lose", "end"},
    "awarded": {"order", "end"},
    "ordered": {"deliver", "end"},
    "delivered": {"confirm", "end"},
    "confirmed": {"follow", "reopen"},
    "followed": {"reopen"},
    "ended": set(),
}
BY = {
    Party.BUYER: {
        "ask",
        "accept",
        "decline",
        "request",
        "sample",
        "approve-sample",
        "award",
        "order",
        "deliver",
        "reopen",
        "end",
    },
    Party.SUPPLIER: {"tell", "quote", "order", "deliver", "reopen", "end"},
    Party.BROKER: {"follow", "reopen", "end"},
    Party.OFFICER: set(),
    Party.SYSTEM: {"lose", "confirm"},
}


@pytest.mark.parametrize(("moves", "act", "states"), ACTS, ids=[act for _, act, _ in ACTS])
def test_a_move_that_is_not_in_the_table_is_refused_and_says_why(moves, act, states):
    move = moves[act]
    for state, party in itertools.product(states, Party):
        if state in move.sources and party in move.by:
            assert require_move(moves, act, state, by=party).target == move.target
            continue
        with pytest.raises(WrongState) as refused:
            require_move(moves, act, state, by=party)
        assert move.name in str(refused.value)


@pytest.mark.parametrize(
    ("moves", "allowed"), [(LISTING_MOVES, ALLOWED_LISTING), (ENGAGEMENT_MOVES, ALLOWED_ENGAGEMENT)]
)
def test_the_table_allows_exactly_what_was_meant(moves, allowed):
    found = {state: {act for act, move in moves.items() if state in move.sources} for state in allowed}
    assert found == allowed


def test_each_side_can_do_its_own_part_only():
    found = {party: {act for act, move in ENGAGEMENT_MOVES.items() if party in move.by} for party in Party}
    assert found == BY


@pytest.mark.parametrize(("moves", "states"), TABLES, ids=["listing", "engagement"])
def test_every_state_can_be_reached(moves, states):
    reached = {next(iter(states))}
    for _ in states:
        reached |= {move.target for move in moves.values() if move.sources & reached}
    assert reached == set(states)


def test_what_is_won_cannot_be_lost_and_what_is_over_cannot_end():
    assert not ENGAGEMENT_MOVES["lose"].sources & WON
    assert ENGAGEMENT_MOVES["end"].sources == LIVE
    assert not LIVE & {Step.CONFIRMED, Step.FOLLOWED, Step.ENDED}


@pytest.mark.parametrize("act", ["return", "close", "hold"])
def test_what_an_officer_refuses_needs_a_reason(act):
    assert LISTING_MOVES[act].needs_reason
