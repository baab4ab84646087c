"""Files to sheets and cells."""

import datetime as dt
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chuanzhu.tables.faults import error_cells
from chuanzhu.tables.separated import decode, separated_rows
from chuanzhu.tables.sheets import cell_text, read_sheets

ROWS = [["企业名称", "产品"], ["卫华集团", "桥式起重机"], ["洛阳LYC", "轴承,φ50\n带座"]]


def known_names(rows):
    return sum(cell in {"企业名称", "产品"} for row in rows for cell in row)


def only(path):
    (sheet,) = read_sheets(path, rate=known_names)
    return list(sheet.rows())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_text_file_is_read_in_every_usual_encoding_and_separation(text, encoding, delimiter):
    assert only(text(ROWS, encoding=encoding, delimiter=delimiter)) == ROWS


def test_the_content_tells_what_a_file_is_and_not_its_suffix(book, text):
    assert only(book({"表": ROWS}, name="其实是工作簿.csv")) == ROWS
    assert only(text(ROWS, name="其实是文本.xlsx")) == ROWS


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (20.0, "20"),
        (0.05, "0.05"),
        (1e15, "1000000000000000"),
        (True, "TRUE"),
        (dt.date(2026, 12, 15), "2026-12-15"),
        (dt.datetime(2026, 12, 15, tzinfo=None), "2026-12-15"),  # noqa: DTZ001 (a workbook's cells have no zone)
        (dt.datetime(2026, 12, 15, 8, 30, tzinfo=None), "2026-12-15 08:30:00"),  # noqa: DTZ001 (as above)
        ("007", "007"),
    ],
)
def test_a_cell_is_the_text_that_excel_shows(value, shown):
    assert cell_text(value) == shown


def test_rows_and_columns_keep_their_places_when_the_table_does_not_start_at_a1(book):
    assert only(book({"表": [[], [], ["", "", "产品"]]})) == [["", "", ""], ["", "", ""], ["", "", "产品"]]


def test_error_cells_are_found_by_sheet_row_and_column(book):
    path = book({"甲&乙": [["好"], ["=#DIV/0!", "=#N/A"]], "丙": [["", "", "=#REF!"]]})
    assert error_cells(path) == {"甲&乙": {(1, 0): "#DIV/0!", (1, 1): "#N/A"}, "丙": {(0, 2): "#REF!"}}


def test_error_cells_of_a_text_file_are_none(text):
    assert error_cells(text(ROWS)) == {}


def test_a_quotation_mark_without_a_partner_swallows_no_other_row():
    unpaired = []
    content = '产品,地区\n"12寸管,郑州\n阀门,洛阳\n"8寸管,许昌\n泵,开封\n'
    rows = list(separated_rows(content, delimiter=",", unpaired=unpaired))
    assert rows == [["产品", "地区"], ['"12寸管', "郑州"], ["阀门", "洛阳"], ['"8寸管', "许昌"], ["泵", "开封"]]
    assert unpaired == [2, 4]


def test_bytes_that_no_encoding_explains_still_give_a_text():
    assert decode("尼龙".encode() + b"\xff" + "切片".encode()) == "尼龙�切片"


def test_bytes_that_are_no_text_give_none():
    assert decode(bytes(range(32)) * 10) is None


@given(st.lists(st.lists(st.text(max_size=8), min_size=1, max_size=4), max_size=6))
def test_what_a_csv_writer_wrote_is_read_back(rows):
    lines = [",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows]
    unpaired = []
    assert list(separated_rows("\r\n".join(lines), delimiter=",", unpaired=unpaired)) == rows
    assert unpaired == []


@given(st.text(max_size=200))
def test_no_text_stops_the_reader_or_loses_a_letter(content):
    rows = list(separated_rows(content, delimiter=",", unpaired=[]))
    seen = "".join(itertools.chain.from_iterable(rows))
    assert [letter for letter in content if letter.isalnum()] == [letter for letter in seen if letter.isalnum()]
