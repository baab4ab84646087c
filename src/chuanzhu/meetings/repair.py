"""Mending a timetable that people have been told: a no-show, a late registration, a table that broke."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from chuanzhu.meetings.choice import weighed_fits
from chuanzhu.meetings.conflict import failure
from chuanzhu.meetings.event import check_event
from chuanzhu.meetings.greedy import allowed_slots
from chuanzhu.meetings.grid import build, hint, slots_in
from chuanzhu.meetings.rules import total
from chuanzhu.meetings.seating import seat
from chuanzhu.meetings.solver import FOUND, Effort, run
from chuanzhu.meetings.timetable import Measure, Timetable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from chuanzhu.meetings.event import Event
    from chuanzhu.meetings.timetable import Placement


def repair(event: Event, *, told: Sequence[Placement], effort: Effort | None = None) -> Timetable:
    """Return a timetable for the event as it is now that changes as little as possible of what people were told.

    ``event`` is the event as it has become: a no-show is absent from all slots that are left, late comers and new
    wishes stand after the old ones, so that ``told`` still names the same meetings. As many told meetings as possible
    keep their slots; then as many wishes as possible are met besides, the best fitting first. The measure "kept" counts
    the told meetings that stay where they were. Raises what ``plan`` raises.
    """
    effort = effort or Effort(seconds=5.0)
    check_event(event)
    ends = time.monotonic() + effort.seconds
    before = {each.meeting: each.slot for each in told}
    possible = {each: slot for each, slot in before.items() if slot in allowed_slots(event, each)}
    narrow = {each: frozenset({slot}) for each, slot in possible.items()}
    slots, measure = _mend(event, possible, narrow=narrow, effort=effort)
    if slots is None:
        slots, measure = _mend(event, possible, narrow={}, effort=effort.part(ends - time.monotonic()))
    if slots is None:
        raise failure(event, measure, effort=effort)
    tables = {each.meeting: each.table for each in told if slots.get(each.meeting) == each.slot}
    placements, walks = seat(event, slots, told=tables)
    kept = sum(slots.get(each) == slot for each, slot in possible.items())
    measures = (
        Measure(aim="kept", value=kept, bound=len(possible)),
        Measure(aim="held", value=len(slots), bound=len(event.meetings)),
        Measure(aim="walks", value=walks, bound=0),
    )
    return Timetable(event=event, placements=placements, measures=measures)


def _mend(
    event: Event, possible: Mapping[int, int], *, narrow: Mapping[int, frozenset[int]], effort: Effort
) -> tuple[Mapping[int, int] | None, str]:
    """Keep first, then add; with ``narrow`` no told meeting that can stay may move, which is quick.

    Returns no slots, and how the search ended, where it found none.
    """
    model, grid = build(event, only=narrow)
    if narrow:
        for number in narrow:
            model.add(grid.held[number] == 1)
    fits = weighed_fits(event)
    wishes = sum(fits) + 1
    kept = total([grid.at[number][slot] for number, slot in possible.items()])
    gained = total([(wishes + fit) * held for fit, held in zip(fits, grid.held, strict=True)])
    model.maximize(kept * (wishes * (len(fits) + 1)) + gained)
    hint(model, grid, possible)
    status, solver = run(model, effort)
    return (slots_in(solver, grid), status) if status in FOUND else (None, status)
