"""Wishes for regions: rules, preferences and exclusions are told apart, and none of their words is left over."""

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chuanzhu.model import RegionWish
from chuanzhu.taxonomy.regions import (
    AmbiguousRegion,
    UnknownRegion,
    find_region_wish,
    parse_region_wish,
)


@pytest.mark.parametrize(
    ("text", "codes", "strict"),
    [
        ("限河南", ("410000",), True),
        ("仅限郑州、洛阳企业", ("410100", "410300"), True),
        ("只要本省的", ("410000",), True),
        ("必须在河南省内", ("410000",), True),
        ("限本市企业", ("410100",), True),
        ("河南省内企业", ("410000",), True),
        ("只考虑郑州", ("410100",), True),
        ("河南以外的不要", ("410000",), True),
        ("限河南,送到安阳", ("410000",), True),
        ("河南省内企业优先", ("410000",), False),
        ("许昌本地有服务点的优先", ("411000",), False),
        ("最好漯河周口的", ("411100", "411600"), False),
        ("必须在郑州交货", ("410100",), False),
        ("送到安阳", ("410500",), False),
        ("南阳项目", ("411300",), False),
        ("尽快报价", (), False),
    ],
)
def test_a_wish_is_a_rule_only_where_the_words_say_so(text, codes, strict):
    assert find_region_wish(text, home="410100")[0] == RegionWish(codes=codes, strict=strict)


def left_over(text, home="410100"):
    for found in reversed(find_region_wish(text, home=home)[1]):
        text = text[: found.start] + text[found.end :]
    return text


@pytest.mark.parametrize(
    "text",
    [
        "不要山东的",
        "不要山东货",
        "除山东外均可",
        "除了山东其他都行",
        "山东的不要",
        "山东除外",
        "非山东",
        "谢绝山东厂家",
        "山东以外都可以",
    ],
)
def test_a_place_ruled_out_is_excluded_and_no_preference_and_none_of_its_words_are_left(text):
    assert find_region_wish(text)[0] == RegionWish(excluded=("370000",))
    assert left_over(text) == ""


@pytest.mark.parametrize(
    "text",
    [
        "别找外省的",
        "外省勿扰",
        "省外的不要",
        "非河南企业勿扰",
        "不是河南的不要",
        "除了河南,其他都不要",
        "非河南不可",
        "河南以外的不要",
    ],
)
def test_to_rule_out_all_other_places_is_a_rule(text):
    assert find_region_wish(text, home="410100")[0] == RegionWish(codes=("410000",), strict=True)
    assert left_over(text) == ""


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("只要河南、山东的,不要江苏的", RegionWish(codes=("410000", "370000"), strict=True, excluded=("320000",))),
        ("除了河南,山东也可以", RegionWish(codes=("410000", "370000"))),
        ("河南厂家不要贸易商", RegionWish(codes=("410000",))),
        ("不限河南", RegionWish()),
        ("不要求在本地", RegionWish()),
        ("不要东北的", RegionWish(excluded=("210000", "220000", "230000"))),
        ("只要省外的", RegionWish(excluded=("410000",))),
        ("外省均可,本省优先", RegionWish(codes=("410000",))),
    ],
)
def test_a_refusal_holds_for_the_places_it_is_said_of_and_for_no_others(text, wish):
    assert find_region_wish(text, home="410100")[0] == wish


@pytest.mark.parametrize(
    "text",
    [
        "只要河南的厂",
        "只要本省",
        "限河南",
        "仅限河南企业",
        "河南能供的",
        "河南能供货的厂家",
        "必须在河南",
        "只考虑河南的企业",
        "只找河南供应商",
        "省内企业",
        "限省内厂家",
        "厂家必须在河南",
        "供应商要求在河南",
    ],
)
def test_a_rule_takes_in_all_words_that_express_it(text):
    assert find_region_wish(text, home="410100")[0] == RegionWish(codes=("410000",), strict=True)
    assert left_over(text) == ""


@pytest.mark.parametrize(
    "text",
    ["河南优先", "最好是河南的", "河南附近", "河南周边", "河南一带的厂", "优先河南厂家", "本省优先", "限河南附近"],
)
def test_a_preference_is_no_rule_and_takes_in_its_words(text):
    assert find_region_wish(text, home="410100")[0] == RegionWish(codes=("410000",))
    assert left_over(text) == ""


@pytest.mark.parametrize("text", ["本省优先", "本地优先", "只要本省", "别找外省的", "省内企业", "地区不限", "全国均可"])
def test_words_for_home_are_a_region_and_no_product_where_home_is_not_known(text):
    assert find_region_wish(text)[0] == RegionWish()
    assert left_over(text, home="") == ""


def test_the_thing_wanted_stays_beside_a_rule():
    assert left_over("只要河南的PA66") == "PA66"
    assert left_over("求购钢管10吨,厂家必须在河南") == "求购钢管10吨,"
    assert left_over("采购铝锭省内企业优先") == "采购铝锭"


