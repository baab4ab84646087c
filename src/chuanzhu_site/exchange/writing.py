"""Writing rows into a file that is handed out: a workbook written row by row, or text as it is read."""

from __future__ import annotations

import csv
import tempfile
from typing import TYPE_CHECKING, Final

import xlsxwriter

from chuanzhu.tables.machine import harmless
from chuanzhu.tables.styling import clean
from chuanzhu_site.exchange.layout import columns

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import IO

    from chuanzhu_site.exchange.exports import Row
    from chuanzhu_site.market.kinds import Side

MOST_ROWS: Final = 1_000_000
_HEAD: Final = {"bold": True, "bg_color": "#e2efec", "bottom": 1}


def as_workbook(
    name: str, head: Sequence[tuple[str, int]], rows: Iterable[Row], *, side: Side | None = None
) -> IO[bytes]:
    """Write a workbook into a temporary file and return it, open at its beginning.

    No more than a row is held in memory. Every cell is a text: none can become a formula. ``side`` is that of a list
    that can come back, whose headers say how.
    """
    file = tempfile.TemporaryFile(prefix="chuanzhu-", suffix=".xlsx")  # noqa: SIM115 (whoever hands it out closes it)
    hints = {column.name: column.hint for column in columns(side)} if side else {}
    with xlsxwriter.Workbook(file, {"constant_memory": True}) as book:
        sheet, bold = book.add_worksheet(name), book.add_format(_HEAD)
        for at, (title, width) in enumerate(head):
            sheet.set_column(at, at, width)
            sheet.write_string(0, at, title, bold)
            if hints.get(title):
                sheet.write_comment(0, at, hints[title])
        sheet.freeze_panes(1, 0)
        for number, row in enumerate(rows, start=1):
            if number > MOST_ROWS:
                break
            for at, cell in enumerate(row):
                if cell:
                    sheet.write_string(number, at, clean(cell))
    file.seek(0)
    return file


class _Line:
    """Gives back what is written to it."""

    def write(self, text: str) -> str:
        """Return the text."""
        return text


def as_text(head: Sequence[tuple[str, int]], rows: Iterable[Row]) -> Iterator[bytes]:
    """Yield CSV piece by piece; what a spreadsheet program would run as a formula gets an apostrophe before it."""
    writer = csv.writer(_Line(), lineterminator="\r\n")
    yield ("\ufeff" + str(writer.writerow([title for title, _ in head]))).encode()
    for row in rows:
        yield str(writer.writerow([harmless(cell) for cell in row])).encode("utf-8", "replace")
