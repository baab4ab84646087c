"""From an event to a CP-SAT model: the unknowns, the rules, and on request a switch for each rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chuanzhu.meetings.rules import Grid, rules_of
from chuanzhu.meetings.solver import sat

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ortools.sat.python import cp_model

    from chuanzhu.meetings.event import Event


def build(event: Event, *, only: Mapping[int, frozenset[int]] | None = None) -> tuple[cp_model.CpModel, Grid]:
    """Return a model with all rules, and its unknowns; ``only`` narrows the slots of some meetings."""
    model, grid = _unknowns(event, only=only or {})
    for rule in rules_of(grid):
        for demand in rule.demands:
            model.add(demand)
    return model, grid


def build_switched(event: Event) -> tuple[cp_model.CpModel, dict[int, str]]:
    """Return a model whose rules hold only where their switch is on: each switch's index, and the rule in words."""
    model, grid = _unknowns(event, only={})
    switches = {}
    for rule in rules_of(grid):
        switch = model.new_bool_var("")
        for demand in rule.demands:
            model.add(demand).only_enforce_if(switch)
        switches[switch.index] = rule.text
    return model, switches


def hint(model: cp_model.CpModel, grid: Grid, slots: Mapping[int, int]) -> None:
    """Let the search begin at these slots by meeting; those without one count as not held."""
    model.clear_hints()  # type: ignore[no-untyped-call]
    if not slots:
        return
    for number, (at, held) in enumerate(zip(grid.at, grid.held, strict=True)):
        model.add_hint(held, number in slots)
        for slot, variable in at.items():
            model.add_hint(variable, slots.get(number) == slot)


def slots_in(solver: cp_model.CpSolver, grid: Grid) -> dict[int, int]:
    """Return the slots by meeting that the search ended with."""
    return {
        number: slot
        for number, at in enumerate(grid.at)
        for slot, variable in at.items()
        if solver.boolean_value(variable)
    }


def _unknowns(event: Event, *, only: Mapping[int, frozenset[int]]) -> tuple[cp_model.CpModel, Grid]:
    model = sat().CpModel()
    everywhere = range(1, event.slots + 1)
    at = tuple(
        {slot: model.new_bool_var("") for slot in sorted(only.get(number, everywhere))}
        for number in range(len(event.meetings))
    )
    held = tuple(model.new_bool_var("") for _ in at)
    for each, slots in zip(held, at, strict=True):
        model.add_exactly_one([*slots.values(), each.negated()])
    busy = tuple(
        {slot: _busy(model, [at[each][slot] for each in own if slot in at[each]]) for slot in everywhere}
        for own in event.meetings_of()
    )
    return model, Grid(event=event, at=at, held=held, busy=busy)


def _busy(model: cp_model.CpModel, terms: list[cp_model.IntVar]) -> cp_model.IntVar:
    busy = model.new_bool_var("")
    model.add_exactly_one([*terms, busy.negated()])
    return busy
