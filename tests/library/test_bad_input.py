"""Every kind of bad input that reading meets: the message names value and cure, and nothing else is lost."""

import datetime as dt
import re

import pytest

from chuanzhu.model import Quantity
from chuanzhu.tables import TableError, read_demands, read_supplies

HEADER = ["编号", "企业名称", "产品", "产能", "地区", "统一社会信用代码", "有效期至"]
GOOD = ["1", "卫华集团", "起重机", "30台/月", "郑州", "91520000214433792D", "2026-12-31"]
OLE = bytes.fromhex("d0cf11e0a1b11ae1")


def changed(**cells):
    return [cells.get(name, value) for name, value in zip(HEADER, GOOD, strict=True)]


def refusal(path, today, read=read_supplies):
    with pytest.raises(TableError) as caught:
        read(path, today=today)
    return str(caught.value)


def only_problem(table):
    (problem,) = table.problems
    return problem


@pytest.fixture
def bad(tmp_path):
    def write(content, name="清单.xlsx"):
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return write


def test_a_file_that_is_not_there_is_named(tmp_path, today):
    path = tmp_path / "没有.xlsx"
    assert refusal(path, today) == f"找不到文件“{path}”;请检查文件名和所在的文件夹"


def test_a_folder_is_not_a_list(tmp_path, today):
    assert refusal(tmp_path, today) == f"“{tmp_path}”是文件夹,不是文件;请给出其中的 .xlsx 或 .csv 文件"


def test_an_empty_file_is_said_to_be_empty(bad, today):
    assert refusal(bad(b""), today) == "“清单.xlsx”是空文件(0 字节);请检查是否保存成功,或重新导出"


def test_a_file_of_nothing_but_white_space_is_said_to_hold_no_text(bad, today):
    assert refusal(bad(b"\xef\xbb\xbf \r\n\r\n"), today).startswith("“清单.xlsx”里没有任何文字;")


def test_a_workbook_without_a_filled_cell_is_said_to_be_empty(book, today):
    assert refusal(book({"表1": [], "表2": []}), today).startswith("“清单.xlsx”里每张表都是空的;")


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"%PDF-1.7 ...", "PDF 文件"),
        (b"\xff\xd8\xff\xe0", "图片"),
        (b"Rar!\x1a", "压缩包"),
    ],
)
def test_another_kind_of_file_is_called_what_it_is(bad, today, content, kind):
    assert refusal(bad(content), today) == f"“清单.xlsx”是{kind},不是表格;请把清单存成 .xlsx 或 .csv 再试"


def test_a_web_page_with_the_name_of_a_workbook_is_recognised(bad, today):
    message = refusal(bad(b"<html><table><tr><td>1</td></tr></table></html>", name="导出.xls"), today)
    assert message.startswith("“导出.xls”其实是网页或 XML,只是名字像表格;请用 Excel 或 WPS 打开,另存为")


@pytest.mark.parametrize("content", [b"PK\x03\x04 broken", OLE + bytes(600)])
def test_a_damaged_workbook_is_said_to_be_one(bad, today, content):
    assert refusal(bad(content), today).startswith("“清单.xlsx”不是工作簿,或者文件已损坏;请用 Excel 或 WPS 打开")


def test_bytes_that_are_neither_workbook_nor_text_are_refused(bad, today):
    assert refusal(bad(bytes(range(256)) * 20), today).startswith("“清单.xlsx”不是表格,也不是文字文件;")


def test_a_text_document_is_no_workbook(bad, today):
    assert "是 Word 或 PPT 文档,不是表格;" in refusal(bad(b"PK\x03\x04....word/document.xml"), today)


def test_a_workbook_with_a_password_says_how_to_take_it_off(bad, today):
    message = refusal(bad(OLE + bytes(1000) + "EncryptedPackage".encode("utf-16-le") + bytes(600)), today)
    assert message.startswith("“清单.xlsx”设了打开密码,读不了;请用 Excel 或 WPS 打开,在“文件 > 信息")


def test_a_file_without_a_header_shows_its_first_rows_and_the_names_we_know(text, today):
    message = refusal(text([["张三", "138"], ["李四", "139"]]), today)
    assert message.startswith("“清单.csv”前 30 行里没有认得出的表头,开头几行是:张三 | 138 / 李四 | 139;请加一行表头")
    assert "企业名称(或:企业、公司名称、" in message


