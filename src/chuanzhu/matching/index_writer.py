"""Writing an index so that nothing can leave it half-written.

A change appends rows to the columns, then raises the number of rows in ``state.json``, then commits the inverted index.
Only this last step lets a search find the new rows and lose the old, and tantivy takes it by renaming one file. A new
index is written into a folder of its own and counts once ``state.json`` names it. A write that dies at any moment is
thus as if it had not begun: what it left is cut off or swept up by a later one. tantivy's own lock, which ends with the
process that holds it, keeps a second writer out.
"""

from __future__ import annotations

import itertools
import json
import os
import re
import shutil
import zlib
from contextlib import ExitStack, closing, contextmanager, suppress
from typing import TYPE_CHECKING, Final

import tantivy

from chuanzhu.matching.columns import Appender, Column
from chuanzhu.matching.faults import IndexBusy, IndexFault, damage_told, damaged
from chuanzhu.matching.filing import DTYPES, encodable, file_supplies
from chuanzhu.matching.index import FORMAT, STATE, State, read_state, schema, segments, whole_segments
from chuanzhu.matching.knowledge import bundled_knowledge
from chuanzhu.matching.parallel import spread

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from chuanzhu.matching.filing import Filed
    from chuanzhu.model import Supply

_HEAP_BYTES: Final = 128_000_000
_CHUNK: Final = 2000
LONGEST_ID: Final = 1000
_HOMES: Final = "index-*"
_SEGMENT_FILE: Final = re.compile(r"[0-9a-f]{32}\.")
_FOOTER_BYTES: Final = 8


def create_index(
    path: Path, supplies: Iterable[Supply], *, workers: int = 1, progress: Callable[[int], None] | None = None
) -> None:
    """Write a new index of supplies into a folder; one that is there already is replaced once the new one stands.

    ``workers`` processes read the names; ``progress`` is told how many supplies are done. Raises IndexFault where the
    folder holds something else, where another writer is at work, or where it cannot be written.
    """
    with _said(path):
        path.mkdir(parents=True, exist_ok=True)
        _refuse_other_files(path)
        with _kept_from_changing(path):
            home = _new_home(path)
            try:
                with _writing(tantivy.Index(schema(), path=str(home)), path) as writer:
                    empty = State(home=home, rows=0, checksums=dict.fromkeys(DTYPES, 0))
                    state = _fill(writer, empty, supplies, replace=False, workers=workers, progress=progress)
                    writer.commit()
                _write_state(path, state)
            except BaseException:
                shutil.rmtree(home, ignore_errors=True)
                raise
        _sweep(path, present=home)


def change_index(
    path: Path,
    *,
    add: Iterable[Supply] = (),
    remove: Iterable[str] = (),
    workers: int = 1,
) -> None:
    """Add supplies, each in place of one with the same id, and remove others by id, all at once or not at all.

    Raises IndexFault where the index is damaged, another writer is at work or the disk is full; the index is then as
    before.
    """
    with _said(path), _alone(path) as (state, writer):
        for identity in remove:
            writer.delete_documents_by_term("identity", encodable(identity))
        _write_state(path, _fill(writer, state, add, replace=True, workers=workers, progress=None))
        writer.commit()


def check_index(path: Path) -> None:
    """Read all of an index and compare it with its checksums. Raises IndexFault where anything has changed."""
    with _said(path), _alone(path) as (state, _):
        for name, dtype in DTYPES.items():
            if Column(state.home / name, dtype).checksum(state.rows) != state.checksums[name]:
                raise damaged(path, f"数据列 {name} 的内容变了")
        for file in itertools.chain.from_iterable(segment.files for segment in segments(state.home)):
            if not _is_sound(file.read_bytes()):
                raise damaged(path, f"{file.name} 的内容变了")


def _is_sound(content: bytes) -> bool:
    """Compare a file of tantivy's with the checksum in its footer: JSON, the JSON's length, a number of the format."""
    end = len(content) - _FOOTER_BYTES
    start = max(0, end - int.from_bytes(content[max(0, end) : end + 4], "little"))
    try:
        return bool(zlib.crc32(memoryview(content)[:start]) == json.loads(content[start:end])["crc"])
    except (ValueError, LookupError, TypeError):
        return False


def _refuse_other_files(path: Path) -> None:
    others = {entry.name for entry in path.iterdir()} - {entry.name for entry in path.glob(_HOMES)} - {f"{STATE}.new"}
    if others and STATE not in others:
        raise IndexFault(f"文件夹 {path} 里已有别的文件,不能在里面建索引;请换一个空文件夹")


def _new_home(path: Path) -> Path:
    numbers = [int(name) for entry in path.glob(_HOMES) if (name := entry.name.rpartition("-")[2]).isdecimal()]
    home = path / f"index-{max(numbers, default=0) + 1}"
    home.mkdir()
    return home


