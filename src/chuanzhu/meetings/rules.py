"""The rules of an event, each as constraints over which meeting is in which slot, and as a sentence in words.

Every rule is one constraint (or a few) that can be switched: that is how a minimal conflict is found and told.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from chuanzhu.meetings.solver import sat

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from ortools.sat.python import cp_model

    from chuanzhu.meetings.event import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """The unknowns: ``at[m][s]`` is 1 when meeting m is in slot s, ``held[m]`` their sum, ``busy[p][s]`` when p is."""

    event: Event
    at: tuple[Mapping[int, cp_model.IntVar], ...]
    held: tuple[cp_model.IntVar, ...]
    busy: tuple[Mapping[int, cp_model.IntVar], ...]

    def within(self, meeting: int, slots: Sequence[int] | range) -> Any:  # noqa: ANN401 (an expression of OR-Tools)
        """Return the expression that is 1 when the meeting lies in one of these slots."""
        return total(self.at[meeting][slot] for slot in slots if slot in self.at[meeting])


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule in words, and what it demands of the grid (all together)."""

    text: str
    demands: tuple[Any, ...]


def total(terms: Iterator[Any] | Sequence[Any]) -> Any:  # noqa: ANN401 (an expression of OR-Tools)
    """Add up terms; much faster than ``sum`` for long ones."""
    return sat().LinearExpr.sum(list(terms))


def rules_of(grid: Grid) -> Iterator[Rule]:
    """Give every rule of the event."""
    for rules in RULES:
        for rule in rules(grid):
            demands = tuple(demand for demand in rule.demands if demand is not True)
            if demands:
                yield Rule(text=rule.text, demands=demands)


def _required(grid: Grid) -> Iterator[Rule]:
    for number, meeting in enumerate(grid.event.meetings):
        if meeting.is_required:
            yield Rule(text=f"会面“{grid.event.name(number)}”必须安排", demands=(grid.held[number] == 1,))


def _tables(grid: Grid) -> Iterator[Rule]:
    """Hosts keep their tables to themselves; all other meetings share the rest."""
    event = grid.event
    hosts = {number for number, person in enumerate(event.participants) if person.table}
    free = event.tables - len(hosts)
    by_slot: dict[int, list[Any]] = defaultdict(list)
    for meeting, at in zip(event.meetings, grid.at, strict=True):
        if meeting.first not in hosts and meeting.second not in hosts:
            for slot, variable in at.items():
                by_slot[slot].append(variable)
    spared = f"(除去固定桌 {len(hosts)} 张)" if hosts else ""
    crowded = {slot: terms for slot, terms in by_slot.items() if len(terms) > free}
    text = f"同一场最多用 {free} 张桌{spared}"
    yield Rule(text=text, demands=tuple(total(terms) <= free for terms in crowded.values()))


def _absences(grid: Grid) -> Iterator[Rule]:
    for person, busy in zip(grid.event.participants, grid.busy, strict=True):
        if person.absent:
            text = f"“{person.name}”第 {_listed(person.absent)} 场不在"
            yield Rule(text=text, demands=tuple(busy[slot] == 0 for slot in sorted(person.absent) if slot in busy))


def _halves(grid: Grid) -> Iterator[Rule]:
    event = grid.event
    outside = {"morning": range(event.morning + 1, event.slots + 1), "afternoon": range(1, event.morning + 1)}
    words = {"morning": "上午", "afternoon": "下午"}
    for number, meeting in enumerate(event.meetings):
        if meeting.half:
            text = f"会面“{event.name(number)}”只能在{words[meeting.half]}"
            yield Rule(text=text, demands=(grid.within(number, outside[meeting.half]) == 0,))


def _fixed(grid: Grid) -> Iterator[Rule]:
    for number, meeting in enumerate(grid.event.meetings):
        if meeting.fixed:
            text = f"会面“{grid.event.name(number)}”指定在第 {meeting.fixed} 场"
            yield Rule(text=text, demands=(grid.within(number, [meeting.fixed]) == 1,))
        if meeting.forbidden:
            text = f"会面“{grid.event.name(number)}”不能在第 {_listed(meeting.forbidden)} 场"
            yield Rule(text=text, demands=(grid.within(number, sorted(meeting.forbidden)) == 0,))


def _precedences(grid: Grid) -> Iterator[Rule]:
    """By the time the later one is held, the earlier one is over; one that is not held binds nobody."""
    event = grid.event
    for earlier, later in event.precedences:
        demands = tuple(
            grid.within(later, range(1, slot + 1)) <= grid.within(earlier, range(1, slot)) + 1 - grid.held[earlier]
            for slot in range(1, event.slots + 1)
        )
        yield Rule(text=f"会面“{event.name(earlier)}”要先于“{event.name(later)}”", demands=demands)


def _shares(grid: Grid) -> Iterator[Rule]:
    event = grid.event
    for number, own in enumerate(event.meetings_of()):
        name = event.participants[number].name
        most = event.limit(number)
        if most is not None and most < len(own):
            yield Rule(text=f"“{name}”最多会面 {most} 次", demands=(total(grid.held[each] for each in own) <= most,))
        least = min(event.least, len(own))
        if least:
            yield Rule(text=f"“{name}”至少会面 {least} 次", demands=(total(grid.held[each] for each in own) >= least,))


def _rests(grid: Grid) -> Iterator[Rule]:
    """After so many meetings in a row a slot is free; noon is a rest of its own."""
    event, row = grid.event, grid.event.in_a_row
    if row is None:
        return
    for person, busy in zip(event.participants, grid.busy, strict=True):
        spans = (range(slot, slot + row + 1) for slot in range(1, event.slots - row + 1))
        whole = [
            span for span in spans if not span[0] <= event.morning < span[-1] and all(slot in busy for slot in span)
        ]
        text = f"“{person.name}”连续 {row} 场后要歇一场"
        yield Rule(text=text, demands=tuple(total(busy[slot] for slot in span) <= row for span in whole))


def _rivals(grid: Grid) -> Iterator[Rule]:
    event = grid.event
    of = event.meetings_of()
    partners = [{_other(event, meeting, number): meeting for meeting in own} for number, own in enumerate(of)]
    for one, other in event.rivals:
        for host in partners[one].keys() & partners[other].keys():
            pair = partners[one][host], partners[other][host]
            text = "“{}”和“{}”是竞争对手,不能一前一后去见“{}”".format(
                *(event.participants[person].name for person in (one, other, host))
            )
            yield Rule(text=text, demands=tuple(_apart(grid, *pair)))


def _apart(grid: Grid, one: int, other: int) -> Iterator[Any]:
    for first, second in ((one, other), (other, one)):
        for slot, variable in grid.at[first].items():
            if slot != grid.event.morning and slot + 1 in grid.at[second]:
                yield variable + grid.at[second][slot + 1] <= 1


def _other(event: Event, meeting: int, person: int) -> int:
    one = event.meetings[meeting]
    return one.second if one.first == person else one.first


def _listed(slots: frozenset[int]) -> str:
    return "、".join(map(str, sorted(slots)))


RULES: Final[tuple[Callable[[Grid], Iterator[Rule]], ...]] = (
    *(_required, _fixed, _halves, _absences, _precedences),
    *(_shares, _rests, _rivals, _tables),
)
