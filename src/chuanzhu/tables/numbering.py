"""Ids of records (编号): those given, made different where two are the same, made up where there are none."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeVar

from chuanzhu.model import Demand, Supply

if TYPE_CHECKING:
    from chuanzhu.tables.fields import Reading
    from chuanzhu.tables.headers import Column
    from chuanzhu.tables.rows import Log, Row

R = TypeVar("R", Supply, Demand)
_FEWEST_DIGITS: Final = 3


def given_id(reading: Reading) -> str:
    """Return the id that a row states; 序号 serves where the list has no 编号."""
    return reading.line(id_field(reading))


def id_field(reading: Reading) -> str:
    """Return the field that ids stand in: ``id`` or ``serial``."""
    return "id" if "id" in reading.header.fields else "serial"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """A record whose id is empty or taken; ``column`` is None where a merged cell gave it and nothing needs saying."""

    record: int
    row: Row
    column: Column | None


@dataclass(slots=True, kw_only=True)
class Ids:
    """Takes the ids of a list one by one and settles at the end those that are empty or stand there twice.

    Where ids ``may_lack``, nothing is said of rows without one. ``blank`` are the records of sheets without any ids: of
    a million such rows, no more than the position is kept.
    """

    prefix: str
    log: Log
    may_lack: bool = False
    count: int = 0
    rows: dict[str, int] = field(default_factory=dict)
    cases: list[_Case] = field(default_factory=list)
    blank: list[int] = field(default_factory=list)

    def take(self, reading: Reading, given: str) -> None:
        """Take the next record's id."""
        if not given or given in self.rows:
            self._put_off(reading)
        else:
            self.rows[given] = reading.row.number
        self.count += 1

    def _put_off(self, reading: Reading) -> None:
        column = reading.header.fields.get(id_field(reading))
        if column is None:
            self.blank.append(self.count)
            return
        is_silent = column.index in reading.row.filled
        self.cases.append(_Case(record=self.count, row=reading.row.place(), column=None if is_silent else column))

    def assign(self, records: list[R]) -> None:
        """Give every record an id of its own."""
        digits = max(_FEWEST_DIGITS, len(str(len(records))))
        for record in self.blank:
            made = self._made_up(record + 1, digits=digits)
            records[record] = dataclasses.replace(records[record], id=made)
        for case in self.cases:
            given = records[case.record].id
            made = self._next(given) if given else self._made_up(case.record + 1, digits=digits)
            self._tell(case, given=given, made=made)
            self.rows[made] = case.row.number
            records[case.record] = dataclasses.replace(records[case.record], id=made)

    def _next(self, given: str) -> str:
        number = 2
        while f"{given}-{number}" in self.rows:
            number += 1
        return f"{given}-{number}"

    def _made_up(self, number: int, *, digits: int) -> str:
        made = f"{self.prefix}{number:0{digits}}"
        if made not in self.rows:
            return made
        made = self._next(made)
        self.rows[made] = 0
        return made

    def _tell(self, case: _Case, *, given: str, made: str) -> None:
        if case.column is None or (self.may_lack and not given):
            return
        wrong = f"编号“{given}”与第 {self.rows[given]} 行重复" if given else "这一行没有写编号"
        cure = f"两行都用了,这一行记作“{made}”;请改成不同的编号" if given else f"已编为“{made}”;请补上编号"
        self.log.note(case.row, case.column, value=given, wrong=wrong, cure=cure)
