"""How the workbook looks: cell formats by what they mean, and sheets that print as they should."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from chuanzhu.tables.wording import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

    Cell = str | float

_CELL_LIMIT: Final = 32_767
_CUT: Final = "……(太长,已截断)"
_FONT: Final = {"font_name": "微软雅黑", "font_size": 10}
_INK, _MUTED, _LINE, _SHADE = "#1C2927", "#586763", "#DDE4E0", "#F6F7F4"
CELADON, BAR, BRONZE, CINNABAR = "#1F625D", "#C9E0DB", "#7B5F2C", "#A63A26"

HEAD_ROW: Final = 2
MOST_ROWS: Final = 1_048_576 - HEAD_ROW - 2
_LINE_POINTS: Final = 14.0
_ROW_PADDING: Final = 4.0
_HIGHEST_ROW: Final = 409.0
_CHARACTERS_PER_WIDTH: Final = 1.05  # widths count digits of the 11-point default font, texts have 10 points


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a sheet: its header, its width in half-width characters, and the style of its cells."""

    name: str
    width: float
    style: str = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A sheet before its rows: its name, the title and the note above the header, and its columns.

    The first ``printed`` columns go on paper (0: all).
    """

    name: str
    head: str
    note: str
    columns: Sequence[Column]
    colour: str = CELADON
    printed: int = 0

    @property
    def last_printed(self) -> int:
        """Number of the last column that goes on paper."""
        return (self.printed or len(self.columns)) - 1


class Formats:
    """Cell formats by what they mean, each made once."""

    _STYLES: Final[dict[str, dict[str, object]]] = {
        "text": {"text_wrap": True},
        "number": {"align": "center", "num_format": "0"},
        "score": {"align": "right", "num_format": "0.0"},
        "amount": {"align": "right", "num_format": "#,##0.####"},
        "share": {"align": "right", "num_format": "0.0%"},
        "strong": {"text_wrap": True, "bold": True},
        "ask": {"text_wrap": True, "font_color": CINNABAR},
        "group": {"text_wrap": True, "font_color": _MUTED},
        "quiet": {"text_wrap": True, "font_color": _MUTED},
        "note": {"text_wrap": True, "font_color": _MUTED, "font_size": 9},
        "title": {"text_wrap": True, "bold": True, "font_size": 14, "font_color": CELADON, "valign": "vcenter"},
        "head": {
            "bold": True,
            "text_wrap": True,
            "bg_color": CELADON,
            "font_color": "#FFFFFF",
            "align": "center",
            "valign": "vcenter",
        },
    }
    _UNLINED: Final = frozenset({"title", "head", "note"})

    def __init__(self, workbook: Workbook) -> None:
        self._workbook: Final = workbook
        self._made: Final[dict[tuple[str, bool, bool], Format]] = {}

    def get(self, style: str, *, is_shaded: bool = False, is_first: bool = False) -> Format:
        """Return a format; a group of rows is shaded or not, and its first row has a line above."""
        key = (style, is_shaded, is_first)
        if key not in self._made:
            look: dict[str, object] = {**_FONT, "valign": "top", "font_color": _INK} | self._STYLES[style]
            if style not in self._UNLINED:
                look |= {"bottom": 4, "bottom_color": _LINE} | ({"bg_color": _SHADE} if is_shaded else {})
            if is_first:
                look |= {"top": 1, "top_color": CELADON} | ({"font_color": _INK} if style == "group" else {})
            self._made[key] = self._workbook.add_format(look)
        return self._made[key]

    def letters(self, colour: str) -> Format:
        """Return a format for some letters inside a cell: marked in a colour, or plain where it is empty."""
        key = (colour, False, False)
        if key not in self._made:
            look = {**_FONT, "bold": bool(colour), "underline": bool(colour), "font_color": colour or _INK}
            self._made[key] = self._workbook.add_format(look)
        return self._made[key]


def clean(text: str) -> str:
    """Return a text that a cell can hold: no control characters, no more than 32,767 characters, a mark where cut."""
    text = printable(text)
    return text if len(text) <= _CELL_LIMIT else text[: _CELL_LIMIT - len(_CUT)] + _CUT


def put(sheet: Worksheet, row: int, column: int, value: Cell, look: Format) -> None:
    """Write a cell: a text always as text, whatever it begins with."""
    if not isinstance(value, str):
        sheet.write_number(row, column, value, look)
    elif value:
        sheet.write_string(row, column, clean(value), look)
    else:
        sheet.write_blank(row, column, None, look)


def open_sheet(workbook: Workbook, formats: Formats, page: Page) -> Worksheet:
    """Add a sheet with a title, a note, a frozen header that is repeated on each printed page, and print set-up."""
    sheet = workbook.add_worksheet(page.name)
    sheet.set_tab_color(page.colour)
    sheet.hide_gridlines(2)
    for number, column in enumerate(page.columns):
        sheet.set_column(number, number, column.width)
        put(sheet, HEAD_ROW, number, column.name, formats.get("head"))
    sheet.set_row(HEAD_ROW, 24)
    for row, text, style, size in ((0, page.head, "title", 1.7), (1, page.note, "note", 1.0)):
        sheet.merge_range(row, 0, row, page.last_printed, "", formats.get(style))
        put(sheet, row, 0, text, formats.get(style))
        sheet.set_row(row, _banner_height(page, text, size=size))
    sheet.freeze_panes(HEAD_ROW + 1, 0)
    _set_up_print(sheet, page, title=page.head)
    return sheet


def _banner_height(page: Page, text: str, *, size: float) -> float:
    width = sum(column.width for column in page.columns[: page.last_printed + 1]) / size
    return min(_HIGHEST_ROW, _LINE_POINTS * size * _lines(text, width) + _ROW_PADDING)


def _lines(text: str, width: float) -> int:
    """Return about how many lines a text takes in a cell: in GB18030 a full-width character is two bytes."""
    room = max(1, int(width * _CHARACTERS_PER_WIDTH) - 1)
    return sum(max(1, -(-len(line.encode("gb18030", "replace")) // room)) for line in text.split("\n"))


def put_row(
    sheet: Worksheet, row: int, columns: Sequence[Column], cells: Sequence[Cell], looks: Sequence[Format]
) -> None:
    """Write a row as high as its texts need: not every spreadsheet program fits heights when it opens a file."""
    lines = 1
    for number, (column, value, look) in enumerate(zip(columns, cells, looks, strict=True)):
        put(sheet, row, number, value, look)
        if isinstance(value, str) and value:
            lines = max(lines, _lines(value, column.width))
    sheet.set_row(row, min(_HIGHEST_ROW, _LINE_POINTS * lines + _ROW_PADDING))


def _set_up_print(sheet: Worksheet, page: Page, *, title: str) -> None:
    sheet.repeat_rows(HEAD_ROW)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    left = printable(title, limit=60).replace("\n", " ").replace("&", "&&")
    sheet.set_footer(f"&L&8{page.name}　{left}&R&8第 &P 页,共 &N 页")


def fill(sheet: Worksheet, formats: Formats, page: Page, rows: Iterable[Sequence[Cell]], *, empty: str) -> None:
    """Write plain rows, or one sentence where there are none. What a sheet cannot hold is counted in its last row."""
    last, left_out = HEAD_ROW, 0
    looks = [formats.get(column.style) for column in page.columns]
    for row in rows:
        if last - HEAD_ROW == MOST_ROWS:
            left_out += 1
            continue
        last += 1
        put_row(sheet, last, page.columns, row, looks)
    if last == HEAD_ROW:
        say(sheet, formats, page, empty)
    else:
        sheet.autofilter(HEAD_ROW, 0, last, len(page.columns) - 1)
    if left_out:
        put(sheet, last + 1, 0, f"还有 {left_out:,} 行,这张表装不下;全部内容请看 .json 输出。", formats.get("note"))


def say(sheet: Worksheet, formats: Formats, page: Page, sentence: str) -> None:
    """Write one sentence where the rows of a sheet would begin."""
    sheet.merge_range(HEAD_ROW + 1, 0, HEAD_ROW + 1, page.last_printed, "", formats.get("quiet"))
    put(sheet, HEAD_ROW + 1, 0, sentence, formats.get("quiet"))
    sheet.set_row(HEAD_ROW + 1, 2 * _LINE_POINTS)
