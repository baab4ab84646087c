"""The sheet 分配: who delivers how much of which demand, what is still missing, and what would meet it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from chuanzhu.quantity import describe
from chuanzhu.tables.styling import Column, Page, fill, open_sheet

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook

    from chuanzhu.model import Demand, Quantity, Supply
    from chuanzhu.tables.styling import Cell, Formats

_COLUMNS: Final = (
    Column(name="需求编号", width=10),
    Column(name="需求", width=40),
    Column(name="供给编号", width=12),
    Column(name="企业", width=28, style="strong"),
    Column(name="分配数量", width=12, style="amount"),
    Column(name="单位", width=10),
    Column(name="占需求", width=9, style="share"),
    Column(name="怎样补上缺口", width=52, style="ask"),
)
_MISSING: Final = "(还缺)"


@dataclass(frozen=True, slots=True, kw_only=True)
class AllocationRow:
    """What one supply delivers of a demand, or what is missing of it where ``supply`` is None.

    ``quantity`` is in the unit of the demand, None where that is not known; ``share`` is of the whole demand.
    """

    demand: Demand
    supply: Supply | None
    quantity: Quantity | None
    share: float
    cures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AllocationTable:
    """The rows of the sheet, demand by demand, and sentences about the whole that stand above them."""

    rows: tuple[AllocationRow, ...]
    notes: tuple[str, ...] = ()


def allocation_sheet(workbook: Workbook, formats: Formats, allocation: AllocationTable | None) -> None:
    """Add the sheet 分配, which stays empty where quantities have not been shared out."""
    note = "\n".join(allocation.notes) if allocation else ""
    page = Page(name="分配", head="每家供多少", note=note or "各家供货数量的分配结果。", columns=_COLUMNS)
    sheet = open_sheet(workbook, formats, page)
    rows = allocation.rows if allocation else ()
    empty = "没有一条需求可以分配。" if allocation else "本次没有做分配,这张表留空。"
    fill(sheet, formats, page, map(_row, rows), empty=empty)


def _row(row: AllocationRow) -> tuple[Cell, ...]:
    return (
        row.demand.id,
        row.demand.text,
        row.supply.id if row.supply else "",
        row.supply.enterprise if row.supply else _MISSING,
        row.quantity.amount or row.quantity.maximum or 0 if row.quantity else "",
        unit_words(row.quantity) if row.quantity else "",
        row.share,
        "\n".join(row.cures),
    )


def unit_words(quantity: Quantity) -> str:
    """Name the unit of a quantity and its period: 吨/月."""
    return describe(type(quantity)(1, quantity.unit, per=quantity.per)).removeprefix("1").strip()


def plain_allocation(allocation: AllocationTable) -> list[dict[str, object]]:
    """Return the rows as JSON takes them, keyed as in the sheet but in English."""
    return [
        {
            "demand": row.demand.id,
            "supply": row.supply.id if row.supply else None,
            "quantity": row.quantity,
            "share": round(row.share, 6),
            "cures": row.cures,
        }
        for row in allocation.rows
    ]
