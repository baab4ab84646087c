"""Writing results to a file: whole or not at all."""

from __future__ import annotations

import errno
import os
import stat
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from chuanzhu.model import ChuanzhuError
from chuanzhu.tables.machine import answers_as_csv, answers_as_json
from chuanzhu.tables.styling import MOST_ROWS
from chuanzhu.tables.workbook import answers_as_workbook

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Sequence

    from chuanzhu.model import Answer, Problem
    from chuanzhu.tables.allocation import AllocationTable

_SUFFIXES: Final = frozenset({".xlsx", ".csv", ".json"})
_WRITABLE: Final = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH
_NO_RIGHT: Final = "没有写入的权限,或文件正被别的程序打开;请先关闭它,或换一个文件夹"
_CURES: Final = {
    errno.EACCES: _NO_RIGHT,
    errno.EPERM: _NO_RIGHT,
    errno.EBUSY: _NO_RIGHT,
    errno.ETXTBSY: _NO_RIGHT,
    errno.EROFS: "这个磁盘是只读的;请换一个文件夹",
    errno.ENOSPC: "磁盘已满;请清理后重做,或换一个磁盘",
    errno.EDQUOT: "超出了磁盘限额;请清理后重做,或换一个磁盘",
    errno.ENAMETOOLONG: "文件名太长;请改短",
    errno.EISDIR: "它是一个文件夹;请给出文件名",
    errno.ENOENT: "文件夹不存在或不能写;请先建好,或换一个位置",
    errno.ENOTDIR: "上一级不是文件夹;请换一个位置",
}


class OutputError(ChuanzhuError):
    """A result that cannot be written: names the path and the cure. Nothing half-written is left behind."""


def write_answers(
    path: Path,
    answers: Sequence[Answer],
    *,
    today: dt.date,
    problems: Sequence[Problem] = (),
    notes: Sequence[str] = (),
    title: str = "对接清单",
    allocation: AllocationTable | None = None,
) -> None:
    """Write answers as .xlsx, .csv or .json, by the suffix of ``path``; a .csv has no room for an ``allocation``.

    Raises OutputError.
    """
    check_output(path)
    suffix = path.suffix.lower()
    if suffix == ".xlsx":
        _check_fits(path, answers)
        content = answers_as_workbook(
            answers, problems=problems, notes=notes, title=title, today=today, allocation=allocation
        )
    elif suffix == ".csv":
        content = _encoded(answers_as_csv(answers))
    else:
        content = _encoded(answers_as_json(answers, problems=problems, notes=notes, allocation=allocation))
    write_bytes(path, content)


def check_output(path: Path, *, inputs: Iterable[Path] = ()) -> None:
    """Raise OutputError at once, before any long work, where ``path`` cannot become a result file or is an input."""
    if path.suffix.lower() not in _SUFFIXES:
        raise OutputError(f"不会写“{path.suffix or path.name}”这种文件;输出文件名请以 .xlsx、.csv 或 .json 结尾")
    if path.is_dir():
        raise OutputError(f"{path} 是一个文件夹;请给出文件名,例如 {path / '对接清单.xlsx'}")
    if path.exists() and not path.is_file():
        raise OutputError(f"{path} 是系统设备,不是普通文件;请换一个文件名")
    if not path.parent.is_dir():
        raise OutputError(f"文件夹 {path.parent} 不存在;请先建好,或换一个位置")
    if _is_read_only(path):
        raise OutputError(f"{path} 是只读文件;请去掉它的只读属性,或换一个文件名")
    if any(is_same_file(path, each) for each in inputs):
        raise OutputError(f"输出文件 {path} 就是输入的文件,写进去会毁掉它;请换一个输出文件名")


def is_same_file(one: Path, other: Path) -> bool:
    """Tell whether two paths lead to one file."""
    return one.exists() and other.exists() and one.samefile(other)


def _check_fits(path: Path, answers: Sequence[Answer]) -> None:
    rows = max(len(answers), sum(len(answer.matches) for answer in answers))
    if rows > MOST_ROWS:
        raise OutputError(
            f"{path} 装不下:结果有 {rows:,} 行,一张 Excel 表最多 {MOST_ROWS:,} 行;"
            "请用 --top 少列几家,或把输出文件改成 .csv"
        )


def _is_read_only(path: Path) -> bool:
    """Tell whether moving a file into place would replace one that somebody has protected."""
    try:
        return not path.stat().st_mode & _WRITABLE
    except OSError:
        return False


def write_text(path: Path, text: str) -> None:
    """Write a text in UTF-8. Raises OutputError."""
    write_bytes(path, _encoded(text))


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def write_bytes(path: Path, content: bytes) -> None:
    """Write to a temporary file beside ``path``, then move it into place. Raises OutputError.

    Where ``path`` is a symbolic link, the file it points to is replaced, not the link.
    """
    target = Path(os.path.realpath(path))
    try:
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=".chuanzhu.", suffix=".part")
    except OSError as error:
        raise output_error(path, error) from error
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o666 & ~_umask())
        temporary.replace(target)
    except OSError as error:
        raise output_error(path, error) from error
    finally:
        temporary.unlink(missing_ok=True)


def output_error(path: Path, error: OSError) -> OutputError:
    """Say why a file cannot be written, and the cure."""
    cure = _CURES.get(error.errno or 0, f"系统说:{error.strerror or error};请换一个文件夹再试")
    return OutputError(f"写不了 {path}:{cure}")


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
