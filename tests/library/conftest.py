"""Lists as clerks have them, made on the spot: workbooks and text files from rows of cells."""

import csv
import datetime as dt
import io

import pytest
import xlsxwriter

TODAY = dt.date(2026, 11, 21)


@pytest.fixture
def today():
    return TODAY


@pytest.fixture
def book(tmp_path):
    """Write a workbook: ``book({"供给": rows}, merge={"供给": ["A2:A4"]}, hide=["旧"])``; "=#N/A" is an error cell."""

    def write(sheets, *, name="清单.xlsx", merge=None, hide=(), hide_rows=None, hide_columns=None):
        path = tmp_path / name
        with xlsxwriter.Workbook(path) as workbook:
            date = workbook.add_format({"num_format": "yyyy-mm-dd"})
            for title, rows in sheets.items():
                sheet = workbook.add_worksheet(title)
                for at, row in enumerate(rows):
                    for column, cell in enumerate(row):
                        put(sheet, at, column, cell, date)
                for area in (merge or {}).get(title, ()):
                    sheet.merge_range(area, "")
                    put(sheet, *cell_of(area, rows), date)
                for at in (hide_rows or {}).get(title, ()):
                    sheet.set_row(at, None, None, {"hidden": True})
                for at in (hide_columns or {}).get(title, ()):
                    sheet.set_column(at, at, None, None, {"hidden": True})
                if title in hide:
                    sheet.hide()
            next(sheet for sheet in workbook.worksheets() if sheet.name not in hide).activate()
        return path

    return write


def put(sheet, at, column, cell, date):
    if isinstance(cell, dt.date):
        sheet.write_datetime(at, column, dt.datetime.combine(cell, dt.time()), date)
    elif cell in {"=#DIV/0!", "=#N/A", "=#REF!"}:
        sheet.write_formula(at, column, "=A1", None, cell[1:])
    elif isinstance(cell, str):
        sheet.write_string(at, column, cell)
    else:
        sheet.write(at, column, cell)


def cell_of(area, rows):
    top, left = int(area.split(":")[0][1:]) - 1, ord(area[0]) - ord("A")
    return top, left, rows[top][left]


@pytest.fixture
def text(tmp_path):
    """Write a text table from rows, or a text as it stands."""

    def write(content, *, name="清单.csv", encoding="utf-8", delimiter=","):
        if not isinstance(content, str):
            lines = io.StringIO()
            csv.writer(lines, delimiter=delimiter).writerows(content)
            content = lines.getvalue()
        path = tmp_path / name
        path.write_bytes(content.encode(encoding))
        return path

    return write
