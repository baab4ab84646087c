"""The workbook, read back with another library than the one that wrote it."""

import dataclasses
import io
import re
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from sample_answers import NOTES, PROBLEMS, TITLE, TODAY, barred, match, met, need, partly, reason, sample, supply

from chuanzhu.model import Answer, Problem
from chuanzhu.tables import styling
from chuanzhu.tables.styling import clean
from chuanzhu.tables.workbook import answers_as_workbook

FIRST_ROW = 4
# openpyxl does not know the part of a data bar that fixes its look; the bar itself is tested in the file's own text.
pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")


def written(answers, *, problems=(), notes=(), title=TITLE):
    return answers_as_workbook(answers, problems=problems, notes=notes, title=title, today=TODAY)


def opened(answers, **rest):
    return load_workbook(io.BytesIO(written(answers, **rest)), rich_text=True)


@pytest.fixture(scope="module")
def book():
    return opened(sample(), problems=PROBLEMS, notes=NOTES)


def headers(sheet):
    return [cell.value for cell in sheet[FIRST_ROW - 1]]


def column(sheet, name):
    at = headers(sheet).index(name) + 1
    return [sheet.cell(row, at).value for row in range(FIRST_ROW, sheet.max_row + 1)]


def odd(text):
    wanted = need(text, text, buyer=text, wanted=text)
    offered = supply(text, text, text, uscc=text, extra=((text, text),))
    return Answer(need=wanted, matches=(match(wanted, offered, reason("same", text)),))


def test_the_sheets_stand_in_the_agreed_order(book):
    assert book.sheetnames == ["匹配", "分配", "未满足", "问题行", "需求解读"]


def test_the_title_says_the_day_and_how_many_demands_have_a_supply(book):
    assert book["匹配"]["A1"].value == "对接清单　2026-07-20　共4条需求,2条有合适供给,2条没有"


def test_contacts_follow_the_reasons_and_unknown_columns_come_last(book):
    names = headers(book["匹配"])
    assert names[:12] == [
        *("需求编号", "需求", "采购方", "排名", "企业", "产品", "得分", "把握", "理由", "要问清或不足"),
        *("联系人", "联系电话"),
    ]
    assert names[12:] == ["地区", "产能", "资质", "统一社会信用代码", "供给编号", "备注"]


def test_a_column_without_any_value_is_left_out():
    wanted = need("D-1", "求购切片")
    bare = match(wanted, supply("S-1", "立华", "切片", extra=(("电话", ""),)), reason("same", "品名相同"))
    names = headers(opened([Answer(need=wanted, matches=(bare,))])["匹配"])
    assert names == ["需求编号", "需求", "排名", "企业", "产品", "得分", "把握", "理由", "供给编号"]


def test_a_demand_shows_its_text_once_and_its_id_on_every_row(book):
    sheet = book["匹配"]
    assert column(sheet, "需求编号") == ["D-01", "D-01", "D-02", "D-02", "D-02"]
    assert [bool(text) for text in column(sheet, "需求")] == [True, False, True, False, False]
    assert column(sheet, "排名") == [1, 2, 1, 2, 3]


def test_reasons_that_earn_points_and_what_is_to_clear_up_stand_apart(book):
    sheet = book["匹配"]
    assert column(sheet, "理由")[0].split("\n")[-1] == "供给有效期到 2027-12-31,赶得上 2026-09-30(1.0)"
    assert column(sheet, "要问清或不足")[:2] == [
        None,
        "产能 15 吨/月,只够所需 约 20–25 吨/月 的 60%\n没有写是否有 IATF 16949 汽车质量管理体系,请问清",
    ]


def test_the_points_in_the_sentences_add_up_to_the_score(book):
    sheet = book["匹配"]
    for score, reasons in zip(column(sheet, "得分"), column(sheet, "理由"), strict=True):
        points = [float(re.search(r"\(([0-9.]+)\)$", line)[1]) for line in reasons.split("\n")]
        assert sum(points) == pytest.approx(score)


