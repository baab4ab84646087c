"""The index of supplies: a folder that many may read while one writes.

The folder holds an inverted index (tantivy's), the columns that ranking reads (:mod:`chuanzhu.matching.columns`), and
``state.json``: the format, the mark of the knowledge it was read with, and how many rows there are at least. See
:mod:`chuanzhu.matching.index_writer` for how it is written. A view of it is what was there at one moment.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np
import tantivy

from chuanzhu.matching.columns import Column
from chuanzhu.matching.filing import DTYPES
from chuanzhu.matching.records import supply_from_json
from chuanzhu.model import ChuanzhuError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from chuanzhu.matching.columns import Array
    from chuanzhu.model import Supply

FORMAT: Final = 1
STATE: Final = "state.json"
REBUILD: Final = "请用原来的供给清单重建:chuanzhu index 供给清单 索引文件夹"


class IndexFault(ChuanzhuError):  # noqa: N818 (IndexError is another thing in Python)
    """An index that is missing, damaged, outdated or busy: names the folder, what is wrong and the cure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """An index as it stood at one moment: what is searched, and the columns behind what is found."""

    stamp: tuple[int, int, int]
    schema: tantivy.Schema
    searcher: tantivy.Searcher
    columns: Mapping[str, Column]
    rarities: dict[str, float] = field(default_factory=dict)

    def rarity(self, term: str) -> float:
        """How much a text term tells supplies apart: inverse document frequency (Robertson and Spärck Jones, 1976)."""
        known = self.rarities.get(term)
        if known is None:
            count = self.searcher.doc_freq("terms", term)
            total = max(self.searcher.num_docs, count)
            known = self.rarities[term] = math.log(1 + (total - count + 0.5) / (count + 0.5))
        return known

    def rows(self, query: tantivy.Query, *, limit: int) -> Array:
        """Return the rows (k,) that a query finds, at most ``limit`` of the best, in ascending order."""
        hits = self.searcher.search(query, limit, count=False).hits
        found = self.searcher.fast_field_values("row", [address for _, address in hits])
        return np.sort(np.array(found, dtype=np.int64))

    def row_of(self, identity: str) -> int | None:
        """Return the row of the supply with this id; None where there is none."""
        query = tantivy.Query.term_query(self.schema, "identity", identity, "basic")
        rows = self.rows(query, limit=1)
        return int(rows[0]) if len(rows) else None

    def supply(self, row: int) -> Supply:
        """Return the supply of a row, as it was listed."""
        return supply_from_json(self.columns["records"].text(row))


class SupplyIndex:
    """An index on disk, open for reading."""

    def __init__(self, path: Path, *, mark: str) -> None:
        """Open what :func:`chuanzhu.matching.index_writer.create_index` has made.

        Raises IndexFault where the folder holds no index, or one that is damaged or was read with other knowledge.
        """
        self.path: Final = path
        self._rows_at_least: Final = _check_state(path, mark=mark)
        try:
            self.inverted: Final = tantivy.Index.open(str(path))
            self._view = self._look()
        except (ValueError, OSError) as error:
            raise _damaged(path, str(error)) from error
        if self._view.columns["records"].whole_rows < self._rows_at_least:
            raise _damaged(path, "数据列不完整")

    def view(self) -> View:
        """Return the index as it stands now: what was committed by any process before this call is in it."""
        if self._view.stamp != _stamp(self.path):
            try:
                self.inverted.reload()
                self._view = self._look()
            except (ValueError, OSError) as error:
                raise _damaged(self.path, str(error)) from error
        return self._view

    def _look(self) -> View:
        stamp = _stamp(self.path)
        searcher = self.inverted.searcher()
        columns = {name: Column(self.path / name, dtype) for name, dtype in DTYPES.items()}
        return View(stamp=stamp, schema=self.inverted.schema, searcher=searcher, columns=columns)


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


def _stamp(path: Path) -> tuple[int, int, int]:
    """Return what changes with every commit: tantivy replaces this file by renaming."""
    status = (path / "meta.json").stat()
    return status.st_mtime_ns, status.st_ino, status.st_size


def read_state(path: Path) -> dict[str, object]:
    """Read the state of an index. Raises IndexFault where there is none that can be read."""
    try:
        state = json.loads((path / STATE).read_text("utf-8"))
    except FileNotFoundError as error:
        raise IndexFault(f"文件夹 {path} 里没有索引;{REBUILD}") from error
    except (ValueError, OSError) as error:
        raise _damaged(path, f"{STATE} 读不出来") from error
    if not isinstance(state, dict):
        raise _damaged(path, f"{STATE} 的内容不对")
    return state


def _check_state(path: Path, *, mark: str) -> int:
    state = read_state(path)
    if state.get("format") != FORMAT:
        raise IndexFault(f"索引 {path} 的格式是 {state.get('format')},这个版本的串珠用格式 {FORMAT};{REBUILD}")
    if state.get("knowledge") != mark:
        raise IndexFault(f"索引 {path} 是用另一版词库建的,按它匹配会出错;{REBUILD}")
    rows = state.get("rows")
    if not isinstance(rows, int):
        raise _damaged(path, f"{STATE} 里没有行数")
    return rows


def _damaged(path: Path, what: str) -> IndexFault:
    return IndexFault(f"索引 {path} 已损坏({what});{REBUILD}")
