"""The judged demands that quality is measured on: a folder with real product names, demands and graded judgments.

The folder holds supply.csv (编号, 企业名称, 产品), demand.dev.csv (编号, 需求), qrels.dev.tsv (demand, supply, grade)
and queries.dev.jsonl (the kind of each demand: A plain, B vocabulary gap, C long and noisy). It is not part of the
repository.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import NamedTuple

from chuanzhu.matching.evaluation import read_judgments

ROOT = Path(__file__).parents[1]
FOLDER = ROOT.parent / "shared" / "data" / "relevance"
DEPTH = 50
KINDS = {"A": "A plain", "B": "B vocabulary gap", "C": "C long noisy"}


class Judged(NamedTuple):
    """Rows of supplies and demands, the grade of each judged supply by demand, and the kind of each demand."""

    supplies: list
    demands: list
    judgments: dict
    kinds: dict


def rows(path):
    """Rows of a CSV file as dictionaries."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def read_judged(folder=FOLDER):
    """Read the four files; raises FileNotFoundError where one is missing."""
    lines = (folder / "queries.dev.jsonl").read_text("utf-8").splitlines()
    return Judged(
        supplies=rows(folder / "supply.csv"),
        demands=rows(folder / "demand.dev.csv"),
        judgments=read_judgments(folder / "qrels.dev.tsv"),
        kinds={query["qid"]: query["kind"] for query in map(json.loads, lines)},
    )
