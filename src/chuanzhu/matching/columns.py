"""Columns on disk: what ranking reads of a supply, as arrays that are mapped into memory and only ever grow.

A column holds one run of values per row. Rows are only appended; a row that no search finds any more is dead space.
What a writer leaves half-written when it dies lies behind the last row that counts, where no search result points, and
the next writer cuts it off. So a reader never sees an unfinished row, and needs no lock.
"""

from __future__ import annotations

import mmap
import os
import zlib
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from chuanzhu.matching.faults import damaged

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence, Sized
    from pathlib import Path

    from numpy.typing import NDArray

    from chuanzhu.matching.faults import IndexFault

    Array = NDArray[Any]

_ENDS: Final = np.dtype("<u8")


@dataclass(frozen=True, slots=True, kw_only=True)
class Runs:
    """The runs of some rows, joined: ``values[i]`` belongs to the row at position ``owners[i]`` of those asked for."""

    values: Array
    owners: Array


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """The runs of some rows to be appended: their ``values``, joined, and how many of them each row has (rows,)."""

    values: Array
    lengths: Array


def marks(terms: Iterable[str]) -> Array:
    """Return a number of 32 bits for each term; two terms of one demand and supply practically never share one."""
    return np.array(list(map(mark, terms)), dtype="<u4")


def mark(term: str) -> int:
    """Return the number of 32 bits that stands for a term."""
    return zlib.crc32(term.encode("utf-8", "surrogatepass"))


def lengths(runs: Sequence[Sized]) -> Array:
    """Return how many values each run has."""
    return np.array([len(run) for run in runs], dtype=np.int64)


class Column:
    """One column as mapped at one moment: ``values`` (total,) and ``ends`` (rows,), where each row's run ends."""

    def __init__(self, path: Path, dtype: np.dtype[Any]) -> None:
        """Map what is there; a file that does not exist yet is an empty column."""
        self._path: Final = path
        self._values: Final = _mapped(_values_path(path), dtype)
        self._ends: Final = _mapped(_ends_path(path), _ENDS)

    def has(self, rows: int) -> bool:
        """Tell whether the first ``rows`` rows are there whole. Behind them another process may be cutting."""
        return not rows or (len(self._ends) >= rows and int(self._ends[rows - 1]) <= len(self._values))

    def checksum(self, rows: int) -> int:
        """Return the checksum of the first ``rows`` rows, as :class:`Appender` counts it."""
        ends = self._ends[:rows]
        return _checksum(self._values[: int(ends[-1]) if rows else 0], ends, so_far=0)

    def runs(self, rows: Array) -> Runs:
        """Return the runs of some rows (k,). Raises IndexFault where the column is damaged."""
        ends = self._ends[rows].astype(np.int64)
        starts = np.where(rows > 0, self._ends[rows - 1].astype(np.int64), 0)
        lengths = ends - starts
        if ((starts < 0) | (lengths < 0) | (ends > len(self._values))).any():
            raise self._damaged()
        owners = np.repeat(np.arange(len(rows)), lengths)
        before = np.concatenate(([0], np.cumsum(lengths)[:-1])) if len(rows) else lengths
        return Runs(values=self._values[np.arange(len(owners)) + (starts - before)[owners]], owners=owners)

    def table(self, rows: Array, *, width: int) -> Array:
        """Return (k, width), for a column whose every run has the same width."""
        whole = len(self._values) // width * width
        table: Array = self._values[:whole].reshape(-1, width)[rows]
        return table

    def text(self, row: int) -> bytes:
        """Return the run of one row of bytes. Raises IndexFault where the column is damaged."""
        start, end = int(self._ends[row - 1]) if row else 0, int(self._ends[row])
        if not start <= end <= len(self._values):
            raise self._damaged()
        return self._values[start:end].tobytes()

    def _damaged(self) -> IndexFault:
        return damaged(self._path.parent.parent, f"数据列 {self._path.name} 的内容不对")


class Appender:
    """Appends rows to a column; what it was given is on the disk for sure after :meth:`sync`.

    ``checksum`` is that of all rows, going on from the one of the rows that were there.
    """

    def __init__(self, path: Path, dtype: np.dtype[Any], *, rows: int, checksum: int) -> None:
        """Cut a column to the ``rows`` that count, and go to its end."""
        _cut(_ends_path(path), rows * _ENDS.itemsize)
        self._dtype: Final = dtype
        self._end = _last_end(_ends_path(path))
        _cut(_values_path(path), self._end * dtype.itemsize)
        self._values: Final = _values_path(path).open("ab")
        self._ends: Final = _ends_path(path).open("ab")
        self.checksum = checksum

    def append(self, runs: Joined) -> None:
        """Append one run per row."""
        values = runs.values.astype(self._dtype, copy=False)
        ends = (np.uint64(self._end) + np.cumsum(runs.lengths, dtype=np.uint64)).astype(_ENDS)
        self._values.write(values.tobytes())
        self._ends.write(ends.tobytes())
        self._end = int(ends[-1])
        self.checksum = _checksum(values, ends, so_far=self.checksum)

    def sync(self) -> None:
        """Wait until the disk has it: the values before the ends that tell of them."""
        for file in (self._values, self._ends):
            file.flush()
            os.fsync(file.fileno())

    def close(self) -> None:
        """Close the files, whatever of them the disk has taken."""
        for file in (self._values, self._ends):
            with suppress(OSError):  # of a full disk; what sync() has written is there
                file.close()


def _checksum(values: Array, ends: Array, *, so_far: int) -> int:
    """Sum up values and ends apart, so that appending in one go or in many makes no difference."""
    of_values = zlib.crc32(np.ascontiguousarray(values).view("u1").data, so_far >> 32)
    return of_values << 32 | zlib.crc32(np.ascontiguousarray(ends).view("u1").data, so_far & 0xFFFFFFFF)


def _values_path(path: Path) -> Path:
    return path.with_suffix(".values")


def _ends_path(path: Path) -> Path:
    return path.with_suffix(".ends")


def _mapped(path: Path, dtype: np.dtype[Any]) -> Array:
    if not path.exists() or path.stat().st_size < dtype.itemsize:
        return np.zeros(0, dtype=dtype)
    with path.open("rb") as file:
        held = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    return np.frombuffer(held, dtype=dtype, count=len(held) // dtype.itemsize)


def _last_end(ends_path: Path) -> int:
    if not ends_path.exists() or not ends_path.stat().st_size:
        return 0
    with ends_path.open("rb") as file:
        file.seek(-_ENDS.itemsize, os.SEEK_END)
        return int(np.frombuffer(file.read(), dtype=_ENDS)[0])


def _cut(path: Path, size: int) -> None:
    if path.exists() and path.stat().st_size > size:
        os.truncate(path, size)
