"""The timetable of an event, aim after aim: meetings held, their fit, breaks, fairness of breaks, walking."""

from __future__ import annotations

import dataclasses
import time
from typing import TYPE_CHECKING, Final

from chuanzhu.meetings.arranging import arrange
from chuanzhu.meetings.choice import select
from chuanzhu.meetings.event import Event, check_event
from chuanzhu.meetings.seating import seat
from chuanzhu.meetings.solver import Effort
from chuanzhu.meetings.timetable import Measure, Timetable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_SELECTING: Final = 0.5


def plan(event: Event, *, effort: Effort | None = None) -> Timetable:
    """Return the best timetable found within the effort, with a bound for each aim.

    First which wishes are met (as many as can be, then the best fitting), then in which slots these lie (fewest breaks,
    then fairest), then at which tables. Where time runs out or somebody cancels, the best so far is returned; its
    measures tell the gap. Raises EventError for an event that contradicts itself, InfeasibleEvent where no timetable
    keeps all rules, OutOfTime where none was found, SolverMissing without OR-Tools.

    >>> from chuanzhu.meetings import Meeting, Participant
    >>> people = tuple(map(lambda name: Participant(name=name), ("伟华", "力华", "新华")))
    >>> wishes = (Meeting(first=0, second=1), Meeting(first=0, second=2))
    >>> plan(Event(participants=people, meetings=wishes, slots=2, tables=1)).measure("held")
    Measure(aim='held', value=2, bound=2)
    """
    effort = effort or Effort()
    check_event(event)
    ends = time.monotonic() + effort.seconds
    chosen: Mapping[int, int] = {}
    measures = [Measure(aim="held", value=len(event.meetings), bound=len(event.meetings))]
    is_open = not all(meeting.is_required for meeting in event.meetings)
    if is_open:
        chosen, measures = select(event, effort=effort.part(_SELECTING * effort.seconds))
    numbers = sorted(chosen) if is_open else range(len(event.meetings))
    left = effort.part(ends - time.monotonic())
    slots, further = arrange(_settled(event, numbers, is_open=is_open), effort=left, hints=_renumbered(numbers, chosen))
    placements, walks = seat(event, {numbers[at]: slot for at, slot in slots.items()})
    last = Measure(aim="walks", value=walks, bound=0)
    return Timetable(event=event, placements=placements, measures=(*measures, *further, last))


def _renumbered(numbers: Sequence[int], slots: Mapping[int, int]) -> dict[int, int]:
    return {at: slots[number] for at, number in enumerate(numbers) if number in slots}


def _settled(event: Event, numbers: Sequence[int], *, is_open: bool) -> Event:
    """Return the event with these meetings only, all to be held; a spread that was only wished is left open."""
    place = {number: at for at, number in enumerate(numbers)}
    return dataclasses.replace(
        event,
        meetings=tuple(dataclasses.replace(event.meetings[number], is_required=True) for number in numbers),
        precedences=tuple((place[one], place[two]) for one, two in event.precedences if {one, two} <= place.keys()),
        least=0,
        most=None,
        spread=None if is_open else event.spread,
    )
