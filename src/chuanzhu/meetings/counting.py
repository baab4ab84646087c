"""How few breaks there could be at best, from counting alone: a bound that is proved in a moment.

Whom people meet is forgotten; what stays is how many meetings each has, when they can be there, that busy people come
in pairs, and how many tables there are. People who do not differ in this are one class, and the days of a class are a
flow of that many units through the slots (state: meetings so far, and whether one is being held); so there is no
symmetry left to search through. Where people differ little, this bound is mostly the optimum itself.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from chuanzhu.meetings.greedy import allowed_slots
from chuanzhu.meetings.rules import total
from chuanzhu.meetings.solver import run, sat

if TYPE_CHECKING:
    from ortools.sat.python import cp_model

    from chuanzhu.meetings.event import Event
    from chuanzhu.meetings.solver import Effort


_ROUNDING: Final = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class _Class:
    """What makes people alike: the number of their meetings, slots they can and slots they must use, and the mornings.

    ``mornings`` and ``afternoons`` are how many of the meetings can only be then.
    """

    count: int
    can: frozenset[int]
    must: frozenset[int]
    mornings: int
    afternoons: int


def fewest_breaks(event: Event, *, effort: Effort) -> int | None:
    """Return a number of breaks that no timetable with all meetings undercuts, None where counting rules out all.

    Where time runs out the bound is weaker, never wrong.
    """
    model = sat().CpModel()
    busy: dict[int, list[Any]] = defaultdict(list)
    costs: list[cp_model.IntVar] = []
    for kind, size in _classes(event).items():
        costs += _add_flow(model, event, kind, size, busy)
    for slot in range(1, event.slots + 1):
        meetings = model.new_int_var(0, room_in(event, slot), "")
        model.add(total(busy[slot]) == 2 * meetings)
    model.minimize(total(costs))
    status, solver = run(model, effort)
    if status == "INFEASIBLE":
        return None
    return max(0, math.ceil(solver.best_objective_bound - _ROUNDING))


def _classes(event: Event) -> Counter[_Class]:
    classes: Counter[_Class] = Counter()
    open_slots = [allowed_slots(event, number) for number in range(len(event.meetings))]
    for own in event.meetings_of():
        can = [open_slots[each] for each in own]
        kind = _Class(
            count=len(own),
            can=frozenset[int]().union(*can),
            must=frozenset(slot for slots in can if len(slots) == 1 for slot in slots),
            mornings=sum(bool(slots) and max(slots) <= event.morning for slots in can),
            afternoons=sum(bool(slots) and min(slots) > event.morning for slots in can),
        )
        classes[kind] += bool(own)
    return +classes


def room_in(event: Event, slot: int) -> int:
    """Return how many meetings a slot can hold at most: each host present has a table of their own."""
    hosts = [person for person in event.participants if person.table]
    return event.tables - len(hosts) + sum(slot not in person.absent for person in hosts)


def _add_flow(
    model: cp_model.CpModel, event: Event, kind: _Class, size: int, busy: dict[int, list[Any]]
) -> list[cp_model.IntVar]:
    """Add the days of a class; put its busy people into ``busy`` by slot, and return the units that end a break."""
    into: dict[tuple[int, int, bool], list[Any]] = {(0, 0, False): [size]}
    costs: list[cp_model.IntVar] = []
    own: dict[int, list[Any]] = {}
    for slot in range(1, event.slots + 1):
        own[slot] = []
        outof: dict[tuple[int, int, bool], list[Any]] = defaultdict(list)
        for held, is_busy in [(held, is_busy) for at, held, is_busy in into if at == slot - 1]:
            for step in _steps(event, kind, slot, held):
                unit = model.new_int_var(0, size, "")
                outof[slot - 1, held, is_busy].append(unit)
                into.setdefault((slot, held + step, bool(step)), []).append(unit)
                own[slot] += [unit] * step
                costs += [unit] * (step and held and not is_busy)
        for state, inflow in into.items():
            if state[0] == slot - 1:
                model.add(total(outof[state]) == total(inflow))
        busy[slot] += own[slot]
    return costs


def _steps(event: Event, kind: _Class, slot: int, held: int) -> list[int]:
    """Return whether a unit may rest (0) or meet (1) in a slot and still come to its meetings, by noon and by night."""
    left = sum(later in kind.can for later in range(slot + 1, event.slots + 1))
    noon = range(kind.mornings, kind.count - kind.afternoons + 1) if slot == event.morning else range(kind.count + 1)
    steps = [0] * (slot not in kind.must) + [1] * (slot in kind.can)
    return [step for step in steps if held + step in noon and kind.count - left <= held + step <= kind.count]
