"""Rows of a sheet below its header, mended: merged cells filled, faulty cells emptied, each such act noted."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from chuanzhu.model import Problem
from chuanzhu.quantity import find_quantities
from chuanzhu.tables.headers import Column, column_letter, header_key

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from chuanzhu.tables.headers import Header
    from chuanzhu.tables.sheets import Merged, Sheet

LONGEST_TEXT: Final = 5000
_SHOWN: Final = 100
_FAULTS: Final = frozenset(
    {
        *("#N/A", "#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!"),
        *("#SPILL!", "#CALC!", "#FIELD!", "#BLOCKED!", "#CONNECT!", "#GETTING_DATA"),
    }
)
_TOTAL: Final = re.compile(r"(?:合|总|小|共)\s*计[:\uff1a]?|total|subtotal|本页[合小]计[:\uff1a]?", re.IGNORECASE)
_COUNT: Final = re.compile(r"共?\s*[0-9][0-9.,]*\s*[\u3400-\u9fff]{0,3}")
_REMARK: Final = re.compile(r"(?:填表|填报)?(?:说明|注|备注|注意|提示)\s*[:\uff1a]")
_SIGNED: Final = re.compile(
    r"(?:填表|填报|制表|审核|复核|负责|经办|联系)(?:人|员)\s*[:\uff1a]\s*[\u3400-\u9fff·]{0,4}"
    r"|(?:填表|填报|制表|审核|联系)?(?:单位|部门|日期|时间|电话|手机|方式)\s*[:\uff1a]\s*\S*|[0-9][0-9\-]{6,}"
)
_WANTING: Final = re.compile("求购|采购|急需|需要|寻找|寻求|求租")
_CONTROLS: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")
_INVISIBLE: Final = re.compile("[\u200b-\u200f\u202a-\u202e\u2060\ufeff]")


@dataclass(slots=True, kw_only=True)
class Row:
    """One row as it is read: ``number`` as Excel shows it, ``filled`` the columns that a merged cell above gave.

    ``whole`` keeps by column the texts that were cut.
    """

    sheet: int
    number: int
    cells: list[str]
    filled: frozenset[int] = frozenset()
    whole: dict[int, str] = field(default_factory=dict)

    def place(self) -> Row:
        """Return the row without its cells, to be kept until the whole list is read."""
        return Row(sheet=self.sheet, number=self.number, cells=[])


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """Problems of one file, in the order they are found; ``sheets`` are the names of the sheets that are read.

    ``unnamed`` collects the columns without a name that hold something. ``repeated`` tells of problems that a whole
    column shares where the first stands in ``found`` and how many there are.
    """

    file: str
    sheets: tuple[str, ...]
    found: list[tuple[int, Problem]] = field(default_factory=list)
    unnamed: dict[str, None] = field(default_factory=dict)
    repeated: dict[tuple[int, int, str], list[int]] = field(default_factory=dict)

    def note(self, row: Row, column: Column | None, *, value: str, wrong: str, cure: str, used: bool = True) -> None:
        """Note a problem in a cell, or in the row where ``column`` is None."""
        problem = Problem(
            file=self.file,
            sheet=self.sheets[row.sheet],
            row=row.number,
            column=column.label if column else "",
            value=shown(value),
            wrong=wrong,
            cure=cure,
            used=used,
        )
        self.found.append((row.sheet, problem))

    def note_once(self, row: Row, column: Column, *, kind: str, value: str, wrong: str, cure: str) -> None:
        """Note a problem that mostly a whole column has: once, where it is met first, with the number of rows."""
        entry = self.repeated.setdefault((row.sheet, column.index, kind), [len(self.found), 0])
        entry[1] += 1
        if entry[1] == 1:
            self.note(row, column, value=value, wrong=wrong, cure=cure)

    def note_sheet(self, sheet: str, *, wrong: str, cure: str) -> None:
        """Note that a sheet was not read; such problems come last."""
        problem = Problem(file=self.file, sheet=sheet, wrong=wrong, cure=cure, used=False)
        self.found.append((len(self.sheets), problem))

    def in_order(self) -> tuple[Problem, ...]:
        """Problems by sheet and row."""
        found = list(self.found)
        for at, count in self.repeated.values():
            sheet, problem = found[at]
            if count > 1:
                found[at] = (sheet, replace(problem, wrong=f"{problem.wrong};这一列共有 {count} 行是这样"))
        return tuple(problem for _, problem in sorted(found, key=lambda entry: (entry[0], entry[1].row)))


def shown(value: str) -> str:
    """Shorten a value to what fits into a message."""
    line = " ".join(value.split())
    return line if len(line) <= _SHOWN else f"{line[:_SHOWN]}…"


def column_at(header: Header, index: int) -> Column:
    """Return the column at an index, also where the header names none."""
    if is_named(header, index):
        return header.columns[index]
    return Column(index=index, name=f"{column_letter(index)}列")


def is_named(header: Header, index: int) -> bool:
    """Tell whether the header names the column at an index."""
    return index < len(header.columns) and bool(header.columns[index].name)


def mended_rows(sheet: Sheet, header: Header, *, order: int, log: Log) -> Iterator[Row]:
    """Give the rows under the header, without blank ones and without the header repeated on each printed page."""
    unpaired: list[int] = []
    repeated = _header_cells(header)
    merged = _Merges(sheet.merged, start=header.row + 1)
    known = {column.index for column in header.fields.values()}
    _note_recoded(sheet, order=order, log=log)
    for at, cells in enumerate(sheet.rows(unpaired)):
        if at <= header.row:
            continue
        row = Row(sheet=order, number=at + 1, cells=[cell.strip() for cell in cells])
        text = "".join(row.cells)
        if merged.is_active:
            merged.fill(row, header=header, log=log)
        if not text or _is_repeated(row.cells, repeated):
            continue
        if "#" in text or len(text) > LONGEST_TEXT or not text.isprintable() or "\ufffd" in text:
            _mend(row, header, known=known, log=log)
        if sheet.delimiter:
            _check_separation(row, header, delimiter=sheet.delimiter, unpaired=unpaired, log=log)
        yield row


def _note_recoded(sheet: Sheet, *, order: int, log: Log) -> None:
    for line in sheet.recoded:
        log.note(
            Row(sheet=order, number=line.row, cells=[]),
            None,
            value=line.text,
            wrong=f"文件第 {line.line} 行的编码是 {line.encoding},多数行是 {line.usual}",
            cure="已按各自的编码读取;请核对这一行的字是否正确,再把文件另存为 .xlsx",
        )


def is_footer(filled: Sequence[str], content: Sequence[str]) -> bool:
    """Tell totals and remarks from data: rows whose ``content``, their product or demand, says nothing of its own.

    ``filled`` are all cells of the row that hold anything, ``content`` those of them that should name a thing.

    >>> is_footer(["合计", "3 种"], ["3 种"]), is_footer(["联系人:王工 圆钢 20t"], ["联系人:王工 圆钢 20t"])
    (True, False)
    """
    if _TOTAL.fullmatch(filled[0]):
        return all(_TOTAL.fullmatch(text) or _COUNT.fullmatch(text) for text in content)
    if not all(_REMARK.match(cell) or _SIGNED.match(cell) for cell in filled):
        return False
    return not any(_asks(cell) if _REMARK.match(cell) else _says_more(cell) for cell in filled if cell in content)


def _asks(remark: str) -> bool:
    return bool(_WANTING.search(remark) or any(found.quantity.unit for found in find_quantities(remark)))


def _says_more(signed: str) -> bool:
    """Tell whether letters are left of 联系人:王工 13812345678 圆钢 when names and numbers are taken away."""
    return any(letter.isalpha() for letter in _SIGNED.sub("", signed))


def _header_cells(header: Header) -> tuple[tuple[int, str], ...]:
    return tuple((column.index, column.name) for column in header.fields.values() if column.name)


def _is_repeated(cells: Sequence[str], header: Sequence[tuple[int, str]]) -> bool:
    return all(at < len(cells) and cells[at][:1] == name[:1] for at, name in header) and all(
        header_key(cells[at]) == header_key(name) for at, name in header
    )


class _Merges:
    """Walks down the vertically merged cells of a sheet together with its rows."""

    def __init__(self, merged: Sequence[Merged], *, start: int) -> None:
        self._pending: Final = [each for each in reversed(merged) if each.last >= start and each.first >= start]
        self._open: list[tuple[Merged, str]] = []

    @property
    def is_active(self) -> bool:
        """Whether this row or a later one has anything to do with a merged cell."""
        return bool(self._pending or self._open)

    def fill(self, row: Row, *, header: Header, log: Log) -> None:
        """Give the row what merged cells above hold, and note each merged cell once, where it begins."""
        at = row.number - 1
        self._open = [(each, value) for each, value in self._open if each.last >= at]
        for each, value in self._open:
            row.cells.extend([""] * (each.column + 1 - len(row.cells)))
            row.cells[each.column] = value
        row.filled = frozenset(each.column for each, _ in self._open)
        while self._pending and self._pending[-1].first == at:
            each = self._pending.pop()
            value = row.cells[each.column] if each.column < len(row.cells) else ""
            if value:
                self._open.append((each, value))
                _note_merged(row, each, value, header=header, log=log)


def _note_merged(row: Row, merged: Merged, value: str, *, header: Header, log: Log) -> None:
    log.note(
        row,
        column_at(header, merged.column),
        value=value,
        wrong=f"第 {merged.first + 1} 至 {merged.last + 1} 行在这一列合并成了一格",
        cure=f"已按每一行都是“{shown(value)}”读取;如果不是这个意思,请取消合并,逐行填写",
    )


def _mend(row: Row, header: Header, *, known: set[int], log: Log) -> None:
    for at, cell in enumerate(row.cells):
        if cell.startswith("#") and cell.upper() in _FAULTS:
            row.cells[at] = _without_fault(row, column_at(header, at), cell, log=log)
        elif not cell.isprintable() or "\ufffd" in cell:
            row.cells[at] = _readable(row, column_at(header, at), cell, log=log)
        if at in known and len(row.cells[at]) > LONGEST_TEXT:
            row.whole[at] = row.cells[at]
            row.cells[at] = _cut(row, column_at(header, at), row.cells[at], log=log)


def _without_fault(row: Row, column: Column, cell: str, *, log: Log) -> str:
    log.note(
        row,
        column,
        value=cell,
        wrong=f"这一格的公式出错,显示为“{cell}”",
        cure="已当作空格读取;请在 Excel 里改好公式,或直接填上内容",
    )
    return ""


def _readable(row: Row, column: Column, cell: str, *, log: Log) -> str:
    clean = _CONTROLS.sub("", _INVISIBLE.sub("", cell.replace("\r\n", "\n").replace("\r", "\n")))
    if _CONTROLS.search(cell.replace("\r", "\n")):
        log.note(
            row,
            column,
            value=clean,
            wrong="这一格里有看不见的控制字符",
            cure="已去掉控制字符,其余照常使用;多半是从别的系统复制来的,重新录入这一格即可",
        )
    if "\ufffd" in cell:
        log.note(
            row,
            column,
            value=clean,
            wrong="这一格里有认不出的字(显示为 \ufffd),文件的编码已损坏",
            cure="其余照常使用;请从原来的系统重新导出,或另存为 .xlsx",
        )
    return clean.strip()


def _cut(row: Row, column: Column, cell: str, *, log: Log) -> str:
    log.note(
        row,
        column,
        value=cell,
        wrong=f"这一格有 {len(cell)} 个字,太长",
        cure=f"只用前 {LONGEST_TEXT} 个字来匹配,全文保留在“{column.name}(原文)”里;请把要点写在前面",
    )
    return cell[:LONGEST_TEXT]


def _check_separation(row: Row, header: Header, *, delimiter: str, unpaired: list[int], log: Log) -> None:
    """Note where a text file's marks do not add up: quotation marks without a partner, more cells than columns."""
    if unpaired and unpaired[-1] == row.number:
        log.note(
            row,
            None,
            value=delimiter.join(row.cells),
            wrong="这一行的引号没有成对",
            cure="已把引号当作普通字符读取;请核对这一行,或把文件另存为 .xlsx",
        )
    width = len(header.columns)
    surplus = [cell for cell in row.cells[width:] if cell]
    if not surplus:
        return
    if header.columns[-1] in header.fields.values():
        row.cells[width - 1 :] = [delimiter.join(row.cells[width - 1 :])]
    log.note(
        row,
        None,
        value=delimiter.join(surplus),
        wrong=f"这一行比表头多出 {len(surplus)} 格",
        cure="多半是文字里的分隔符没有加引号;请核对这一行,或把文件另存为 .xlsx",
    )
