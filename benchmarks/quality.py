"""Quality on judged demands: ours beside four peers, with intervals and a paired test.

    python benchmarks/quality.py [FOLDER]

FOLDER is described in judged.py. Expected: nDCG@10 of 0.70 for chuanzhu, and 0.352, 0.369, 0.430 and 0.441 for the
peers in the order of the table (give or take 0.003: the order of equal scores). The first run encodes all supplies
for the encoder peer, about nine minutes on two cores. Intervals are 95 % percentile bootstrap over demands, the
paired test is the randomisation test of Smucker et al. (2007), both with 10,000 seeded resamples.
"""

from __future__ import annotations

import datetime as dt
import sys
import time
from collections import Counter
from pathlib import Path

import numpy as np
from judged import DEPTH, FOLDER, KINDS, read_judged
from page import publish, table
from peers import PEERS
from significance import interval, randomisation

from chuanzhu import Demand, Matcher, Supply
from chuanzhu.matching.evaluation import evaluate, ndcg

TODAY = dt.date(2026, 11, 21)
OURS = "chuanzhu"
EXPECTED = dict(
    zip(
        PEERS,
        (
            (0.352, 0.658, 0.128, 0.269, 0.559),
            (0.369, 0.669, 0.146, 0.293, 0.569),
            (0.430, 0.674, 0.288, 0.328, 0.686),
            (0.441, 0.721, 0.229, 0.371, 0.618),
        ),
        strict=True,
    )
)
COLUMNS = ("nDCG@10", *KINDS.values(), "success@1")


def ours(supplies, demands):
    """Run the matcher, and say how long building and asking took."""
    started = time.perf_counter()
    matcher = Matcher.build(
        [Supply(id=row["编号"], enterprise=row["企业名称"], product=row["产品"]) for row in supplies]
    )
    built = time.perf_counter()
    asked = [Demand(id=row["编号"], text=row["需求"]) for row in demands]
    answers = list(matcher.answers(asked, limit=DEPTH, today=TODAY))
    done = time.perf_counter()
    print(f"build {built - started:.1f} s, {1000 * (done - built) / len(asked):.0f} ms a demand")
    return {answer.need.demand.id: [match.supply.id for match in answer.matches] for answer in answers}


def gains(run, judgments):
    """NDCG@10 by demand."""
    return {demand: ndcg(run.get(demand, []), grades) for demand, grades in judgments.items()}


def judged_only(run, judgments):
    """Drop the results that nobody judged."""
    return {demand: [supply for supply in run.get(demand, []) if supply in judgments[demand]] for demand in judgments}


def of_kind(values, kinds, kind):
    """Figures of the demands of one kind, or of all."""
    return [value for demand, value in values.items() if kind in {"", kinds[demand]}]


def figures(run, judged):
    """Return what EXPECTED lists: nDCG@10 over all and by kind, success@1."""
    values = gains(run, judged.judgments)
    means = [float(np.mean(of_kind(values, judged.kinds, kind))) for kind in ("", *KINDS)]
    return (*means, evaluate(run, judged.judgments).success_1)


def quality_line(name, run, judged, rng):
    """One system: nDCG@10 over all and by kind with intervals, over judged results only, recall@50, success@1."""
    values = gains(run, judged.judgments)
    cells = []
    for kind in ("", *KINDS):
        chosen = of_kind(values, judged.kinds, kind)
        low, high = interval(chosen, rng)
        cells.append(f"{np.mean(chosen):.3f} [{low:.3f}, {high:.3f}]")
    overall = evaluate(run, judged.judgments)
    known = evaluate(judged_only(run, judged.judgments), judged.judgments)
    return [name, *cells, f"{known.ndcg_10:.3f}", f"{overall.recall_50:.3f}", f"{overall.success_1:.3f}"]


def paired_lines(name, runs, judged, rng):
    """Ours against one peer, over all and by kind: mean difference of nDCG@10, its interval, p."""
    mine, theirs = gains(runs[OURS], judged.judgments), gains(runs[name], judged.judgments)
    for kind in ("", *KINDS):
        pair = [np.array(of_kind(values, judged.kinds, kind)) for values in (mine, theirs)]
        low, high = interval(pair[0] - pair[1], rng)
        chance = randomisation(*pair, rng)
        wins = f"{(pair[0] > pair[1]).sum()} : {(pair[0] < pair[1]).sum()}"
        difference = f"{(pair[0] - pair[1]).mean():+.3f} [{low:+.3f}, {high:+.3f}]"
        yield [name, KINDS.get(kind, "all"), len(pair[0]), difference, wins, f"{chance:.4f}"]


def check_lines(runs, judged):
    """List the peers' expected figures beside the reached ones."""
    for name, expected in EXPECTED.items():
        reached = figures(runs[name], judged)
        yield [name, *(f"{want:.3f} / {got:.3f}" for want, got in zip(expected, reached, strict=True))]


def section(runs, judged):
    """Return the section of the page."""
    rng = np.random.default_rng(0)
    header = ["", *COLUMNS[:-1], "over judged results", "recall@50 of grade 2", "success@1"]
    quality = table(header, [quality_line(name, run, judged, rng) for name, run in runs.items()])
    paired = [line for name in PEERS for line in paired_lines(name, runs, judged, rng)]
    counts = Counter(judged.kinds[row["编号"]] for row in judged.demands)
    kinds = ", ".join(f"{counts[kind]} {name}" for kind, name in KINDS.items())
    return f"""`python benchmarks/quality.py`: {len(judged.supplies):,} real product names, {len(judged.demands)} judged
demands ({kinds}). In brackets the 95 % bootstrap interval over
demands. A result that nobody judged counts as wrong, except in the column "over judged results", where it is left out.

{quality}

Difference of nDCG@10 between {OURS} and each peer, demand by demand, with the p of the paired randomisation test:

{table(["against", "demands", "number", "difference", "better : worse", "p"], paired)}

Peers, expected / reached here:

{table(["", *COLUMNS], check_lines(runs, judged))}
"""


def main():
    """Print the section and write it to the page."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    if not (folder / "qrels.dev.tsv").exists():
        sys.exit(f"{folder} holds no relevance data; name the folder: python benchmarks/quality.py FOLDER")
    judged = read_judged(folder)
    systems = {OURS: ours, **PEERS}
    body = section({name: system(judged.supplies, judged.demands) for name, system in systems.items()}, judged)
    print(body)
    publish("quality", body)


if __name__ == "__main__":
    main()
