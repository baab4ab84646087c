"""An event (对接会) before it has a timetable: who comes, who wishes to meet whom, and the rules of the day.

Participants and meetings are named by their position from 0, slots and tables by their number from 1, as on the printed
timetable. Slots up to ``Event.morning`` are the morning.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from chuanzhu.model import ChuanzhuError

if TYPE_CHECKING:
    from collections.abc import Iterator

Half = Literal["", "morning", "afternoon"]


class EventError(ChuanzhuError):
    """An event that contradicts itself before any timetable is tried; names each fault and its cure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Participant:
    """Somebody who comes: ``absent`` are slots without them; a host stays at ``table`` (0: walks).

    ``most`` meetings at most, None where only the event's own limit counts.
    """

    name: str
    absent: frozenset[int] = frozenset()
    table: int = 0
    most: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """A wish that ``first`` and ``second`` meet; ``is_required`` where it has to be held.

    ``fit`` is the match score, 0 to 100. ``fixed`` is the slot it must have (0: any), ``forbidden`` those it must not.
    """

    first: int
    second: int
    fit: float = 0.0
    is_mutual: bool = False
    is_required: bool = False
    fixed: int = 0
    half: Half = ""
    forbidden: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Everything a timetable depends on.

    ``precedences`` are pairs of meetings, the first to be held earlier; ``rivals`` pairs of participants whom nobody
    who meets both meets one straight after the other. ``most`` and ``least`` are meetings a head (``least`` never asks
    for more than were wished), ``in_a_row`` the meetings after which a slot is free, ``spread`` the largest allowed
    difference between two participants' numbers of breaks (None: any).
    """

    participants: tuple[Participant, ...]
    meetings: tuple[Meeting, ...]
    slots: int
    tables: int
    morning: int = 0
    precedences: tuple[tuple[int, int], ...] = ()
    rivals: tuple[tuple[int, int], ...] = ()
    most: int | None = None
    least: int = 0
    in_a_row: int | None = None
    spread: int | None = 2

    def name(self, meeting: int) -> str:
        """Name a meeting by who meets: ``伟华—力华``."""
        one = self.meetings[meeting]
        return f"{self.participants[one.first].name}—{self.participants[one.second].name}"

    def meetings_of(self) -> tuple[tuple[int, ...], ...]:
        """Return for each participant the meetings they are in."""
        found: list[list[int]] = [[] for _ in self.participants]
        for number, meeting in enumerate(self.meetings):
            found[meeting.first].append(number)
            found[meeting.second].append(number)
        return tuple(map(tuple, found))

    def limit(self, participant: int) -> int | None:
        """Return how many meetings a participant may have, None where there is no limit but the slots."""
        limits = [limit for limit in (self.most, self.participants[participant].most) if limit is not None]
        return min(limits, default=None)


def check_event(event: Event) -> None:
    """Raise EventError where the event contradicts itself: all faults at once, each with its cure.

    >>> check_event(Event(participants=(), meetings=(), slots=3, tables=0))
    Traceback (most recent call last):
        ...
    chuanzhu.meetings.event.EventError: 桌数是 0;桌数至少是 1,请改正
    """
    faults = [*_size_faults(event), *_meeting_faults(event), *_order_faults(event), *_host_faults(event)]
    if not faults:
        faults = list(_fixed_faults(event))
    if faults:
        raise EventError("\n".join(faults))


def _size_faults(event: Event) -> Iterator[str]:
    if event.tables < 1:
        yield f"桌数是 {event.tables};桌数至少是 1,请改正"
    if event.slots < 1:
        yield f"场次数是 {event.slots};场次至少是 1,请改正"
    if not 0 <= event.morning <= event.slots:
        yield f"上午场次 {event.morning} 不在 0 和场次数 {event.slots} 之间;请改正"
    for name, value in (
        ("每人最多会面", event.most),
        ("每人最少会面", event.least),
        ("连续几场后休息", event.in_a_row),
    ):
        if value is not None and value < (name == "连续几场后休息"):
            yield f"{name}是 {value};请改成正数,或留空"


def _meeting_faults(event: Event) -> Iterator[str]:
    people = range(len(event.participants))
    for number, meeting in enumerate(event.meetings):
        label = f"第 {number + 1} 条会面"
        if meeting.first not in people or meeting.second not in people:
            yield f"{label}里有不在名单上的参会者;请先把他加到名单上"
        elif meeting.first == meeting.second:
            yield f"{label}是“{event.participants[meeting.first].name}”见自己;请改成对方的名字"
        elif not 0 <= meeting.fixed <= event.slots:
            yield f"{label}({event.name(number)})指定在第 {meeting.fixed} 场,可是只有 {event.slots} 场;请改正场次"


def _order_faults(event: Event) -> Iterator[str]:
    known = range(len(event.meetings))
    for earlier, later in event.precedences:
        if earlier not in known or later not in known or earlier == later:
            yield f"先后要求“第 {earlier + 1} 条先于第 {later + 1} 条”指的不是两条不同的会面;请改正编号"


def _host_faults(event: Event) -> Iterator[str]:
    tables = Counter(person.table for person in event.participants if person.table)
    for person in event.participants:
        if person.table and not 0 < person.table <= event.tables:
            yield f"“{person.name}”固定在第 {person.table} 桌,可是只有 {event.tables} 桌;请改正桌号"
        elif tables[person.table] > 1:
            yield f"第 {person.table} 桌固定给了不止一家,其中有“{person.name}”;请给每家不同的桌号"


def _fixed_faults(event: Event) -> Iterator[str]:
    fixed: Counter[tuple[int, int]] = Counter()
    for meeting in event.meetings:
        if meeting.fixed:
            fixed.update([(meeting.first, meeting.fixed), (meeting.second, meeting.fixed)])
    totals = Counter(person for person, _ in fixed.elements())
    for person, total in totals.items():
        name = event.participants[person].name
        if total > event.slots:
            yield f"“{name}”有 {total} 个指定了场次的会面,可是只有 {event.slots} 场;请减少指定的会面"
    for (person, slot), count in fixed.items():
        if count > 1 and totals[person] <= event.slots:
            name = event.participants[person].name
            yield f"“{name}”在第 {slot} 场有 {count} 个指定的会面;一场只能见一家,请把其中几个改到别的场次"
