"""Speed and memory by the number of listings: ours, bare tantivy, bm25s, and exact search by an encoder where it fits.

    python benchmarks/scale.py [SIZE ...]

Sizes are 39,159 (the names of the judged list), 100,000 and 1,000,000 unless named. Every measurement is a fresh
process (measure.py); opening and asking run on one core, building on all. A demand is timed in three processes, in
turn with bare tantivy on our index, and the median of the three stands in the table. The encoder needs about nine
minutes for the first size, once (peers.py keeps its vectors), and is left out of the others.

Expected at 39,159, beside other work on two cores: median of one demand 0.1 to 0.2 ms for bare tantivy, about 2 ms for
bm25s, just under 50 ms for the encoder. TARGETS holds what is asked of ours; the page tells what it reached.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import statistics
import subprocess
import sys
from pathlib import Path

from contenders import CONTENDERS
from curves import growth_chart
from page import IMAGES, publish, table
from peers import STORE

OURS, FETCHED, ENCODER = "chuanzhu", "tantivy, hits read", "exact e5"
SIZES = (39_159, 100_000, 1_000_000)
FITS = {ENCODER: 39_159}  # encoding more takes hours
REPEATS = 3
BATCH_SIZE = 100_000
MEASURE = Path(__file__).with_name("measure.py")
CHARTS = {
    "p50_ms": ("latency", "One demand, one core, warm: median", "ms"),
    "build_s": ("build", "Building the index", "s"),
    "rss_mb": ("memory", "Resident memory while serving", "MB"),
    "disk_mb": ("disk", "Index on disk", "MB"),
}
COLUMNS = {
    "build_s": "build, s",
    "disk_mb": "disk, MB",
    "rss_mb": "resident, MB",
    "private_mb": "of it private, MB",
    "open_s": "open, s",
    "p50_ms": "p50, ms",
    "p95_ms": "p95, ms",
    "p50_ratio": "p50 to bare tantivy",
    "p95_ratio": "p95 to bare tantivy",
}
TARGETS = {
    "p50_ratio": ("p50 of one demand, times bare tantivy", 2.5),
    "p95_ratio": ("p95 of one demand, times bare tantivy", 2.5),
    "build_s": ("build, s", 120),
    "disk_mb": ("disk, MB", 1500),
    "rss_mb": ("resident memory while serving, MB", 1500),
    "open_s": ("open, s", 1),
    "added_s": ("until a published listing is matched, s", 1),
    "gone_s": ("until a withdrawn listing is gone, s", 1),
}


def measured(*arguments, cores=None):
    """Figures of one measurement in a fresh process, on the first ``cores`` cores."""
    with pinned(cores):
        done = subprocess.run(  # noqa: S603 (our own script)
            [sys.executable, MEASURE, *map(str, arguments)], check=True, stdout=subprocess.PIPE, text=True
        )
    print(*arguments, done.stdout.strip(), flush=True)
    return json.loads(done.stdout)


@contextlib.contextmanager
def pinned(cores):
    """Hold this process, and what it starts, to so many cores: numpy counts them when it is loaded."""
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, sorted(allowed)[:cores])
    try:
        yield
    finally:
        os.sched_setaffinity(0, allowed)


def measure_size(size, folder):
    """Figures by system at one size; the folder holds the indexes meanwhile."""
    systems = [system for system in CONTENDERS if size <= FITS.get(system, size)]
    folders = {system: folder / system.replace(" ", "-") for system in systems}
    figures = {system: measured("build", system, folders[system], size) for system in systems}
    for system in systems:
        figures[system] |= measured("serve", system, folders[system], cores=1)
    for system in systems:
        runs = [measured("ask", system, folders[system], folders[OURS], cores=1) for _ in range(REPEATS)]
        figures[system] |= {name: statistics.median(run[name] for run in runs) for name in runs[0]}
        for rank in ("p50", "p95"):
            figures[system][f"{rank}_ratio"] = statistics.median(
                run[f"{rank}_ms"] / run[f"bare_{rank}_ms"] for run in runs
            )
    if size == BATCH_SIZE:
        figures[OURS] |= measured("batch", folders[OURS], cores=2)
    figures[OURS] |= measured("fresh", folders[OURS], cores=1)
    return figures


def shown(value):
    """Three figures of a number, or a dash where there is none."""
    if value is None:
        return "-"
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"  # noqa: PLR2004 (three figures)


def size_table(figures):
    """Return the systems at one size."""
    lines = [[system, *(shown(found.get(name)) for name in COLUMNS)] for system, found in figures.items()]
    return table(["", *COLUMNS.values()], lines)


def draw(results):
    """Write the growth curves and return the lines that show them."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    for name, (file, title, unit) in CHARTS.items():
        series = {
            system: [(size, figures[system][name]) for size, figures in results.items() if system in figures]
            for system in CONTENDERS
        }
        (IMAGES / f"{file}.svg").write_text(growth_chart(title, series, unit=unit), "utf-8")
        yield f"![{title}](images/{file}.svg)"


