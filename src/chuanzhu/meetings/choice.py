"""Which wishes are met: as many as can be, then the best fitting, with a proof of how many could be."""

from __future__ import annotations

import importlib
import math
import time
from typing import TYPE_CHECKING, Any, Final

from chuanzhu.meetings.conflict import failure
from chuanzhu.meetings.greedy import allowed_slots, draft
from chuanzhu.meetings.grid import build, hint, slots_in
from chuanzhu.meetings.rules import total
from chuanzhu.meetings.solver import FOUND, run
from chuanzhu.meetings.timetable import Measure

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from chuanzhu.meetings.event import Event
    from chuanzhu.meetings.solver import Effort

_FIT_STEPS: Final = 10
_ROUNDING: Final = 1e-7
_HALF: Final = 0.5
_CLOSE: Final = 0.001


def select(event: Event, *, effort: Effort) -> tuple[Mapping[int, int], list[Measure]]:
    """Choose which wishes are met, and slots that show that they can be: most meetings, then most fit.

    The bounds come from the same choice without slots. What that choice takes is placed first; mostly it all finds
    room, the bounds are met (that of the fit to a thousandth), and nothing is left to search. Raises InfeasibleEvent
    and OutOfTime.
    """
    ends = time.monotonic() + effort.seconds
    aims = {"held": [1] * len(event.meetings), "fit": weighed_fits(event)}
    wanted, bounds = _ideal(event, aims)
    order = sorted(range(len(event.meetings)), key=lambda each: (each not in wanted, -aims["fit"][each]))
    slots = _kept(event, draft(event, order), effort=effort)
    reached = {aim: sum(weights[each] for each in slots) for aim, weights in aims.items()}
    measures = [Measure(aim=aim, value=value, bound=bounds[aim]) for aim, value in reached.items()]
    if slots and reached["held"] == bounds["held"] and measures[-1].gap < _CLOSE:
        return slots, measures
    return _search(event, aims, bounds, slots, effort=effort.part(ends - time.monotonic()))


def _kept(event: Event, slots: Mapping[int, int], *, effort: Effort) -> Mapping[int, int]:
    """Return those placements of a draft that keep all rules, none where leaving some out does not help."""
    narrow = {number: frozenset({slots[number]} if number in slots else ()) for number in range(len(event.meetings))}
    model, grid = build(event, only=narrow)
    model.maximize(total(grid.held))
    status, solver = run(model, effort.part(effort.seconds / 4))
    return slots_in(solver, grid) if status in FOUND else {}


def _search(
    event: Event,
    aims: Mapping[str, Sequence[int]],
    bounds: Mapping[str, int],
    slots: Mapping[int, int],
    *,
    effort: Effort,
) -> tuple[Mapping[int, int], list[Measure]]:
    ends = time.monotonic() + effort.seconds
    model, grid = build(event)
    measures: list[Measure] = []
    for rest, (aim, weights) in zip((2, 1), aims.items(), strict=True):
        value = total([weight * held for weight, held in zip(weights, grid.held, strict=True) if weight])
        model.maximize(value)
        hint(model, grid, slots)
        status, solver = run(model, effort.part((ends - time.monotonic()) / rest))
        if status not in FOUND and not slots:
            raise failure(event, status, effort=effort)
        is_most_held = all(measure.value == bounds[measure.aim] for measure in measures)
        bound = bounds[aim] if is_most_held else sum(weights)  # the bound of the fit supposes the most meetings held
        if status in FOUND:
            slots = max((slots_in(solver, grid), slots), key=lambda found: sum(weights[each] for each in found))
            bound = min(bound, round(solver.best_objective_bound))
        reached = sum(weights[each] for each in slots)
        measures.append(Measure(aim=aim, value=reached, bound=max(bound, reached)))
        model.add(value >= reached)
    return slots, measures


def weighed_fits(event: Event) -> list[int]:
    """Weigh wishes in tenths of a point, so that one mutual wish is worth more than any scores together."""
    scores = [max(0, round(_FIT_STEPS * meeting.fit)) for meeting in event.meetings]
    mutual = sum(scores) + 1
    return [score + mutual * meeting.is_mutual for score, meeting in zip(scores, event.meetings, strict=True)]


def _ideal(event: Event, aims: Mapping[str, Sequence[int]]) -> tuple[set[int], dict[str, int]]:
    """Choose meetings by counts alone, aim after aim: the chosen, and for each aim what no timetable can exceed.

    Every timetable obeys this linear program, which knows only how many slots each person is there for and how many
    tables there are. Its optimum, rounded down, is the bound (König: where buyers meet suppliers, it is whole anyway).
    """
    program = importlib.import_module("ortools.linear_solver.pywraplp").Solver.CreateSolver("GLOP")
    tops = [float(bool(allowed_slots(event, number))) for number in range(len(event.meetings))]
    held = [program.NumVar(0.0, top, "") for top in tops]
    _add_counts(program, event, held)
    bounds: dict[str, int] = {}
    chosen: set[int] = set()
    for aim, weights in aims.items():
        value = program.Sum([weight * each for weight, each in zip(weights, held, strict=True)])
        program.Maximize(value)
        program.Solve()
        bounds[aim] = math.floor(program.Objective().Value() * (1 + _ROUNDING) + _ROUNDING)
        chosen = {number for number, each in enumerate(held) if each.solution_value() > _HALF}
        program.Add(value >= bounds[aim] * (1 - _ROUNDING))
    return chosen, bounds


def _add_counts(program: Any, event: Event, held: Sequence[Any]) -> None:  # noqa: ANN401 (a program of OR-Tools)
    for number, own in enumerate(event.meetings_of()):
        room = len(frozenset[int]().union(*(allowed_slots(event, each) for each in own)))
        limit = event.limit(number)
        program.Add(program.Sum([held[each] for each in own]) <= (room if limit is None else min(room, limit)))
    hosts = {number for number, person in enumerate(event.participants) if person.table}
    walking = [each for each, one in zip(held, event.meetings, strict=True) if not {one.first, one.second} & hosts]
    program.Add(program.Sum(walking) <= (event.tables - len(hosts)) * event.slots)
