"""``chuanzhu match --allocate``: capacities shared out to demands, as the sheet 分配 shows it."""

from __future__ import annotations

import argparse
import itertools
import sys
from typing import TYPE_CHECKING, Final

from chuanzhu.allocation import Terms, plan_deliveries
from chuanzhu.allocation.terms import DEMAND_TERMS, SUPPLY_TERMS
from chuanzhu.cli.parsing import positive
from chuanzhu.model import ChuanzhuError
from chuanzhu.tables import AllocationRow, AllocationTable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from chuanzhu.allocation import Plan
    from chuanzhu.model import Answer

HEEDED: Final = {"supply": SUPPLY_TERMS, "demand": DEMAND_TERMS}
_PERCENT: Final = 100
_ENDED: Final = {
    "optimal": "已证明没有更好的分法",
    "within_gap": "已证明最好的分法最多比它好 {gap:.2%}",
    "out_of_time": "时间用完了,这是找到的最好分法;最好的最多比它好 {gap:.2%}",
    "cancelled": "中途停止,这是停下时找到的最好分法;最好的最多比它好 {gap:.2%}",
}


def add_options(match: argparse.ArgumentParser) -> None:
    """Add the options of sharing out to the command."""
    match.add_argument("--allocate", action="store_true", help="按产能把每条需求分给各家,写进“分配”表(.xlsx 或 .json)")
    match.add_argument(
        "--most-suppliers", type=positive, default=0, metavar="N", help="分配时每条需求最多用几家(默认不限)"
    )
    match.add_argument(
        "--small-share", type=_percent, default=0, metavar="N", help="分配时为小微企业预留百分之几的需求(默认 0)"
    )


def _percent(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) >= _PERCENT:
        raise argparse.ArgumentTypeError(f"“{text}”应为 0 到 99 的整数,例如 30")
    return int(text)


def check_options(options: argparse.Namespace) -> None:
    """Raise ChuanzhuError at once, before any long work, where the result of sharing out could not be written."""
    if options.allocate and options.output and options.output.suffix.lower() == ".csv":
        raise ChuanzhuError("分配结果在 .csv 里没有地方写;请把输出文件名改成以 .xlsx 或 .json 结尾")


def share_out(answers: Sequence[Answer], options: argparse.Namespace) -> AllocationTable:
    """Share out the capacities of all matches, and say how well it went. Raises AllocationError."""
    terms = Terms(most_suppliers=options.most_suppliers, reserved=options.small_share / _PERCENT)
    plan = plan_deliveries(answers, terms=terms)
    table = AllocationTable(rows=tuple(_rows(answers, plan)), notes=tuple(_notes(plan)))
    print(table.notes[0], file=sys.stderr)
    return table


def _rows(answers: Sequence[Answer], plan: Plan) -> Iterator[AllocationRow]:
    """Give the deliveries of each demand and then what is missing of it, in the order of the demands."""
    deliveries = {
        key: list(group) for key, group in itertools.groupby(plan.deliveries, lambda each: id(each.match.need))
    }
    missing = {id(each.need): each for each in plan.missing}
    for answer in answers:
        demand = answer.need.demand
        for each in deliveries.get(id(answer.need), ()):
            yield AllocationRow(demand=demand, supply=each.match.supply, quantity=each.quantity, share=each.share)
        lacks = missing.get(id(answer.need))
        if lacks:
            yield AllocationRow(
                demand=demand, supply=None, quantity=lacks.quantity, share=lacks.share, cures=lacks.cures
            )


def _notes(plan: Plan) -> Iterator[str]:
    ended = _ENDED[plan.status].format(gap=plan.gap)
    yield (
        f"按适合程度加权,共满足 {plan.objective:.2f} 条需求,上限 {plan.bound:.2f} 条;{ended}。"
        "适合程度是得分除以 100,离采购方近的再加一点;产能和需求按同一周期比,单位不能换算的不相加。"
    )
    yield from (f"{sentence}。" for sentence in plan.advice)
