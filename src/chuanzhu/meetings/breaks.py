"""Breaks: stretches of free slots between two meetings of the same person, as few as can be and fairly shared.

The count follows Bofill et al. (JAIR 74, 2022): a break is a maximal run of free slots between meetings, however long,
noon not excepted. Two things make it provable. A person without a break has one block of meetings, and where that block
begins is an unknown of its own, so that the relaxation knows what a break costs. And "the k-th break exists" is an
unknown each, so that a search for no more breaks than the bound propagates well.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from chuanzhu.meetings.counting import room_in
from chuanzhu.meetings.rules import total

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ortools.sat.python import cp_model

    from chuanzhu.meetings.rules import Grid


def add_breaks(model: cp_model.CpModel, grid: Grid, *, is_spread_kept: bool = True) -> list[list[cp_model.IntVar]]:
    """Add for each participant the unknowns "has a first break", "has a second" and so on, and return them.

    All meetings of the event must be held. ``is_spread_kept`` makes the event's fairness of breaks a rule.
    """
    event = grid.event
    _add_pairs(model, grid)
    counts = [len(own) for own in event.meetings_of()]
    spread = event.spread if is_spread_kept else None
    top = event.slots if spread is None or min(counts, default=0) > 1 else spread
    breaks = [
        _breaks_of(model, busy, count, most=min(top, count - 1, event.slots - count))
        for busy, count in zip(grid.busy, counts, strict=True)
    ]
    if spread is not None and top > spread:
        fewest = model.new_int_var(0, event.slots, "")
        for own in breaks:
            model.add(total(own) >= fewest)
            model.add(total(own) <= fewest + spread)
    return breaks


def _add_pairs(model: cp_model.CpModel, grid: Grid) -> None:
    """Say what follows anyway: in each slot the busy people are twice the meetings.

    Told so, the search sees at once that a slot is full or that its busy people are odd in number, without trying
    whom they meet; instances that took minutes take a second (docs/adr/0004-meetings.md).
    """
    for slot in range(1, grid.event.slots + 1):
        meetings = model.new_int_var(0, room_in(grid.event, slot), "")
        model.add(total([at[slot] for at in grid.at if slot in at]) == meetings)
        model.add(total([busy[slot] for busy in grid.busy]) == 2 * meetings)


def _breaks_of(
    model: cp_model.CpModel, busy: Mapping[int, cp_model.IntVar], count: int, *, most: int
) -> list[cp_model.IntVar]:
    """Add the breaks of a person with ``count`` meetings, all held, and room for ``most`` breaks."""
    model.add(total(list(busy.values())) == count)
    if count < 2:  # noqa: PLR2004 (between one meeting and itself there is no break)
        return []
    breaks = [model.new_bool_var("") for _ in range(max(0, most))]
    for earlier, later in itertools.pairwise(breaks):
        model.add_implication(later, earlier)
    begins = {slot: model.new_bool_var("") for slot in range(1, len(busy) - count + 2)}
    broken = breaks[0] if breaks else 0
    model.add_exactly_one([*begins.values(), *breaks[:1]])
    for slot, variable in busy.items():
        in_block = total(begin for start, begin in begins.items() if start <= slot < start + count)
        scattered = model.new_bool_var("")
        model.add(variable == in_block + scattered)
        model.add(scattered <= broken)
    model.add(total(_runs(model, busy)) == 1 + total(breaks))
    return breaks


def _runs(model: cp_model.CpModel, busy: Mapping[int, cp_model.IntVar]) -> list[cp_model.IntVar]:
    """Return one unknown a slot: whether a run of meetings begins there."""
    runs = [busy[1]]
    for slot in range(2, len(busy) + 1):
        begin = model.new_bool_var("")
        model.add_bool_or(busy[slot].negated(), busy[slot - 1], begin)
        model.add_implication(begin, busy[slot])
        model.add_implication(begin, busy[slot - 1].negated())
        runs.append(begin)
    return runs


def count_breaks(slots: list[int]) -> int:
    """Count the breaks of one person who meets in these slots.

    >>> count_breaks([1, 2, 5, 6, 9])
    2
    """
    order = sorted(slots)
    return sum(later - earlier > 1 for earlier, later in itertools.pairwise(order))
