"""The bundled demonstration lists: sourced facts about real enterprises, and demands that are plainly illustrations."""

import csv
import datetime as dt
import re
from collections import Counter
from importlib import resources

import pytest

from chuanzhu.taxonomy.uscc import UsccError, check_uscc

SUPPLY_COLUMNS = ["编号", "企业名称", "产品", "说明", "地区", "统一社会信用代码", "来源", "来源日期"]
DEMAND_COLUMNS = ["编号", "需求", "企业名称", "数量", "地区", "资质", "截止日期", "备注"]
REPORTS, PUBLIC = "上市公司年度报告摘录", "公开常识整理(未逐条核对)"
DATES = {REPORTS: "2020", PUBLIC: "2025"}
NAMED = {  # what the enterprise is called in the documents that the demonstration follows, and in the list
    "宇通集团": "宇通集团",
    "宇通客车": "郑州宇通客车股份有限公司",
    "卫华": "卫华集团有限公司",
    "洛阳LYC": "洛阳LYC轴承有限公司",
    "平煤神马": "中国平煤神马控股集团有限公司",
    "多氟多": "多氟多化工股份有限公司",
    "万基铝业": "万基控股集团有限公司",
    "翔宇医疗": "河南翔宇医疗设备股份有限公司",
    "光远新材": "河南光远新材料股份有限公司",
    "正星科技": "正星科技股份有限公司",
    "德力": "河南德力新能源汽车有限公司",
    "豫氢装备": "河南豫氢装备有限公司",
    "东大化工": "开封东大化工有限公司",
    "华久氢能源": "华久氢能源(河南)有限公司",
    "江苏清能": "江苏清能新能源技术股份有限公司",
}
CITIES = [
    *("郑州", "开封", "洛阳", "平顶山", "安阳", "鹤壁", "新乡", "焦作", "濮阳"),
    *("许昌", "漯河", "三门峡", "南阳", "商丘", "信阳", "周口", "驻马店", "济源"),
]
BOOKKEEPING = re.compile(r"其他|其它|租赁|业务$|PPP")
CONTACT = re.compile(r"1\d{10}|\d{3,4}-\d{7,8}|@")


def rows_of(name):
    text = (resources.files("chuanzhu") / "data" / "demo" / name).read_text("utf-8-sig")
    return list(csv.DictReader(text.splitlines(), strict=True))


@pytest.fixture(scope="module")
def supplies():
    return rows_of("supply.csv")


@pytest.fixture(scope="module")
def demands():
    return rows_of("demand.csv")


@pytest.mark.parametrize(("name", "columns"), [("supply.csv", SUPPLY_COLUMNS), ("demand.csv", DEMAND_COLUMNS)])
def test_a_list_opens_in_excel_and_has_its_columns(name, columns):
    assert (resources.files("chuanzhu") / "data" / "demo" / name).read_bytes().startswith(b"\xef\xbb\xbf")
    assert all(list(row) == columns and None not in row.values() for row in rows_of(name))


@pytest.mark.parametrize("name", ["supply.csv", "demand.csv"])
def test_no_id_is_given_twice_and_no_cell_has_stray_spaces(name):
    rows = rows_of(name)
    assert len({row["编号"] for row in rows}) == len(rows)
    assert [cell for row in rows for cell in row.values() if cell != cell.strip()] == []


def test_there_are_enough_enterprises_and_demands(supplies, demands):
    assert len({row["企业名称"] for row in supplies}) >= 130
    assert len(supplies) >= 220
    assert len(demands) >= 48


def test_every_supply_has_a_source_and_its_date(supplies):
    assert [row["编号"] for row in supplies if DATES.get(row["来源"]) != row["来源日期"]] == []


def test_both_sources_are_drawn_on(supplies):
    count = Counter(row["来源"] for row in supplies)
    assert count[REPORTS] >= 100
    assert count[PUBLIC] >= 100


def test_every_credit_code_passes_the_national_check(supplies):
    codes = {row["统一社会信用代码"] for row in supplies} - {""}
    assert len(codes) >= 60
    assert {check_uscc(code) for code in codes} == codes


