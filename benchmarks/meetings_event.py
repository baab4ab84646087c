"""A large event: 500 participants, 3,000 wished meetings, 20 slots, 120 tables; then one of them does not come.

    python benchmarks/meetings_event.py [--seconds 60] [--seed 0]

The event is synthetic, drawn from a seed: 200 buyers and 300 suppliers, wishes that crowd on some buyers as they do in
life, one in ten participants absent for three slots, scores at random, every fourth wish mutual. Prints the meetings
held against the proved upper bound, then what the no-show of the busiest supplier changes for the others.
Expected: docs/adr/0004-meetings.md.
"""

from __future__ import annotations

import argparse
import dataclasses
import time

import numpy as np

from chuanzhu.meetings import Effort, Event, Meeting, Participant, plan, repair

BUYERS, SUPPLIERS, WISHES, SLOTS, MORNING, TABLES, MUTUAL = 200, 300, 3000, 20, 10, 120, 0.25


def synthetic_event(seed):
    """Draw the event; the first participants are the buyers."""
    rng = np.random.default_rng(seed)
    absent = {int(who): int(rng.integers(1, SLOTS - 1)) for who in rng.choice(BUYERS + SUPPLIERS, 50, replace=False)}
    participants = tuple(
        Participant(
            name=f"{'采购方' if number < BUYERS else '供应商'}{number + 1}",
            absent=frozenset(range(absent[number], absent[number] + 3)) if number in absent else frozenset(),
        )
        for number in range(BUYERS + SUPPLIERS)
    )
    crowd = 1 / np.arange(1, BUYERS + 1) ** 0.4
    pairs = set()
    while len(pairs) < WISHES:
        pairs.add((int(rng.choice(BUYERS, p=crowd / crowd.sum())), BUYERS + int(rng.integers(SUPPLIERS))))
    meetings = tuple(
        Meeting(
            first=one, second=other, fit=round(float(rng.uniform(20, 90)), 1), is_mutual=bool(rng.random() < MUTUAL)
        )
        for one, other in sorted(pairs)
    )
    return Event(participants=participants, meetings=meetings, slots=SLOTS, morning=MORNING, tables=TABLES, least=1)


def without(event, person):
    """Return the event with one participant absent all day, whose fair share nobody owes them any more."""
    gone = dataclasses.replace(event.participants[person], absent=frozenset(range(1, event.slots + 1)))
    people = (*event.participants[:person], gone, *event.participants[person + 1 :])
    return dataclasses.replace(event, participants=people, least=0)


def told(timetable):
    """Return what each person was told for each slot: whom they meet at which table."""
    found = {}
    for each in timetable.placements:
        one = timetable.event.meetings[each.meeting]
        found[one.first, each.slot] = (one.second, each.table)
        found[one.second, each.slot] = (one.first, each.table)
    return found


def main():
    """Plan, then repair, and print both."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    event = synthetic_event(options.seed)
    started = time.perf_counter()
    timetable = plan(event, effort=Effort(seconds=options.seconds, workers=2, seed=options.seed))
    held = timetable.measure("held")
    print(f"plan: {time.perf_counter() - started:.1f} s, held {held.value} of at most {held.bound}", end=" ")
    print(f"({held.value / held.bound:.2%})")
    for measure in timetable.measures:
        print(f"  {measure.aim}: {measure.value}, bound {measure.bound}, gap {measure.gap:.1%}")
    of = event.meetings_of()
    slots = timetable.slots
    gone = max(range(BUYERS, BUYERS + SUPPLIERS), key=lambda who: sum(each in slots for each in of[who]))
    started = time.perf_counter()
    mended = repair(without(event, gone), told=timetable.placements, effort=Effort(seconds=5, workers=2))
    before, after = told(timetable), told(mended)
    lost = sum(each in slots for each in of[gone])
    others = {key: told_so for key, told_so in before.items() if key[0] != gone and told_so[0] != gone}
    changed = sum(after.get(key) != told_so for key, told_so in others.items())
    new = sum(key not in before for key in after)
    print(f"repair: {time.perf_counter() - started:.1f} s; {lost} meetings lost, held {mended.measure('held').value}")
    print(
        f"  told slots of others changed: {changed} of {len(others)} ({changed / len(others):.2%}); newly told: {new}"
    )


if __name__ == "__main__":
    main()
