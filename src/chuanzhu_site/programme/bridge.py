"""Where an event's rows become the library's event, and a timetable's placements come back. The only place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chuanzhu.meetings import Event as Planned
from chuanzhu.meetings import Meeting as Wanted
from chuanzhu.meetings import Participant as Guest
from chuanzhu.meetings import Placement

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from chuanzhu.meetings import Timetable as Found
    from chuanzhu_site.programme.models import Event, Meeting, Participant, Wish


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """The library's event, the wish that stands behind each of its meetings, and what people have been told."""

    planned: Planned
    wishes: tuple[Wish, ...]
    told: tuple[Placement, ...]


def case_of(event: Event, *, told: Mapping[int, Meeting] | None = None, from_slot: int = 1) -> Case:
    """Return an event as the planner takes it: without those who do not come, and without what one side refused.

    ``told`` are by wish the meetings people know of. Slots before ``from_slot`` are over: what was told for them stays
    where it was, and nothing is added there. Once people were told, nobody has a right to a least number of meetings:
    who loses one because somebody did not come would leave no timetable at all.
    """
    before = told or {}
    over = {wish for wish, meeting in before.items() if meeting.slot < from_slot}
    people = list(event.participants.select_related("enterprise").order_by("pk"))
    place = {person.pk: number for number, person in enumerate(people)}
    there = {person.pk for person in people if not person.declined and not person.gone_from}
    wishes = tuple(
        wish
        for wish in event.wishes.order_by("pk")
        if wish.pk in over
        or ({wish.buyer_id, wish.supplier_id} <= there and (not wish.is_refused or wish.pk in before))
    )
    planned = Planned(
        participants=tuple(_guest(person, slots=event.slots) for person in people),
        meetings=tuple(_wanted(wish, place, told=before.get(wish.pk), from_slot=from_slot) for wish in wishes),
        slots=event.slots,
        tables=event.tables,
        morning=event.morning,
        most=event.most,
        least=0 if before else event.least,
        in_a_row=event.in_a_row,
    )
    return Case(planned=planned, wishes=wishes, told=tuple(_placed(wishes, before)))


def _guest(person: Participant, *, slots: int) -> Guest:
    gone = range(person.gone_from, slots + 1) if person.gone_from else ()
    absent = frozenset({*person.absent, *gone})
    return Guest(name=person.enterprise.name, absent=absent, table=person.table, most=person.most)


def _wanted(wish: Wish, place: Mapping[int, int], *, told: Meeting | None, from_slot: int) -> Wanted:
    is_over = bool(told and told.slot < from_slot)
    return Wanted(
        first=place[wish.buyer_id],
        second=place[wish.supplier_id],
        fit=wish.fit,
        is_mutual=wish.is_mutual,
        is_required=wish.is_required or is_over,
        fixed=told.slot if told and is_over else wish.fixed,
        forbidden=frozenset() if is_over else frozenset(range(1, from_slot)),
    )


def _placed(wishes: Sequence[Wish], told: Mapping[int, Meeting]) -> Iterable[Placement]:
    for number, wish in enumerate(wishes):
        if wish.pk in told:
            yield Placement(meeting=number, slot=told[wish.pk].slot, table=told[wish.pk].table)


def placements_of(case: Case, found: Found) -> dict[str, Any]:
    """Return a timetable for storage: [wish, slot, table] each, the wishes without a place, and the measures."""
    return {
        "placements": [[case.wishes[each.meeting].pk, each.slot, each.table] for each in found.placements],
        "unheld": [case.wishes[number].pk for number in found.unheld],
        "measures": [[measure.aim, measure.value, measure.bound] for measure in found.measures],
    }


def changes_of(placements: Iterable[Sequence[int]], told: Mapping[int, Meeting]) -> list[list[Any]]:
    """Return [what, wish, slot, table, old slot, old table] of all that differs from what people were told."""
    now = {wish: (slot, table) for wish, slot, table in placements}
    before = {wish: (meeting.slot, meeting.table) for wish, meeting in told.items()}
    moved = [["moved", wish, *now[wish], *old] for wish, old in before.items() if wish in now and now[wish] != old]
    dropped = [["dropped", wish, 0, 0, *old] for wish, old in before.items() if wish not in now]
    added = [["added", wish, *new, 0, 0] for wish, new in now.items() if wish not in before]
    return [*dropped, *moved, *added]
