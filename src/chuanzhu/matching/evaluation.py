"""How good a ranked list is, against graded judgments.

The measures are those of TREC: nDCG with linear gain and a log2 discount (Järvelin and Kekäläinen, ACM TOIS 20, 2002),
recall and success at a depth. A result nobody judged counts as not relevant. The tests check them against ir-measures.
"""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TextIO, TypeAlias

from chuanzhu.model import ChuanzhuError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

Judgments: TypeAlias = "Mapping[str, Mapping[str, int]]"
Run: TypeAlias = "Mapping[str, Sequence[str]]"

FIT: Final = 2  # the grade of a supply that could fill the demand; 1 is partly, 0 is no


class EvaluationError(ChuanzhuError):
    """A run or judgment file that cannot be evaluated: names file, line and cure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """Means over the judged demands, each between 0 and 1, and how many demands there are.

    Recall is averaged over the demands that have a fitting supply at all: where there is none, none can be missed.
    """

    ndcg_10: float
    recall_50: float
    success_1: float
    mrr: float
    demands: int


def ndcg(ranked: Sequence[str], grades: Mapping[str, int], *, depth: int = 10) -> float:
    """Normalised discounted cumulative gain of the first ``depth`` results; 0 where nothing is relevant.

    >>> round(ndcg(["a", "b"], {"b": 2, "a": 1}), 4)
    0.8597
    """
    ideal = _gain(sorted(grades.values(), reverse=True)[:depth])
    return _gain([grades.get(result, 0) for result in ranked[:depth]]) / ideal if ideal else 0.0


def _gain(grades: Sequence[int]) -> float:
    return sum(grade / math.log2(rank + 1) for rank, grade in enumerate(grades, start=1))


def recall(ranked: Sequence[str], grades: Mapping[str, int], *, depth: int = 50, grade: int = FIT) -> float:
    """Share of the results of at least ``grade`` that stand among the first ``depth``; 0 where there are none."""
    wanted = {result for result, given in grades.items() if given >= grade}
    return len(wanted.intersection(ranked[:depth])) / len(wanted) if wanted else 0.0


def success(ranked: Sequence[str], grades: Mapping[str, int], *, depth: int = 1) -> float:
    """1 where one of the first ``depth`` results is relevant at all, else 0."""
    return float(any(grades.get(result, 0) > 0 for result in ranked[:depth]))


def reciprocal_rank(ranked: Sequence[str], grades: Mapping[str, int]) -> float:
    """One over the rank of the first relevant result; 0 where there is none."""
    return next((1 / rank for rank, result in enumerate(ranked, start=1) if grades.get(result, 0) > 0), 0.0)


def evaluate(run: Run, judgments: Judgments) -> Quality:
    """Average each measure over the judged demands; a demand without results counts as 0."""
    fillable = {demand: grades for demand, grades in judgments.items() if max(grades.values(), default=0) >= FIT}
    return Quality(
        ndcg_10=_mean(ndcg, run, judgments),
        recall_50=_mean(recall, run, fillable),
        success_1=_mean(success, run, judgments),
        mrr=_mean(reciprocal_rank, run, judgments),
        demands=len(judgments),
    )


def _mean(measure: Callable[[Sequence[str], Mapping[str, int]], float], run: Run, judgments: Judgments) -> float:
    values = [measure(run.get(demand, ()), grades) for demand, grades in judgments.items()]
    return math.fsum(values) / len(values) if values else 0.0


def read_run(path: Path) -> dict[str, list[str]]:
    """Read a match list (the CSV that ``chuanzhu match`` writes): demand id to supply ids in order of rank."""
    ranked: dict[str, list[tuple[int, str]]] = {}
    with _open(path) as lines:
        reader = csv.DictReader(lines)
        missing = {"需求编号", "排名", "供给编号"} - set(reader.fieldnames or ())
        if missing:
            raise EvaluationError(
                f"{path} 缺少列:{'、'.join(sorted(missing))};请用 chuanzhu match --output 得到的 .csv"
            )
        for row in reader:
            rank = row["排名"] or ""
            if not rank.isdecimal():
                raise EvaluationError(f"{path} 第 {reader.line_num} 行的排名“{rank}”不是正整数")
            ranked.setdefault(row["需求编号"], []).append((int(rank), row["供给编号"]))
    return {demand: [supply for _, supply in sorted(results)] for demand, results in ranked.items()}


def read_judgments(path: Path) -> dict[str, dict[str, int]]:
    """Read judgments: one a line, tab-separated demand id, supply id, grade; columns beyond the third are ignored."""
    judgments: dict[str, dict[str, int]] = {}
    with _open(path) as lines:
        for number, line in enumerate(lines, start=1):
            fields = line.rstrip("\r\n").split("\t")
            if fields == [""]:
                continue
            if len(fields) < 3 or not fields[2].strip().lstrip("-").isdecimal():  # noqa: PLR2004 (three columns)
                raise EvaluationError(
                    f"{path} 第 {number} 行“{line.strip()}”应为:需求编号、供给编号、等级(整数),以制表符分隔"
                )
            judgments.setdefault(fields[0], {})[fields[1]] = int(fields[2])
    if not judgments:
        raise EvaluationError(f"{path} 里没有一条评判;请给出“需求编号、供给编号、等级”三列的文件")
    return judgments


def _open(path: Path) -> TextIO:
    try:
        return path.open(encoding="utf-8-sig", newline="")
    except OSError as error:
        raise EvaluationError(f"打不开 {path}:{error.strerror};请检查文件名") from error