def test_the_score_is_a_data_bar_on_a_fixed_scale():
    parts = zipfile.ZipFile(io.BytesIO(written(sample())))
    sheet = parts.read("xl/worksheets/sheet1.xml").decode()
    assert '<cfvo type="num" val="0"/><cfvo type="num" val="100"/>' in sheet
    assert 'sqref="G4:G8"' in sheet


def test_the_sheet_is_frozen_filtered_and_prints_on_landscape_a4_with_its_header_on_each_page(book):
    for sheet in book:
        assert sheet.freeze_panes == "A4"
        assert sheet.print_title_rows == "$3:$3"
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
        assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert "&P" in sheet.oddFooter.right.text
    assert book["匹配"].auto_filter.ref == "A3:R8"


def test_rows_are_high_enough_for_their_longest_cell(book):
    sheet = book["匹配"]
    assert sheet.row_dimensions[FIRST_ROW].height >= 14 * 8
    assert sheet.row_dimensions[FIRST_ROW].height > sheet.row_dimensions[FIRST_ROW + 3].height


def test_an_unmet_demand_says_why_who_is_nearest_what_it_lacks_and_what_to_do(book):
    sheet = book["未满足"]
    row = dict(zip(headers(sheet), (cell.value for cell in sheet[FIRST_ROW]), strict=True))
    assert row["需求编号"] == "D-03"
    assert row["产业链"] == "智能传感器和半导体"
    assert row["读懂的内容"] == "要什么:IGBT模块;规格:1200V;数量:500 只;地区:限河南郑州"
    assert row["为什么没有"] == "有供这类产品的企业,但都不合硬性要求"
    assert row["最接近的一家"] == "嘉兴某半导体有限公司:IGBT模块"
    assert row["它缺什么"] == "要求限河南郑州,对方在浙江嘉兴"
    assert row["建议"] == "问采购方能否放宽地区"


def test_a_demand_nobody_can_read_is_sent_back_to_the_buyer(book):
    assert column(book["未满足"], "建议")[1] == "请采购方写明产品名称,改好需求清单后重做"
    assert column(book["未满足"], "最接近的一家")[1] == "供给清单里没有接近的"


def test_a_problem_row_says_where_what_and_how_to_mend_it(book):
    sheet = book["问题行"]
    assert [cell.value for cell in sheet[FIRST_ROW]] == [
        *("供给.xlsx", "供给", 17, "F(统一社会信用代码)", "91410100MA0000000X"),
        *("信用代码的校验位不对", "请对照营业执照改正;这一行的其余内容照用", "用了其余内容"),
    ]
    assert [cell.value for cell in sheet[FIRST_ROW + 1]][-1] == "这一行没有用"
    assert sheet["A2"].value == "\n".join(NOTES)


def test_empty_sheets_say_so_in_a_sentence():
    book = opened([met()])
    assert book["分配"]["A4"].value == "本次没有做分配,这张表留空。"
    assert book["未满足"]["A4"].value == "没有未满足的需求:每条需求都找到了合适的供给。"
    assert book["问题行"]["A4"].value == "没有问题行:两个文件的每一行都用上了。"
    nothing = opened([])
    assert nothing["匹配"]["A4"].value == "没有一条需求找到合适的供给;原因和最接近的一家见“未满足”表。"
    assert nothing["需求解读"]["A4"].value == "需求清单里没有可用的需求。"


def test_what_was_understood_is_marked_in_the_original_text(book):
    sheet = book["需求解读"]
    original = sheet.cell(FIRST_ROW, headers(sheet).index("原文") + 1).value
    marked = [part.text for part in original if not isinstance(part, str) and part.font.b]
    assert marked == ["约20~25吨/月", "IATF16949", "洛阳", "国庆前"]
    assert str(original) == met().need.demand.text


def test_a_demand_that_is_one_understood_stretch_keeps_its_text():
    sheet = opened([Answer(need=need("D-1", "30吨", stretches={"quantity": "30吨"}))])["需求解读"]
    assert column(sheet, "原文") == ["30吨"]