def test_a_missing_column_is_named_with_its_other_names(book, today):
    message = refusal(book({"供给": [["某某市清单"], ["编号", "企业名称", "产能"], ["1", "甲", "3台"]]}), today)
    assert message.startswith("“清单.xlsx”的表“供给”第 2 行是表头(编号、企业名称、产能),但缺少必需的列“产品”;")
    assert message.endswith("产品(或:产品名称、主要产品、主营产品 …)")


def test_a_header_without_rows_is_refused(book, today):
    assert (
        refusal(book({"供给": [HEADER]}), today) == "“清单.xlsx”的表“供给”只有表头,表头下面没有一行数据;请填上数据再试"
    )


def test_a_list_in_which_no_row_can_be_used_says_why(text, today):
    message = refusal(text([["编号", "需求"], ["1", ""]]), today, read=read_demands)
    assert message == "“清单.csv”没有一行能用:第 2 行这一行没有写需求;请改正后再试"


def test_a_row_without_a_product_is_left_out_and_named(book, today):
    table = read_supplies(book({"供给": [HEADER, GOOD, changed(编号="2", 产品="")]}), today=today)
    problem = only_problem(table)
    assert [supply.id for supply in table.records] == ["1"]
    assert (problem.file, problem.sheet, problem.row, problem.column) == ("清单.xlsx", "供给", 3, "C 产品")
    assert (problem.wrong, problem.used) == ("这一行没有写产品", False)
    assert problem.cure == "请在“产品”这一列填上内容;这一行没有用"


def test_a_total_that_stands_in_the_product_column_is_left_out_and_named(text, today):
    table = read_supplies(text([HEADER, GOOD, ["合计", "", "3 种", "", "", "", ""]]), today=today)
    problem = only_problem(table)
    assert (len(table.records), problem.wrong, problem.used) == (1, "这一行看起来是合计或说明,不是数据", False)
    assert problem.cure == "这一行没有用;如果它是一条数据,请去掉“合计”“注:”这样的字样"


@pytest.mark.parametrize("remark", ["注：以上为月产能", "填表人:张三 电话:0371-66668888", "制表单位：长垣市工信局"])
def test_a_remark_where_a_demand_should_be_is_left_out_and_nobody_is_told_to_fill_a_filled_cell(text, today, remark):
    table = read_demands(text([["需求", "数量"], ["阀门", "3台"], [remark, ""]]), today=today)
    problem = only_problem(table)
    assert ([each.text for each in table.records], problem.value, problem.used) == (["阀门"], remark, False)
    assert "填上" not in problem.cure


@pytest.mark.parametrize(
    ("column", "value", "read_as", "wrong", "otherwise"),
    [
        ("统一社会信用代码", "91520000214433792X", ("uscc", ""), "校验不符", "只是没有用这个代码"),
        ("地区", "火星市", ("region", ""), "不认识地区“火星市”", "只是不知道地区"),
        ("地区", "鼓楼区", ("region", ""), "“鼓楼区”有", "只是不知道地区"),
        ("产能", "一堆货", ("capacity", None), "看不懂数量“一堆货”", "只是没有用这个数量"),
        ("产能", "-30吨/月", ("capacity", None), "数量“-30吨/月”是负数", "只是没有用这个数量"),
        ("有效期至", "那天", ("valid_until", None), "看不懂日期“那天”", "只是没有用这个日期"),
    ],
)
def test_a_cell_that_cannot_be_read_is_named_and_the_row_is_used(  # noqa: PLR0917 (a row of the table each)
    text, today, column, value, read_as, wrong, otherwise
):
    table = read_supplies(text([HEADER, changed(**{column: value})]), today=today)
    problem = only_problem(table)
    field, left = read_as
    supply = table.records[0]
    assert getattr(supply, field) == left
    assert (column, value) in supply.extra
    assert (problem.row, problem.column, problem.value) == (2, f"{'ABCDEFG'[HEADER.index(column)]} {column}", value)
    assert wrong in problem.wrong
    assert problem.cure.endswith(f";这一行照常匹配,{otherwise}")
    assert problem.used


def test_a_wrong_check_character_is_named_with_the_right_one(book, today):
    table = read_supplies(book({"供给": [HEADER, changed(统一社会信用代码="91520000214433792X")]}), today=today)
    assert re.search("末位是 X,按前 17 位应为 D", only_problem(table).wrong)


