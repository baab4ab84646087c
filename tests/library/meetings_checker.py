"""Checks a timetable from the input alone, in plain loops: nothing here is shared with the model that made it."""

import re
from itertools import combinations


def faults(event, placed):
    """List every rule of an event that a timetable breaks; ``placed`` is a list of (meeting, slot, table)."""
    return [
        *double_bookings(event, placed),
        *single_faults(event, placed),
        *order_faults(event, placed),
        *share_faults(event, placed),
    ]


def people_of(event, meeting):
    return {event.meetings[meeting].first, event.meetings[meeting].second}


def double_bookings(event, placed):
    for (one, slot, table), (other, slot2, table2) in combinations(placed, 2):
        if one == other:
            yield f"{one} held twice"
        if slot == slot2 and people_of(event, one) & people_of(event, other):
            yield f"{one} and {other} share a person in slot {slot}"
        if slot == slot2 and table == table2:
            yield f"{one} and {other} share table {table} in slot {slot}"


def single_faults(event, placed):
    for meeting, slot, table in placed:
        wish = event.meetings[meeting]
        hosts = [event.participants[who].table for who in (wish.first, wish.second) if event.participants[who].table]
        reserved = [person.table for person in event.participants if person.table]
        if not 1 <= slot <= event.slots or not 1 <= table <= event.tables:
            yield f"{meeting} is outside the event"
        if wish.fixed and slot != wish.fixed:
            yield f"{meeting} is not at its fixed slot"
        if slot in wish.forbidden or any(slot in event.participants[who].absent for who in (wish.first, wish.second)):
            yield f"{meeting} is in a forbidden slot"
        if (wish.half == "morning" and slot > event.morning) or (wish.half == "afternoon" and slot <= event.morning):
            yield f"{meeting} is in the wrong half"
        if (hosts and table not in hosts) or (not hosts and table in reserved):
            yield f"{meeting} is at the wrong table"


def order_faults(event, placed):
    at = {meeting: slot for meeting, slot, _ in placed}
    for earlier, later in event.precedences:
        if earlier in at and later in at and at[earlier] >= at[later]:
            yield f"{earlier} is not before {later}"
    for one, other in event.rivals:
        for a, slot in at.items():
            for b, slot2 in at.items():
                host = (people_of(event, a) - {one}) & (people_of(event, b) - {other})
                is_pair = one in people_of(event, a) and other in people_of(event, b) and host
                if is_pair and abs(slot - slot2) == 1 and min(slot, slot2) != event.morning:
                    yield f"{a} and {b} are rivals back to back"


def share_faults(event, placed):
    at = {meeting: slot for meeting, slot, _ in placed}
    for who, person in enumerate(event.participants):
        wished = [number for number, wish in enumerate(event.meetings) if who in (wish.first, wish.second)]
        mine = sorted(at[number] for number in wished if number in at)
        if any(limit is not None and len(mine) > limit for limit in (event.most, person.most)):
            yield f"{who} has too many meetings"
        if len(mine) < min(event.least, len(wished)):
            yield f"{who} has too few meetings"
        if event.in_a_row:
            for start in range(1, event.slots - event.in_a_row + 1):
                window = range(start, start + event.in_a_row + 1)
                if all(slot in mine for slot in window) and not (start <= event.morning < window[-1]):
                    yield f"{who} has no rest from slot {start}"
    for number, wish in enumerate(event.meetings):
        if wish.is_required and number not in at:
            yield f"{number} had to be held"


def breaks_of(slots):
    """Count the runs of free slots between the first and the last of these slots."""
    if not slots:
        return 0
    marks = "".join("x" if slot in slots else "." for slot in range(min(slots), max(slots) + 1))
    return len(re.findall(r"\.+", marks))


def dzn_faults(text, slots):
    """Check slots (by meeting from 1) against the text of a .dzn file; return (faults, breaks, largest difference)."""
    value = {name: int(number) for name, number in re.findall(r"(\w+)\s*=\s*(\d+)\s*;", text)}
    arrays = dict(re.findall(r"(\w+)\s*=\s*\[(.*?)\]\s*;", text, re.DOTALL))
    triples = re.findall(r"(\d+)\s*,\s*(\d+)\s*,\s*(\d+)", arrays["requested"])
    requested = [tuple(map(int, triple)) for triple in triples]
    absent = [set(map(int, re.findall(r"\d+", part))) for part in re.findall(r"\{(.*?)\}", arrays["forbidden"])]
    before = [set(map(int, re.findall(r"\d+", part))) for part in re.findall(r"\{(.*?)\}", arrays["precedences"])]
    fixed = list(map(int, re.findall(r"\d+", arrays["fixed"])))
    found = [] if sorted(slots) == list(range(1, value["nMeetings"] + 1)) else ["not every meeting has a slot"]
    crowd, days = {}, {}
    for number, (one, other, half) in enumerate(requested, start=1):
        slot = slots[number]
        crowd[slot] = crowd.get(slot, 0) + 1
        for who in (one, other):
            found += [f"{who} is twice in {slot}"] if slot in days.setdefault(who, set()) else []
            found += [f"{who} is not there in {slot}"] if slot in absent[who - 1] else []
            days[who].add(slot)
        wrong = {1: slot > value["nMorningSlots"], 2: slot <= value["nMorningSlots"], 3: False}[half]
        found += [f"{number} is in the wrong half"] if wrong else []
        found += [f"{number} is not fixed"] if fixed[number - 1] not in (0, slot) else []
        found += [f"{number} is not after {earlier}" for earlier in before[number - 1] if slots[earlier] >= slot]
        found += [] if 1 <= slot <= value["nTotalSlots"] else [f"{number} is outside"]
    found += [f"slot {slot} is too full" for slot, count in crowd.items() if count > value["nTables"]]
    breaks = [breaks_of(days.get(who, set())) for who in range(1, value["nBusiness"] + 1)]
    return found, sum(breaks), max(breaks) - min(breaks)
