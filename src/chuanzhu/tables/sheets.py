"""Files to sheets: rows of cells, each cell the text a person sees in it.

What a file is, its content tells, not its suffix: a workbook (.xlsx, .xlsm, .xlsb, .xls, .ods) or a text table (.csv,
.tsv, .txt).
"""

from __future__ import annotations

import bisect
import collections
import datetime as dt
import io
import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import python_calamine as calamine

from chuanzhu.model import ChuanzhuError
from chuanzhu.tables.faults import Marks, marked_cells
from chuanzhu.tables.separated import decode, separated_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from chuanzhu.tables.separated import Decoded

HEAD_ROWS: Final = 30
DELIMITERS: Final = (",", "\t", ";")
_WORKSHEET: Final = calamine.SheetTypeEnum.WorkSheet
_VISIBLE: Final = calamine.SheetVisibleEnum.Visible
_ZIP, _OLE = b"PK\x03\x04", bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
_OTHER_KINDS: Final = (
    (b"%PDF", "PDF 文件"),
    (b"\xff\xd8\xff", "图片"),
    (b"\x89PNG", "图片"),
    (b"Rar!", "压缩包"),
    (b"7z\xbc\xaf", "压缩包"),
    (b"{\\rtf", "文字文档"),
)
_WEB_PAGE: Final = (b"<!doctype", b"<html", b"<table", b"<?xml", b"<head", b"<meta")
_SAVE_AS: Final = "请用 Excel 或 WPS 打开,另存为“Excel 工作簿(.xlsx)”再试"


class TableError(ChuanzhuError):
    """Nothing could be done with a file; the text names the file, what is wrong, and the cure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """A column's cells from ``first`` to ``last`` row (from 0, both included) that are merged into one."""

    first: int
    last: int
    column: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Recoded:
    """A line of a text file, from 1, in another encoding than most, and the row (from 1) that it is part of."""

    line: int
    row: int
    text: str
    encoding: str
    usual: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One sheet of a workbook, or a whole text file (its name is then empty).

    ``source`` gives the rows anew at each call, and appends to the list it is given the numbers (from 1) of rows of a
    text file whose quotation marks do not pair. ``height`` is the number of rows, for a text file the most it can be.
    ``hidden_rows`` are counted from 0 and known of .xlsx only.
    """

    name: str
    source: Callable[[list[int]], Iterator[list[str]]]
    height: int
    delimiter: str = ""
    is_hidden: bool = False
    merged: tuple[Merged, ...] = ()
    hidden_rows: frozenset[int] = frozenset()
    recoded: tuple[Recoded, ...] = ()

    def rows(self, unpaired: list[int] | None = None) -> Iterator[list[str]]:
        """Rows from the sheet's first row and first column on, as lists of texts."""
        return self.source([] if unpaired is None else unpaired)

    def head(self) -> list[list[str]]:
        """First thirty rows, where the header is looked for."""
        return list(itertools.islice(self.rows(), HEAD_ROWS))


def read_sheets(path: Path, *, rate: Callable[[Sequence[Sequence[str]]], float]) -> list[Sheet]:
    """Open a file and return its sheets in order, those without any cell left out.

    ``rate`` says how much some first rows look like the list wanted; it decides what separates a text file's cells.
    Raises TableError where the file is missing, empty, encrypted, damaged or no table at all.
    """
    content_start = _first_bytes(path)
    if content_start.startswith((_ZIP, _OLE)):
        return _workbook_sheets(path)
    for mark, kind in _OTHER_KINDS:
        if content_start.startswith(mark):
            raise TableError(f"“{path.name}”是{kind},不是表格;请把清单存成 .xlsx 或 .csv 再试")
    if content_start.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_WEB_PAGE):
        raise TableError(f"“{path.name}”其实是网页或 XML,只是名字像表格;{_SAVE_AS}")
    return [_text_sheet(path, rate=rate)]


