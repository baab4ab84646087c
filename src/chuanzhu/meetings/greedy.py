"""A first timetable in a moment, for the exact search to start from."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from chuanzhu.meetings.event import Event


class Draft:
    """Meetings placed one by one; a slot taken on either side is freed by exchanging two slots along a chain.

    Exchanging two slots along the alternating path of meetings in them keeps everybody at one meeting a slot (Kempe,
    1879; Vizing, 1964). Precedences, rests and rivals are not looked at: the exact search mends them.
    """

    def __init__(self, event: Event) -> None:
        self.event = event
        self.slots: dict[int, int] = {}
        self._whom: list[dict[int, int]] = [{} for _ in event.participants]
        self._crowd: dict[int, int] = defaultdict(int)
        self._hosts = {number for number, person in enumerate(event.participants) if person.table}
        self._free = event.tables - len(self._hosts)
        self._allowed = [allowed_slots(event, number) for number in range(len(event.meetings))]

    def place(self, meeting: int) -> bool:
        """Place a meeting if it can be done, and tell whether it was."""
        if any(self._is_full(person) for person in self._pair(meeting)):
            return False
        return self._place_directly(meeting) or self._place_by_exchange(meeting)

    def _pair(self, meeting: int) -> tuple[int, int]:
        one = self.event.meetings[meeting]
        return one.first, one.second

    def _is_full(self, person: int) -> bool:
        limit = self.event.limit(person)
        return limit is not None and len(self._whom[person]) >= limit

    def _needs_table(self, meeting: int) -> bool:
        return not self._hosts.intersection(self._pair(meeting))

    def _has_table(self, meeting: int, slot: int) -> bool:
        return not self._needs_table(meeting) or self._crowd[slot] < self._free

    def _place_directly(self, meeting: int) -> bool:
        first, second = self._pair(meeting)
        open_slots = [
            slot
            for slot in self._allowed[meeting]
            if slot not in self._whom[first] and slot not in self._whom[second] and self._has_table(meeting, slot)
        ]
        if not open_slots:
            return False
        self._put(meeting, min(open_slots, key=lambda slot: (self._crowd[slot], slot)))
        return True

    def _place_by_exchange(self, meeting: int) -> bool:
        """Free a slot of the first person on the second's side, by exchanging it with one that the second has free."""
        first, second = self._pair(meeting)
        allowed = sorted(self._allowed[meeting])
        for wanted in (slot for slot in allowed if slot not in self._whom[first]):
            for other in (slot for slot in range(1, self.event.slots + 1) if slot not in self._whom[second]):
                chain = self._chain(second, wanted, other)
                if any(first in self._pair(each) for each in chain) or not self._can_exchange(chain, wanted, other):
                    continue
                self._exchange(chain, wanted, other)
                if self._has_table(meeting, wanted):
                    self._put(meeting, wanted)
                    return True
                self._exchange(chain, wanted, other)
        return False

    def _chain(self, person: int, slot: int, other: int) -> list[int]:
        chain: list[int] = []
        while slot in self._whom[person]:
            meeting = self._whom[person][slot]
            chain.append(meeting)
            first, second = self._pair(meeting)
            person = second if person == first else first
            slot, other = other, slot
        return chain

    def _can_exchange(self, chain: list[int], one: int, other: int) -> bool:
        turned = {meeting: other if self.slots[meeting] == one else one for meeting in chain}
        if any(slot not in self._allowed[meeting] for meeting, slot in turned.items()):
            return False
        shift = sum((1 if slot == one else -1) for meeting, slot in turned.items() if self._needs_table(meeting))
        return self._crowd[one] + shift <= self._free and self._crowd[other] - shift <= self._free

    def _exchange(self, chain: list[int], one: int, other: int) -> None:
        turned = {meeting: other if self.slots[meeting] == one else one for meeting in chain}
        for meeting in chain:
            self._take(meeting)
        for meeting, slot in turned.items():
            self._put(meeting, slot)

    def _put(self, meeting: int, slot: int) -> None:
        self.slots[meeting] = slot
        for person in self._pair(meeting):
            self._whom[person][slot] = meeting
        self._crowd[slot] += self._needs_table(meeting)

    def _take(self, meeting: int) -> None:
        slot = self.slots.pop(meeting)
        for person in self._pair(meeting):
            del self._whom[person][slot]
        self._crowd[slot] -= self._needs_table(meeting)


def draft(event: Event, order: Iterable[int]) -> Mapping[int, int]:
    """Return slots by meeting, placed in this order, those with a fixed slot before all others."""
    plan = Draft(event)
    for meeting in sorted(order, key=lambda number: not event.meetings[number].fixed):
        plan.place(meeting)
    return plan.slots


def allowed_slots(event: Event, number: int) -> frozenset[int]:
    """Return the slots that a meeting may have by itself: both are there, it is not forbidden, it is the right half."""
    meeting = event.meetings[number]
    slots = set(range(1, event.slots + 1)) if not meeting.fixed else {meeting.fixed}
    if meeting.half:
        morning = set(range(1, event.morning + 1))
        slots = slots & morning if meeting.half == "morning" else slots - morning
    people = event.participants[meeting.first], event.participants[meeting.second]
    return frozenset(slots - meeting.forbidden - people[0].absent - people[1].absent)
