"""A backup in one file, made while the site runs, and put back into an empty installation.

The database is read in one transaction, so the backup is a moment of it; attachments come after it, each whole, because
a file is on disk before its row is. The key that signs sessions is not in it: who finds a backup must not be able to
sign in. The match index and walk-in files are not either: the one is built anew, the others live an hour.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import sqlite3
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from chuanzhu.model import ChuanzhuError

if TYPE_CHECKING:
    from collections.abc import Iterator

FORMAT: Final = 1
_MANIFEST, _SQLITE, _TABLES, _FILES = "manifest.json", "database.sqlite3", "tables/", "attachments/"
_KINDS: Final = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
_IN_MEMORY: Final = 64 * 1024 * 1024


class BackupRefused(ChuanzhuError):  # noqa: N818 (named for what is refused)
    """A backup that cannot be made or put back; the text says why and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What a backup holds: when it was made, of which database, how many rows and attachments."""

    made_at: str
    vendor: str
    rows: int
    attachments: int


def back_up(path: Path) -> Contents:
    """Write a backup to a new file that only its owner can read. Raises BackupRefused; leaves no half file behind."""
    if path.exists():
        raise BackupRefused(f"“{path}”已经存在,不覆盖旧备份;请换一个文件名,例如加上日期")
    half = path.with_name(f"{path.name}.part")
    try:
        half.parent.mkdir(parents=True, exist_ok=True)
        half.touch(mode=0o600)
        with tarfile.open(half, "w:gz", compresslevel=6) as archive:
            contents = _fill(archive)
        half.rename(path)
    except OSError as error:
        raise BackupRefused(f"写不了“{path}”({error.strerror or error});请检查文件夹权限和磁盘空间") from error
    finally:
        half.unlink(missing_ok=True)
    return contents


def _fill(archive: tarfile.TarFile) -> Contents:
    made_at = timezone.localtime().isoformat(timespec="seconds")
    rows = (_fill_from_sqlite if connection.vendor == "sqlite" else _fill_from_postgresql)(archive)
    attachments = 0
    root = Path(settings.MEDIA_ROOT)
    for file in sorted(root.rglob("*")) if root.exists() else ():
        if file.is_file():
            with contextlib.suppress(FileNotFoundError):  # taken away since it was listed
                archive.add(file, f"{_FILES}{file.relative_to(root).as_posix()}", recursive=False)
                attachments += 1
    manifest = {
        "format": FORMAT,
        "made_at": made_at,
        "vendor": connection.vendor,
        "rows": rows,
        "attachments": attachments,
        "migrations": _leaves(),
    }
    _add(archive, _MANIFEST, io.BytesIO(json.dumps(manifest, ensure_ascii=False, indent=1).encode()))
    return Contents(made_at=made_at, vendor=connection.vendor, rows=rows, attachments=attachments)


def _leaves() -> dict[str, str]:
    """Return the last migration of each app that the database has had."""
    return dict(sorted(MigrationRecorder(connection).applied_migrations()))


def _add(archive: tarfile.TarFile, name: str, content: IO[bytes]) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = content.seek(0, os.SEEK_END), 0o600
    content.seek(0)
    archive.addfile(entry, content)


def _fill_from_sqlite(archive: tarfile.TarFile) -> int:
    """Copy the database by SQLite's own backup, which is whole even while somebody writes."""
    connection.ensure_connection()
    with tempfile.TemporaryDirectory(dir=settings.ENVIRONMENT.folder) as folder:
        copy = Path(folder) / _SQLITE
        with contextlib.closing(sqlite3.connect(copy)) as target:
            connection.connection.backup(target)
            rows = sum(target.execute(f'SELECT COUNT(*) FROM "{name}"').fetchone()[0] for name in _tables())  # noqa: S608 (our own names)
        archive.add(copy, _SQLITE)
    return int(rows)


def _tables() -> list[str]:
    """Return the tables of all models, and what joins them, each once."""
    models = apps.get_models(include_auto_created=True)
    return sorted({model._meta.db_table for model in models if model._meta.managed})  # noqa: SLF001 (Django's documented face)


def _fill_from_postgresql(archive: tarfile.TarFile) -> int:
    rows = 0
    with transaction.atomic(), connection.cursor() as cursor:
        if not connection.savepoint_ids:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        for table in _tables():
            columns = _columns(cursor, table)
            with tempfile.SpooledTemporaryFile(_IN_MEMORY) as content:
                content.write((json.dumps(columns) + "\n").encode())
                with cursor.copy(f"COPY {_listed(table, columns)} TO STDOUT") as copy:
                    for piece in copy:
                        content.write(piece)
                rows += max(0, cursor.rowcount)
                _add(archive, f"{_TABLES}{table}", content)
    return rows


def _columns(cursor: Any, table: str) -> list[str]:  # noqa: ANN401 (Django's)
    return [column.name for column in connection.introspection.get_table_description(cursor, table)]


def _listed(table: str, columns: list[str]) -> str:
    quote = connection.ops.quote_name
    return f"{quote(table)} ({', '.join(map(quote, columns))})"


