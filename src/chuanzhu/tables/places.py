"""Region cells of one list: counties of one name are decided by the row's city, else by where most of the list is."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from chuanzhu.model import ChuanzhuError
from chuanzhu.tables.fields import wrong_and_cure
from chuanzhu.taxonomy.regions import AmbiguousRegion, find_regions, resolve_region

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from chuanzhu.tables.fields import Reading
    from chuanzhu.tables.headers import Column
    from chuanzhu.tables.rows import Log, Row

T = TypeVar("T")
_PARTS: Final = ("province", "city", "county")
_FIELDS: Final = ("region", "county", "city", "province", "address")
_OTHERWISE: Final = "这一行照常匹配,只是不知道地区"


@dataclass(frozen=True, slots=True, kw_only=True)
class Undecided:
    """A region cell that several regions answer to, of the record with this position."""

    record: int
    row: Row
    column: Column
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Places(Generic[T]):
    """Reads region cells of one list with ``parse`` and counts the codes that ``codes_of`` finds in the results."""

    parse: Callable[[str, tuple[str, ...]], T]
    codes_of: Callable[[T], tuple[str, ...]]
    nowhere: T
    counts: Counter[str] = field(default_factory=Counter)
    undecided: list[Undecided] = field(default_factory=list)
    known: dict[tuple[str, tuple[str, ...]], T] = field(default_factory=dict)

    def read(self, reading: Reading, *, record: int) -> T:
        """Read the region of a row; what cannot be read is noted, what several regions answer to waits for the end."""
        text, context = _text_and_context(reading)
        if not text:
            return self._from_address(reading)
        try:
            found = self._parse(text, context)
        except AmbiguousRegion:
            column = reading.column(_field(reading))
            self.undecided.append(Undecided(record=record, row=reading.row.place(), column=column, text=text))
            return self.nowhere
        except ChuanzhuError as error:
            reading.refuse(_field(reading), error, otherwise=_OTHERWISE)
            return self.nowhere
        self.counts.update(self.codes_of(found))
        return found

    def decide(self, log: Log) -> Iterator[tuple[Undecided, T | None]]:
        """Decide what was left, by the province that more than half of the list is in; None where it stays open."""
        context = self._main_province()
        for case in self.undecided:
            try:
                yield case, self._parse(case.text, context)
            except ChuanzhuError as error:
                wrong, cure = wrong_and_cure(error)
                log.note(case.row, case.column, value=case.text, wrong=wrong, cure=f"{cure};{_OTHERWISE}")
                yield case, None

    def _parse(self, text: str, context: tuple[str, ...]) -> T:
        key = (text, context)
        if key not in self.known:
            self.known[key] = self.parse(text, context)
        return self.known[key]

    def _from_address(self, reading: Reading) -> T:
        address = reading.line("address")
        found = find_regions(address) if address else []
        return self._parse(found[0].code, ()) if found else self.nowhere

    def _main_province(self) -> tuple[str, ...]:
        provinces = Counter[str]()
        for code, count in self.counts.items():
            provinces[code[:2]] += count
        main, count = max(sorted(provinces.items()), key=lambda entry: entry[1], default=("", 0))
        if count * 2 <= provinces.total():
            return ()
        return tuple(sorted(code for code in self.counts if code.startswith(main)))


def _field(reading: Reading) -> str:
    return next(field for field in _FIELDS if reading.line(field))


def _text_and_context(reading: Reading) -> tuple[str, tuple[str, ...]]:
    parts = [part for part in map(reading.line, _PARTS) if part]
    whole = reading.line("region")
    if not whole:
        return "".join(parts), ()
    return whole, _codes("".join(parts)) if parts else ()


def _codes(text: str) -> tuple[str, ...]:
    try:
        code = resolve_region(text)
    except ChuanzhuError:
        return ()
    return (code,) if code else ()
