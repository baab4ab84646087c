"""Which sheets of a file are read: every one that has the columns of the list wanted. No sheet is lost unsaid."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from chuanzhu.tables.headers import REQUIRED, SEARCHED_ROWS, find_header, known_names, title
from chuanzhu.tables.rows import shown
from chuanzhu.tables.sheets import TableError, read_sheets

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from chuanzhu.tables.fields import Heeded
    from chuanzhu.tables.headers import Header, Side
    from chuanzhu.tables.sheets import Sheet

_OTHER: Final[Mapping[Side, Side]] = {"supply": "demand", "demand": "supply"}
_CALLED: Final[Mapping[Side, str]] = {"supply": "供给", "demand": "需求"}
_IN_NAMES: Final[Mapping[Side, re.Pattern[str]]] = {
    "supply": re.compile("供给|供应|供货|supply"),
    "demand": re.compile("需求|采购|求购|demand"),
}
_IN_HEADERS: Final[Mapping[Side, re.Pattern[str]]] = {
    "supply": re.compile("产能|生产能力|供给|供应|供货|主营|主导产品|主要产品|capacity"),
    "demand": re.compile("需求|采购|求购|需方|买方|交货|到货|demand|buyer"),
}
_ASIDE: Final = re.compile("说明|字典|封面|下拉|选项|代码|数据源|须知|示例")
_FEW_FIELDS, _FEW_ROWS, _FEW_CELLS = 3, 3, 3
_ROWS_SHOWN: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A sheet that is not read: why, what to do if it should be, and whether it may well be a list (``is_list``)."""

    name: str
    why: str
    cure: str
    is_list: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Sheets that are read, in order, each with its header, and those that are not."""

    file: str
    sheets: tuple[tuple[Sheet, Header], ...]
    left_out: tuple[LeftOut, ...] = ()

    def named(self) -> str:
        """Name the sheets for a message; nothing for a text file."""
        names = "、".join(f"“{sheet.name}”" for sheet, _ in self.sheets if sheet.name)
        return f"的表{names}" if names else ""

    def columns(self) -> tuple[str, ...]:
        """Headers as written, in order, each once."""
        names = (column.name for _, header in self.sheets for column in header.columns)
        return tuple(dict.fromkeys(name for name in names if name))

    def extra_columns(self) -> tuple[str, ...]:
        """Headers of columns that no field takes."""
        columns = ((column, header) for _, header in self.sheets for column in header.columns)
        return tuple(
            dict.fromkeys(column.name for column, header in columns if column.name and column.index not in header.used)
        )

    def note(self, rows: Sequence[int], hidden: Sequence[int], *, unnamed: Sequence[str], heeded: Heeded) -> str:
        """Say what was read and what was not; ``rows`` and ``hidden`` count each sheet's rows and hidden ones.

        ``heeded`` are columns that mean nothing here and something to whoever asked.
        """
        read = [
            f"{f'表“{sheet.name}”的' if sheet.name else ''} {count} 行,表头在第 {header.row + 1} 行"
            + (f",其中 {concealed} 行是隐藏的,也读了" if concealed else "")
            for (sheet, header), count, concealed in zip(self.sheets, rows, hidden, strict=True)
        ]
        parts = [f"{self.file}:读了{';'.join(read)}", *(f"表“{left.name}”{left.why}" for left in self.left_out)]
        return ";".join([*parts, *self._about_columns(unnamed, heeded)]) + "。"

    def _about_columns(self, unnamed: Sequence[str], heeded: Heeded) -> Iterator[str]:
        headers = [header for _, header in self.sheets]
        strange = dict.fromkeys([*(column.name for header in headers for column in header.strange), *unnamed])
        known = {name for names in heeded for name in names}
        unknown = [name for name in strange if name not in known]
        if unknown:
            yield f"没认出、原样带到结果里的列:{'、'.join(unknown)}"
        doubles = [(left.name, taken.name) for header in headers for left, taken in header.doubles]
        for left, taken in dict.fromkeys(doubles):
            yield f"列“{left}”和“{taken}”说的是同一项,用了“{taken}”,“{left}”原样带到结果里"


def choose_sheets(path: Path, *, side: Side, is_own: bool = False) -> Choice:
    """Open a file and choose its lists: all sheets that have the required columns, each read by its own header.

    Left out are hidden sheets, and those that their name or their columns tell to be the other side's list, unless
    there is no other. One's own list (``is_own``) need not name the enterprise. Raises TableError where no sheet has a
    header that will do.
    """
    sheets = read_sheets(path, rate=lambda rows: header.score if (header := find_header(rows, side=side)) else 0.0)
    if not sheets:
        raise TableError(f"“{path.name}”里每张表都是空的;请检查是否保存成功,或换一个文件")
    found = [(sheet, find_header(sheet.head(), side=side)) for sheet in sheets]
    usable = [(sheet, header) for sheet, header in found if header and not _lacks(header, side, is_own=is_own)]
    fitting = [pair for pair in usable if not pair[0].is_hidden] or usable
    if not fitting:
        raise _nothing_fits(path.name, found=found, side=side)
    chosen = [pair for pair in fitting if not _tells_other(*pair, side)] or fitting
    names = {sheet.name for sheet, _ in chosen}
    left_out = tuple(_left_out(sheet, header, side) for sheet, header in found if sheet.name not in names)
    return Choice(file=path.name, sheets=tuple(chosen), left_out=left_out)


def _lacks(header: Header, side: Side, *, is_own: bool) -> list[tuple[str, ...]]:
    return [choice for choice in header.missing(side) if not (is_own and choice == ("enterprise",))]


def _named_other(sheet: Sheet, side: Side) -> bool:
    name = sheet.name.lower()
    return bool(_IN_NAMES[_OTHER[side]].search(name)) and not _IN_NAMES[side].search(name)


def _tells_other(sheet: Sheet, header: Header, side: Side) -> bool:
    """Tell whether a sheet is the other side's list: by its name, and where that is silent by its columns' names."""
    if any(pattern.search(sheet.name.lower()) for pattern in _IN_NAMES.values()):
        return _named_other(sheet, side)
    names = " ".join(column.name.lower() for column in header.columns)
    return bool(_IN_HEADERS[_OTHER[side]].search(names)) and not _IN_HEADERS[side].search(names)


def _left_out(sheet: Sheet, header: Header | None, side: Side) -> LeftOut:
    """Say why a sheet is not read; what may be a list of this side is a problem, anything else only worth a note."""
    lacking = [choice[0] for choice in header.missing(side)] if header else []
    if sheet.is_hidden:
        cure = "如果它也是清单,请在 Excel 里取消隐藏后重做;如果不是,请把它删掉"
        return LeftOut(name=sheet.name, why="是隐藏的,没有读", cure=cure, is_list=bool(header) and not lacking)
    if _named_other(sheet, side) or (header and _tells_other(sheet, header, side)):
        why = f"看起来是{_CALLED[_OTHER[side]]}清单,没有当作{_CALLED[side]}读"
        cure = f"如果它是{_CALLED[side]}清单,请把表名改成“{_CALLED[side]}”后重做"
        is_list = not lacking and not _named_other(sheet, side)
        return LeftOut(name=sheet.name, why=why, cure=cure, is_list=is_list)
    if header and lacking:
        names = "、".join(f"“{title(side, field)}”" for field in lacking)
        cure = f"如果它也是清单,请补上这一列,或把已有的列改成认得的名字:{known_names(side, lacking)}"
        is_list = _is_like_a_list(header, side) and not _ASIDE.search(sheet.name)
        return LeftOut(name=sheet.name, why=f"缺少必需的列{names},没有读", cure=cure, is_list=is_list)
    cure = f"如果它也是清单,请加一行表头,列名可以用:{known_names(side)}"
    is_list = _is_like_data(sheet) and not _ASIDE.search(sheet.name)
    return LeftOut(name=sheet.name, why="没有认得出的表头,没有读", cure=cure, is_list=is_list)


def _is_like_a_list(header: Header, side: Side) -> bool:
    return len(header.missing(side)) < len(REQUIRED[side]) or len(header.fields) >= _FEW_FIELDS


def _is_like_data(sheet: Sheet) -> bool:
    filled = [sum(bool(cell.strip()) for cell in row) for row in sheet.head()]
    return sum(count >= _FEW_CELLS for count in filled) >= _FEW_ROWS


def _nothing_fits(file: str, *, found: Sequence[tuple[Sheet, Header | None]], side: Side) -> TableError:
    headed = [(sheet, header) for sheet, header in found if header]
    if not headed:
        return _no_header(file, found[0][0], side=side)
    sheet, header = max(headed, key=lambda pair: pair[1].score)
    where = f"的表“{sheet.name}”" if sheet.name else ""
    lacking = [choice[0] for choice in header.missing(side)]
    names = "、".join(f"“{title(side, field)}”" for field in lacking)
    written = "、".join(column.name for column in header.columns if column.name)
    return TableError(
        f"“{file}”{where}第 {header.row + 1} 行是表头({shown(written)}),但缺少必需的列{names};"
        f"请补上这一列,或把已有的列改成认得的名字:{known_names(side, lacking)}"
    )


def _no_header(file: str, sheet: Sheet, *, side: Side) -> TableError:
    where = f"的表“{sheet.name}”" if sheet.name else ""
    rows = [
        shown(" | ".join(cell.strip() for cell in row)) for row in sheet.head() if any(cell.strip() for cell in row)
    ]
    return TableError(
        f"“{file}”{where}前 {SEARCHED_ROWS} 行里没有认得出的表头,开头几行是:{' / '.join(rows[:_ROWS_SHOWN])};"
        f"请加一行表头,列名可以用:{known_names(side)}"
    )
