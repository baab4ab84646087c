"""``chuanzhu evaluate RUN QRELS``: how good a list of matches is, by people's judgments."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import TYPE_CHECKING

from chuanzhu.cli.job import ALL_USED
from chuanzhu.matching import evaluate, read_judgments, read_run

if TYPE_CHECKING:
    import argparse

    from chuanzhu.cli.parsing import Commands


def add_to(commands: Commands) -> None:
    """Add the command to the parser."""
    judge = commands.add_parser("evaluate", help="用人工评判检验一份对接清单的质量")
    judge.add_argument("run_file", type=Path, metavar="RUN", help="chuanzhu match 写出的 .csv")
    judge.add_argument("judgments", type=Path, metavar="QRELS", help="评判文件:需求编号、供给编号、等级,以制表符分隔")
    judge.add_argument("--json", action="store_true", help="以 JSON 打印")
    judge.set_defaults(run=_evaluate)


def _evaluate(options: argparse.Namespace) -> int:
    quality = evaluate(read_run(options.run_file), read_judgments(options.judgments))
    if options.json:
        print(json.dumps(dataclasses.asdict(quality), ensure_ascii=False))
        return ALL_USED
    print(f"评判过的需求  {quality.demands}")
    for name, value in (
        ("nDCG@10", quality.ndcg_10),
        ("recall@50(等级2)", quality.recall_50),
        ("success@1", quality.success_1),
        ("MRR", quality.mrr),
    ):
        print(f"{name:<18}{value:.4f}")
    return ALL_USED
