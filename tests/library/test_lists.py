"""Rows to supplies and demands."""

import dataclasses
import datetime as dt
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chuanzhu import tables
from chuanzhu.model import Demand, Quantity, RegionWish, Supply
from chuanzhu.tables import TableError, read_demands, read_own_list, read_supplies
from chuanzhu.tables.fields import Pool, Reading
from chuanzhu.tables.headers import find_header
from chuanzhu.tables.numbering import Ids
from chuanzhu.tables.rows import Log, Row

HEADER = ["编号", "企业名称", "产品", "说明", "产能", "地区", "资质", "统一社会信用代码", "有效期至", "联系人"]
WEIHUA = [
    "007",
    "卫华集团",
    "桥式起重机",
    "5-800吨",
    "30台/月",
    "长垣",
    "ISO9001",
    "91520000214433792D",
    "2026-12-31",
    "王工",
]
LYC = ["008", "洛阳LYC", "轴承", "", "", "河南洛阳", "", "", "", ""]


def problems(table):
    return [(problem.row, problem.column, problem.wrong) for problem in table.problems]


def test_a_supply_row_becomes_a_supply_with_every_field(book, today):
    table = read_supplies(book({"供给": [HEADER, WEIHUA]}), today=today)
    assert table.problems == ()
    assert table.records == (
        Supply(
            id="007",
            enterprise="卫华集团",
            product="桥式起重机",
            description="5-800吨",
            capacity=Quantity(30, "台", per="month"),
            region="410783",
            certificates=("ISO9001",),
            uscc="91520000214433792D",
            valid_until=dt.date(2026, 12, 31),
            extra=(("联系人", "王工"),),
        ),
    )
    assert (table.file, table.sheet, table.rows_read, table.extra_columns) == ("清单.xlsx", "供给", 1, ("联系人",))


def test_a_demand_row_becomes_a_demand_with_every_field(book, today):
    header = ["需求编号", "采购单位", "需求内容", "采购数量", "交货地点", "资质要求", "交期", "联系电话"]
    row = ["X1", "某整车厂", "求购尼龙66切片", "20吨/月", "限河南", "IATF16949", dt.date(2026, 12, 15), "0371"]
    table = read_demands(book({"需求": [header, row]}), today=today)
    assert table.problems == ()
    assert table.records == (
        Demand(
            id="X1",
            text="求购尼龙66切片",
            enterprise="某整车厂",
            quantity=Quantity(20, "t", per="month"),
            region=RegionWish(codes=("410000",), strict=True),
            certificates=("IATF16949",),
            deadline=dt.date(2026, 12, 15),
            extra=(("联系电话", "0371"),),
        ),
    )


def test_what_a_list_does_not_say_stays_unknown(text, today):
    supply = read_supplies(text([["企业名称", "产品"], ["卫华", "起重机"]]), today=today).records[0]
    demand = read_demands(text([["需求"], ["求购起重机"]], name="需求.csv"), today=today).records[0]
    assert supply == Supply(id="供001", enterprise="卫华", product="起重机")
    assert demand == Demand(id="需001", text="求购起重机")


def test_no_certificate_is_not_the_same_as_nothing_said(text, today):
    rows = [["企业名称", "产品", "资质"], ["甲", "泵", "无"], ["乙", "泵", ""]]
    assert [each.certificates for each in read_supplies(text(rows), today=today).records] == [(), None]


def test_a_demand_is_product_description_and_specification_together(text, today):
    rows = [
        ["产品名称", "需求描述", "规格型号"],
        ["轴承", "电机用轴承", "6203"],
        ["阀门", "", "DN100"],
        ["泵", "泵", "泵"],
    ]
    texts = [each.text for each in read_demands(text(rows), today=today).records]
    assert texts == ["电机用轴承,6203", "阀门,DN100", "泵"]


@pytest.mark.parametrize(
    ("header", "cells", "quantity"),
    [
        ("产能(吨/月)", [30], Quantity(30, "t", per="month")),
        ("月产能(吨)", ["20~25"], Quantity(20, "t", per="month", maximum=25)),
        ("年产能(万吨)", [2.5], Quantity(25000, "t", per="year")),
        ("月产能", ["30吨"], Quantity(30, "t", per="month")),
        ("产能(吨/月)", ["5吨/天"], Quantity(5, "t", per="day")),
        ("产能(必填)", ["30"], Quantity(30, "")),
        ("月产能", ["30", "吨"], Quantity(30, "t", per="month")),
    ],
)
def test_a_bare_number_has_the_unit_of_its_header_or_its_unit_column(book, today, header, cells, quantity):
    table = read_supplies(book({"表": [["企业", "产品", header, "单位"], ["甲", "泵", *cells]]}), today=today)
    assert table.records[0].capacity == quantity