def test_a_credit_code_with_a_swapped_character_would_be_noticed(supplies):
    code = next(row["统一社会信用代码"] for row in supplies if row["统一社会信用代码"])
    with pytest.raises(UsccError, match="校验不符"):
        check_uscc(code[:-1] + ("0" if code[-1] != "0" else "1"))


def test_an_enterprise_has_one_credit_code_and_one_region(supplies):
    told = {(row["企业名称"], row["统一社会信用代码"], row["地区"]) for row in supplies}
    assert len(told) == len({row["企业名称"] for row in supplies})
    coded = {(row["企业名称"], row["统一社会信用代码"]) for row in supplies if row["统一社会信用代码"]}
    assert len(coded) == len({code for _, code in coded})


def test_facts_from_annual_reports_name_the_enterprise_by_its_code(supplies):
    assert [row["编号"] for row in supplies if row["来源"] == REPORTS and not row["统一社会信用代码"]] == []


@pytest.mark.parametrize(("called", "enterprise"), NAMED.items())
def test_a_named_enterprise_is_there(supplies, called, enterprise):
    told = [row["产品"] for row in supplies if row["企业名称"] == enterprise]
    assert told, f"{called} ({enterprise}) is missing"


def test_a_short_name_is_marked_for_verification(supplies):
    short = [row for row in supplies if not re.search(r"公司$|分公司$", row["企业名称"])]
    assert short
    assert [row["企业名称"] for row in short if "待核" not in row["说明"]] == []


def test_all_cities_of_henan_are_there(supplies):
    assert all(row["地区"].startswith("河南省") for row in supplies)
    assert [city for city in CITIES if not any(city in row["地区"] for row in supplies)] == []


def test_one_row_offers_one_product(supplies):
    assert len({(row["企业名称"], row["产品"]) for row in supplies}) == len(supplies)
    assert [row["产品"] for row in supplies if not row["产品"] or re.search(r"[;;,,]", row["产品"])] == []


def test_lines_of_the_accounts_are_not_products(supplies):
    assert [row["产品"] for row in supplies if BOOKKEEPING.search(row["产品"])] == []


def test_no_telephone_number_or_mail_address_is_carried(supplies, demands):
    cells = [row[key] for row in supplies for key in ("企业名称", "产品", "说明")]
    cells += [cell for row in demands for cell in row.values()]
    assert [cell for cell in cells if CONTACT.search(cell)] == []


def test_every_demand_says_that_it_is_an_illustration(demands):
    assert [row["编号"] for row in demands if row["备注"] != "示例,非真实需求"] == []


def test_no_demand_is_put_into_the_mouth_of_a_real_enterprise(supplies, demands):
    assert [row["企业名称"] for row in demands if not re.fullmatch(r"某.+\(示例\)", row["企业名称"])] == []
    real = {row["企业名称"] for row in supplies}
    assert [row["需求"] for row in demands if any(name in row["需求"] for name in real)] == []


def test_demands_come_both_in_columns_and_as_one_sentence(demands):
    stated = ["数量", "地区", "资质", "截止日期"]
    assert sum(all(row[key] for key in stated) for row in demands) >= 5
    assert sum(not any(row[key] for key in stated) for row in demands) >= 12


def test_some_demands_make_the_region_a_rule(demands):
    ruled = [row for row in demands if re.search(r"[限只]", row["地区"]) or re.search(r"限|只[要找]", row["需求"])]
    assert len(ruled) >= 5


def test_a_quantity_nobody_can_read_is_among_the_demands(demands):
    assert {"若干", "面议"} <= {row["数量"] for row in demands}


def test_deadlines_are_days_in_order_for_late_2026(demands):
    days = [dt.date.fromisoformat(row["截止日期"]) for row in demands if row["截止日期"]]
    assert len(days) >= 20
    assert min(days) >= dt.date(2026, 12, 1)
    assert max(days) <= dt.date(2027, 12, 31)
