"""A report as PDF: the same sheets as the page, drawn with a Chinese font of the server."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from fpdf import FPDF
from fpdf.enums import VAlign, WrapMode
from fpdf.fonts import FontFace

from chuanzhu.model import ChuanzhuError
from chuanzhu_site.observatory.drawing import BOX

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chuanzhu_site.observatory.drawing import Bead, Box, Drawing
    from chuanzhu_site.observatory.sheets import Report, Sheet

_FONTS: Final = (
    ("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", 2),
    ("/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc", 2),
    ("/usr/share/fonts/google-noto-cjk/NotoSansCJK-Regular.ttc", 2),
    ("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc", 0),
    ("/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc", 0),
    ("/System/Library/Fonts/STHeiti Light.ttc", 1),
    ("C:/Windows/Fonts/msyh.ttc", 0),
    ("C:/Windows/Fonts/simhei.ttf", 0),
)
logging.getLogger("fontTools").setLevel(logging.WARNING)  # it tells of every table it leaves out of a subset
_INK, _MUTED, _LINE = (28, 41, 39), (88, 103, 99), (200, 208, 204)
_CELADON, _LIGHT, _BRONZE, _CINNABAR = (76, 145, 138), (134, 183, 176), (176, 141, 76), (166, 58, 38)
_FILLS: Final = {"many": _CELADON, "weak": _LIGHT, "single": _CELADON}
_NUMBERS: Final = "一二三四五六"


class NoChineseFont(ChuanzhuError):  # noqa: N818 (named for what is missing)
    """The server has no font to write Chinese with."""


def chinese_font() -> tuple[str, int]:
    """Return the file of a Chinese font and its number in the file. Raises NoChineseFont where there is none."""
    own = os.environ.get("CHUANZHU_FONT")
    for path, number in ((own, 0), *_FONTS) if own else _FONTS:
        if Path(path).exists():
            return path, number
    raise NoChineseFont(
        "服务器上没有中文字体,写不了 PDF;请安装 fonts-noto-cjk,或用环境变量 CHUANZHU_FONT 指定字体文件。"
        "也可以直接打印网页"
    )


def pdf_of(report: Report) -> bytes:
    """Return the report as a PDF file. Raises NoChineseFont."""
    paper = _Paper(report)
    paper.cover()
    for kind, sheets in (("图", report.maps), ("清单", report.lists)):
        for number, sheet in zip(_NUMBERS, sheets, strict=True):
            paper.sheet(f"{kind}{number} {sheet.name}", sheet)
    return bytes(paper.output())


class _Paper(FPDF):
    """A4 with the report's name below each page."""

    def __init__(self, report: Report) -> None:
        super().__init__(format="A4")
        path, number = chinese_font()
        self.add_font("cjk", fname=path, collection_font_number=number)
        self.set_margins(15, 15)
        self.set_auto_page_break(True, 15)  # noqa: FBT003 (the library's own order)
        self.set_title(report.title)
        self.set_lang("zh-Hans")
        self._report: Final = report

    def footer(self) -> None:
        self.set_y(-12)
        self._write(
            f"{self._report.title} · {self._report.place} · {self._report.day} · 第 {self.page_no()} 页", 8, _MUTED
        )

    def _write(self, text: str, size: float, colour: tuple[int, int, int] = _INK) -> None:
        self.set_font("cjk", size=size)
        self.set_text_color(*colour)
        self.multi_cell(0, size * 0.55, text, new_x="LMARGIN", new_y="NEXT", align="L", wrapmode=WrapMode.CHAR)

    def cover(self) -> None:
        """Write the name, the place, the day, and every measure with its sentence."""
        self.add_page()
        self._write(self._report.title, 20)
        self._write(f"{self._report.place} · 企业归位截至 {self._report.day}", 10, _MUTED)
        self.ln(4)
        rows = [(one.name, one.figure, one.coverage or "—", one.words) for one in self._report.measures]
        self._table(("指标", "数", "覆盖", "这个数说的是"), rows, widths=(30, 20, 16, 114))

    def sheet(self, title: str, sheet: Sheet) -> None:
        """Write one map or list."""
        if sheet.drawing:
            self.add_page()
        else:
            self.ln(6)
            if self.will_page_break(30):
                self.add_page()
        self._write(title, 14)
        self._write(sheet.lead, 9, _MUTED)
        if sheet.drawing:
            self._drawing(sheet.drawing)
        if sheet.nothing:
            self._write(f"{sheet.nothing}。去哪里补:{sheet.where}" if sheet.where else sheet.nothing, 9, _CINNABAR)
        if sheet.curve:
            self._curve([value for _, value in sheet.curve])
        if sheet.rows:
            self.ln(1)
            self._table(sheet.columns, sheet.rows, widths=sheet.widths)

    def _table(self, columns: tuple[str, ...], rows: Iterable[tuple[str, ...]], *, widths: tuple[int, ...]) -> None:
        self.set_font("cjk", size=8)
        self.set_text_color(*_INK)
        self.set_draw_color(*_LINE)
        self.set_fill_color(255, 255, 255)
        head = FontFace(color=_MUTED)
        with self.table(
            col_widths=widths,
            v_align=VAlign.T,
            wrapmode=WrapMode.CHAR,
            line_height=4.6,
            borders_layout="HORIZONTAL_LINES",
            headings_style=head,
            text_align="LEFT",
        ) as table:
            for row in (columns, *rows):
                line = table.row()
                for cell in row:
                    line.cell(cell)

    def _curve(self, values: list[float]) -> None:
        """Draw a line from 0 to 100 % over the surveys."""
        left, top, width, height = self.l_margin, self.get_y() + 3, self.epw, 30
        step = width / (len(values) - 1)
        self.set_draw_color(*_LINE)
        self.rect(left, top, width, height)
        self.set_draw_color(*_CELADON)
        self.polyline([(left + step * at, top + height * (1 - value)) for at, value in enumerate(values)])
        self.set_y(top + height + 3)

    def _drawing(self, drawing: Drawing) -> None:
        room = self.h - self.b_margin - self.get_y() - 4
        scale = min(self.epw / drawing.width, room / drawing.height)
        left, top = self.l_margin, self.get_y() + 2
        self.set_draw_color(*_LINE)
        self.set_line_width(0.1)
        for thread in drawing.threads:
            numbers = [float(each) for each in thread.path.replace("M", " ").replace("C", " ").split()]
            points = [(left + x * scale, top + y * scale) for x, y in zip(numbers[::2], numbers[1::2], strict=True)]
            self.bezier(points)
        for x, stage in drawing.columns:
            self._text(left + x * scale, top + 14 * scale, stage, 12 * scale, _MUTED)
        for box in drawing.boxes:
            self._box(box, left, top, scale)
        self.set_y(top + drawing.height * scale + 2)

    def _text(self, x: float, y: float, text: str, size: float, colour: tuple[int, int, int] = _INK) -> None:
        self.set_font("cjk", size=size * 72 / 25.4)
        self.set_text_color(*colour)
        self.text(x, y, text)

    def _box(self, box: Box, left: float, top: float, scale: float) -> None:
        self.set_draw_color(*_LINE)
        self.set_fill_color(255, 255, 255)
        self.rect(left + box.x * scale, top + box.y * scale, BOX * scale, box.height * scale, style="DF")
        title = f"{box.name}  {box.summary}"
        self._text(left + (box.x + 8) * scale, top + (box.y + 19) * scale, title, 11 * scale)
        for bead in box.beads:
            self._bead(bead, left + bead.x * scale, top + bead.y * scale, scale)

    def _bead(self, bead: Bead, x: float, y: float, scale: float) -> None:
        fill, dash = _FILLS.get(bead.state), 1.2 * scale
        self.set_draw_color(*(_CINNABAR if bead.state == "blank" else fill or _MUTED))
        self.set_fill_color(*(fill or (255, 255, 255)))
        if bead.state == "blank":
            self.set_dash_pattern(dash=dash * 3, gap=dash * 2)
        self.circle(x, y, 8 * scale, style="DF" if fill else "D")
        self.set_dash_pattern()
        if bead.state == "single":
            self.set_draw_color(*_BRONZE)
            self.circle(x, y, 11 * scale)
        count = "?" if bead.firms is None else str(bead.firms or "")
        self._text(x - 3 * len(count) * scale, y + 4 * scale, count, 10 * scale, (255, 255, 255) if fill else _MUTED)
        self._text(x + 15 * scale, y + 4 * scale, bead.name, 11 * scale)
