"""Rows of a list as what they say of a listing: the library reads the file, the kind's own form checks each value."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from django import forms

from chuanzhu.model import Problem, Supply
from chuanzhu.quantity import QuantityError, describe, parse_quantity
from chuanzhu.tables import read_own_list
from chuanzhu_site.exchange.layout import ACT, CLOSE, FIELDS, KIND, PRIVACY, VALUE, VERSION, columns
from chuanzhu_site.market.forms import ListingForm
from chuanzhu_site.market.kinds import KINDS
from chuanzhu_site.market.models import Listing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from chuanzhu.model import Demand, Quantity
    from chuanzhu.tables import Written
    from chuanzhu.tables.fields import Heeded
    from chuanzhu_site.market.kinds import Kind

_NAMES: Final = {kind.name: kind for kind in KINDS.values()}
_PRIVACY: Final = {label: value for value, label in Listing.Privacy.choices}
_PLACES: Final = ("province", "city", "county")
_FORMULA_STARTS: Final = ("'=", "'+", "'-", "'@", "'\t", "'\r", "'\n", "'＝", "'＋", "'－", "'＠")
_SHOWN: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One usable row. ``values`` are by attribute of the kind, privacy and value; only of columns that the file has.

    ``version`` is None where the row says none: it was not exported from here.
    """

    sheet: str
    row: int
    kind: str
    reference: str
    version: int | None
    enterprise: str
    values: Mapping[str, Any]
    is_closed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """All usable rows of a file, every problem that was met, and what was read in one sentence."""

    lines: tuple[Line, ...]
    problems: tuple[Problem, ...]
    note: str
    is_export: bool


def read_lines(path: Path, *, kind: Kind, today: dt.date, progress: Callable[[int, int], None] | None = None) -> Lines:
    """Read a list; rows that name no kind are of ``kind``. Raises TableError where the file is of no use."""
    layout = columns(kind.side)
    heeded: Heeded = {(column.name,): _anything for column in layout}
    table, written = read_own_list(path, side=kind.side, today=today, progress=progress, heeded=heeded)
    reader = _Reader(file=table.file, kind=kind, present=frozenset(table.columns), is_text=path.suffix != ".xlsx")
    records: Sequence[Supply | Demand] = table.records
    lines = [reader.read(record, cells) for record, cells in zip(records, written, strict=True)]
    problems = sorted((*table.problems, *reader.problems), key=lambda problem: (problem.sheet, problem.row))
    return Lines(
        lines=tuple(line for line in lines if line),
        problems=tuple(problems),
        note=table.note,
        is_export=VERSION in table.columns,
    )


def _anything(_value: str) -> None:
    """Take any value: it is checked where the kind is known."""


def _stated(record: Supply | Demand) -> dict[str, object]:
    if isinstance(record, Supply):
        return {"title": record.product, "text": record.description, "due": record.valid_until}
    return {"text": record.text, "due": record.deadline}


def _amount_of(record: Supply | Demand) -> Quantity | None:
    return record.capacity if isinstance(record, Supply) else record.quantity


