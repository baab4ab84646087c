"""The match list as a workbook that a clerk prints and phones from: 匹配, 分配, 未满足, 问题行, 需求解读."""

from __future__ import annotations

import datetime as dt
import io
import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import xlsxwriter

from chuanzhu.quantity import describe
from chuanzhu.tables.allocation import allocation_sheet
from chuanzhu.tables.styling import BAR, HEAD_ROW, Column, Formats, Page, open_sheet, put_row, say
from chuanzhu.tables.wording import CONTACTS, SURENESS_DEFINED, speaks_for, sureness, to_clear_up
from chuanzhu.tables.worksheets import needs_sheet, problems_sheet, unmet_sheet
from chuanzhu.taxonomy.certificates import certificate_name
from chuanzhu.taxonomy.regions import region_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

    from chuanzhu.model import Answer, Match, Problem, Supply
    from chuanzhu.tables.allocation import AllocationTable

_OPTIONS: Final = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_PRINTED_WIDTH: Final = 200
_NOTE: Final = (
    f"得分是各条理由后面括号里的分数之和,满分100。{SURENESS_DEFINED}"
    "红字是打电话时要问清的,或这家还差的。同一条需求只在第一行写原文。"
)


def answers_as_workbook(
    answers: Sequence[Answer],
    *,
    today: dt.date,
    problems: Sequence[Problem] = (),
    notes: Sequence[str] = (),
    title: str = "对接清单",
    allocation: AllocationTable | None = None,
) -> bytes:
    """Return the bytes of the workbook; the same input gives the same bytes. No cell is ever a formula or a link."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, _OPTIONS) as workbook:
        workbook.set_properties({"title": title, "created": dt.datetime.combine(today, dt.time())})
        formats = Formats(workbook)
        _matches_sheet(workbook, formats, answers, head=f"{title}　{today.isoformat()}　{headline(answers)}")
        allocation_sheet(workbook, formats, allocation)
        unmet_sheet(workbook, formats, answers)
        problems_sheet(workbook, formats, problems, notes)
        needs_sheet(workbook, formats, answers)
    return out.getvalue()


def headline(answers: Sequence[Answer]) -> str:
    """Say how many demands there are and how many have fitting supplies."""
    met = sum(bool(answer.matches) for answer in answers)
    return f"共{len(answers)}条需求,{met}条有合适供给,{len(answers) - met}条没有"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """What one row of the sheet 匹配 tells: the match, its rank from 1, and the answer it belongs to."""

    answer: Answer
    match: Match
    rank: int
    is_shaded: bool

    @property
    def supply(self) -> Supply:
        return self.match.supply


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cell:
    """A column of the sheet 匹配 and how its value is found."""

    column: Column
    value: Callable[[_Row], str | float]


def _cell(name: str, width: float, value: Callable[[_Row], str | float], *, style: str = "text") -> _Cell:
    return _Cell(column=Column(name=name, width=width, style=style), value=value)


_FOR_THE_CALL: Final = (
    _cell("需求编号", 8, lambda row: row.answer.need.demand.id, style="group"),
    _cell("需求", 24, lambda row: row.answer.need.demand.text if row.rank == 1 else ""),
    _cell("采购方", 12, lambda row: row.answer.need.demand.enterprise if row.rank == 1 else ""),
    _cell("排名", 5, lambda row: row.rank, style="number"),
    _cell("企业", 20, lambda row: row.supply.enterprise, style="strong"),
    _cell("产品", 16, lambda row: row.supply.product),
    _cell("得分", 8, lambda row: row.match.score, style="score"),
    _cell("把握", 5, lambda row: sureness(row.match.score), style="number"),
    _cell("理由", 48, lambda row: _reasons(row.match)),
    _cell("要问清或不足", 28, lambda row: _questions(row.match), style="ask"),
)
_FOR_THE_FILE: Final = (
    _cell("地区", 12, lambda row: region_name(row.supply.region) if row.supply.region else ""),
    _cell("产能", 13, lambda row: describe(row.supply.capacity) if row.supply.capacity else ""),
    _cell("资质", 18, lambda row: "、".join(certificate_name(code) for code in row.supply.certificates or ())),
    _cell("统一社会信用代码", 21, lambda row: row.supply.uscc),
    _cell("供给编号", 10, lambda row: row.supply.id, style="quiet"),
)


def _reasons(match: Match) -> str:
    return "\n".join(f"{reason.text}({reason.points:.1f})" for reason in speaks_for(match))


def _questions(match: Match) -> str:
    return "\n".join(reason.text for reason in to_clear_up(match))


def _rows(answers: Sequence[Answer]) -> Iterator[_Row]:
    for order, answer in enumerate(answers):
        for rank, match in enumerate(answer.matches, start=1):
            yield _Row(answer=answer, match=match, rank=rank, is_shaded=order % 2 == 1)


def _cells_for(answers: Sequence[Answer]) -> list[_Cell]:
    """Return the columns that have something to tell; the contacts follow the reasons, unknown columns come last."""
    names = (name for row in _rows(answers) for name, _ in row.supply.extra)
    extras = dict.fromkeys(names)
    contacts = [name for name in CONTACTS if name in extras]
    others = [name for name in extras if name not in CONTACTS]
    cells = (*_FOR_THE_CALL, *map(_extra_cell, contacts), *_FOR_THE_FILE, *map(_extra_cell, others))
    return [cell for cell in cells if any(cell.value(row) != "" for row in _rows(answers))] or list(_FOR_THE_CALL)


def _extra_cell(name: str) -> _Cell:
    return _cell(name, 9 if name == "联系人" else 14, lambda row: dict(row.supply.extra).get(name, ""))


def _matches_sheet(workbook: Workbook, formats: Formats, answers: Sequence[Answer], *, head: str) -> None:
    """Write one row a match. As many columns go on paper as stay readable on a landscape A4 page."""
    cells = _cells_for(answers)
    columns = [cell.column for cell in cells]
    widths = itertools.accumulate(column.width for column in columns)
    printed = sum(width <= _PRINTED_WIDTH for width in widths)
    page = Page(name="匹配", head=head, note=_NOTE, columns=columns, printed=printed)
    sheet = open_sheet(workbook, formats, page)
    last = HEAD_ROW
    for last, row in enumerate(_rows(answers), start=HEAD_ROW + 1):
        looks = [formats.get(column.style, is_shaded=row.is_shaded, is_first=row.rank == 1) for column in columns]
        put_row(sheet, last, columns, [cell.value(row) for cell in cells], looks)
    if last == HEAD_ROW:
        say(sheet, formats, page, "没有一条需求找到合适的供给;原因和最接近的一家见“未满足”表。")
    else:
        _finish_matches(sheet, page, last=last)


def _finish_matches(sheet: Worksheet, page: Page, *, last: int) -> None:
    score = next(number for number, column in enumerate(page.columns) if column.style == "score")
    bar = {
        "type": "data_bar",
        "bar_solid": True,
        "bar_color": BAR,
        "bar_border_color": BAR,
        "min_type": "num",
        "max_type": "num",
        "min_value": 0,
        "max_value": 100,
    }
    sheet.conditional_format(HEAD_ROW + 1, score, last, score, bar)
    sheet.autofilter(HEAD_ROW, 0, last, len(page.columns) - 1)
    sheet.print_area(0, 0, last, page.last_printed)
