"""The index of supplies: a folder that many may read while one writes.

``state.json`` names the folder within that holds the present index, its format, the mark of the knowledge it was read
with, how many rows count, and the checksums of their columns. That folder holds an inverted index (tantivy's) and the
columns that ranking reads (:mod:`chuanzhu.matching.columns`). See :mod:`chuanzhu.matching.index_writer` for how it is
written. A view of it is what was there at one moment.
"""

from __future__ import annotations

import itertools
import json
import math
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import tantivy

from chuanzhu.matching.columns import Column
from chuanzhu.matching.faults import REBUILD, IndexFault, damage_told, damaged
from chuanzhu.matching.filing import DTYPES, encodable
from chuanzhu.matching.records import supply_from_json

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from chuanzhu.matching.columns import Array
    from chuanzhu.model import Supply

    Stamp = tuple[int, int, int] | None

FORMAT: Final = 3
STATE: Final = "state.json"
META: Final = "meta.json"
_FOLDER: Final = re.compile(r"index-\d+")
_FOOTER_BYTES: Final = 64
# What every file of tantivy's has at least at its end; it opens a file without it to its own destruction.
_COUNTED, _SHARE = 10_000, 20
# A term that more supplies have than the first, and than the second times those removed, is not counted anew.


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What ``state.json`` says; ``checksums`` are those of the first ``rows`` rows by column."""

    home: Path
    rows: int
    checksums: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """An index as it stood at one moment: what is searched, and the columns behind what is found.

    ``removed`` is how many supplies that were taken off the list are still among what is counted.
    """

    path: Path
    state: State
    stamps: tuple[Stamp, Stamp]
    inverted: tantivy.Index
    searcher: tantivy.Searcher
    columns: Mapping[str, Column]
    removed: int
    rarities: dict[str, float] = field(default_factory=dict)

    @property
    def schema(self) -> tantivy.Schema:
        """The fields of the inverted index."""
        return self.inverted.schema

    def rarity(self, term: str) -> float:
        """How much a text term tells supplies apart: inverse document frequency (Robertson and Spärck Jones, 1976)."""
        known = self.rarities.get(term)
        if known is None:
            count = self._count(term)
            total = max(self.searcher.num_docs, count)
            known = self.rarities[term] = math.log(1 + (total - count + 0.5) / (count + 0.5))
        return known

    def _count(self, term: str) -> int:
        """Count the supplies with a term. Leaving the removed ones out takes time, and matters for the rare terms."""
        count = self.searcher.doc_freq("terms", term)
        if not self.removed or count > _COUNTED + _SHARE * self.removed:
            return count
        query = tantivy.Query.term_query(self.schema, "terms", term, "freq")
        with damage_told(self.path):
            return int(self.searcher.search(query, 1, count=True).count)  # type: ignore[attr-defined]  # missing in its stub

    def rows(self, query: tantivy.Query, *, limit: int) -> Array:
        """Return the rows (k,) that a query finds, at most ``limit`` of the best, in ascending order.

        Raises IndexFault where the index turns out to be damaged.
        """
        with damage_told(self.path):
            hits = self.searcher.search(query, limit, count=False).hits
            found = self.searcher.fast_field_values("row", [address for _, address in hits])
        return np.sort(np.array(found, dtype=np.int64))

    def row_of(self, identity: str) -> int | None:
        """Return the row of the supply with this id; None where there is none."""
        query = tantivy.Query.term_query(self.schema, "identity", encodable(identity), "basic")
        rows = self.rows(query, limit=1)
        return int(rows[0]) if len(rows) else None

    def supply(self, row: int) -> Supply:
        """Return the supply of a row, as it was listed. Raises IndexFault where it cannot be read."""
        try:
            return supply_from_json(self.columns["records"].text(row))
        except ValueError as error:
            raise damaged(self.path, f"第 {row} 行读不出来") from error


class SupplyIndex:
    """An index on disk, open for reading."""

    def __init__(self, path: Path, *, mark: str) -> None:
        """Open what :func:`chuanzhu.matching.index_writer.create_index` has made.

        Raises IndexFault where the folder holds no index, or one that is damaged or was read with other knowledge.
        """
        self.path: Final = path
        self._mark: Final = mark
        self._view = self._look(None)

    def view(self) -> View:
        """Return the index as it stands now: what was committed by any process before this call is in it."""
        if self._view.stamps != (stamp(self.path / STATE), stamp(self._view.state.home / META)):
            self._view = self._look(self._view)
        return self._view

    def _look(self, before: View | None) -> View:
        """Look again until what was looked at has not been replaced meanwhile."""
        while True:
            state_stamp = stamp(self.path / STATE)
            state = read_state(self.path, mark=self._mark)
            stamps = (state_stamp, stamp(state.home / META))
            try:
                return self._view_of(state, stamps, before)
            except (ValueError, OSError) as error:
                if stamps == (stamp(self.path / STATE), stamp(state.home / META)):
                    raise damaged(self.path, error) from error

    def _view_of(self, state: State, stamps: tuple[Stamp, Stamp], before: View | None) -> View:
        """Put a view together: its stamps are older than all they stand for, its columns newer than what finds rows."""
        removed = sum(segment.removed for segment in whole_segments(state.home))
        inverted = (
            before.inverted if before and before.state.home == state.home else tantivy.Index.open(str(state.home))
        )
        inverted.reload()
        searcher = inverted.searcher()
        columns = {name: Column(state.home / name, dtype) for name, dtype in DTYPES.items()}
        short = [name for name, column in columns.items() if not column.has(state.rows)]
        if short:
            raise ValueError(f"数据列 {short[0]} 不完整")
        return View(
            path=self.path,
            state=state,
            stamps=stamps,
            inverted=inverted,
            searcher=searcher,
            columns=columns,
            removed=removed,
        )


def schema() -> tantivy.Schema:
    """Return the fields of the inverted index: terms of the product, terms of its conditions, identity, row."""
    return (
        tantivy.SchemaBuilder()
        .add_text_field("terms", tokenizer_name="whitespace", index_option="freq")
        .add_text_field("conditions", tokenizer_name="whitespace", index_option="basic")
        .add_text_field("identity", tokenizer_name="raw", index_option="basic")
        .add_integer_field("row", fast=True)
        .build()
    )


def stamp(file: Path) -> Stamp:
    """Return what changes whenever a file is replaced by renaming, as each write does; None where there is none."""
    try:
        status = file.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_ino, status.st_size


def read_state(path: Path, *, mark: str) -> State:
    """Read the state of an index.

    Raises IndexFault where there is none, or one that is damaged, of another format, or read with other knowledge.
    """
    try:
        content = json.loads((path / STATE).read_text("utf-8"))
    except (FileNotFoundError, NotADirectoryError) as error:
        raise IndexFault(f"文件夹 {path} 里没有索引;{REBUILD}") from error
    except (ValueError, OSError) as error:
        raise damaged(path, f"{STATE} 读不出来") from error
    if not isinstance(content, dict):
        raise damaged(path, f"{STATE} 的内容不对")
    if content.get("format") != FORMAT:
        raise IndexFault(f"索引 {path} 的格式是 {content.get('format')},这个版本的串珠用格式 {FORMAT};{REBUILD}")
    if content.get("knowledge") != mark:
        raise IndexFault(f"索引 {path} 是用另一版词库建的,按它匹配会出错;{REBUILD}")
    folder, rows, checksums = (content.get(key) for key in ("folder", "rows", "checksums"))
    if (
        not (isinstance(folder, str) and _FOLDER.fullmatch(folder))
        or not (isinstance(rows, int) and rows >= 0)
        or not (isinstance(checksums, dict) and checksums.keys() == DTYPES.keys())
    ):
        raise damaged(path, f"{STATE} 的内容不全")
    return State(home=path / folder, rows=rows, checksums=checksums)


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """One part of an inverted index: its files, and how many of its supplies have been removed."""

    files: tuple[Path, ...]
    removed: int


def segments(home: Path) -> list[Segment]:
    """Return the parts of the inverted index as committed last, from tantivy's own record of them.

    Raises ValueError or OSError where that cannot be read.
    """
    try:
        return [_segment(home, part) for part in json.loads((home / META).read_text("utf-8"))["segments"]]
    except (LookupError, TypeError, AttributeError) as error:
        raise ValueError(f"{META} 的内容不对") from error


def whole_segments(home: Path) -> list[Segment]:
    """Return the parts of the inverted index. Raises ValueError or OSError where a file is gone or next to nothing."""
    found = segments(home)
    for file in itertools.chain.from_iterable(segment.files for segment in found):
        if file.stat().st_size < _FOOTER_BYTES:
            raise ValueError(f"{file.name} 不完整")
    return found


def _segment(home: Path, part: dict[str, Any]) -> Segment:
    name, deletes = part["segment_id"].replace("-", ""), part["deletes"]
    files = [f"{name}.{kind}" for kind in ("fast", "fieldnorm", "idx", "pos", "store", "term")]
    if deletes:
        files.append(f"{name}.{deletes['opstamp']}.del")
    return Segment(files=tuple(home / file for file in files), removed=deletes["num_deleted_docs"] if deletes else 0)
