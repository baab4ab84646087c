"""Regions: every usual way of writing leads to one code, and words that are no places are left alone."""

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chuanzhu.taxonomy.regions import (
    AmbiguousRegion,
    UnknownRegion,
    find_region_wish,
    find_regions,
    is_within,
    nearness,
    region_name,
    region_path,
    resolve_region,
)
from chuanzhu.taxonomy.regions.places import full_name, groups, places, rows

CODES = sorted(places().names)
USUAL = {
    "410000": "河南|河南省|中国河南省|41|豫|410000",
    "410100": "郑州|郑州市|河南郑州|河南省-郑州市|4101|河南 郑州",
    "410105": "金水区|郑州金水|河南省郑州市金水区|河南省/郑州市/金水区|410105",
    "410172": "郑州高新区|郑州市高新区|郑州高新技术产业开发区|河南省郑州市高新技术开发区|郑州市高新技术产业开发区",
    "410173": "郑州航空港|郑州航空港区|郑州市航空港区|郑州航空港经济综合实验区|河南郑州航空港区",
    "410181": "巩义|巩义市|郑州巩义|河南省巩义市|河南省郑州市巩义市",
    "410327": "宜阳|宜阳县|洛阳宜阳|河南宜阳县|河南省洛阳市宜阳县",
    "411326": "淅川|淅川县|南阳淅川|河南淅川|河南省 南阳市 淅川县",
    "411003": "建安区|许昌建安区|许昌县|河南许昌县|许昌市建安区",
    "410522": "安阳县|安阳安阳县|安阳市安阳县|河南安阳县|河南省安阳市安阳县",
    "410526": "滑县|安阳滑县|河南滑县|安阳市滑县|河南省安阳市滑县",
    "419001": "济源|济源市|河南济源|河南省省直辖县级行政区划济源市|419001",
    "410773": "平原示范区|新乡平原新区|平原新区|新乡平原示范区|新乡市平原城乡一体化示范区",
    "110000": "北京|北京市|北京北京市|京|110100",
    "310000": "上海|上海上海市|沪|上海市市辖区|31",
    "310115": "浦东新区|上海浦东|上海市浦东新区|上海市市辖区浦东新区|浦东",
    "150100": "呼和浩特|内蒙古呼和浩特|内蒙古自治区呼和浩特市|内蒙呼和浩特|呼和浩特市",
    "422800": "恩施州|湖北恩施州|恩施土家族苗族自治州|湖北省恩施土家族苗族自治州|4228",
    "441900": "东莞|东莞市|广东东莞|广东省东莞市|广东省东莞市东莞市",
    "320582": "张家港|张家港市|江苏张家港|苏州张家港|江苏省苏州市张家港市",
    "220200": "吉林市|吉林吉林|吉林省吉林市|吉林吉林市|2202",
    "130600": "雄安新区|雄安|河北雄安新区|保定|河北省保定市",
}


@pytest.mark.parametrize("spoken", [full_name, region_name, lambda code: code], ids=["full", "short", "code"])
def test_every_region_of_the_table_resolves_to_its_own_code(spoken):
    assert [code for code in CODES if resolve_region(spoken(code)) != code] == []


@pytest.mark.parametrize("code", USUAL)
def test_five_usual_forms_lead_to_the_same_code(code):
    forms = USUAL[code].split("|")
    assert len(forms) >= 5
    assert [resolve_region(form) for form in forms] == [code] * len(forms)


def test_all_thirty_four_provinces_are_there():
    assert len([code for code in CODES if code.endswith("0000")]) == 34


@pytest.mark.parametrize("cell", ["", " ", "全国", "不限", "国内", "-"])
def test_anywhere_is_an_empty_code(cell):
    assert resolve_region(cell) == ""


def test_a_zone_that_is_not_in_the_table_and_an_address_lead_to_their_city_or_county():
    assert resolve_region("商丘高新区") == "411400"
    assert resolve_region("郑州郑东新区") == "410100"
    assert resolve_region("河南省郑州市金水区花园路1号") == "410105"
    assert resolve_region("洛阳市庞村镇") == "410300"


