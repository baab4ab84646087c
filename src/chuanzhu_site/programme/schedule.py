"""A published timetable as people read it: by slot, by table, each guest's own day, the workbook, a calendar."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db.models import Q

from chuanzhu.tables.calendars import calendar
from chuanzhu.tables.timetable import Sitting, TimetableSheets, timetable_as_workbook
from chuanzhu_site.programme.policies import Naming, other_listing

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from django.db.models import QuerySet

    from chuanzhu_site.market.models import Listing
    from chuanzhu_site.programme.models import Event, Meeting, Participant, Timetable, Wish

AIMS: Final = {
    "kept": "保留已通知的会面",
    "held": "排上会面",
    "breaks": "中间空档",
    "spread": "空档次数最多相差",
    "walks": "换桌",
}
_DONE: Final = ("kept", "held")
_BEST: Final = "(已证明最好)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One meeting in somebody's day: when, where, whom, and about what; ``is_hidden`` where the name is not given."""

    meeting: Meeting
    begins: str
    ends: str
    whom: str
    about: Listing
    is_hidden: bool


def wishes_of(event: Event) -> QuerySet[Wish]:
    """Return an event's wishes with all that naming and showing them needs, in one query."""
    return event.wishes.select_related(
        "buyer__enterprise__merged_into",
        "supplier__enterprise__merged_into",
        "demand",
        "match__supply",
        "meeting",
    )


def own_wishes(person: Participant) -> list[Wish]:
    """Return the wishes that concern one participant, the best fitting first."""
    rows = wishes_of(person.event).filter(Q(buyer=person) | Q(supplier=person))
    return list(rows.order_by("-fit", "pk"))


def other_side(wish: Wish, person: Participant) -> Participant:
    """Return whom a participant would meet."""
    return wish.supplier if wish.buyer_id == person.pk else wish.buyer


def shown_name(wish: Wish, person: Participant, naming: Naming) -> str:
    """Return the other side's name, or that it is not told yet."""
    other = other_side(wish, person)
    if not naming.hides(wish, of=person):
        return other.enterprise.name
    return "采购方(名称未公开)" if wish.supplier_id == person.pk else "供应商(名称未公开)"


def day_of(person: Participant, wishes: Iterable[Wish], naming: Naming) -> list[Entry]:
    """Return a participant's day in order."""
    times = person.event.times
    entries = []
    for wish in wishes:
        meeting = getattr(wish, "meeting", None)
        if meeting is None or meeting.dropped_at or person.pk not in {wish.buyer_id, wish.supplier_id}:
            continue
        begins, ends = times[meeting.slot - 1]
        entries.append(
            Entry(
                meeting=meeting,
                begins=f"{begins:%H:%M}",
                ends=f"{ends:%H:%M}",
                whom=shown_name(wish, person, naming),
                about=other_listing(person, wish) or wish.demand,
                is_hidden=naming.hides(wish, of=person),
            )
        )
    return sorted(entries, key=lambda entry: entry.meeting.slot)


def days_of(event: Event) -> list[tuple[Participant, list[Entry]]]:
    """Return everybody's day, for printing; those without a meeting are left out."""
    wishes = list(wishes_of(event))
    naming = Naming(wishes)
    persons = {person.pk: person for wish in wishes for person in (wish.buyer, wish.supplier)}
    own: dict[int, list[Wish]] = defaultdict(list)
    for wish in wishes:
        own[wish.buyer_id].append(wish)
        own[wish.supplier_id].append(wish)
    days = []
    for person in sorted(persons.values(), key=lambda person: (person.side, person.pk)):
        person.event = event
        entries = day_of(person, own[person.pk], naming)
        if entries:
            days.append((person, entries))
    return days


def workbook(event: Event, timetable: Timetable | None) -> bytes:
    """Return the workbook of what was told: it is hung up and handed out, so it does not name who is masked."""
    wishes = list(wishes_of(event))
    aliases = _aliases(wishes)
    held = [wish for wish in wishes if (meeting := getattr(wish, "meeting", None)) and not meeting.dropped_at]
    sheets = TimetableSheets(
        title=event.name,
        day=event.day,
        times=event.times,
        people=list(aliases.values()),
        sittings=[
            Sitting(
                slot=wish.meeting.slot,
                table=wish.meeting.table,
                first=aliases[wish.buyer_id],
                second=aliases[wish.supplier_id],
                remark=_remark(wish),
            )
            for wish in held
        ],
        unheld=[
            (aliases[wish.buyer_id], aliases[wish.supplier_id], _remark(wish))
            for wish in wishes
            if wish not in held and not wish.is_refused
        ],
        note=note_of(timetable) if timetable else "",
    )
    return timetable_as_workbook(sheets)


def _aliases(wishes: Sequence[Wish]) -> Mapping[int, str]:
    """Name each participant; one that anybody may not know yet is a number."""
    naming = Naming(wishes)
    found: dict[int, str] = {}
    hidden = {wish.buyer_id for wish in wishes if naming.hides(wish, of=wish.supplier)}
    hidden |= {wish.supplier_id for wish in wishes if naming.hides(wish, of=wish.buyer)}
    persons = {person.pk: person for wish in wishes for person in (wish.buyer, wish.supplier)}
    for number, (pk, person) in enumerate(sorted(persons.items()), start=1):
        side = person.get_side_display()
        found[pk] = f"{side}{number:02}(名称未公开)" if pk in hidden else person.enterprise.name
    return found


def _remark(wish: Wish) -> str:
    return ";".join([*([f"得分 {wish.fit:.0f}"] if wish.fit else []), *(["双方互选"] if wish.is_mutual else [])])


def note_of(timetable: Timetable) -> str:
    """Say how good a timetable is: each aim with its bound."""
    return ";".join(f"{name} {value} {unit}{proof}" for name, value, unit, proof in measures_of(timetable)) + "。"


def measures_of(timetable: Timetable) -> list[tuple[str, int, str, str]]:
    """Return (aim, value, unit, how near the best) for each aim that was measured."""
    return [
        (AIMS[aim], value, "次", _BEST if value == bound else _short_of(aim, value, bound))
        for aim, value, bound in timetable.measures
        if aim in AIMS
    ]


def _short_of(aim: str, value: int, bound: int) -> str:
    """Say the bound, and of what is wanted also how far off it is; of walking no bound is worked out."""
    if aim not in _DONE:
        return f"(最少也要 {bound})" if aim != "walks" else ""
    gap = (bound - value) / max(bound, 1)
    return f"(上限 {bound},最多还差 {gap:.1%})"


def calendar_of(person: Participant) -> str:
    """Return one participant's day as a calendar file."""
    wishes = own_wishes(person)
    entries = day_of(person, wishes, Naming(wishes))
    own = [
        (Sitting(slot=one.meeting.slot, table=one.meeting.table, first=str(person), second=one.whom), one.whom)
        for one in entries
    ]
    event = person.event
    sheets = TimetableSheets(
        title=event.name, day=event.day, times=event.times, people=[], sittings=[], unheld=[], note=""
    )
    return calendar(sheets, own, day=event.day)
