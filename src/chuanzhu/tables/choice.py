"""Which sheets of a file are the list: those whose header fits best."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from chuanzhu.tables.headers import SEARCHED_ROWS, find_header, known_names, title
from chuanzhu.tables.rows import shown
from chuanzhu.tables.sheets import TableError, read_sheets

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from chuanzhu.tables.headers import Header, Side
    from chuanzhu.tables.sheets import Sheet

_SPEAKING_NAMES: Final[Mapping[Side, tuple[str, ...]]] = {
    "supply": ("供给", "供应", "产品", "供货", "supply"),
    "demand": ("需求", "采购", "求购", "demand"),
}
_BONUS: Final = 0.5
_ROWS_SHOWN: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Sheets that are read, in order, each with its header, and a sentence about the choice where there was one."""

    file: str
    sheets: tuple[tuple[Sheet, Header], ...]
    note: str = ""

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


def choose_sheets(path: Path, *, side: Side) -> Choice:
    """Open a file and choose its list: the sheet whose header fits best, and all others with the same header.

    Hidden sheets are left out unless there is no other. Raises TableError where no sheet has a header that will do.
    """
    sheets = read_sheets(path, rate=lambda rows: header.score if (header := find_header(rows, side=side)) else 0.0)
    if not sheets:
        raise TableError(f"“{path.name}”里每张表都是空的;请检查是否保存成功,或换一个文件")
    found = [(sheet, header) for sheet in sheets if (header := find_header(sheet.head(), side=side))]
    usable = [(sheet, header) for sheet, header in found if not header.missing(side)]
    fitting = [pair for pair in usable if not pair[0].is_hidden] or usable
    if not fitting:
        raise _nothing_fits(path.name, found=found, sheets=sheets, side=side)
    best = max(_fit(sheet, header, side) for sheet, header in fitting)
    first = next(header for sheet, header in fitting if _fit(sheet, header, side) == best)
    chosen = tuple(pair for pair in fitting if _fit(*pair, side) == best and pair[1].signature == first.signature)
    note = _note(path.name, chosen, others=[pair[0] for pair in fitting if pair not in chosen], sheets=sheets)
    return Choice(file=path.name, sheets=chosen, note=note)


def _fit(sheet: Sheet, header: Header, side: Side) -> float:
    names = sheet.name.lower()
    return header.score + _BONUS * any(word in names for word in _SPEAKING_NAMES[side])


def _note(
    file: str, chosen: Sequence[tuple[Sheet, Header]], *, others: Sequence[Sheet], sheets: Sequence[Sheet]
) -> str:
    if len(sheets) == 1:
        return ""
    names = _quoted([sheet for sheet, _ in chosen])
    why = "它们的表头相同,都读了" if len(chosen) > 1 else "它的表头最合适" if others else "只有它的表头认得出"
    parts = [f"“{file}”一共 {len(sheets)} 张表,用了{names}:{why}"]
    if others:
        parts.append(f"{_quoted(others)}也像清单,但表头不同,没有读;需要的话请另存成一个文件")
    hidden = [sheet for sheet in sheets if sheet.is_hidden and sheet not in [pair[0] for pair in chosen]]
    if hidden:
        parts.append(f"隐藏的表{_quoted(hidden)}没有读")
    return ";".join(parts) + "。"


def _quoted(sheets: Sequence[Sheet]) -> str:
    return "、".join(f"“{sheet.name}”" for sheet in sheets)


def _nothing_fits(
    file: str, *, found: Sequence[tuple[Sheet, Header]], sheets: Sequence[Sheet], side: Side
) -> TableError:
    if not found:
        return _no_header(file, sheets[0], side=side)
    sheet, header = max(found, key=lambda pair: pair[1].score)
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