def cell_text(value: object) -> str:
    """Write a cell's value as Excel shows it: 20.0 as 20, midnight as a plain date, no time zone.

    >>> cell_text(20.0), cell_text(dt.datetime(2026, 12, 15)), cell_text(True)
    ('20', '2026-12-15', 'TRUE')
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else f"{value:.15g}"
    if isinstance(value, dt.datetime):
        return value.isoformat(sep=" ", timespec="seconds").removesuffix(" 00:00:00")
    return str(value)


def _first_bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            start = file.read(4096)
    except FileNotFoundError as error:
        raise TableError(f"找不到文件“{path}”;请检查文件名和所在的文件夹") from error
    except IsADirectoryError as error:
        raise TableError(f"“{path}”是文件夹,不是文件;请给出其中的 .xlsx 或 .csv 文件") from error
    except PermissionError as error:
        what = "是文件夹,不是文件" if path.is_dir() else "没有权限读取,或正被别的程序占用"
        raise TableError(f"“{path}”{what};请关闭打开它的程序,或换一个文件") from error
    except OSError as error:
        raise TableError(f"读不了“{path}”({error.strerror});请把文件复制到本机再试") from error
    if not start:
        raise TableError(f"“{path.name}”是空文件(0 字节);请检查是否保存成功,或重新导出")
    return start


def _workbook_sheets(path: Path) -> list[Sheet]:
    try:
        workbook = calamine.CalamineWorkbook.from_path(path)
        sheets = [
            (meta, workbook.get_sheet_by_name(meta.name)) for meta in workbook.sheets_metadata if meta.typ == _WORKSHEET
        ]
    except calamine.PasswordError as error:
        raise _locked(path) from error
    except (calamine.CalamineError, OSError) as error:
        raise _unreadable(path) from error
    marks = marked_cells(path)
    return [
        _sheet(sheet, is_hidden=meta.visible != _VISIBLE, marks=marks.get(meta.name, Marks()))
        for meta, sheet in sheets
        if sheet.start is not None
    ]


def _locked(path: Path) -> TableError:
    return TableError(
        f"“{path.name}”设了打开密码,读不了;请用 Excel 或 WPS 打开,在“文件 > 信息 > 保护工作簿 > 用密码进行加密”"
        "里把密码删空,保存后再试"
    )


def _unreadable(path: Path) -> TableError:
    content = path.read_bytes()
    if content.startswith(_OLE) and _ENCRYPTED in content:
        return _locked(path)
    if content.startswith(_ZIP) and (b"word/" in content or b"ppt/" in content):
        return TableError(f"“{path.name}”是 Word 或 PPT 文档,不是表格;请把其中的表格复制到 Excel,存成 .xlsx 再试")
    return TableError(f"“{path.name}”不是工作簿,或者文件已损坏;{_SAVE_AS}")


def _sheet(sheet: calamine.CalamineSheet, *, is_hidden: bool, marks: Marks) -> Sheet:
    _, left = sheet.start or (0, 0)
    by_row: dict[int, list[tuple[int, str]]] = {}
    for (row, column), fault in marks.errors.items():
        by_row.setdefault(row, []).append((column, fault))

    def source(_: list[int]) -> Iterator[list[str]]:
        margin = [""] * left
        for number, values in enumerate(sheet.iter_rows()):
            cells = margin + [value if type(value) is str else cell_text(value) for value in values]
            for column, fault in by_row.get(number, ()):
                if column < len(cells):
                    cells[column] = fault
            yield cells

    merged = tuple(
        Merged(first=top, last=bottom, column=column)
        for (top, column), (bottom, _) in sorted(sheet.merged_cell_ranges or ())
        if bottom > top
    )
    height = (sheet.end or (0, 0))[0] + 1
    return Sheet(
        name=sheet.name,
        source=source,
        height=height,
        is_hidden=is_hidden,
        merged=merged,
        hidden_rows=marks.hidden,
    )


def _text_sheet(path: Path, *, rate: Callable[[Sequence[Sequence[str]]], float]) -> Sheet:
    decoded = decode(path.read_bytes())
    if decoded is None:
        raise TableError(f"“{path.name}”不是表格,也不是文字文件;{_SAVE_AS}")
    text = decoded.text
    if not text.strip():
        raise TableError(f"“{path.name}”里没有任何文字;请检查是否保存成功,或重新导出")

    def evidence(delimiter: str) -> tuple[float, int]:
        head = list(itertools.islice(separated_rows(text, delimiter=delimiter, unpaired=[]), HEAD_ROWS))
        widths = [len(row) for row in head if any(row)]
        usual = max(widths, key=widths.count, default=1)
        return rate(head), widths.count(usual) if usual > 1 else 0

    delimiter = max(DELIMITERS, key=evidence)
    return Sheet(
        name="",
        source=lambda unpaired: separated_rows(text, delimiter=delimiter, unpaired=unpaired),
        height=text.count("\n") + 1,
        delimiter=delimiter,
        recoded=tuple(_recoded(decoded, delimiter=delimiter)),
    )


def _recoded(decoded: Decoded, *, delimiter: str) -> Iterator[Recoded]:
    if not decoded.foreign:
        return
    ends: list[int] = []
    collections.deque(separated_rows(decoded.text, delimiter=delimiter, unpaired=[], ends=ends), maxlen=0)
    lines = io.StringIO(decoded.text, newline="")
    for number, line in enumerate(lines, start=1):
        if number in decoded.foreign:
            yield Recoded(
                line=number,
                row=bisect.bisect_left(ends, number) + 1,
                text=line.strip(),
                encoding=decoded.foreign[number].upper(),
                usual=decoded.encoding.upper(),
            )