def test_every_need_is_told_field_by_field_with_room_for_corrections(book):
    sheet = book["需求解读"]
    assert [str(cell.value or "") for cell in sheet[FIRST_ROW + 1]] == [
        *(
            "D-02",
            partly().need.demand.text,
            "铸钢车轮",
            "起重机",
            "φ500",
            "300 件/月",
            "",
            "限河南",
            "",
            "先进工程机械",
            "",
        )
    ]
    assert headers(sheet)[-1] == "请改正"
    assert column(sheet, "要什么")[3] == "没有读懂"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "{=1}", "http://example.com", "123", "TRUE"])
def test_a_text_is_never_a_formula_a_link_or_a_number(text):
    book = opened([odd(text)], problems=[Problem(file=text, value=text, wrong=text, cure=text)], title=text)
    cells = [cell for sheet in book for row in sheet for cell in row if cell.value is not None]
    assert [cell.value for cell in cells if cell.data_type == "f" or cell.hyperlink] == []
    assert column(book["匹配"], "产品") == [text]
    assert [cell.data_type for cell in cells if cell.value == text and cell.data_type != "s"] == []


def test_no_part_of_the_workbook_holds_a_formula():
    parts = zipfile.ZipFile(io.BytesIO(written([odd("=cmd|' /C calc'!A0")])))
    sheets = [parts.read(name).decode() for name in parts.namelist() if "sheet" in name]
    assert len(sheets) >= 5
    assert [sheet for sheet in sheets if "<f>" in sheet or "<hyperlink" in sheet] == []


def test_a_huge_cell_is_cut_with_a_mark():
    text = column(opened([odd("求" * 50_000)])["匹配"], "产品")[0]
    assert len(text) == 32_767
    assert text.endswith("……(太长,已截断)")


def test_control_characters_are_dropped_and_line_breaks_kept():
    assert clean("尼\x00龙\x1b\x0b6\ufffe6\n\t切片") == "尼龙66\n\t切片"


@settings(max_examples=30, deadline=None)
@given(st.text(min_size=1))
def test_any_text_makes_a_workbook_that_opens(text):
    cells = column(opened([odd(text)], title=text)["匹配"], "产品") if clean(text) else [clean(text)]
    assert [cell.replace("\r", "\n") for cell in cells] == [clean(text).replace("\r", "\n")]


def test_what_a_sheet_cannot_hold_is_counted_in_its_last_row(monkeypatch):
    monkeypatch.setattr(styling, "MOST_ROWS", 3)
    sheet = opened([met()], problems=PROBLEMS * 3)["问题行"]
    assert column(sheet, "文件") == [
        *("供给.xlsx", "需求.csv", "供给.xlsx"),
        "还有 3 行,这张表装不下;全部内容请看 .json 输出。",
    ]


def test_the_workbook_carries_no_clock_time():
    parts = zipfile.ZipFile(io.BytesIO(written(sample())))
    assert {part.date_time for part in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert (
        re.findall(r"\d{4}-\d\d-\d\dT[\d:]+Z", parts.read("docProps/core.xml").decode()) == ["2026-07-20T00:00:00Z"] * 2
    )


def test_an_ampersand_in_the_title_is_not_taken_for_a_code_of_the_footer():
    parts = zipfile.ZipFile(io.BytesIO(written([barred()], title="研发&生产")))
    assert "&amp;8匹配　研发&amp;&amp;生产" in parts.read("xl/worksheets/sheet1.xml").decode()


def test_a_long_note_gets_a_row_that_is_high_enough():
    short, long = (opened([met()], notes=notes)["问题行"].row_dimensions[2].height for notes in (["短"], ["长" * 400]))
    assert long > 2 * short


def test_a_score_without_any_reason_is_zero_and_still_listed():
    answer = met()
    bare = dataclasses.replace(answer, matches=(dataclasses.replace(answer.matches[0], reasons=()),))
    assert column(opened([bare])["匹配"], "把握") == ["低"]