def test_a_county_in_the_wrong_province_is_named_with_where_it_is():
    with pytest.raises(UnknownRegion, match="河南省没有“张家港市”,有的是江苏省苏州市张家港市"):
        resolve_region("河南省张家港市")


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ("火星", "不认识地区“火星”.*河南郑州金水区"),
        ("郑州市某某区", "认得河南省郑州市,不认识“某某区”"),
        ("410999", "没有代码为“410999”的地区.*6 位代码"),
    ],
)
def test_an_unknown_region_is_named_with_the_cure(cell, message):
    with pytest.raises(UnknownRegion, match=message):
        resolve_region(cell)


def test_a_cell_of_fifty_thousand_characters_is_refused_in_a_short_sentence():
    with pytest.raises(UnknownRegion) as caught:
        resolve_region("北京火星" * 12_500)
    assert len(str(caught.value)) < 200


def test_a_text_of_fifty_thousand_characters_is_read_in_seconds():
    began = time.perf_counter()
    assert len(find_regions("北京," * 16_000)) == 16_000
    assert len(find_region_wish("限河南,送到安阳" * 6_000)[0].codes) == 1
    assert time.perf_counter() - began < 5


def test_a_name_of_several_counties_lists_them_and_says_how_to_write_it():
    with pytest.raises(AmbiguousRegion, match=r"“鼓楼区”有 4 处:江苏省南京市鼓楼区.*例如“江苏南京鼓楼区”"):
        resolve_region("鼓楼区")


def test_a_name_of_several_counties_is_decided_by_the_same_city_then_the_same_province():
    assert resolve_region("鼓楼区", context=["410205"]) == "410204"
    assert resolve_region("鼓楼区", context=["410100"]) == "410204"
    assert resolve_region("朝阳区", context=["220000"]) == "220104"
    with pytest.raises(AmbiguousRegion):
        resolve_region("鼓楼区", context=["320500"])


def test_a_column_of_a_hundred_thousand_cells_resolves_in_two_seconds():
    cells = [region_name(CODES[at % len(CODES)]) for at in range(100_000)]
    began = time.perf_counter()
    codes = [resolve_region(cell) for cell in cells]
    assert time.perf_counter() - began < 2
    assert codes[-1] == CODES[99_999 % len(CODES)]


def test_paths_names_and_nearness_know_cities_without_counties_and_counties_without_cities():
    assert region_path("410181") == ("410000", "410100", "410181")
    assert region_path("419001") == ("410000", "419001")
    assert region_path("310115") == ("310000", "310115")
    assert region_path("") == region_path("999999") == ()
    assert [region_name(code) for code in ("410181", "419001", "310115", "410522", "999999")] == [
        "河南郑州巩义",
        "河南济源",
        "上海浦东新区",
        "河南安阳安阳县",
        "999999",
    ]


@pytest.mark.parametrize(
    ("code", "other", "expected"),
    [
        ("410181", "410181", 3),
        ("419001", "419001", 3),
        ("410181", "410105", 2),
        ("410100", "410181", 2),
        ("310000", "310115", 2),
        ("410100", "410300", 1),
        ("419001", "410800", 1),
        ("429004", "429005", 1),
        ("410000", "410000", 1),
        ("410100", "130100", 0),
        ("", "410100", 0),
    ],
)
def test_nearness_counts_county_city_and_province(code, other, expected):
    assert nearness(code, other) == nearness(other, code) == expected