def encoding_note(results):
    """Say what encoding took, and what it would take at the sizes where it was left out."""
    encoded = {size: figures[ENCODER]["build_s"] for size, figures in results.items() if ENCODER in figures}
    if not encoded:
        return ""
    size, seconds = max(encoded.items())
    left = [
        f"{1 / 60 * seconds * other / size:,.0f} minutes for {other:,}" for other in results if other not in encoded
    ]
    would = f"; at this rate it would take {' and '.join(left)}, which were left out" if left else ""
    return f"Encoding {size:,} names took the encoder {seconds:,.0f} s on two cores{would}."


def section(results):
    """Return the section of the page from figures by size and system."""
    largest = max(results)
    reached = [[name, f"at most {most:,}", shown(results[largest][OURS][key])] for key, (name, most) in TARGETS.items()]
    for rank in ("p50", "p95"):
        to_fetched = results[largest][OURS][f"{rank}_ratio"] / results[largest][FETCHED][f"{rank}_ratio"]
        reached.append([f"{rank} of one demand, times tantivy with its 100 hits read", "-", shown(to_fetched)])
    if BATCH_SIZE in results:
        throughput = shown(results[BATCH_SIZE][OURS]["batch_per_s"])
        reached.append([f"demands a second in a batch, {BATCH_SIZE:,} listings, two cores", "at least 300", throughput])
    tables = "\n\n".join(f"### {size:,} listings\n\n{size_table(figures)}" for size, figures in results.items())
    pictures = "\n".join(draw(results))
    encoding = encoding_note(results)
    return f"""`python benchmarks/scale.py`. Listings are synthetic: composed from real product names by a seeded
generator (`benchmarks/synthetic.py`) for enterprises called 合成企业 and a number; the first 39,159 are the names as
they stand. The demands are the 150 of `benchmarks/known_items.jsonl`, written by hand, each timed once after 60
others. Every measurement is a fresh process. chuanzhu reads, matches, ranks and explains the best ten; bare tantivy
asks for every word and pair of characters of the message and returns the addresses of the top 100; the row "hits
read" also reads their ids, without which nobody can use them. A ratio compares
a system with bare tantivy on the same index directory as ours in the same process, demand by demand in turn; the
row of bare tantivy has an index of its own. {encoding}

chuanzhu at {largest:,} listings:

{table(["", "asked", "reached"], reached)}

{tables}

{pictures}
"""


def main():
    """Measure every size, print and publish."""
    results = {}
    for size in map(int, sys.argv[1:] or SIZES):
        folder = STORE / f"scale-{size}"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        results[size] = measure_size(size, folder)
        shutil.rmtree(folder)
    body = section(results)
    print(body)
    publish("scale", body)


if __name__ == "__main__":
    main()