def test_province_city_and_county_columns_are_joined(text, today):
    rows = [
        ["企业", "产品", "省份", "城市", "区县"],
        ["甲", "泵", "河南省", "郑州市", "金水区"],
        ["乙", "泵", "", "洛阳", ""],
    ]
    assert [each.region for each in read_supplies(text(rows), today=today).records] == ["410105", "410300"]


def test_a_county_with_namesakes_is_decided_by_the_rows_city_or_by_the_list(text, today):
    own = [["企业", "产品", "城市", "地区"], ["甲", "泵", "开封", "鼓楼区"]]
    most = [["企业", "产品", "地区"], ["甲", "泵", "鼓楼区"], ["乙", "泵", "郑州"], ["丙", "泵", "开封"]]
    assert read_supplies(text(own), today=today).records[0].region == "410204"
    assert read_supplies(text(most), today=today).records[0].region == "410204"


def test_a_region_is_found_in_an_address_which_is_kept(text, today):
    rows = [["企业", "产品", "注册地址"], ["甲", "泵", "河南省洛阳市涧西区建设路1号"]]
    supply = read_supplies(text(rows), today=today).records[0]
    assert supply.region.startswith("4103")
    assert supply.extra == (("注册地址", "河南省洛阳市涧西区建设路1号"),)


def test_a_region_that_is_only_ruled_out_is_kept(text, today):
    table = read_demands(text([["需求", "地区"], ["泵", "不要山东的"]]), today=today)
    assert (table.records[0].region, table.problems) == (RegionWish(excluded=("370000",)), ())


def test_a_serial_number_is_the_id_only_where_there_is_no_id(text, today):
    serial = read_supplies(text([["序号", "企业", "产品"], ["1", "甲", "泵"]]), today=today).records[0]
    both = read_supplies(text([["序号", "编号", "企业", "产品"], ["1", "A9", "甲", "泵"]]), today=today).records[0]
    assert (serial.id, serial.extra) == ("1", ())
    assert (both.id, both.extra) == ("A9", (("序号", "1"),))


def test_made_up_ids_have_as_many_digits_as_the_list_needs(text, today):
    rows = [["企业", "产品"], *[["甲", f"泵{number}"] for number in range(1000)]]
    ids = [each.id for each in read_supplies(text(rows), today=today).records]
    assert (ids[0], ids[-1]) == ("供0001", "供1000")


def test_blank_rows_totals_remarks_and_repeated_headers_are_no_rows(book, today):
    rows = [
        ["编号", "企业", "产品"],
        ["1", "甲", "泵"],
        [],
        ["编号", "企业", "产品"],
        ["合计", "", ""],
        ["注:以上为月产能"],
    ]
    table = read_supplies(book({"表": rows}), today=today)
    assert ([each.id for each in table.records], table.problems) == (["1"], ())


def test_several_products_in_one_cell_are_not_run_together(book, today):
    table = read_supplies(book({"表": [["企业", "产品"], ["河南\n卫华", "齿轮箱\n减速机"]]}), today=today)
    assert (table.records[0].enterprise, table.records[0].product) == ("河南卫华", "齿轮箱、减速机")


def test_a_column_without_a_name_is_carried_under_its_letter(book, today):
    table = read_supplies(book({"表": [["企业", "产品", ""], ["甲", "泵", "现货"]]}), today=today)
    assert table.records[0].extra == (("C列", "现货"),)


def test_the_sheet_with_the_fitting_header_is_read_and_every_other_one_is_named(book, today):
    sheets = {"填写说明": [["请按要求填写"]], "供给清单": [HEADER, WEIHUA], "字典": [["省", "市"], ["河南", "郑州"]]}
    table = read_supplies(book(sheets), today=today)
    assert table.sheet == "供给清单"
    assert table.note == (
        "清单.xlsx:读了表“供给清单”的 1 行,表头在第 1 行;表“填写说明”没有认得出的表头,没有读;"
        "表“字典”缺少必需的列“企业名称”、“产品”,没有读;没认出、原样带到结果里的列:联系人。"
    )
    assert table.problems == ()


def test_sheets_with_the_same_header_are_all_read_and_problems_name_theirs(book, today):
    sheets = {"长垣": [HEADER, WEIHUA], "洛阳": [HEADER, LYC, [*LYC[:2], "", *LYC[3:]]]}
    table = read_supplies(book(sheets), today=today)
    assert [each.enterprise for each in table.records] == ["卫华集团", "洛阳LYC"]
    assert table.note.startswith("清单.xlsx:读了表“长垣”的 1 行,表头在第 1 行;表“洛阳”的 2 行,表头在第 1 行;")
    assert [(problem.sheet, problem.row) for problem in table.problems] == [("洛阳", 3)]


