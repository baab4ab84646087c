"""Files to sheets and cells."""

import datetime as dt
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chuanzhu.tables.faults import Marks, marked_cells
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
    first, second = Marks(errors={(1, 0): "#DIV/0!", (1, 1): "#N/A"}), Marks(errors={(0, 2): "#REF!"})
    assert marked_cells(path) == {"甲&乙": first, "丙": second}


def test_a_text_file_has_no_marked_cells(text):
    assert marked_cells(text(ROWS)) == {}


def test_hidden_rows_are_found_and_hidden_columns_are_not_taken_for_them(book):
    path = book({"甲": ROWS, "乙": ROWS}, hide_rows={"乙": [1, 2]}, hide_columns={"甲": [1]})
    assert {name: marks.hidden for name, marks in marked_cells(path).items()} == {"甲": frozenset(), "乙": {1, 2}}


def test_a_quotation_mark_without_a_partner_swallows_no_other_row():
    unpaired = []
    content = '产品,地区\n"12寸管,郑州\n阀门,洛阳\n"8寸管,许昌\n泵,开封\n'
    rows = list(separated_rows(content, delimiter=",", unpaired=unpaired))
    assert rows == [["产品", "地区"], ['"12寸管', "郑州"], ["阀门", "洛阳"], ['"8寸管', "许昌"], ["泵", "开封"]]
    assert unpaired == [2, 4]


def test_bytes_that_no_encoding_explains_still_give_a_text():
    assert decode("尼龙".encode() + b"\xff" + "切片".encode()).text == "尼龙�切片"


def test_bytes_that_are_no_text_give_none():
    assert decode(bytes(range(32)) * 10) is None


CHINESE = st.text(alphabet=st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), max_size=12)
LINES = st.lists(st.tuples(CHINESE, st.booleans()), min_size=1, max_size=8)


@given(LINES)
def test_lines_of_two_encodings_are_each_read_in_their_own(lines):
    content = b"".join(f"企业{line},12\n".encode("utf-8" if is_utf_8 else "gb18030") for line, is_utf_8 in lines)
    assert decode(content).text == "".join(f"企业{line},12\n" for line, _ in lines)


@pytest.mark.parametrize("line", ["猫", "贸", "产品:帽,猫"])
def test_a_short_line_that_both_encodings_explain_is_read_like_the_lines_around_it(line):
    lines = ["企业名称,主要产品", line, "洛阳轴承,轴承"]
    for encoding in ("utf-8", "gb18030"):
        decoded = decode("\n".join(lines).encode(encoding))
        assert (decoded.text.split("\n"), decoded.foreign) == (lines, {})


def test_the_end_of_each_row_is_told_as_a_line_of_the_file():
    ends = []
    rows = list(separated_rows('a,"b\nc"\nd,"e\nf,g\n', delimiter=",", unpaired=[], ends=ends))
    assert (rows, ends) == ([["a", "b\nc"], ["d", '"e'], ["f", "g"]], [2, 3, 4])


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
