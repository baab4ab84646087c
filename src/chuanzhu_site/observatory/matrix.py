"""The matrix of industries, kinds of work and counties: what stands in each cell, and how far it is."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chuanzhu.taxonomy.regions import region_name
from chuanzhu_site.observatory.models import Entry

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Sequence

    from chuanzhu.taxonomy.programmes import Chain, Programme


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """What is entered in a cell: how many matters and projects, their mean progress, how many are late.

    ``progress`` is None where nobody has said how far anything is; ``told`` counts the entries that say it.
    """

    address: str
    matters: int
    projects: int
    progress: int | None
    told: int
    late: int

    @property
    def count(self) -> int:
        """All entries."""
        return self.matters + self.projects


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """An industry with its cells, one for each kind of work."""

    chain: Chain
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class County:
    """A county with what is entered for it."""

    code: str
    name: str
    cell: Cell


def lines(found: Programme, entries: Sequence[Entry], *, county: str, on: dt.date) -> list[Line]:
    """Return the matrix of one county, or of all where none is given."""
    cells: defaultdict[tuple[str, str], list[Entry]] = defaultdict(list)
    for entry in entries:
        if not county or entry.region == county:
            cells[entry.chain, entry.work].append(entry)
    return [
        Line(
            chain=chain,
            cells=tuple(
                _cell(cells[chain.slug, work], f"{number}", on=on) for number, work in enumerate(found.works, start=1)
            ),
        )
        for chain in found.chains
    ]


def counties(found: Programme, entries: Sequence[Entry], *, on: dt.date) -> list[County]:
    """Return the counties of the matrix with what is entered for each."""
    return [
        County(
            code=code,
            name=short_name(found, code),
            cell=_cell([one for one in entries if one.region == code], "", on=on),
        )
        for code in found.counties
    ]


def short_name(found: Programme, code: str) -> str:
    """Return a county's name without those of the province and city that everybody knows."""
    return region_name(code).removeprefix(region_name(found.region))


def is_late(entry: Entry, *, on: dt.date) -> bool:
    """Tell whether an entry should have been finished and is not."""
    return bool(entry.due_on and entry.due_on < on and entry.state not in {Entry.State.DONE, Entry.State.STOPPED})


def _cell(entries: Iterable[Entry], address: str, *, on: dt.date) -> Cell:
    every = list(entries)
    said = [entry.progress for entry in every if entry.progress is not None]
    return Cell(
        address=address,
        matters=sum(entry.kind == Entry.Kind.MATTER for entry in every),
        projects=sum(entry.kind == Entry.Kind.PROJECT for entry in every),
        progress=round(sum(said) / len(said)) if said else None,
        told=len(said),
        late=sum(is_late(entry, on=on) for entry in every),
    )
