"""Quality and speed of the main job on judged demands, beside two peers a user could assemble from packages.

    python benchmarks/quality.py [FOLDER]

FOLDER holds supply.csv (编号, 产品), demand.dev.csv (编号, 需求), qrels.dev.tsv and queries.dev.jsonl (kinds A plain, B
vocabulary gap, C long and noisy); it is not part of the repository. Expected: see docs/adr/0002-matching.md.
Confidence intervals are percentile bootstrap over demands (Efron, 1979), 2,000 resamples, seeded.
"""

from __future__ import annotations

import csv
import datetime as dt
import json
import math
import resource
import sys
import time
from collections import Counter, defaultdict
from pathlib import Path

import numpy as np

from chuanzhu import Demand, Matcher, Supply
from chuanzhu.matching.evaluation import evaluate, ndcg, read_judgments
from chuanzhu.text import bigrams, words

FOLDER = Path(__file__).parents[2] / "shared" / "data" / "relevance"
DEPTH, RESAMPLES = 50, 2000
K1, B = 1.5, 0.75


def rows(path):
    """Rows of a CSV file as dictionaries."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def ours(supplies, demands):
    """Run the matcher, and say how long building and asking took."""
    started = time.perf_counter()
    matcher = Matcher.build(
        [Supply(id=row["编号"], enterprise=row["企业名称"], product=row["产品"]) for row in supplies]
    )
    built = time.perf_counter()
    asked = [Demand(id=row["编号"], text=row["需求"]) for row in demands]
    answers = list(matcher.answers(asked, limit=DEPTH, today=dt.date(2026, 11, 21)))
    done = time.perf_counter()
    print(f"build {built - started:.1f} s, {1000 * (done - built) / len(asked):.0f} ms a demand")
    return {answer.need.demand.id: [match.supply.id for match in answer.matches] for answer in answers}


def bm25(tokens):
    """BM25 (Robertson and Zaragoza, 2009; k1 1.5, b 0.75) over the tokens of product and demand."""

    def run(supplies, demands):
        documents = [Counter(tokens(row["产品"])) for row in supplies]
        lengths = np.array([sum(document.values()) for document in documents], dtype=float)
        postings = defaultdict(list)
        for number, document in enumerate(documents):
            for token, count in document.items():
                postings[token].append((number, count))
        damp = K1 * (1 - B + B * lengths / lengths.mean())
        ranked = {}
        for row in demands:
            scores = np.zeros(len(documents))
            for token in tokens(row["需求"]):
                if token in postings:
                    numbers, counts = np.array(postings[token]).T
                    rarity = math.log(1 + (len(documents) - len(numbers) + 0.5) / (len(numbers) + 0.5))
                    scores[numbers] += rarity * counts * (K1 + 1) / (counts + damp[numbers])
            best = np.argsort(-scores, kind="stable")[:DEPTH]
            ranked[row["编号"]] = [supplies[number]["编号"] for number in best if scores[number] > 0]
        return ranked

    return run


SYSTEMS = {"BM25, jieba words": bm25(words), "BM25, character bigrams": bm25(bigrams), "chuanzhu": ours}


def interval(values, rng):
    """Half-width of the 95 % percentile bootstrap interval of the mean."""
    means = rng.choice(values, size=(RESAMPLES, len(values))).mean(1)
    low, high = np.percentile(means, [2.5, 97.5])
    return (high - low) / 2


def table_row(name, run, judgments, kinds, rng):
    """One line of the table: nDCG@10 with its interval, by kind, recall@50 of grade 2, success@1."""
    values = {demand: ndcg(run.get(demand, []), grades) for demand, grades in judgments.items()}
    every = np.array(list(values.values()))
    by_kind = [np.mean([value for demand, value in values.items() if kinds[demand] == kind]) for kind in "ABC"]
    overall = evaluate(run, judgments)
    figures = " | ".join(f"{figure:.3f}" for figure in [*by_kind, overall.recall_50, overall.success_1])
    return f"| {name} | {every.mean():.3f} ± {interval(every, rng):.3f} | {figures} |"


def main():
    """Print the table."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    if not (folder / "qrels.dev.tsv").exists():
        sys.exit(f"{folder} holds no relevance data; name the folder: python benchmarks/quality.py FOLDER")
    supplies, demands = rows(folder / "supply.csv"), rows(folder / "demand.dev.csv")
    judgments = read_judgments(folder / "qrels.dev.tsv")
    lines = (folder / "queries.dev.jsonl").read_text("utf-8").splitlines()
    kinds = {query["qid"]: query["kind"] for query in map(json.loads, lines)}
    rng = np.random.default_rng(0)
    print(f"{len(supplies)} supplies, {len(demands)} demands")
    results = [table_row(name, run(supplies, demands), judgments, kinds, rng) for name, run in SYSTEMS.items()]
    print("| | nDCG@10 | A plain | B vocabulary gap | C long noisy | recall@50 | success@1 |")
    print("|---|---|---|---|---|---|---|")
    print("\n".join(results))
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.2f} GB")


if __name__ == "__main__":
    main()
