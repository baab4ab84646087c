"""Supply and demand lists (供给清单, 需求清单) from files to records, with every problem that was met on the way."""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Generic, Protocol, TypeVar

from chuanzhu.model import Demand, RegionWish, Supply
from chuanzhu.tables.choice import choose_sheets
from chuanzhu.tables.fields import (
    Pool,
    Reading,
    carry_rest,
    certificates_of,
    note_unreadable,
    read_amount,
    read_date,
    read_uscc,
)
from chuanzhu.tables.numbering import Ids, given_id
from chuanzhu.tables.places import Places
from chuanzhu.tables.rows import Log, is_footer, mended_rows
from chuanzhu.tables.sheets import TableError
from chuanzhu.taxonomy.regions import parse_region_wish, resolve_region

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from chuanzhu.model import Problem
    from chuanzhu.tables.choice import Choice
    from chuanzhu.tables.fields import Heeded
    from chuanzhu.tables.headers import Header, Side
    from chuanzhu.tables.rows import Row

T = TypeVar("T")
R = TypeVar("R", Supply, Demand)
R_co = TypeVar("R_co", Supply, Demand, covariant=True)
_EVERY: Final = 1000
_SHOWN_PROBLEMS: Final = 3
_NOTHING_MORE: Final[Heeded] = MappingProxyType({})
_SEVERAL_LINES: Final = re.compile(r"\s*\n\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Table(Generic[T]):
    """What was read from one file.

    ``sheet`` names the sheets read, joined by 、 (empty for a text file); ``columns`` are the headers as written,
    ``extra_columns`` those that no field takes; ``rows_read`` counts rows under the header that hold anything;
    ``note`` says in one sentence which sheets and how many rows were read, and which sheets and columns were not.
    """

    records: tuple[T, ...]
    problems: tuple[Problem, ...]
    file: str
    sheet: str = ""
    columns: tuple[str, ...] = ()
    extra_columns: tuple[str, ...] = ()
    rows_read: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """Where a record stands in its file, and what its cells say by field and by column name, as they were written."""

    sheet: str
    row: int
    fields: Mapping[str, str]
    columns: Mapping[str, str]


def read_supplies(
    path: Path,
    *,
    today: dt.date,
    progress: Callable[[int, int], None] | None = None,
    heeded: Heeded = _NOTHING_MORE,
) -> Table[Supply]:
    """Read a supply list (.xlsx, .csv and their kin). ``progress`` is told how many rows are done, and of how many.

    ``today`` dates what is written without a year. Rows that cannot be used, and cells that cannot be read, become
    problems and stop nothing else; so do cells of the columns that whoever asked reads (``heeded``, as in
    :func:`note_unreadable`). Raises TableError where nothing can be done with the file.
    """
    choice = choose_sheets(path, side="supply")
    return _read(choice, _supplies(today), id_prefix="供", progress=progress, heeded=heeded)


def read_demands(
    path: Path,
    *,
    today: dt.date,
    progress: Callable[[int, int], None] | None = None,
    heeded: Heeded = _NOTHING_MORE,
) -> Table[Demand]:
    """Read a demand list (.xlsx, .csv and their kin). ``progress`` is told how many rows are done, and of how many.

    Where the list has a product and a description or specification, the demand's text is all of them. ``today`` dates
    what is written without a year or as a span (两周内); ``heeded`` is as in :func:`read_supplies`. Raises TableError
    where nothing can be done with the file.
    """
    choice = choose_sheets(path, side="demand")
    return _read(choice, _demands(today), id_prefix="需", progress=progress, heeded=heeded)


def read_own_list(
    path: Path,
    *,
    side: Side,
    today: dt.date,
    progress: Callable[[int, int], None] | None = None,
    heeded: Heeded = _NOTHING_MORE,
) -> tuple[Table[Supply] | Table[Demand], tuple[Written, ...]]:
    """Read a list of one enterprise's own supplies or demands, with what was written for each of its records.

    Such a list need not name the enterprise. Otherwise as :func:`read_supplies` and :func:`read_demands`.
    """
    choice = choose_sheets(path, side=side, is_own=True)
    noting: _Noting[Supply] | _Noting[Demand]
    if side == "supply":
        noting = _Noting(inner=_supplies(today, is_own=True))
        return _read(choice, noting, id_prefix="供", progress=progress, heeded=heeded), tuple(noting.written)
    noting = _Noting(inner=_demands(today))
    return _read(choice, noting, id_prefix="需", progress=progress, heeded=heeded), tuple(noting.written)


def _supplies(today: dt.date, *, is_own: bool = False) -> _Supplies:
    places: Places[str] = Places(parse=_code, codes_of=lambda code: (code,) if code else (), nowhere="")
    return _Supplies(places=places, today=today, is_own=is_own)


def _demands(today: dt.date) -> _Demands:
    places: Places[RegionWish | None] = Places(
        parse=_wish, codes_of=lambda wish: wish.codes if wish else (), nowhere=None
    )
    return _Demands(places=places, today=today)


def _code(text: str, context: tuple[str, ...]) -> str:
    return resolve_region(text, context=context)


def _wish(text: str, context: tuple[str, ...]) -> RegionWish | None:
    wish = parse_region_wish(text, context=context)
    return wish if wish.codes or wish.excluded else None


class _Builder(Protocol[R_co]):
    """Makes records of one kind from rows; ``content`` are the fields of which one must be filled in."""

    @property
    def content(self) -> tuple[str, ...]: ...

    @property
    def places(self) -> Places[Any]: ...

    def build(self, reading: Reading, *, record: int) -> R_co:
        """Make the record that will have this position."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Supplies:
    places: Places[str]
    today: dt.date
    is_own: bool = False
    content: tuple[str, ...] = ("product",)

    def build(self, reading: Reading, *, record: int) -> Supply:
        certificates = reading.text("certificates")
        return Supply(
            id=given_id(reading),
            enterprise=reading.line("enterprise") if self.is_own else _seller(reading),
            product=reading.pool.one(_SEVERAL_LINES.sub("、", reading.text("product"))),
            description=_joined(reading, "description", "spec"),
            capacity=read_amount(reading, "capacity"),
            region=self.places.read(reading, record=record),
            certificates=certificates_of(certificates) if certificates else None,
            uscc=read_uscc(reading),
            valid_until=read_date(reading, "valid_until", today=self.today),
            extra=carry_rest(reading),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Demands:
    places: Places[RegionWish | None]
    today: dt.date
    content: tuple[str, ...] = ("demand", "product")

    def build(self, reading: Reading, *, record: int) -> Demand:
        return Demand(
            id=given_id(reading),
            text=_joined(reading, "product", "demand", "spec"),
            enterprise=reading.line("enterprise"),
            quantity=read_amount(reading, "quantity"),
            region=self.places.read(reading, record=record),
            certificates=certificates_of(reading.text("certificates")),
            deadline=read_date(reading, "deadline", today=self.today),
            extra=carry_rest(reading),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Noting(Generic[R]):
    """Builds as another does, and keeps what was written."""

    inner: _Builder[R]
    written: list[Written] = dataclasses.field(default_factory=list)

    @property
    def content(self) -> tuple[str, ...]:
        return self.inner.content

    @property
    def places(self) -> Places[Any]:
        return self.inner.places

    def build(self, reading: Reading, *, record: int) -> R:
        """Make the record, and note its cells."""
        fields = {field: text for field in reading.header.fields if (text := reading.text(field))}
        named = zip(reading.header.columns, reading.row.cells, strict=False)
        self.written.append(
            Written(
                sheet=reading.log.sheets[reading.row.sheet],
                row=reading.row.number,
                fields=fields,
                columns={column.name: cell for column, cell in named if column.name},
            )
        )
        return self.inner.build(reading, record=record)


def _seller(reading: Reading) -> str:
    enterprise = reading.line("enterprise")
    if not enterprise:
        cure = "请补上,否则不知道该联系谁;这一行照常匹配"
        reading.log.note(reading.row, reading.column("enterprise"), value="", wrong="没有写企业名称", cure=cure)
    return reading.pool.one(enterprise)


def _joined(reading: Reading, *fields: str) -> str:
    """Join the cells of several fields, each text that another already contains left out."""
    texts: list[str] = []
    for text in map(reading.text, fields):
        if text and not any(text in other for other in texts):
            texts = [*(other for other in texts if other not in text), text]
    return reading.pool.one(",".join(texts))


def _read(
    choice: Choice,
    builder: _Builder[R],
    *,
    id_prefix: str,
    progress: Callable[[int, int], None] | None,
    heeded: Heeded,
) -> Table[R]:
    log = Log(file=choice.file, sheets=tuple(sheet.name for sheet, _ in choice.sheets))
    records: list[R] = []
    ids = Ids(prefix=id_prefix, log=log, may_lack=isinstance(builder, _Noting))
    rows, hidden, pool = Counter[int](), Counter[int](), Pool()
    for row, header in _counted_rows(choice, log=log, progress=progress):
        rows[row.sheet] += 1
        hidden[row.sheet] += row.number - 1 in choice.sheets[row.sheet][0].hidden_rows
        reading = Reading(row=row, header=header, log=log, pool=pool)
        if _is_usable(reading, builder.content):
            records.append(builder.build(reading, record=len(records)))
            ids.take(reading, records[-1].id)
            note_unreadable(reading, heeded)
    if not rows:
        raise TableError(f"“{choice.file}”{choice.named()}只有表头,表头下面没有一行数据;请填上数据再试")
    _note_left_out(choice, log)
    order = range(len(choice.sheets))
    _settle(records, builder.places, log)
    ids.assign(records)
    _require_some(records, log)
    return Table(
        records=tuple(records),
        problems=log.in_order(),
        file=choice.file,
        sheet="、".join(name for name in log.sheets if name),
        columns=choice.columns(),
        extra_columns=choice.extra_columns(),
        rows_read=rows.total(),
        note=choice.note(
            [rows[at] for at in order], [hidden[at] for at in order], unnamed=tuple(log.unnamed), heeded=heeded
        ),
    )


def _note_left_out(choice: Choice, log: Log) -> None:
    for left in choice.left_out:
        if left.is_list:
            log.note_sheet(left.name, wrong=f"这张表{left.why}", cure=left.cure)


def _counted_rows(
    choice: Choice, *, log: Log, progress: Callable[[int, int], None] | None
) -> Iterator[tuple[Row, Header]]:
    done, total = 0, sum(sheet.height for sheet, _ in choice.sheets)
    for order, (sheet, header) in enumerate(choice.sheets):
        for row in mended_rows(sheet, header, order=order, log=log):
            if progress and row.number % _EVERY == 0:
                progress(done + row.number, total)
            yield row, header
        done += sheet.height
    if progress:
        progress(total, total)


def _is_usable(reading: Reading, content: tuple[str, ...]) -> bool:
    """Tell records from totals and remarks, and note what has to be left out."""
    texts = [text for text in map(reading.text, content) if text]
    filled = [cell for cell in reading.row.cells if cell]
    if not filled or not is_footer(filled, texts):
        if not texts:
            name = title_of(reading, content)
            cure = f"请在“{name}”这一列填上内容;这一行没有用"
            _leave_out(reading, content, value="", wrong=f"这一行没有写{name}", cure=cure)
        return bool(texts)
    if texts:
        cure = "这一行没有用;如果它是一条数据,请去掉“合计”“注:”这样的字样"
        _leave_out(reading, content, value=filled[0], wrong="这一行看起来是合计或说明,不是数据", cure=cure)
    return False


def _leave_out(reading: Reading, content: tuple[str, ...], *, value: str, wrong: str, cure: str) -> None:
    known = [field for field in content if field in reading.header.fields]
    field = next((field for field in known if reading.text(field)), known[0])
    reading.log.note(reading.row, reading.column(field), value=value, wrong=wrong, cure=cure, used=False)


def title_of(reading: Reading, content: tuple[str, ...]) -> str:
    """Return what the list itself calls the column that has to be filled in."""
    return "或".join(reading.header.fields[field].name for field in content if field in reading.header.fields)


def _settle(records: list[R], places: Places[Any], log: Log) -> None:
    """Give the records whose county has many namesakes the region that only the whole list could decide."""
    for case, region in places.decide(log):
        record: R = records[case.record]
        if region is None:
            extra = (*record.extra, (case.column.name, case.text))
            records[case.record] = dataclasses.replace(record, extra=extra)
        else:
            records[case.record] = dataclasses.replace(record, region=region)


def _require_some(records: list[R], log: Log) -> None:
    if not records:
        rows = "".join(f"第 {problem.row} 行{problem.wrong};" for problem in log.in_order()[:_SHOWN_PROBLEMS])
        raise TableError(f"“{log.file}”没有一行能用:{rows}请改正后再试")