@contextmanager
def _kept_from_changing(path: Path) -> Iterator[None]:
    """Keep others from changing an index that is about to be replaced; one that cannot be opened nobody changes."""
    with ExitStack() as stack:
        with suppress(OSError, ValueError, LookupError, TypeError):
            folder = json.loads((path / STATE).read_text("utf-8"))["folder"]
            stack.enter_context(_writing(tantivy.Index.open(str(path / folder)), path))
        yield


@contextmanager
def _alone(path: Path) -> Iterator[tuple[State, tantivy.IndexWriter]]:
    """Return the state of an index, which nobody else can change meanwhile, and its writer."""
    mark = bundled_knowledge().mark
    while True:
        home = read_state(path, mark=mark).home
        try:
            inverted = _opened(home, path)
            with _writing(inverted, path) as writer:
                state = read_state(path, mark=mark)
                if state.home == home:
                    _check_rows(state, inverted, path)
                    _sweep_segments(home)
                    yield state, writer
                    return
        except IndexFault:
            if read_state(path, mark=mark).home == home:
                raise


def _opened(home: Path, path: Path) -> tantivy.Index:
    with damage_told(path):
        whole_segments(home)
        return tantivy.Index.open(str(home))


def _check_rows(state: State, inverted: tantivy.Index, path: Path) -> None:
    """Make sure that no row will be cut off that a search finds, and that all are there."""
    with damage_told(path):
        inverted.reload()
        last = inverted.searcher().search(tantivy.Query.all_query(), 1, count=False, order_by_field="row").hits
    if last and int(last[0][0]) >= state.rows:
        raise damaged(path, f"{STATE} 里的行数太少")
    for name, dtype in DTYPES.items():
        if not Column(state.home / name, dtype).has(state.rows):
            raise damaged(path, f"数据列 {name} 不完整")


def _sweep_segments(home: Path) -> None:
    """Remove the files of segments that were never committed: tantivy would stumble over those it is to write again."""
    kept = {file.name for segment in segments(home) for file in segment.files}
    for file in home.iterdir():
        if _SEGMENT_FILE.match(file.name) and file.name not in kept:
            with suppress(OSError):  # where a file that is still read cannot be removed, it is an old one
                file.unlink()


@contextmanager
def _writing(inverted: tantivy.Index, path: Path) -> Iterator[tantivy.IndexWriter]:
    """Hold the writer of an index, and let go of it even where an error still refers to it."""
    try:
        writer = inverted.writer(_HEAP_BYTES, num_threads=1)
    except ValueError as error:
        if "LockBusy" in str(error):
            raise IndexBusy(f"另一个程序正在写索引 {path};请等它写完再试") from error
        raise
    try:
        yield writer
    finally:
        with suppress(ValueError):  # what was committed stands, even where there was no room to tidy up after it
            writer.wait_merging_threads()


def _fill(
    writer: tantivy.IndexWriter,
    state: State,
    supplies: Iterable[Supply],
    *,
    replace: bool,
    workers: int,
    progress: Callable[[int], None] | None,
) -> State:
    """Append supplies behind the rows of a state, and return the state that has them."""
    rows = state.rows
    with _appending(state) as columns:
        for filed in _filed(_chunks(supplies), workers=workers):
            _append(writer, columns, filed, first_row=rows, replace=replace)
            rows += len(filed.ids)
            if progress:
                progress(rows)
        for column in columns.values():
            column.sync()
    return State(home=state.home, rows=rows, checksums={name: column.checksum for name, column in columns.items()})


@contextmanager
def _appending(state: State) -> Iterator[dict[str, Appender]]:
    """Append to the columns; where that fails, give back the room that a full disk has none of."""
    try:
        with ExitStack() as stack:
            yield {name: stack.enter_context(closing(_appender(state, name))) for name in DTYPES}
    except BaseException:
        for name in DTYPES:
            _appender(state, name).close()
        raise


def _appender(state: State, name: str) -> Appender:
    return Appender(state.home / name, DTYPES[name], rows=state.rows, checksum=state.checksums[name])


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


def _write_state(path: Path, state: State) -> None:
    """Write the state beside the old one and rename it, so that there is always a whole one."""
    content = {
        "format": FORMAT,
        "knowledge": bundled_knowledge().mark,
        "folder": state.home.name,
        "rows": state.rows,
        "checksums": state.checksums,
    }
    fresh = path / f"{STATE}.new"
    with fresh.open("w", encoding="utf-8") as file:
        json.dump(content, file)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path / STATE)


def _sweep(path: Path, *, present: Path) -> None:
    """Remove indexes that were replaced and those that a creator left when it died; one that is being written stays."""
    for home in path.glob(_HOMES):
        if home != present:
            with suppress(IndexBusy), ExitStack() as stack:
                with suppress(OSError, ValueError):
                    stack.enter_context(_writing(tantivy.Index.open(str(home)), path))
                shutil.rmtree(home, ignore_errors=True)


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