def test_supplies_and_demands_in_one_workbook_are_told_apart_by_the_sheets_names(book, today):
    header = ["企业名称", "产品名称", "数量"]
    path = book({"需求表": [header, ["买方", "阀门", 3]], "供给表": [header, ["卖方", "泵", 5]]})
    assert [each.enterprise for each in read_supplies(path, today=today).records] == ["卖方"]
    assert [each.enterprise for each in read_demands(path, today=today).records] == ["买方"]


def test_a_hidden_sheet_is_left_out_and_the_note_says_so(book, today):
    table = read_supplies(book({"旧": [HEADER, LYC], "新": [HEADER, WEIHUA]}, hide=["旧"]), today=today)
    assert [each.enterprise for each in table.records] == ["卫华集团"]
    assert "表“旧”是隐藏的,没有读" in table.note
    assert [(problem.sheet, problem.row, problem.used) for problem in table.problems] == [("旧", 0, False)]


def test_sheets_with_different_headers_are_all_read_each_by_its_own(book, today):
    sheets = {
        "城区": [["企业名称", "产品", "产能"], ["甲", "齿轮", "10吨/月"]],
        "郊县": [["某县清单"], ["主导产品", "月产能(台)", "公司名称", "备注"], ["泵", 5, "乙", "急"]],
    }
    table = read_supplies(book(sheets), today=today)
    first, second = table.records
    assert (first.enterprise, first.product, first.capacity) == ("甲", "齿轮", Quantity(10, "t", per="month"))
    assert (second.enterprise, second.product, second.capacity) == ("乙", "泵", Quantity(5, "台", per="month"))
    assert (second.description, table.sheet, table.problems) == ("急", "城区、郊县", ())
    assert table.note == "清单.xlsx:读了表“城区”的 1 行,表头在第 1 行;表“郊县”的 1 行,表头在第 2 行。"


@pytest.mark.parametrize(
    ("rows", "wrong"),
    [
        ([["产品", "产能", "地区"], ["泵", "3台", "郑州"]], "这张表缺少必需的列“企业名称”,没有读"),
        ([["乙", "泵", "郑州"], ["丙", "阀", "洛阳"], ["丁", "管", "许昌"]], "这张表没有认得出的表头,没有读"),
        ([["企业名称", "产品", "采购数量"], ["乙", "泵", 3]], "这张表看起来是需求清单,没有当作供给读"),
    ],
)
def test_a_sheet_that_looks_like_a_list_and_is_not_read_is_a_problem(book, today, rows, wrong):
    table = read_supplies(book({"甲": [HEADER, WEIHUA], "Sheet2": rows}), today=today)
    (problem,) = table.problems
    assert (problem.file, problem.sheet, problem.row, problem.wrong) == ("清单.xlsx", "Sheet2", 0, wrong)
    assert problem.cure.startswith("如果它")
    assert not problem.used
    assert f"表“Sheet2”{wrong.removeprefix('这张表')}" in table.note


def test_hidden_rows_are_read_and_counted_in_the_note(book, today):
    path = book({"供给": [HEADER, WEIHUA, LYC, [*LYC[:2], "泵"]]}, hide_rows={"供给": [0, 2]})
    table = read_supplies(path, today=today)
    assert len(table.records) == 3
    assert table.note.startswith("清单.xlsx:读了表“供给”的 3 行,表头在第 1 行,其中 1 行是隐藏的,也读了")


def test_the_note_says_what_was_read_and_which_columns_were_not_understood(text, today):
    rows = [["清单"], ["企业", "产品名称", "主要产品", "微信", ""], ["甲", "泵", "阀", "w1", "现货"]]
    table = read_supplies(text(rows), today=today)
    assert table.note == (
        "清单.csv:读了 1 行,表头在第 2 行;没认出、原样带到结果里的列:微信、E列;"
        "列“主要产品”和“产品名称”说的是同一项,用了“产品名称”,“主要产品”原样带到结果里。"
    )
    assert table.records[0].extra == (("主要产品", "阀"), ("微信", "w1"), ("E列", "现货"))


@pytest.mark.parametrize(
    "demand", ["联系人:王工 13812345678 圆钢 20t", "说明:急需圆钢", "注：圆钢 20吨", "合计仪表", "6203"]
)
def test_a_demand_that_begins_like_a_remark_is_a_demand(text, today, demand):
    table = read_demands(text([["需求", "数量"], ["阀门", "3台"], [demand, ""]]), today=today)
    assert ([each.text for each in table.records], table.problems) == (["阀门", demand], ())


