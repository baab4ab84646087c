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


@pytest.mark.parametrize(
    ("side", "field", "names"),
    [
        (
            "supply",
            "certificates",
            "资质荣誉 荣誉 证照 质量认证 通过认证 已通过认证 资质及荣誉 荣誉称号 证书情况 生产许可证",
        ),
        ("supply", "product", "主导产品 主营业务 主要产品及产能 配套产品 可供应产品 拳头产品 主要业务 服务内容"),
        ("supply", "capacity", "年产能 月产量 现有产能 年生产能力 最大供应量 配套能力 年加工能力 富余产能 生产规模"),
        ("supply", "enterprise", "供货商 供应企业 配套企业 生产厂商 申报企业 参会单位 企业全称"),
        ("demand", "product", "需配套产品 拟采购产品 外购件 外协件 采购物料 主要原材料 急需产品 所需零部件"),
        ("demand", "demand", "采购意向 供货要求 需求概况 配套要求 主要需求 寻源需求"),
        ("demand", "quantity", "年需求量 月用量 需求总量 拟采购数量 预计需求量 年消耗量 批量"),
        ("demand", "certificates", "供方资质要求 质量认证 准入条件 资格要求 证照要求 所需资质"),
        ("demand", "deadline", "最晚交货日期 期望交期 供货期限 需求截止日期 计划采购时间"),
        ("demand", "enterprise", "链主 求购单位 业主单位 采购方名称 需求企业名称"),
    ],
)
def test_the_names_that_questionnaires_use_are_known(side, field, names):
    for name in names.split():
        assert field in find_header([["编号", name, "联系人"]], side=side).fields, name


def test_columns_that_mean_nothing_and_columns_that_mean_the_same_are_told_apart():
    header = find_header([["序号", "编号", "企业", "产品名称", "主要产品", "微信", "", "注册地址"]], side="supply")
    assert [column.name for column in header.strange] == ["微信"]
    assert [(left.name, taken.name) for left, taken in header.doubles] == [("主要产品", "产品名称")]


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
def test_no_cell_stops_the_header_reader_from_finding_a_known_name(cell):
    assert find_header([[cell, "产品"], ["企业", cell]], side="supply") is not None
    assert all(isinstance(part, str) for part in header_key(cell))
