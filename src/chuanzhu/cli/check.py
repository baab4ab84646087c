"""``chuanzhu check FOLDER``: read all of an index and compare it with its checksums."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from chuanzhu.cli.job import ALL_USED
from chuanzhu.matching import Matcher, check_index

if TYPE_CHECKING:
    import argparse

    from chuanzhu.cli.parsing import Commands


def add_to(commands: Commands) -> None:
    """Add the command to the parser."""
    check = commands.add_parser("check", help="检查索引文件夹有没有损坏")
    check.add_argument("folder", type=Path, metavar="FOLDER", help="chuanzhu index 建的索引文件夹")
    check.set_defaults(run=_check)


def _check(options: argparse.Namespace) -> int:
    check_index(options.folder)
    print(f"索引 {options.folder} 完好:{len(Matcher.open(options.folder))} 条供给。", file=sys.stderr)
    return ALL_USED