def test_a_product_in_a_row_of_sums_is_a_product(text, today):
    rows = [["类", "企业", "产品"], ["合计", "甲", "起重机"]]
    assert [each.product for each in read_supplies(text(rows), today=today).records] == ["起重机"]


def test_a_list_without_ids_keeps_no_row_in_memory():
    ids = Ids(prefix="供", log=Log(file="清单.csv", sheets=("",)))
    header = find_header([["企业", "产品"]], side="supply")
    for number in range(3):
        row = Row(sheet=0, number=number + 2, cells=["甲", "泵"])
        ids.take(Reading(row=row, header=header, log=ids.log), "")
    assert (ids.cases, ids.blank) == ([], [0, 1, 2])


def test_equal_texts_are_kept_once_until_the_pool_is_full():
    pool = Pool(most=2)
    first, again, other, late = (f"尼龙{ending}" for ending in ("66", "66", "6", "66"))
    assert pool.one(first) is first
    assert pool.one(again) is first
    assert pool.one(other) is other
    assert pool.one(late) is late


def test_progress_ends_with_all_rows(text, today):
    seen = []
    rows = [["企业", "产品"], *[["甲", "泵"]] * 2500]
    read_supplies(text(rows), today=today, progress=lambda done, total: seen.append((done, total)))
    assert seen[-1][0] == seen[-1][1] >= 2501
    assert len(seen) >= 3


def test_a_comma_without_quotes_in_the_last_column_is_put_back(text, today):
    table = read_demands(text("编号,需求\n1,求购PA66,注塑级,20吨\n2,阀门\n"), today=today)
    assert [each.text for each in table.records] == ["求购PA66,注塑级,20吨", "阀门"]
    assert problems(table) == [(2, "", "这一行比表头多出 2 格")]


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations(range(len(HEADER))))
def test_any_order_of_columns_gives_the_same_records(text, today, order):
    def shuffled(row):
        return [row[at] for at in order]

    table = read_supplies(text([shuffled(row) for row in (HEADER, WEIHUA, LYC)]), today=today)
    assert table.records == read_supplies(text([HEADER, WEIHUA, LYC]), today=today).records


CELL = st.text(alphabet="尼龙切片轴承泵阀,;\"' \n=+-#1２(A", max_size=12).map(str.strip)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(CELL, CELL, CELL, CELL), max_size=5))
def test_every_format_gives_the_same_records(text, book, today, rows):
    table = [["企业名称", "产品", "说明", "联系人"], ["卫华集团", "起重机", "大", "王工"], *map(list, rows)]
    paths = [text(table, encoding=encoding, name=f"{encoding}.csv") for encoding in ("utf-8", "utf-8-sig", "gb18030")]
    workbook, *texts = [read_supplies(path, today=today) for path in (book({"表": table}), *paths)]
    for each in texts:
        assert each.records == workbook.records
        assert [dataclasses.replace(p, file="", sheet="") for p in each.problems] == [
            dataclasses.replace(p, file="", sheet="") for p in workbook.problems
        ]


def test_a_hidden_sheet_is_read_where_there_is_no_other_list(book, today):
    table = read_supplies(book({"旧": [HEADER, LYC], "封面": [["某某市"]]}, hide=["旧"]), today=today)
    assert [each.enterprise for each in table.records] == ["洛阳LYC"]


def test_rows_are_read_at_the_pace_of_a_hundred_thousand_in_ten_seconds(book, today):
    path = book({"供给": [HEADER, *([str(number), *WEIHUA[1:]] for number in range(20_000))]})
    start = time.process_time()
    table = read_supplies(path, today=today)
    assert time.process_time() - start < 2
    assert (len(table.records), table.problems) == (20_000, ())


def test_the_public_face_is_sorted_and_every_name_is_there():
    assert tables.__all__ == sorted(tables.__all__)
    assert all(hasattr(tables, name) for name in tables.__all__)


def test_ones_own_list_need_not_name_the_enterprise_and_keeps_what_was_written(tmp_path):
    path = tmp_path / "自己的.csv"
    path.write_text("产品,产能(吨/月),版本\n尼龙66切片,30,3\n合计,,\n己二酸,约200吨/年,\n", "utf-8-sig")
    table, written = read_own_list(path, side="supply", today=dt.date(2026, 11, 22))
    assert [record.product for record in table.records] == ["尼龙66切片", "己二酸"]
    assert [(one.row, one.fields["capacity"], one.columns["版本"]) for one in written] == [
        (2, "30", "3"),
        (4, "约200吨/年", ""),
    ]
    assert not [problem for problem in table.problems if "企业" in problem.wrong]
    with pytest.raises(TableError, match="企业名称"):
        read_supplies(path, today=dt.date(2026, 11, 22))
