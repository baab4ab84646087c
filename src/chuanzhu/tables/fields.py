"""Cells of a row to values: amounts, dates, certificates, credit codes. What cannot be read is noted and kept."""

from __future__ import annotations

import dataclasses
import functools
import re
from typing import TYPE_CHECKING, Final, TypeAlias, TypeVar

from chuanzhu.dates import parse_date
from chuanzhu.model import ChuanzhuError
from chuanzhu.quantity import parse_quantity
from chuanzhu.tables.rows import column_at, is_named, shown
from chuanzhu.taxonomy.certificates import parse_certificates
from chuanzhu.taxonomy.uscc import check_uscc

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping

    from chuanzhu.model import Quantity
    from chuanzhu.tables.headers import Column, Header
    from chuanzhu.tables.rows import Log, Row

T = TypeVar("T")
Heeded: TypeAlias = "Mapping[tuple[str, ...], Callable[[str], None]]"
_AMOUNTS: Final = {"capacity": "产能", "quantity": "数量"}
_WORD: Final = re.compile(r"\w")
_AFTER_WRONG: Final = re.compile(r"[;；。]")
_BETWEEN_CHINESE: Final = re.compile(r"(?<=[\u3400-\u9fff]) (?=[\u3400-\u9fff])")


class Pool:
    """Keeps one copy of texts that a list repeats; it forgets all when full, so that unlike texts cost no memory."""

    def __init__(self, *, most: int = 1 << 16) -> None:
        self._most: Final = most
        self._seen: Final[dict[str, str]] = {}

    def one(self, text: str) -> str:
        """Return an equal text that was given before, or this one."""
        if len(self._seen) >= self._most:
            self._seen.clear()
        return self._seen.setdefault(text, text)


@dataclasses.dataclass(slots=True, kw_only=True)
class Reading:
    """A row being read: its cells by field, and the extra pairs that will be carried to the output."""

    row: Row
    header: Header
    log: Log
    pool: Pool = dataclasses.field(default_factory=Pool)
    extra: list[tuple[str, str]] = dataclasses.field(default_factory=list)

    def text(self, field: str) -> str:
        """Return the field's cell as it stands; empty where the list has no such column or the row ends before it."""
        column = self.header.fields.get(field)
        return self.row.cells[column.index] if column and column.index < len(self.row.cells) else ""

    def line(self, field: str) -> str:
        """Return the field's cell on one line: a break inside a Chinese name was only there to fit the column."""
        text = self.text(field)
        return text if text.isprintable() else _BETWEEN_CHINESE.sub("", " ".join(text.split()))

    def column(self, field: str) -> Column:
        """Return the column of a field that the list has."""
        return self.header.fields[field]

    def keep(self, field: str) -> None:
        """Carry the field's cell as it stands to the output: nothing that was written down is lost."""
        self.extra.append((self.column(field).name, self.text(field)))

    def refuse(self, field: str, error: ChuanzhuError, *, otherwise: str) -> None:
        """Note that a cell cannot be read, say what happens instead, and carry it as text."""
        wrong, cure = wrong_and_cure(error)
        self.log.note(self.row, self.column(field), value=self.text(field), wrong=wrong, cure=f"{cure};{otherwise}")
        self.keep(field)


def wrong_and_cure(error: ChuanzhuError) -> tuple[str, str]:
    """Divide an error's text into what is wrong and how to mend it."""
    text = str(error).rstrip("。;；")
    parts = _AFTER_WRONG.split(text, maxsplit=1)
    return (parts[0], parts[1].strip()) if len(parts) > 1 else (text, "请核对后改正")


def read_amount(reading: Reading, field: str) -> Quantity | None:
    """Read a quantity; a bare number has the unit of its header (产能(吨/月)) or of the column 单位.

    What is written but gives no amount (若干) is carried as text under a name that says what it is.
    """
    cell = reading.text(field)
    if not cell:
        return None
    column = reading.column(field)
    try:
        quantity = _amount(cell, column.unit or reading.line("unit"), column.per)
    except ChuanzhuError as error:
        reading.refuse(field, error, otherwise="这一行照常匹配,只是没有用这个数量")
        _keep_as_amount(reading, field)
        return None
    if quantity is None and _WORD.search(cell):
        reading.keep(field)
        _keep_as_amount(reading, field)
    elif quantity and not quantity.unit:
        _note_unit(reading, column, cell)
    return quantity