@pytest.mark.parametrize("value", ["若干", "面议", "不限", "-", ""])
def test_an_open_quantity_is_unknown_and_no_problem_and_what_was_written_is_carried(text, today, value):
    table = read_supplies(text([HEADER, changed(产能=value)]), today=today)
    assert (table.records[0].capacity, table.problems) == (None, ())
    assert table.records[0].extra == ((("产能", value),) if value.isalpha() else ())


@pytest.mark.parametrize(("header", "names"), [("月产能", ["月产能"]), ("可供量", ["可供量", "产能"])])
@pytest.mark.parametrize("value", ["若干", "一堆货"])
def test_an_amount_that_is_no_number_is_found_under_the_usual_name(text, today, header, names, value):
    table = read_supplies(text([["企业", "产品", header], ["甲", "泵", value]]), today=today)
    assert table.records[0].extra == tuple((name, value) for name in names)


def test_an_open_quantity_of_a_demand_is_carried_too(text, today):
    table = read_demands(text([["需求", "用量"], ["泵", "若干"]]), today=today)
    assert (table.records[0].quantity, table.records[0].extra) == (None, (("用量", "若干"), ("数量", "若干")))


def test_a_number_without_a_unit_is_named_once_a_column_and_kept(text, today):
    table = read_supplies(text([HEADER, changed(产能="500"), changed(编号="2", 产能="60")]), today=today)
    problem = only_problem(table)
    assert [each.capacity for each in table.records] == [Quantity(500, ""), Quantity(60, "")]
    assert (problem.row, problem.column, problem.value, problem.used) == (2, "D 产能", "500", True)
    assert problem.wrong == "“500”没有写单位;这一列共有 2 行是这样"
    assert problem.cure.startswith("请连单位一起写,如“20吨/月”,或在表头写明单位,如“产能(吨/月)”;")


def test_a_deadline_that_has_passed_is_named_and_kept(text, today):
    table = read_demands(text([["需求", "截止日期"], ["泵", "2026-11-01"], ["阀", "2026-11-21"]]), today=today)
    problem = only_problem(table)
    assert table.records[0].deadline == dt.date(2026, 11, 1)
    assert (problem.row, problem.column, problem.used) == (2, "B 截止日期", True)
    assert problem.wrong == "截止日期 2026-11-01 已过(今天是 2026-11-21)"
    assert problem.cure == "请核对后改正;这个日期仍按原样使用"


def test_a_validity_that_has_passed_is_named_and_kept(text, today):
    table = read_supplies(text([HEADER, changed(有效期至="2025-12-31")]), today=today)
    assert table.records[0].valid_until == dt.date(2025, 12, 31)
    assert only_problem(table).wrong == "有效期至 2025-12-31 已过(今天是 2026-11-21)"


@pytest.mark.parametrize(
    ("usual", "other", "mark"),
    [("utf-8", "gb18030", b""), ("utf-8", "gb18030", b"\xef\xbb\xbf"), ("gb18030", "utf-8", b"")],
)
def test_a_line_in_another_encoding_is_read_and_named(bad, today, usual, other, mark):
    lines = ["企业,产品", '卫华集团,"起重机\n桥式"', "洛阳轴承,轴承", "开封阀门,阀门"]
    encoded = [line.encode(other if line.startswith("洛阳") else usual) for line in lines]
    table = read_supplies(bad(mark + b"\r\n".join(encoded), name="清单.csv"), today=today)
    problem = only_problem(table)
    assert [each.product for each in table.records] == ["起重机、桥式", "轴承", "阀门"]
    assert (problem.row, problem.value, problem.used) == (3, "洛阳轴承,轴承", True)
    assert problem.wrong == f"文件第 4 行的编码是 {other.upper()},多数行是 {usual.upper()}"
    assert problem.cure == "已按各自的编码读取;请核对这一行的字是否正确,再把文件另存为 .xlsx"


@pytest.mark.parametrize("error", ["#DIV/0!", "#N/A", "#REF!"])
def test_a_formula_error_is_an_empty_cell_and_named(book, text, today, error):
    in_book = read_supplies(book({"供给": [HEADER, changed(产能=f"={error}")]}), today=today)
    in_text = read_supplies(text([HEADER, changed(产能=error)]), today=today)
    for table in (in_book, in_text):
        problem = only_problem(table)
        assert table.records[0].capacity is None
        assert (problem.row, problem.column, problem.value) == (2, "D 产能", error)
        assert problem.wrong == f"这一格的公式出错,显示为“{error}”"
        assert problem.cure == "已当作空格读取;请在 Excel 里改好公式,或直接填上内容"