class _Reader:
    """Reads the rows of one file, and keeps what is wrong with them."""

    def __init__(self, *, file: str, kind: Kind, present: frozenset[str], is_text: bool) -> None:
        self._file: Final = file
        self._kind: Final = kind
        self._present: Final = present
        self._is_text: Final = is_text
        self._forms: Final[dict[str, dict[str, forms.Field]]] = {}
        self.problems: Final[list[Problem]] = []

    def read(self, record: Supply | Demand, written: Written) -> Line | None:
        """Return what a row says; None where it cannot be used."""
        told = {name: self._plain(cell) for name, cell in written.columns.items()}
        kind = self._kind_of(told, written)
        if kind is None:
            return None
        values = self._cleaned(kind, self._raw(kind, record, written, told), told, written)
        if values is None:
            return None
        version = told.get(VERSION, "")
        return Line(
            sheet=written.sheet,
            row=written.row,
            kind=kind.code,
            reference=written.fields.get("id", "").strip(),
            version=int(float(version)) if version.replace(".", "", 1).isdecimal() else None,
            enterprise=record.enterprise,
            values=values,
            is_closed=told.get(ACT, "") in CLOSE,
        )

    def _plain(self, cell: str) -> str:
        """Take off the apostrophe that a text file was given before what a spreadsheet would run as a formula."""
        return cell[1:].strip() if self._is_text and cell.startswith(_FORMULA_STARTS) else cell.strip()

    def _kind_of(self, told: Mapping[str, str], written: Written) -> Kind | None:
        name = told.get(KIND, "")
        kind = _NAMES.get(name) if name else self._kind
        if kind is None or kind.side != self._kind.side:
            named = "、".join(one.name for one in KINDS.values() if one.side == self._kind.side)
            self._note(written, KIND, name, wrong=f"没有“{name}”这个类别", cure=f"请写成{named}中的一种", used=False)
            return None
        return kind

    def _raw(self, kind: Kind, record: Supply | Demand, written: Written, told: Mapping[str, str]) -> dict[str, object]:
        """Return the words of each attribute that the file speaks of, or what the library read in them."""
        fields = FIELDS[kind.side]
        raw: dict[str, object] = {one.code: told[one.name] for one in kind.special if one.name in told}
        common = {
            **_stated(record),
            "quantity": self._amount(_amount_of(record), written.fields.get(fields["quantity"], "")),
            "place": self._place(written),
            "certificates": written.fields.get("certificates", ""),
        }
        asked = {one.code for one in kind.attributes}
        raw |= {code: self._unharmed(common[code]) for code in fields if code in asked and self._speaks_of(kind, code)}
        return raw

    def _unharmed(self, value: object) -> object:
        return self._plain(value) if isinstance(value, str) else value

    def _speaks_of(self, kind: Kind, code: str) -> bool:
        """Tell whether an empty cell says something: in an exported list it does, where it has the column at all."""
        name = next(column.name for column in columns(kind.side) if column.code == code)
        return VERSION not in self._present or name in self._present

    def _amount(self, read: Quantity | None, written: str) -> str:
        """Return an amount in the words of its cell, or described where its unit stands elsewhere."""
        try:
            is_whole = parse_quantity(self._plain(written)) == read
        except QuantityError:
            return ""
        return written if is_whole or read is None else describe(read)

    def _place(self, written: Written) -> str:
        fields = written.fields
        return fields.get("region", "") or "".join(fields.get(part, "") for part in _PLACES)

    def _cleaned(
        self, kind: Kind, raw: Mapping[str, object], told: Mapping[str, str], written: Written
    ) -> dict[str, Any] | None:
        """Check each value as the kind's form does; a bad one is left out, and the row with it where it is needed."""
        checks = self._checks(kind)
        extra = {"privacy": _PRIVACY.get(told.get(PRIVACY, ""), told.get(PRIVACY, "")), "value": told.get(VALUE, "")}
        spoken = {**raw, **{code: word for code, word in extra.items() if word}}
        values: dict[str, Any] = {}
        for code, value in spoken.items():
            try:
                values[code] = checks[code].clean(value)
            except forms.ValidationError as error:
                is_needed = checks[code].required
                cure = "这一行没有用;改好再导入" if is_needed else "这一格没有用,这一行的其余内容照常导入"
                label, wrong = str(checks[code].label), ";".join(error.messages)
                self._note(written, label, str(value), wrong=f"{label}:{wrong}", cure=cure, used=not is_needed)
                if is_needed:
                    return None
        return values

    def _checks(self, kind: Kind) -> dict[str, forms.Field]:
        if kind.code not in self._forms:
            self._forms[kind.code] = dict(ListingForm(kind=kind).fields)
        return self._forms[kind.code]

    def _note(self, written: Written, column: str, value: str, *, wrong: str, cure: str, used: bool) -> None:
        self.problems.append(
            Problem(
                file=self._file,
                sheet=written.sheet,
                row=written.row,
                column=column,
                value=value[:_SHOWN],
                wrong=wrong,
                cure=cure,
                used=used,
            )
        )


def plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values as JSON takes them."""
    return {
        code: value.isoformat() if isinstance(value, dt.date) else str(value) if isinstance(value, Decimal) else value
        for code, value in values.items()
    }


def typed(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values as a listing takes them, from JSON."""
    read = dict(values)
    if read.get("due"):
        read["due"] = dt.date.fromisoformat(read["due"])
    if read.get("value"):
        read["value"] = Decimal(read["value"])
    return read
