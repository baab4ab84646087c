"""Writing an index so that nothing can leave it half-written.

A write appends rows to the columns, then raises the number of rows in ``state.json``, then commits the inverted index.
Only this last step lets a search find the new rows and lose the old, and tantivy takes it by renaming one file. A write
that dies at any moment is thus as if it had not begun: rows that nothing finds are cut off by the next one. tantivy's
own lock, which ends with the process that holds it, keeps a second writer out.
"""

from __future__ import annotations

import itertools
import json
import os
import shutil
import tempfile
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import tantivy

from chuanzhu.matching.columns import Appender, cut_to_whole_rows
from chuanzhu.matching.filing import DTYPES, file_supplies
from chuanzhu.matching.index import FORMAT, STATE, IndexFault, schema
from chuanzhu.matching.knowledge import bundled_knowledge
from chuanzhu.matching.parallel import spread

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from chuanzhu.matching.filing import Filed
    from chuanzhu.model import Supply

_HEAP_BYTES: Final = 128_000_000
_CHUNK: Final = 2000
LONGEST_ID: Final = 1000


def create_index(
    path: Path, supplies: Iterable[Supply], *, workers: int = 1, progress: Callable[[int], None] | None = None
) -> None:
    """Write a new index of supplies into a folder; one that is there already is replaced once the new one stands.

    ``workers`` processes read the names; ``progress`` is told how many supplies are done. Raises IndexFault where the
    folder holds something else, or where it cannot be written.
    """
    if path.exists() and any(path.iterdir()) and not (path / STATE).exists():
        raise IndexFault(f"文件夹 {path} 里已有别的文件,不能在里面建索引;请换一个空文件夹")
    path.parent.mkdir(parents=True, exist_ok=True)
    with _said(path), tempfile.TemporaryDirectory(prefix=f".{path.name}-", dir=path.parent) as workshop:
        fresh = Path(workshop) / "index"
        fresh.mkdir()
        inverted = tantivy.Index(schema(), path=str(fresh))
        _write_state(fresh, rows=0)
        _write(fresh, inverted, supplies, remove=(), replace=False, workers=workers, progress=progress)
        _put_in_place(fresh, path, aside=Path(workshop) / "old")


def change_index(
    path: Path, inverted: tantivy.Index, *, add: Iterable[Supply] = (), remove: Iterable[str] = (), workers: int = 1
) -> None:
    """Add supplies, each in place of one with the same id, and remove others by id, all at once or not at all.

    Raises IndexFault where another writer is at work or the disk is full; the index is then as before.
    """
    with _said(path):
        _write(path, inverted, add, remove=remove, replace=True, workers=workers, progress=None)


def _put_in_place(fresh: Path, path: Path, *, aside: Path) -> None:
    if not (path / STATE).exists():
        if path.exists():
            path.rmdir()
        fresh.rename(path)
        return
    with _lock(path):
        path.rename(aside)
        fresh.rename(path)
    shutil.rmtree(aside, ignore_errors=True)


@contextmanager
def _lock(path: Path) -> Iterator[None]:
    """Keep writers of an index out; a damaged one has none."""
    try:
        inverted = tantivy.Index.open(str(path))
    except (ValueError, OSError):
        yield
        return
    writer = _writer(path, inverted)
    yield
    del writer


def _writer(path: Path, inverted: tantivy.Index) -> tantivy.IndexWriter:
    try:
        return inverted.writer(_HEAP_BYTES, num_threads=1)
    except ValueError as error:
        if "lock" in str(error).lower():
            raise IndexFault(f"另一个程序正在写索引 {path};请等它写完再试") from error
        raise


def _write(
    path: Path,
    inverted: tantivy.Index,
    supplies: Iterable[Supply],
    *,
    remove: Iterable[str],
    replace: bool,
    workers: int,
    progress: Callable[[int], None] | None,
) -> None:
    writer = _writer(path, inverted)
    try:
        rows = cut_to_whole_rows({path / name: dtype for name, dtype in DTYPES.items()})
        for identity in remove:
            writer.delete_documents_by_term("identity", identity)
        with ExitStack() as stack:
            columns = {name: stack.enter_context(closing(Appender(path / name, DTYPES[name]))) for name in DTYPES}
            for filed in _filed(_chunks(supplies), workers=workers):
                _append(writer, columns, filed, first_row=rows, replace=replace)
                rows += len(filed.ids)
                if progress:
                    progress(rows)
            for column in columns.values():
                column.sync()
        _write_state(path, rows=rows)
        writer.commit()
        writer.wait_merging_threads()
    except BaseException:
        del writer  # frees the lock; what was not committed is swept up by the next writer
        raise


def _append(
    writer: tantivy.IndexWriter, columns: dict[str, Appender], filed: Filed, *, first_row: int, replace: bool
) -> None:
    for name, runs in filed.columns.items():
        columns[name].append(runs)
    listed = zip(filed.ids, filed.terms, filed.conditions, strict=True)
    for row, (identity, terms, conditions) in enumerate(listed, start=first_row):
        if replace:
            writer.delete_documents_by_term("identity", identity)
        writer.add_document(tantivy.Document(identity=identity, terms=terms, conditions=conditions, row=row))


def _chunks(supplies: Iterable[Supply]) -> Iterator[list[Supply]]:
    left = iter(supplies)
    while chunk := list(itertools.islice(left, _CHUNK)):
        for supply in chunk:
            if len(supply.id) > LONGEST_ID:
                raise IndexFault(f"编号“{supply.id[:30]}……”有 {len(supply.id)} 个字,最多 {LONGEST_ID} 个;请改短")
        yield chunk


def _filed(chunks: Iterable[list[Supply]], *, workers: int) -> Iterator[Filed]:
    if workers > 1:
        yield from spread(_file, chunks, workers=workers, prepare=_load)
    else:
        yield from map(_file, chunks)


def _load() -> None:
    bundled_knowledge()


def _file(chunk: Sequence[Supply]) -> Filed:
    return file_supplies(chunk, bundled_knowledge())


def _write_state(path: Path, *, rows: int) -> None:
    """Write the state beside the old one and rename it, so that there is always a whole one."""
    content = {"format": FORMAT, "knowledge": bundled_knowledge().mark, "rows": rows}
    fresh = path / f"{STATE}.new"
    with fresh.open("w", encoding="utf-8") as file:
        json.dump(content, file)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path / STATE)


@contextmanager
def _said(path: Path) -> Iterator[None]:
    """Say in the user's words what kept an index from being written."""
    try:
        yield
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise IndexFault(
            f"写不了索引 {path}({reason});请检查磁盘是否已满、文件夹能否写入。索引仍是写之前的样子"
        ) from error
