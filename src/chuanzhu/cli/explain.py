"""``chuanzhu explain SUPPLY_ID "需求"``: the full account of one supply for one demand, listed or not."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import json
from pathlib import Path
from typing import TYPE_CHECKING

from chuanzhu.cli.job import ALL_USED, open_supplies
from chuanzhu.cli.parsing import day, positive
from chuanzhu.model import Demand
from chuanzhu.tables.samples import demo_list

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from chuanzhu.cli.parsing import Commands
    from chuanzhu.matching import Account


def add_to(commands: Commands) -> None:
    """Add the command to the parser."""
    explain = commands.add_parser("explain", help="说清一家供给为什么合适、差在哪里、为什么没列出来")
    explain.add_argument("supply_id", metavar="SUPPLY_ID", help="供给编号(match 结果里的“供给编号”)")
    explain.add_argument("demand", metavar="需求", help="需求的原话,用引号括起来")
    explain.add_argument("--supply", type=Path, metavar="LIST", help="供给清单或索引文件夹(默认是自带的河南企业清单)")
    explain.add_argument("--top", type=positive, default=10, metavar="N", help="列几家算列出来(默认 10)")
    explain.add_argument("--today", type=day, default=None, metavar="YYYY-MM-DD", help="从哪天算起(默认今天)")
    explain.add_argument("--json", action="store_true", help="以 JSON 打印")
    explain.set_defaults(run=_explain)


def _explain(options: argparse.Namespace) -> int:
    today = options.today or dt.date.today()  # noqa: DTZ011 (the calendar day where the clerk sits)
    with contextlib.nullcontext(options.supply) if options.supply else demo_list("supply") as supply:
        matcher, _, _ = open_supplies(supply, today=today)
    account = matcher.explain(Demand(text=options.demand), options.supply_id, limit=options.top, today=today)
    if options.json:
        print(json.dumps(dataclasses.asdict(account), ensure_ascii=False, default=str))
    else:
        print("\n".join(_lines(account)))
    return ALL_USED


def _lines(account: Account) -> Iterator[str]:
    match, need = account.match, account.match.need
    yield f"需求:{need.demand.text}"
    yield f"  要的是:{need.wanted or '(没有读出来)'}" + (f";用途:{need.use}" if need.use else "")
    for name, weight, is_named in account.wanted:
        yield f"  对应词条:{name}({'点了名' if is_named else '按描述推断'},{weight:.0%})"
    yield f"供给:{match.supply.id} {match.supply.enterprise} {match.supply.product}"
    yield f"  它是:{'、'.join(account.offered) or '(词库里没有)'}" + (
        f";还提到:{'、'.join(account.mentioned)}" if account.mentioned else ""
    )
    yield f"得分 {match.score:.2f} ="
    for reason in match.reasons:
        yield f"  {reason.points:6.2f}  {reason.text}"
        if reason.asked and reason.offered:
            yield f"          需求写“{reason.asked}”,供给写“{reason.offered}”"
    if not match.reasons:
        yield "    0.00  没有一条理由"
    yield account.verdict