@pytest.mark.parametrize(
    ("text", "codes", "strict"),
    [
        ("豫北优先", ("410500", "410600", "410700", "410800", "410900", "419001"), False),
        ("限豫西南", ("411300",), True),
        ("郑汴洛附近", ("410100", "410200", "410300"), False),
        ("只要江浙沪的厂", ("310000", "320000", "330000"), True),
        ("长三角、珠三角的企业", ("310000", "320000", "330000", "340000", "440000"), False),
        ("限京津冀", ("110000", "120000", "130000"), True),
        ("采购轴承,华南,30套", ("440000", "450000", "460000"), False),
        ("华中地区企业优先", ("410000", "420000", "430000"), False),
    ],
)
def test_a_name_for_several_regions_means_all_of_them(text, codes, strict):
    assert find_region_wish(text)[0] == RegionWish(codes=codes, strict=strict)


@pytest.mark.parametrize("text", ["厂房西南角", "西北风机", "东北大米", "西南方向", "日本地板", "资本市场", "户外地板"])
def test_points_of_the_compass_and_words_across_others_are_no_regions(text):
    assert find_region_wish(text, home="410100") == (RegionWish(), [])


@given(st.text(alphabet="郑州河南山东本省外地华豫北不要只限除非优先能供的厂企业、,和 ", max_size=24))
def test_stretches_of_a_wish_point_into_the_text_in_order_and_never_overlap(text):
    _, found = find_region_wish(text, home="410100")
    assert [text[one.start : one.end] for one in found] == [one.text for one in found]
    assert all(left.end <= right.start for left, right in pairwise(found))


@pytest.mark.parametrize(
    ("cell", "wish"),
    [
        ("不要山东的", RegionWish(excluded=("370000",))),
        ("除山东、河北外均可", RegionWish(excluded=("370000", "130000"))),
        ("非山东", RegionWish(excluded=("370000",))),
        ("不限,山东除外", RegionWish(excluded=("370000",))),
        ("河南(郑州除外)", RegionWish(codes=("410000",), excluded=("410100",))),
        ("河南能供的", RegionWish(codes=("410000",), strict=True)),
        ("别找外省的", RegionWish(codes=("410000",), strict=True)),
        ("省内", RegionWish(codes=("410000",), strict=True)),
        ("限豫西", RegionWish(codes=("410300", "411200"), strict=True)),
        ("豫西南/宛", RegionWish(codes=("411300",))),
        ("江浙地区", RegionWish(codes=("320000", "330000"))),
    ],
)
def test_exclusions_groups_and_home_are_read_in_a_cell(cell, wish):
    assert parse_region_wish(cell, context=("410181", "410300", "320100")) == wish


def test_home_in_a_cell_goes_before_the_province_of_most_of_the_list():
    assert parse_region_wish("省内", context=("410100",), home="320100").codes == ("320000",)
    assert parse_region_wish("本市", context=("410181", "410105")).codes == ("410100",)


@pytest.mark.parametrize("cell", ["省内", "本市", "本地优先", "只要本省的厂", "别找外省的"])
def test_home_in_a_cell_that_nothing_tells_is_asked_for(cell):
    with pytest.raises(AmbiguousRegion, match=f"{cell}.*请写出省市的名称.*6 位代码"):
        parse_region_wish(cell)


def test_home_of_a_city_is_asked_for_where_only_the_province_is_known():
    with pytest.raises(AmbiguousRegion, match="不知道“本市”指哪里"):
        parse_region_wish("本市", context=("410100", "410300"))


@pytest.mark.parametrize(
    ("cell", "codes", "strict"),
    [
        ("限河南", ("410000",), True),
        ("仅限河南省内企业", ("410000",), True),
        ("河南省内", ("410000",), True),
        ("本省", ("410000",), False),
        ("河南", ("410000",), False),
        ("河南优先", ("410000",), False),
        ("郑州或洛阳", ("410100", "410300"), False),
        ("郑州/洛阳", ("410100", "410300"), False),
        ("河南/郑州", ("410100",), False),
        ("呼和浩特和包头", ("150100", "150200"), False),
        ("和田", ("653200",), False),
        ("郑州周边200公里内", ("410100",), False),
        ("", (), False),
        ("不限", (), False),
        ("全国均可", (), False),
    ],
)
def test_the_region_cell_of_a_demand_is_read(cell, codes, strict):
    assert parse_region_wish(cell, context=("410100",)) == RegionWish(codes=codes, strict=strict)


def test_an_unknown_place_in_the_region_cell_of_a_demand_is_named():
    with pytest.raises(UnknownRegion, match="不认识地区“火星”"):
        parse_region_wish("郑州或火星")


@pytest.mark.parametrize(
    "words", ["的企业", "本地", "本地的企业", "地区的生产企业", "附近优先", "的", "省", "能供的厂"]
)
def test_a_place_amid_many_words_of_one_kind_is_read_at_once(words):
    began = time.perf_counter()
    for lead in ("限", "除", "不是", "最好", ""):
        assert find_region_wish(f"{lead}河南{words * 40}钢")[1]
    assert time.perf_counter() - began < 1