@given(st.sampled_from(CODES))
def test_a_region_lies_within_everything_on_its_path_and_nowhere_else(code):
    assert all(is_within(code, outer) for outer in region_path(code))
    assert [outer for outer in CODES if is_within(code, outer)] == sorted(region_path(code))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("郑州巩义附近优先,要现货", [("郑州巩义", "410181")]),
        ("石灰石矿,南阳淅川,2个月内进场", [("南阳淅川", "411326")]),
        ("台面3米,洛阳庞村", [("洛阳", "410300")]),
        ("驻马店上蔡交货", [("驻马店上蔡", "411722")]),
        ("信阳潢川,环评已过", [("信阳潢川", "411526")]),
        ("要装壁挂新风,滑县", [("滑县", "410526")]),
        ("冻品郑州发武汉西安", [("郑州", "410100"), ("武汉", "420100"), ("西安", "610100")]),
        ("临颍、长葛都行", [("临颍", "411122"), ("长葛", "411082")]),
        ("郑州航空港,尽快", [("郑州航空港", "410173")]),
        ("山西安全帽厂", [("山西", "140000")]),
        ("洛阳市区送货", [("洛阳市", "410300")]),
        ("上海浦东提货", [("上海浦东", "310115")]),
        ("山东高密度聚乙烯", [("山东", "370000")]),
        ("天津和平区", [("天津和平区", "120101")]),
    ],
)
def test_places_are_found_in_purchase_texts(text, expected):
    assert [(found.text, found.code) for found in find_regions(text)] == expected


@pytest.mark.parametrize(
    "text",
    [
        "黑色长沙发20套",
        "普通化肥和复合肥",
        "三明治机",
        "大理石台面",
        "开封后冷藏",
        "大连接法兰",
        "组成都一样",
        "无锡焊料",
        "朝阳区",
        "和平鸽雕塑",
        "资源合作与通道建设",
        "白银10公斤",
        "高密度聚乙烯",
        "本省企业",
        "室内省内存",
    ],
)
def test_words_that_only_contain_a_place_are_left_alone(text):
    assert find_regions(text) == []


def test_home_decides_what_is_ours_and_which_of_several_counties_is_meant():
    assert [found.code for found in find_regions("本省或本市,本地有服务点", home="410181")] == [
        "410000",
        "410100",
        "410181",
    ]
    assert [found.code for found in find_regions("鼓楼区交货", home="410200")] == ["410204"]
    assert find_regions("限本市企业", home="410000") == []


@given(st.text(alphabet="郑州巩义河南省市区县限本内优先,、 ＺＺ长沙发朝阳", max_size=30))
def test_finds_point_into_the_text_in_order_and_never_overlap(text):
    found = find_regions(text, home="410100")
    assert [text[one.start : one.end] for one in found] == [one.text for one in found]
    assert all(left.end <= right.start for left, right in pairwise(found))


def test_every_group_names_regions_of_the_table():
    assert [(name, code) for name, group in groups().items() for code in group.codes if code not in CODES] == []


def test_every_speciality_comes_from_regions_of_the_table():
    listed = [(word, code) for word, codes in rows("region_specialities.csv") for code in codes.split(";") if code]
    assert [(word, code) for word, code in listed if code not in CODES] == []


@pytest.mark.parametrize("text", ["河南路12号", "北京路", "南京西路", "上海中路88号", "天津街"])
def test_a_street_named_after_a_region_is_not_in_it(text):
    assert find_regions(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "金华火腿",
        "青岛啤酒",
        "西湖龙井",
        "杭州西湖龙井",
        "龙口粉丝",
        "涪陵榨菜",
        "山东大葱",
        "南阳牛",
        "西峡香菇",
        "信阳毛尖",
        "五常大米",
    ],
)
def test_the_place_in_the_name_of_a_speciality_belongs_to_the_product(text):
    assert find_regions(f"求购{text}100箱") == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("青岛港交货", "370200"),
        ("宁波港", "330200"),
        ("天津港提货", "120000"),
        ("上海路灯", "310000"),
        ("南阳牛皮", "411300"),
        ("郑州北京路5号", "410100"),
        ("河南大米", "410000"),
    ],
)
def test_a_port_or_goods_after_a_place_leave_it_a_place(text, code):
    assert [found.code for found in find_regions(text)] == [code]


def test_a_group_is_no_place_of_a_supplier():
    with pytest.raises(AmbiguousRegion, match="“江浙”是几个地方的合称:江苏、浙江;请只写所在的一个"):
        resolve_region("江浙")
