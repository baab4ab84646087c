"""Which row of a sheet is the header, and which of its columns is which field.

The names that lists give their columns stand in ``data/headers.csv``, most telling first; extend them there.
"""

from __future__ import annotations

import csv
import functools
import re
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING, Final, Literal

from chuanzhu.text import squeeze

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

Side = Literal["supply", "demand"]
SEARCHED_ROWS: Final = 30
REQUIRED: Final[Mapping[Side, tuple[tuple[str, ...], ...]]] = {
    "supply": (("enterprise",), ("product",)),
    "demand": (("demand", "product"),),
}
PERIODS: Final[Mapping[str, str]] = {
    "天": "day",
    "日": "day",
    "周": "week",
    "月": "month",
    "季": "quarter",
    "年": "year",
}

_MINOR: Final = frozenset({"serial", "unit", "spec", "province", "city", "county", "address"})
_EXACT, _ENDING = 0, 1
_SHORTEST_ENDING: Final = 3
_LONGEST_NAME, _LONGEST_CELL = 40, 400
_BRACKETS: Final = re.compile(r"[(\[【〔〈<{]([^()\[\]【】〔〕〈〉<>{}]*)[)\]】〕〉>}]")
_DECORATION: Final = re.compile(
    r"^[*※★☆●#◆]+|^(?:\d{1,2}[.、)]?|[一二三四五六七八九十]{1,2}[、.])(?=[*\u3400-\u9fff])|[*※★:]+$"
)
_PERIOD: Final = re.compile(r"^(?:每|平均|预计)?(?:(年)度?|(季)度|(月)度?|(周)|([日天]))(?:均|平均)?(?=.)")
_UNIT_LABEL: Final = re.compile(r"^(?:计量)?单位[:]?")
_TAIL: Final = re.compile(r"^(.+?)[/:,;|](.+)$")
_GROUP_ENDING: Final = re.compile(r"(?:基本)?(?:信息|情况|资料|概况)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column as its header describes it: ``index`` from 0, the name as written, unit and period where stated."""

    index: int
    name: str
    unit: str = ""
    per: str = ""

    @property
    def label(self) -> str:
        """What Excel shows above it, and its name: "C 产能"."""
        return f"{column_letter(self.index)} {self.name}".rstrip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """A recognised header: ``row`` is its last row, from 0; ``fields`` maps a field's name to its column.

    ``used`` are the indexes of columns whose cells end up in a field; all others are carried through as they are.
    ``strange`` are the named columns that are no known field, ``doubles`` pairs of columns that are the same field: the
    one that was left over, and the one that was taken.
    """

    row: int
    columns: tuple[Column, ...]
    fields: Mapping[str, Column]
    used: frozenset[int]
    score: float
    strange: tuple[Column, ...] = ()
    doubles: tuple[tuple[Column, Column], ...] = ()

    def missing(self, side: Side) -> tuple[tuple[str, ...], ...]:
        """Fields without which nothing can be done and that no column gives: of each tuple, one would do."""
        return tuple(choice for choice in REQUIRED[side] if not any(field in self.fields for field in choice))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """One way to read a header cell as a field; the lower ``rank``, the surer."""

    field: str
    rank: tuple[int, int]
    unit: str = ""
    per: str = ""


def column_letter(index: int) -> str:
    """Name a column as Excel does, from 0.

    >>> column_letter(0), column_letter(27)
    ('A', 'AB')
    """
    letters = ""
    while index >= 0:
        index, rest = divmod(index, 26)
        letters = chr(ord("A") + rest) + letters
        index -= 1
    return letters


def find_header(rows: Sequence[Sequence[str]], *, side: Side) -> Header | None:
    """Find the row among the first thirty that reads most like the header of a list, alone or with the row above it.

    A row above counts where it holds titles over groups of columns. Returns None where no cell is a known name.

    >>> header = find_header([["供给清单"], ["企业名称", "*产品", "产能(吨/月)"]], side="supply")
    >>> header.row, header.fields["capacity"].unit
    (1, '吨/月')
    """
    best: Header | None = None
    for candidate in _candidates(rows[:SEARCHED_ROWS], side=side):
        if candidate.score and (best is None or candidate.score > best.score):
            best = candidate
    return best


def known_names(side: Side, fields: Sequence[str] = (), *, limit: int = 4) -> str:
    """List the names that a header may use, for an error's text: ``产品(或:产品名称、主要产品 …)``."""
    wanted = fields or tuple(field for field in _names(side) if field not in _MINOR)
    return ";".join(f"{_titles(side)[field]}(或:{'、'.join(_names(side)[field][1:limit])} …)" for field in wanted)


def title(side: Side, field: str) -> str:
    """Return the field's own Chinese name: ``产品``."""
    return _titles(side)[field]


def header_key(cell: str) -> tuple[str, str]:
    r"""Strip a header cell to the name, and what stands in brackets after it.

    >>> header_key(" 1.*产　能\n（吨/月）")
    ('产能', '吨/月')
    """
    folded = squeeze(cell)
    notes = ";".join(_BRACKETS.findall(folded))
    bare = _BRACKETS.sub("", folded)
    while (shorter := _DECORATION.sub("", bare)) != bare:
        bare = shorter
    return bare, _UNIT_LABEL.sub("", notes)


def _candidates(rows: Sequence[Sequence[str]], *, side: Side) -> Iterator[Header]:
    for at, row in enumerate(rows):
        yield _read_header([("", cell) for cell in row], row=at, side=side)
    for at in range(1, len(rows)):
        yield _read_header(_under_groups(rows[at - 1], rows[at]), row=at, side=side)


def _under_groups(groups: Sequence[str], names: Sequence[str]) -> list[tuple[str, str]]:
    """Pair each name with the group title over it; a group's name itself serves where nothing stands under it."""
    pairs: list[tuple[str, str]] = []
    current = ""
    for at in range(max(len(groups), len(names))):
        group = groups[at].strip() if at < len(groups) else ""
        name = names[at].strip() if at < len(names) else ""
        current = group or current
        pairs.append((current, name) if name else ("", group))
    return pairs


def _read_header(cells: Sequence[tuple[str, str]], *, row: int, side: Side) -> Header:
    readings = [(at, reading) for at, (group, name) in enumerate(cells) for reading in _readings(group, name, side)]
    chosen = _assign(_settle_unit(readings))
    by_index = dict(chosen.values())
    columns = tuple(
        Column(
            index=at,
            name=" ".join(name.split()),
            unit=by_index[at].unit if at in by_index else "",
            per=by_index[at].per if at in by_index else "",
        )
        for at, (_, name) in enumerate(cells)
    )
    required = {field for choice in REQUIRED[side] for field in choice}
    score = sum(
        (1.0 if reading.rank[0] == _EXACT else 0.5) + (field in required) for field, (_, reading) in chosen.items()
    )
    fields = {field: columns[at] for field, (at, _) in chosen.items()}
    strange, doubles = _left_over(columns, readings, fields)
    return Header(
        row=row,
        columns=columns,
        fields=fields,
        used=_used(fields),
        score=score,
        strange=strange,
        doubles=doubles,
    )


def _left_over(
    columns: Sequence[Column], readings: Sequence[tuple[int, _Reading]], fields: Mapping[str, Column]
) -> tuple[tuple[Column, ...], tuple[tuple[Column, Column], ...]]:
    """Tell the named columns that no field takes apart: those that mean nothing, and those that mean a taken one."""
    taken = {column.index for column in fields.values()}
    rivals = {at: fields[reading.field] for at, reading in reversed(readings) if reading.field in fields}
    idle = [column for column in columns if column.name and column.index not in taken]
    strange = tuple(column for column in idle if column.index not in rivals)
    return strange, tuple((column, rivals[column.index]) for column in idle if column.index in rivals)


def _used(fields: Mapping[str, Column]) -> frozenset[int]:
    idle = {"address"}
    idle |= {"serial"} if "id" in fields else set()
    idle |= set() if {"capacity", "quantity"} & set(fields) else {"unit"}
    return frozenset(column.index for field, column in fields.items() if field not in idle)


def _settle_unit(readings: list[tuple[int, _Reading]]) -> list[tuple[int, _Reading]]:
    """Read 单位 as a unit of measure where it follows the amount, and as the organisation elsewhere."""
    amounts = {at for at, reading in readings if reading.field in {"capacity", "quantity"}}
    units = {at for at, reading in readings if reading.field == "unit"}
    both = {at for at, reading in readings if reading.field == "enterprise"} & units
    as_unit = {at for at in both if at - 1 in amounts or at + 1 in amounts}
    return [(at, reading) for at, reading in readings if at not in both or (reading.field == "unit") == (at in as_unit)]


def _assign(readings: Sequence[tuple[int, _Reading]]) -> dict[str, tuple[int, _Reading]]:
    """Give each field its surest column and each column at most one field."""
    chosen: dict[str, tuple[int, _Reading]] = {}
    taken: set[int] = set()
    for at, reading in sorted(readings, key=lambda pair: (pair[1].rank, pair[0])):
        if reading.field not in chosen and at not in taken:
            chosen[reading.field] = (at, reading)
            taken.add(at)
    return chosen


def _readings(group: str, name: str, side: Side) -> tuple[_Reading, ...]:
    if group:
        core = _GROUP_ENDING.sub("", header_key(group)[0])
        together = _read_name(core + name, side)
        if together and together[0].rank[0] == _EXACT:
            return together
    return _read_name(name, side)


@functools.lru_cache(maxsize=4096)
def _read_name(cell: str, side: Side) -> tuple[_Reading, ...]:
    key, note = header_key(cell[:_LONGEST_CELL])
    if not 0 < len(key) <= _LONGEST_NAME:
        return ()
    exact = _exact(key, side=side, note=note)
    if exact:
        return exact
    if (tail := _TAIL.match(key)) and (found := _exact(tail[1], side=side, note=tail[2])):
        return found
    return _by_ending(key, side=side, note=note)


def _exact(key: str, *, side: Side, note: str) -> tuple[_Reading, ...]:
    found = _fields_of(side).get(key, ())
    if found:
        return tuple(
            _Reading(field=field, rank=(_EXACT, rank), unit=_unit(note), per=_per(note)) for field, rank in found
        )
    period = _PERIOD.match(key)
    if not period:
        return ()
    per = PERIODS[next(part for part in period.groups() if part)]
    amounts = _fields_of(side).get(key[period.end() :], ())
    return tuple(
        _Reading(field=field, rank=(_EXACT, rank), unit=_unit(note), per=per)
        for field, rank in amounts
        if field in {"capacity", "quantity"}
    )


def _by_ending(key: str, *, side: Side, note: str) -> tuple[_Reading, ...]:
    """Read 本企业主要产品 as 主要产品: the longest known name that the header ends with."""
    for start in range(1, len(key) - _SHORTEST_ENDING + 1):
        found = _fields_of(side).get(key[start:], ())
        if found:
            return tuple(_Reading(field=field, rank=(_ENDING, rank), unit=_unit(note)) for field, rank in found)
    return ()


def _unit(note: str) -> str:
    return "" if note in PERIODS else note


def _per(note: str) -> str:
    return PERIODS.get(note, "")


@functools.cache
def _rows() -> tuple[Mapping[str, str], ...]:
    text = (resources.files("chuanzhu") / "data" / "headers.csv").read_text("utf-8")
    return tuple(csv.DictReader(text.splitlines()))


@functools.cache
def _names(side: Side) -> Mapping[str, tuple[str, ...]]:
    return {row["字段"]: tuple(row["叫法"].split(";")) for row in _rows() if row["表"] == side}


@functools.cache
def _titles(side: Side) -> Mapping[str, str]:
    return {row["字段"]: row["列名"] for row in _rows() if row["表"] == side}


@functools.cache
def _fields_of(side: Side) -> Mapping[str, tuple[tuple[str, int], ...]]:
    """Fields that a name may stand for, each with the name's place in the field's list."""
    found: dict[str, tuple[tuple[str, int], ...]] = {}
    for field, names in _names(side).items():
        for rank, name in enumerate(names):
            found[squeeze(name)] = (*found.get(squeeze(name), ()), (field, rank))
    return found