def test_a_merged_cell_inside_the_data_fills_its_rows_and_is_named_once(book, today):
    rows = [HEADER, GOOD, *(["", "", product, "", "", "", ""] for product in ("吊钩", "卷筒")), changed(编号="4")]
    table = read_supplies(book({"供给": rows}, merge={"供给": ["A2:A4", "B2:B4"]}), today=today)
    assert [(each.id, each.enterprise) for each in table.records[:3]] == [
        ("1", "卫华集团"),
        ("1-2", "卫华集团"),
        ("1-3", "卫华集团"),
    ]
    assert [(problem.row, problem.column) for problem in table.problems] == [(2, "A 编号"), (2, "B 企业名称")]
    assert table.problems[1].wrong == "第 2 至 4 行在这一列合并成了一格"
    assert table.problems[1].cure.startswith("已按每一行都是“卫华集团”读取;")


def test_a_cell_of_50000_characters_is_cut_for_matching_and_kept_whole(text, today):
    long = "起重机" * 16667
    table = read_supplies(text([HEADER, changed(产品=long)]), today=today)
    problem = only_problem(table)
    assert table.records[0].product == long[:5000]
    assert table.records[0].extra == (("产品(原文)", long),)
    assert problem.wrong == "这一格有 50001 个字,太长"
    assert problem.cure == "只用前 5000 个字来匹配,全文保留在“产品(原文)”里;请把要点写在前面"
    assert len(problem.value) < 200


def test_control_characters_are_taken_out_and_named(book, text, today):
    in_book = read_supplies(book({"供给": [HEADER, changed(产品="起\x00重\x07机")]}), today=today)
    in_text = read_supplies(text([HEADER, changed(产品="起\x00重\x07机")]), today=today)
    for table in (in_book, in_text):
        assert table.records[0].product == "起重机"
        assert only_problem(table).wrong == "这一格里有看不见的控制字符"


def test_damaged_letters_are_named(bad, today):
    content = "企业,产品\n甲,尼龙".encode() + b"\xff" + "切片\n".encode()
    problem = only_problem(read_supplies(bad(content, name="清单.csv"), today=today))
    assert (problem.row, problem.column) == (2, "B 产品")
    assert problem.wrong.startswith("这一格里有认不出的字")


def test_a_quotation_mark_without_a_partner_is_named(text, today):
    table = read_supplies(text('企业,产品\n甲,"12寸管\n乙,泵\n'), today=today)
    assert [each.product for each in table.records] == ['"12寸管', "泵"]
    assert (only_problem(table).row, only_problem(table).wrong) == (2, "这一行的引号没有成对")


def test_duplicate_ids_are_told_apart_and_named(text, today):
    table = read_supplies(text([HEADER, GOOD, changed(产品="吊钩"), changed(产品="卷筒", 编号="")]), today=today)
    assert [each.id for each in table.records] == ["1", "1-2", "供003"]
    twice, empty = table.problems
    assert (twice.row, twice.column, twice.value) == (3, "A 编号", "1")
    assert (twice.wrong, twice.cure) == ("编号“1”与第 2 行重复", "两行都用了,这一行记作“1-2”;请改成不同的编号")
    assert (empty.wrong, empty.cure) == ("这一行没有写编号", "已编为“供003”;请补上编号")


def test_a_row_without_an_enterprise_is_used_and_named(text, today):
    table = read_supplies(text([HEADER, changed(企业名称="")]), today=today)
    assert table.records[0].product == "起重机"
    assert only_problem(table).cure == "请补上,否则不知道该联系谁;这一行照常匹配"


def test_formulas_as_text_are_read_as_the_text_they_are(text, today):
    table = read_supplies(text([HEADER, changed(企业名称="=cmd|' /C calc'!A0")]), today=today)
    assert (table.records[0].enterprise, table.problems) == ("=cmd|' /C calc'!A0", ())


def test_one_bad_row_costs_no_other_row(text, today):
    rows = [HEADER, *(changed(编号=str(number), 产能="一堆" if number == 50 else "3台") for number in range(100))]
    table = read_supplies(text(rows), today=today)
    assert [each.id for each in table.records] == [str(number) for number in range(100)]
    assert only_problem(table).row == 52
