"""The 70 published event timetables (Bofill et al., JAIR 74, 2022): fewest breaks, no two people more than 2 apart.

    python benchmarks/meetings_b2b.py DIR --output OUT.csv [--seconds 120]

Reads every .dzn in DIR and writes a line each, ``instance,status,breaks,bound,seconds``; beside OUT.csv, INSTANCE.csv
with ``meeting,slot``, both from 1, in the file's order. Status: optimal, infeasible (both proved), feasible, unknown.
Where DIR holds optima.csv, the published figures are compared at the end. Expected: docs/adr/0004-meetings.md.
"""

from __future__ import annotations

import argparse
import csv
import re
import time
from pathlib import Path

from chuanzhu.meetings import (
    Effort,
    Event,
    EventError,
    InfeasibleEvent,
    Meeting,
    OutOfTime,
    Participant,
    arrange,
    check_event,
)

HALVES = {1: "morning", 2: "afternoon", 3: ""}
PUBLISHED_SPREAD = 2


def read_event(path):
    """Read one instance. Sets of forbidden slots may hold a 0, which means nothing; precedences name earlier ones."""
    text = re.sub(r"%.*", "", path.read_text("utf-8"))
    rows = iter(numbers(body(text, "requested")))
    requested = list(zip(rows, rows, rows, strict=True))
    absences = [frozenset(slots) - {0} for slots in sets(text, "forbidden")]
    fixed = numbers(body(text, "fixed"))
    return Event(
        participants=tuple(Participant(name=str(at), absent=slots) for at, slots in enumerate(absences, start=1)),
        meetings=tuple(
            Meeting(first=one - 1, second=other - 1, half=HALVES[half], fixed=slot, is_required=True)
            for (one, other, half), slot in zip(requested, fixed, strict=True)
        ),
        slots=number(text, "nTotalSlots"),
        tables=number(text, "nTables"),
        morning=number(text, "nMorningSlots"),
        precedences=tuple(
            (earlier - 1, later) for later, others in enumerate(sets(text, "precedences")) for earlier in others
        ),
        spread=PUBLISHED_SPREAD,
    )


def number(text, name):
    """Read one number by its name."""
    return int(re.search(rf"\b{name}\s*=\s*(\d+)", text)[1])


def body(text, name):
    """Read what stands between the brackets of an array."""
    return re.search(rf"\b{name}\s*=\s*\[(.*?)\]\s*;", text, re.DOTALL)[1]


def numbers(text):
    """Read all numbers of a text."""
    return [int(each) for each in re.findall(r"\d+", text)]


def sets(text, name):
    """Read an array of sets."""
    return [numbers(each) for each in re.findall(r"\{([^}]*)\}", body(text, name))]


def solve(event, *, seconds, seed):
    """Return status, breaks, bound and the slots by meeting."""
    effort = Effort(seconds=seconds, workers=2, seed=seed)
    try:
        check_event(event)
        slots, measures = arrange(event, effort=effort, is_explained=False)
    except (EventError, InfeasibleEvent):
        return "infeasible", "", "", {}
    except OutOfTime:
        return "unknown", "", "", {}
    breaks = measures[0]
    return "optimal" if breaks.value == breaks.bound else "feasible", breaks.value, breaks.bound, slots


def main():
    """Solve every instance, and compare with what was published."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--seconds", type=float, default=120.0)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    results = []
    with options.output.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["instance", "status", "breaks", "bound", "seconds"])
        for path in sorted(options.folder.glob("*.dzn")):
            started = time.perf_counter()
            status, breaks, bound, slots = solve(read_event(path), seconds=options.seconds, seed=options.seed)
            results.append((path.stem, status, breaks, bound, round(time.perf_counter() - started, 1)))
            table.writerow(results[-1])
            file.flush()
            print(*results[-1], flush=True)
            write_slots(options.output.with_name(f"{path.stem}.csv"), slots)
    compare(results, options.folder / "optima.csv")


def write_slots(path, slots):
    """Write one line a meeting."""
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["meeting", "slot"])
        table.writerows((meeting + 1, slots[meeting]) for meeting in sorted(slots))


def compare(results, path):
    """Say how many were proved, how many fast, and which differ from the published figure."""
    proved = [row for row in results if row[1] in {"optimal", "infeasible"}]
    print(f"{len(proved)} of {len(results)} proved, {sum(row[4] <= 20 for row in proved)} of them within 20 s")  # noqa: PLR2004
    if not path.exists():
        return
    with path.open(encoding="utf-8-sig", newline="") as file:
        published = {row["instance"]: row["published_breaks_fairness2"] for row in csv.DictReader(file)}
    for name, status, breaks, *_ in proved:
        found = status if status == "infeasible" else str(breaks)
        if name in published and found != published[name]:
            print(f"{name}: published {published[name]}, here {found}")


if __name__ == "__main__":
    main()
