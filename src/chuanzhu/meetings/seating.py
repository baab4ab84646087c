"""Which table each meeting gets, so that people walk as little as can be from one slot to the next."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Final

import numpy as np

from chuanzhu.meetings.timetable import Placement

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chuanzhu.meetings.event import Event

_STRANGE: Final = 1000


def seat(
    event: Event, slots: Mapping[int, int], *, told: Mapping[int, int] | None = None
) -> tuple[tuple[Placement, ...], int]:
    """Give each held meeting a table; return the placements and the number of changes of table on the way.

    Hosts sit at their own tables. The rest of a slot is assigned at once, at the least number of people who change
    table since their last meeting (linear assignment, exact for the slot, not for the whole day). ``told`` are tables
    by meeting that were announced: they are kept before all else.
    """
    told = told or {}
    hosts = {person.table for person in event.participants if person.table}
    free = [table for table in range(1, event.tables + 1) if table not in hosts]
    last: dict[int, int] = {}
    placements: list[Placement] = []
    walks = 0
    for slot in sorted(set(slots.values())):
        now = sorted(meeting for meeting, at in slots.items() if at == slot)
        tables = _tables(event, now, free=free, last=last, told=told)
        for meeting in now:
            for person in (event.meetings[meeting].first, event.meetings[meeting].second):
                walks += last.get(person, tables[meeting]) != tables[meeting]
                last[person] = tables[meeting]
            placements.append(Placement(meeting=meeting, slot=slot, table=tables[meeting]))
    return tuple(sorted(placements, key=lambda each: (each.slot, each.table))), walks


def _tables(
    event: Event, now: list[int], *, free: list[int], last: Mapping[int, int], told: Mapping[int, int]
) -> dict[int, int]:
    people = {meeting: (event.meetings[meeting].first, event.meetings[meeting].second) for meeting in now}
    at_host = {
        meeting: max(event.participants[person].table for person in pair)
        for meeting, pair in people.items()
        if any(event.participants[person].table for person in pair)
    }
    rest = [meeting for meeting in now if meeting not in at_host]
    column = {table: number for number, table in enumerate(free)}
    costs = np.full((len(rest), len(free)), 2, dtype=np.int64)
    for row, meeting in enumerate(rest):
        for person in people[meeting]:
            if last.get(person) in column:
                costs[row, column[last[person]]] -= 1
        if told.get(meeting) in column:
            costs[row, column[told[meeting]]] -= _STRANGE
    return at_host | {meeting: free[choice] for meeting, choice in zip(rest, _assign(costs), strict=True)}


def _assign(costs: np.ndarray[tuple[int, int], np.dtype[np.int64]]) -> list[int]:
    """Return for each row a column of its own at least total cost; idle rows fill the square at no cost."""
    rows, columns = costs.shape
    if not rows:
        return []
    square = np.zeros((columns, columns), dtype=np.int64)
    square[:rows] = costs
    solver = importlib.import_module("ortools.graph.python.linear_sum_assignment").SimpleLinearSumAssignment()
    left, right = np.indices(square.shape)
    solver.add_arcs_with_cost(left.ravel().astype(np.int32), right.ravel().astype(np.int32), square.ravel())
    solver.solve()
    return [solver.right_mate(row) for row in range(rows)]
