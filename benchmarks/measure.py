"""One measurement in this process, which scale.py starts afresh for each: prints its figures as one line of JSON.

    python benchmarks/measure.py build SYSTEM FOLDER COUNT
    python benchmarks/measure.py serve SYSTEM FOLDER
    python benchmarks/measure.py ask SYSTEM FOLDER OURS
    python benchmarks/measure.py fresh FOLDER
    python benchmarks/measure.py batch FOLDER

build makes the index of COUNT synthetic listings, with all cores; serve tells how long opening takes and the memory
held after answering; ask times the system and bare tantivy on our index in the folder OURS in turn, demand by demand;
fresh publishes and withdraws one listing; batch answers 10,000 synthetic demands in two processes. The other demands
are those of known_items.jsonl, written by hand, each timed once after others have warmed the system.
"""

from __future__ import annotations

import itertools
import json
import re
import sys
import time
from pathlib import Path

import numpy as np
from contenders import CONTENDERS, TODAY
from synthetic import demands, enterprise, real_names, supplies

from chuanzhu import Demand, Matcher, Supply

WARMING = 60
BATCH = 10_000
ITEMS = Path(__file__).parent / "known_items.jsonl"
NEW = Supply(id="NEW", enterprise=enterprise(999_999), product="九面体石墨烯陀螺")


def build(system, folder, count):
    """Seconds to build from listings in memory, and what the index takes on disk."""
    listed = list(itertools.islice(supplies(real_names()), int(count)))
    started = time.perf_counter()
    stated = CONTENDERS[system].build(listed, Path(folder))
    seconds = stated or time.perf_counter() - started
    return {"build_s": seconds, "disk_mb": sum(file.stat().st_size for file in files(folder)) / 1e6}


def files(folder):
    """All files below a folder."""
    return [file for file in Path(folder).rglob("*") if file.is_file()]


def serve(system, folder):
    """Seconds to open and answer the first demand; resident memory after all, of it private and mapped from files."""
    first, *rest = texts()
    started = time.perf_counter()
    contender = CONTENDERS[system](Path(folder))
    opened = time.perf_counter()
    contender.ask(first)
    answered = time.perf_counter()
    for text in rest:
        contender.ask(text)
    return {"open_s": opened - started, "first_s": answered - opened, **resident()}


def ask(system, folder, ours):
    """Milliseconds of one demand, p50 and p95, of the system and of bare tantivy on our index, asked in turn."""
    pair = (CONTENDERS[system](Path(folder)), CONTENDERS["bare tantivy"](Path(ours)))
    for text in warming():
        for contender in pair:
            contender.ask(text)
    taken = np.array([[timed(contender, text) for contender in pair] for text in texts()])
    (p50, bare_p50), (p95, bare_p95) = np.percentile(taken, [50, 95], axis=0)
    return {"p50_ms": p50, "p95_ms": p95, "bare_p50_ms": bare_p50, "bare_p95_ms": bare_p95}


def fresh(folder):
    """Seconds until a published listing is matched, and until a withdrawn one is gone, in the process that writes."""
    matcher, demand = Matcher.open(Path(folder)), Demand(text=f"求购{NEW.product}")
    steps = {}
    for step, write, expected in (
        ("added_s", lambda: matcher.add([NEW]), True),
        ("gone_s", lambda: matcher.remove([NEW.id]), False),
    ):
        started = time.perf_counter()
        write()
        found = any(match.supply.id == NEW.id for match in matcher.match(demand, today=TODAY))
        steps[step] = time.perf_counter() - started
        if found is not expected:
            sys.exit(f"{step}: the listing is {'still' if found else 'not'} there")
    return steps


def batch(folder):
    """Demands answered a second, and the seconds for all, from the first to the last answer and the start included."""
    asked = list(itertools.islice(demands(real_names()), BATCH))
    matcher = Matcher.open(Path(folder))
    started = time.perf_counter()
    answered = sum(1 for _ in matcher.answers(asked, today=TODAY, workers=2))
    seconds = time.perf_counter() - started
    return {"batch_per_s": answered / seconds, "batch_s": seconds}


def timed(contender, text):
    """Milliseconds of one demand."""
    started = time.perf_counter()
    contender.ask(text)
    return 1000 * (time.perf_counter() - started)


def texts():
    """Return the demands that are timed."""
    return [json.loads(line)["text"] for line in ITEMS.read_text("utf-8").splitlines()]


def warming():
    """Return other demands, asked before."""
    return [demand.text for demand in itertools.islice(demands(real_names()), WARMING)]


def resident():
    """Resident memory of this process in MB: all, private, and mapped from files."""
    status = Path("/proc/self/status").read_text("utf-8")
    kinds = {"rss_mb": "VmRSS", "private_mb": "RssAnon", "mapped_mb": "RssFile"}
    return {name: int(re.search(rf"{kind}:\s+(\d+)", status)[1]) / 1000 for name, kind in kinds.items()}


ACTIONS = {"build": build, "serve": serve, "ask": ask, "fresh": fresh, "batch": batch}


def main():
    """Take one measurement."""
    action, *arguments = sys.argv[1:]
    print(json.dumps(ACTIONS[action](*arguments)))


if __name__ == "__main__":
    main()
