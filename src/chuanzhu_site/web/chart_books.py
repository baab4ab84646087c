"""The numbers of a page's charts as a workbook: one sheet a chart, with its definition above the numbers."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Final

import xlsxwriter
from django.http import HttpResponse
from django.utils.http import content_disposition_header

from chuanzhu.tables.styling import Column, Formats, Page, fill, open_sheet
from chuanzhu_site.web.charts import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chuanzhu_site.web.charts import Chart

_KIND: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FIRST, _OTHER = 26, 14
_NOT_IN_NAMES: Final = re.compile(r"[\[\]:*?/\\']")
_LONGEST_NAME: Final = 31


def chart_workbook(charts: Sequence[Chart], *, name: str) -> HttpResponse:
    """Return the answer that hands out the numbers; a text is written as text, whatever it begins with."""
    content = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(content, options) as book:
        formats = Formats(book)
        for chart in charts:
            page = _page(chart)
            rows = [[UNKNOWN if cell is None else cell for cell in row] for row in chart.rows]
            fill(open_sheet(book, formats, page), formats, page, rows, empty=chart.empty)
    disposition = content_disposition_header(as_attachment=True, filename=f"{name}.xlsx")
    return HttpResponse(content.getvalue(), content_type=_KIND, headers={"Content-Disposition": disposition or ""})


def _page(chart: Chart) -> Page:
    first, *others = chart.columns
    columns = [Column(name=first, width=_FIRST), *(Column(name=one, width=_OTHER, style="amount") for one in others)]
    name = _NOT_IN_NAMES.sub(" ", chart.title)[:_LONGEST_NAME]
    return Page(name=name, head=chart.title, note=chart.definition, columns=columns)