def _keep_as_amount(reading: Reading, field: str) -> None:
    """Carry the cell once more under the amount's usual name where its header (可供数量) does not contain that."""
    name = _AMOUNTS[field]
    if name not in reading.column(field).name:
        reading.extra.append((name, reading.text(field)))


def _note_unit(reading: Reading, column: Column, cell: str) -> None:
    reading.log.note_once(
        reading.row,
        column,
        kind="unit",
        value=cell,
        wrong=f"“{shown(cell)}”没有写单位",
        cure=f"请连单位一起写,如“20吨/月”,或在表头写明单位,如“{column.name}(吨/月)”;这一行照常匹配,数量只能粗略比较",
    )


@functools.lru_cache(maxsize=16384)
def _amount(cell: str, unit: str, per: str) -> Quantity | None:
    quantity = parse_quantity(cell)
    if quantity is None:
        return None
    if not quantity.unit:
        quantity = _in_unit(quantity, unit)
    return dataclasses.replace(quantity, per=per) if per and not quantity.per else quantity


def _in_unit(quantity: Quantity, unit: str) -> Quantity:
    one = _one(unit)
    if one is None:
        return quantity
    maximum = None if quantity.maximum is None else quantity.maximum * one.amount
    return dataclasses.replace(
        quantity, amount=quantity.amount * one.amount, maximum=maximum, unit=one.unit, per=quantity.per or one.per
    )


@functools.lru_cache(maxsize=1024)
def _one(unit: str) -> Quantity | None:
    """Return what one of a unit as written in a header is: 1 万吨/年 is 10,000 t a year. None where it is no unit."""
    try:
        one = parse_quantity(f"1{unit}") if unit else None
    except ChuanzhuError:
        return None
    return one if one and one.unit else None


def read_date(reading: Reading, field: str, *, today: dt.date) -> dt.date | None:
    """Read a date; what cannot be read is noted and counts as not stated, what has passed is noted and kept."""
    cell = reading.text(field)
    if not cell:
        return None
    try:
        date = _date(cell, today)
    except ChuanzhuError as error:
        reading.refuse(field, error, otherwise="这一行照常匹配,只是没有用这个日期")
        return None
    if date and date < today:
        column = reading.column(field)
        wrong = f"{column.name} {date.isoformat()} 已过(今天是 {today.isoformat()})"
        reading.log.note(reading.row, column, value=cell, wrong=wrong, cure="请核对后改正;这个日期仍按原样使用")
    return date


@functools.lru_cache(maxsize=16384)
def _date(cell: str, today: dt.date) -> dt.date | None:
    return parse_date(cell, today=today)


@functools.lru_cache(maxsize=16384)
def certificates_of(cell: str) -> tuple[str, ...]:
    """Return the certificates that a cell names."""
    return parse_certificates(cell)


def read_uscc(reading: Reading) -> str:
    """Read a credit code; a wrong one is noted and left out."""
    cell = reading.text("uscc")
    if not cell:
        return ""
    try:
        return check_uscc(cell)
    except ChuanzhuError as error:
        reading.refuse("uscc", error, otherwise="这一行照常匹配,只是没有用这个代码")
        return ""


def carry_rest(reading: Reading) -> tuple[tuple[str, str], ...]:
    """Return the pairs (header, value) that go to the output unread: other columns, refused cells, long texts."""
    for at, cell in enumerate(reading.row.cells):
        if cell and at not in reading.header.used:
            column = column_at(reading.header, at)
            if not is_named(reading.header, at):
                reading.log.unnamed[column.name] = None
            reading.extra.append((column.name, reading.pool.one(cell)))
    for at, text in reading.row.whole.items():
        reading.extra.append((f"{column_at(reading.header, at).name}(原文)", text))
    return tuple(reading.extra)


def note_unreadable(reading: Reading, heeded: Heeded) -> None:
    """Note the cells of columns that somebody else will read, and cannot.

    ``heeded`` gives for the names of a column, of which the first filled one counts, what raises ChuanzhuError.
    """
    for names, check in heeded.items():
        cells = {name: value for name, value in reversed(reading.extra) if name in names and value.strip()}
        name = next((name for name in names if name in cells), None)
        if name is None:
            continue
        try:
            check(cells[name].strip())
        except ChuanzhuError as error:
            wrong, cure = wrong_and_cure(error)
            column = next(column for column in reading.header.columns if column.name == name)
            cure = f"{cure};这一行照常匹配,只是分配时没有用它"
            reading.log.note(reading.row, column, value=cells[name], wrong=wrong, cure=cure)
