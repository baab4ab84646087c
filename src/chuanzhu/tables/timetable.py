"""The timetable of an event as a workbook: by slot, by table, a page for each participant, and what found no place."""

from __future__ import annotations

import datetime as dt
import io
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import xlsxwriter

from chuanzhu.tables.styling import BRONZE, HEAD_ROW, Column, Formats, Page, fill, open_sheet, put, put_row
from chuanzhu.tables.worksheets import problems_sheet

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from xlsxwriter.workbook import Workbook

    from chuanzhu.model import Problem

_BY_SLOT: Final = (
    Column(name="场次", width=7, style="number"),
    Column(name="时间", width=14),
    Column(name="桌号", width=7, style="number"),
    Column(name="甲方", width=34, style="strong"),
    Column(name="乙方", width=34, style="strong"),
    Column(name="说明", width=26, style="quiet"),
)
_OWN: Final = (
    Column(name="场次", width=8, style="number"),
    Column(name="时间", width=16),
    Column(name="桌号", width=8, style="number"),
    Column(name="见谁", width=40, style="strong"),
    Column(name="记录(约了什么、下一步)", width=50),
)
_UNHELD: Final = (
    Column(name="甲方", width=34),
    Column(name="乙方", width=34),
    Column(name="说明", width=40, style="quiet"),
)
_TABLE_WIDTH: Final = 22


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitting:
    """One meeting as people read it: slot and table from 1, who meets, and a remark (双方互选)."""

    slot: int
    table: int
    first: str
    second: str
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimetableSheets:
    """What the workbook tells: the sittings, when each slot is, wishes without a place with why, notes for the top."""

    title: str
    day: dt.date | None
    times: Sequence[tuple[dt.time, dt.time]]
    people: Sequence[str]
    sittings: Sequence[Sitting]
    unheld: Sequence[tuple[str, str, str]]
    note: str

    def time(self, slot: int) -> str:
        """Write when a slot is: 09:00–09:20."""
        begin, end = self.times[slot - 1]
        return f"{begin:%H:%M}–{end:%H:%M}"

    def days(self) -> Mapping[str, list[tuple[Sitting, str]]]:
        """Return for each participant their sittings in order, each with whom they meet; everybody has an entry."""
        found: dict[str, list[tuple[Sitting, str]]] = {name: [] for name in self.people}
        for each in sorted(self.sittings, key=lambda sitting: sitting.slot):
            found[each.first].append((each, each.second))
            found[each.second].append((each, each.first))
        return found


def timetable_as_workbook(sheets: TimetableSheets, *, problems: Sequence[Problem] = ()) -> bytes:
    """Return the bytes of the workbook; the same input gives the same bytes."""
    out = io.BytesIO()
    created = dt.datetime.combine(sheets.day or dt.date(2000, 1, 1), dt.time())
    with xlsxwriter.Workbook(out, {"in_memory": True}) as workbook:
        workbook.set_properties({"title": sheets.title, "created": created})
        formats = Formats(workbook)
        head = f"{sheets.title}　{sheets.day.isoformat() if sheets.day else ''}".rstrip()
        page = Page(name="按场次", head=head, note=sheets.note, columns=_BY_SLOT)
        fill(open_sheet(workbook, formats, page), formats, page, _by_slot(sheets), empty="没有排上一场会面。")
        _tables_sheet(workbook, formats, sheets, head=head)
        _pages_sheet(workbook, formats, sheets, head=head)
        note = "这些意愿这次没有排上;可以加桌、加场,或留待下次。"
        left = f"没有排上的意愿　{len(sheets.unheld)}条"
        page = Page(name="未排上", head=left, note=note, columns=_UNHELD, colour=BRONZE)
        fill(open_sheet(workbook, formats, page), formats, page, sheets.unheld, empty="全部意愿都排上了。")
        problems_sheet(workbook, formats, problems, ())
    return out.getvalue()


def _by_slot(sheets: TimetableSheets) -> Iterator[tuple[str | float, ...]]:
    for each in sorted(sheets.sittings, key=lambda sitting: (sitting.slot, sitting.table)):
        yield each.slot, sheets.time(each.slot), each.table, each.first, each.second, each.remark


def _tables_sheet(workbook: Workbook, formats: Formats, sheets: TimetableSheets, *, head: str) -> None:
    """Write one row a table, one column a slot: to be hung at the entrance."""
    slots = range(1, len(sheets.times) + 1)
    columns = [
        Column(name="桌号", width=7, style="number"),
        *(Column(name=f"第{slot}场 {sheets.time(slot)}", width=_TABLE_WIDTH) for slot in slots),
    ]
    cells: dict[int, dict[int, str]] = defaultdict(dict)
    for each in sheets.sittings:
        cells[each.table][each.slot] = f"{each.first}\n{each.second}"
    page = Page(name="按桌", head=head, note="每格是这一桌这一场的两家。", columns=columns)
    rows: list[list[str | float]] = [
        [table, *(own.get(slot, "") for slot in slots)] for table, own in sorted(cells.items())
    ]
    fill(open_sheet(workbook, formats, page), formats, page, rows, empty="没有排上一场会面。")


def _pages_sheet(workbook: Workbook, formats: Formats, sheets: TimetableSheets, *, head: str) -> None:
    """Write everybody's own day, each on a page of its own when printed."""
    note = "打印后每家一页,签到时发给本人。"
    page = Page(name="个人日程", head=head, note=note, columns=_OWN)
    sheet = open_sheet(workbook, formats, page)
    looks = [formats.get(column.style) for column in _OWN]
    row, breaks = HEAD_ROW + 1, []
    for name, own in sheets.days().items():
        put(sheet, row, 0, f"{name}　共 {len(own)} 场", formats.get("title"))
        for at, (each, whom) in enumerate(own, start=row + 1):
            put_row(sheet, at, _OWN, (each.slot, sheets.time(each.slot), each.table, whom, ""), looks)
        row += len(own) + 2
        breaks.append(row)
    sheet.set_h_pagebreaks(breaks[:-1])