def restore(path: Path) -> Contents:
    """Put a backup into an empty installation. Raises BackupRefused and changes nothing where that cannot be."""
    try:
        with tarfile.open(path, "r:gz") as archive:
            manifest = _checked(archive, path)
            _refuse_unless_empty()
            (_restore_sqlite if manifest["vendor"] == "sqlite" else _restore_postgresql)(archive, manifest)
            _restore_files(archive)
    except FileNotFoundError as error:
        raise BackupRefused(f"没有“{path}”这个文件;请检查路径") from error
    except (tarfile.TarError, EOFError, OSError, KeyError, ValueError) as error:
        raise BackupRefused(f"“{path}”不是完整的备份文件({error});请换一份备份") from error
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    return Contents(**{name: manifest[name] for name in ("made_at", "vendor", "rows", "attachments")})


def _checked(archive: tarfile.TarFile, path: Path) -> dict[str, Any]:
    """Read the manifest, which is written last: a backup without one was cut off."""
    manifest: dict[str, Any] = json.loads(_read(archive, _MANIFEST).read())
    if manifest["format"] != FORMAT:
        raise BackupRefused(f"“{path}”是新版程序做的备份(格式 {manifest['format']});请先升级程序再恢复")
    if manifest["vendor"] != connection.vendor:
        made, here = (_KINDS.get(one, one) for one in (manifest["vendor"], connection.vendor))
        raise BackupRefused(f"“{path}”是 {made} 的备份,现在的数据库是 {here};请把 DATABASE_URL 改成同一种再恢复")
    return manifest


def _read(archive: tarfile.TarFile, name: str) -> IO[bytes]:
    content = archive.extractfile(name)
    if content is None:
        raise KeyError(name)
    return content


def _refuse_unless_empty() -> None:
    """Never overwrite: not a database with people in it, not a folder with attachments."""
    if "accounts_user" in connection.introspection.table_names():
        people = apps.get_model("accounts", "User").objects.count()
        if people:
            raise BackupRefused(
                f"现在的数据库里已经有 {people} 个用户,不覆盖;请换一个空的数据库(DATABASE_URL)和数据文件夹再恢复"
            )
    root = Path(settings.MEDIA_ROOT)
    if root.exists() and any(file.is_file() for file in root.rglob("*")):
        raise BackupRefused(f"附件文件夹 {root} 里已经有文件,不覆盖;请换一个空的数据文件夹(CHUANZHU_FOLDER)再恢复")


def _restore_sqlite(archive: tarfile.TarFile, _manifest: dict[str, Any]) -> None:
    with tempfile.TemporaryDirectory(dir=settings.ENVIRONMENT.folder) as folder:
        copy = Path(folder) / _SQLITE
        with copy.open("wb") as target:
            for piece in _pieces(_read(archive, _SQLITE)):
                target.write(piece)
        connection.ensure_connection()
        with contextlib.closing(sqlite3.connect(copy)) as source:
            source.backup(connection.connection)


def _pieces(content: IO[bytes]) -> Iterator[bytes]:
    while piece := content.read(1 << 20):
        yield piece


def _restore_postgresql(archive: tarfile.TarFile, manifest: dict[str, Any]) -> None:
    """Make the tables as they were when the backup was made, and fill them in one transaction."""
    for app, name in manifest["migrations"].items():
        if apps.is_installed(f"chuanzhu_site.{app}") or app in apps.app_configs:
            call_command("migrate", app, name, interactive=False, verbosity=0)
    tables = [name for name in archive.getnames() if name.startswith(_TABLES)]
    with transaction.atomic(), connection.cursor() as cursor:
        quoted = ", ".join(connection.ops.quote_name(name.removeprefix(_TABLES)) for name in tables)
        cursor.execute(f"TRUNCATE {quoted} CASCADE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        for name in tables:
            content = _read(archive, name)
            table, columns = name.removeprefix(_TABLES), json.loads(content.readline())
            with cursor.copy(f"COPY {_listed(table, columns)} FROM STDIN") as copy:
                for piece in _pieces(content):
                    copy.write(piece)
        _reset_sequences(cursor)


def _reset_sequences(cursor: Any) -> None:  # noqa: ANN401 (Django's)
    """Let the next row's number follow the last one's."""
    for table in connection.introspection.sequence_list():
        name, column = (connection.ops.quote_name(table[key]) for key in ("table", "column"))
        cursor.execute(
            f"SELECT setval(pg_get_serial_sequence(%s, %s), COALESCE(MAX({column}), 1), MAX({column}) IS NOT NULL) "  # noqa: S608 (our own names)
            f"FROM {name}",
            [name, table["column"]],
        )


def _restore_files(archive: tarfile.TarFile) -> None:
    """Write the attachments back; a name that leads out of their folder is refused by the filter."""
    root = Path(settings.MEDIA_ROOT)
    root.mkdir(parents=True, exist_ok=True)
    for entry in archive.getmembers():
        if entry.name.startswith(_FILES) and entry.isfile():
            entry.name = entry.name.removeprefix(_FILES)
            archive.extract(entry, root, filter="data")
