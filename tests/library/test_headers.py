"""Which row is the header, and which column is which field."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chuanzhu.tables.headers import column_letter, find_header, header_key, known_names


def fields(header):
    return {field: column.index for field, column in header.fields.items()}


@pytest.mark.parametrize(
    "cell",
    [
        "产品名称",
        " 产 品 名 称 ",
        "产品\n名称",
        "*产品名称",
        "1.产品名称",
        "(2)产品名称",
        "三、产品名称",
        "产品名称(必填)",
        "产品名称：",
        "★产品名称",
        "产品名称*",
    ],
)
def test_a_header_is_known_however_it_is_dressed(cell):
    assert fields(find_header([["企业名称", cell]], side="supply")) == {"enterprise": 0, "product": 1}


def test_english_and_full_width_headers_are_known():
    header = find_header([["ＩＤ", "Company Name", "Product", "Valid Until", "Credit_Code"]], side="supply")
    assert fields(header) == {"id": 0, "enterprise": 1, "product": 2, "valid_until": 3, "uscc": 4}


@pytest.mark.parametrize(
    ("cell", "unit", "per"),
    [
        ("产能(吨/月)", "吨/月", ""),
        ("产能（单位：吨）", "吨", ""),
        ("月产能(吨)", "吨", "month"),
        ("年产能", "", "year"),
        ("产能(月)", "", "month"),
        ("年产量/万吨", "万吨", "year"),
        ("日产量", "", "day"),
    ],
)
def test_the_header_of_an_amount_states_its_unit_and_period(cell, unit, per):
    column = find_header([["企业", "产品", cell]], side="supply").fields["capacity"]
    assert (column.unit, column.per) == (unit, per)


def test_title_rows_above_the_header_are_passed_over():
    rows = [["河南省供给清单"], ["填报单位:某某县工信局", "", "日期:2026年"], [], ["序号", "公司名称", "主要产品"]]
    header = find_header(rows, side="supply")
    assert (header.row, fields(header)) == (3, {"serial": 0, "enterprise": 1, "product": 2})


def test_group_titles_above_the_names_are_combined_with_them():
    rows = [["序号", "企业信息", "", "产品信息", ""], ["", "名称", "所在地", "名称", "产能"]]
    header = find_header(rows, side="supply")
    assert header.row == 1
    assert fields(header) == {"serial": 0, "enterprise": 1, "region": 2, "product": 3, "capacity": 4}


def test_a_header_below_row_thirty_is_not_looked_for():
    assert find_header([["说明文字"]] * 30 + [["企业名称", "产品"]], side="supply") is None


def test_a_unit_is_told_from_an_organisation_by_its_place():
    buyers = find_header([["单位", "需求", "数量"]], side="demand")
    units = find_header([["品名", "数量", "单位"]], side="demand")
    assert fields(buyers) == {"enterprise": 0, "demand": 1, "quantity": 2}
    assert fields(units) == {"product": 0, "quantity": 1, "unit": 2}


def test_a_header_that_ends_with_a_known_name_is_known_unless_a_surer_one_is_there():
    assert fields(find_header([["本企业主要产品", "公司"]], side="supply"))["product"] == 0
    assert fields(find_header([["本企业主要产品", "公司", "品名"]], side="supply"))["product"] == 2


def test_what_is_no_header_is_not_taken_for_one():
    assert find_header([["张三", "13800000000"], ["李四", "13900000000"]], side="supply") is None


def test_the_columns_that_are_missing_are_named():
    assert find_header([["产品", "产能"]], side="supply").missing("supply") == (("enterprise",),)
    assert find_header([["数量"]], side="demand").missing("demand") == (("demand", "product"),)


def test_the_list_of_known_names_begins_with_the_contract():
    assert known_names("supply", ["product"]).startswith("产品(或:产品名称、主要产品、")


def test_column_letters_go_on_after_z():
    assert [column_letter(index) for index in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]


@given(
    st.permutations(
        ["编号", "企业名称", "产品", "说明", "产能(吨/月)", "地区", "资质", "统一社会信用代码", "有效期至", "联系人"]
    )
)
def test_any_order_of_columns_gives_the_same_fields(names):
    header = find_header([names], side="supply")
    wanted = {
        "id": "编号",
        "enterprise": "企业名称",
        "product": "产品",
        "description": "说明",
        "capacity": "产能(吨/月)",
    }
    wanted |= {"region": "地区", "certificates": "资质", "uscc": "统一社会信用代码", "valid_until": "有效期至"}
    assert {field: column.name for field, column in header.fields.items()} == wanted


@given(st.text(max_size=60))
def test_no_cell_stops_the_header_reader(cell):
    header_key(cell)
    find_header([[cell, "产品"], ["企业", cell]], side="supply")
