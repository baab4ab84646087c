"""``chuanzhu index SUPPLY FOLDER``: an index on disk, for lists that are asked again and again."""

from __future__ import annotations

import datetime as dt
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from chuanzhu.cli.job import read_listed, showing_progress, tell_problems
from chuanzhu.matching import Matcher

if TYPE_CHECKING:
    import argparse

    from chuanzhu.cli.parsing import Commands


def add_to(commands: Commands) -> None:
    """Add the command to the parser."""
    index = commands.add_parser("index", help="给供给清单建一个索引文件夹,以后匹配就不用再读清单")
    index.add_argument("supply", type=Path, metavar="SUPPLY", help="供给清单(.xlsx 或 .csv)")
    index.add_argument("folder", type=Path, metavar="FOLDER", help="索引文件夹;已有的索引会被换成新的")
    index.set_defaults(run=_index)


def _index(options: argparse.Namespace) -> int:
    today = dt.date.today()  # noqa: DTZ011 (the calendar day where the clerk sits)
    supplies = read_listed(options.supply, today=today)
    with showing_progress("建立索引") as progress:
        total = len(supplies.records)
        matcher = Matcher.create(
            options.folder, supplies.records, workers=os.cpu_count() or 1, progress=lambda done: progress(done, total)
        )
    print(f"{len(matcher)} 条供给已编入索引 {options.folder};匹配时用它代替供给清单即可。", file=sys.stderr)
    return tell_problems(supplies.problems, is_listed=False)
