"""What is read from purchase messages: the thing apart from the chatter, and the terms."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chuanzhu import Demand, Quantity, RegionWish
from chuanzhu.matching import read_need
from chuanzhu.taxonomy.lexicon import bundled_lexicon

TODAY = dt.date(2026, 9, 1)


def read(text, **columns):
    return read_need(Demand(text=text, **columns), lexicon=bundled_lexicon(), today=TODAY)


def test_the_example_of_the_trade_is_read_whole():
    need = read("急!求购PA66(尼龙66)切片,注塑级,约20~25吨/月,要IATF16949,洛阳或郑州周边,国庆前到货")
    assert need.wanted == "PA66(尼龙66)切片"
    assert need.quantity == Quantity(20, "t", per="month", maximum=25, approximate=True)
    assert need.certificates == ("IATF16949",)
    assert need.region == RegionWish(codes=("410300", "410100"), strict=False)
    assert need.deadline == dt.date(2026, 9, 30)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("求购轴承钢", "轴承钢"),
        ("轴承钢 采购", "轴承钢"),
        ("我们是做减速机的厂,找45号钢锻件,每月30吨", "锻件"),
        ("长期大量收购废铝", "废铝"),
        ("减速机厂家求渗碳淬火外协,月结", "渗碳淬火外协"),
        ("变频器用的散热器2000只", "散热器"),
        ("要有ISO9001,需要304不锈钢法兰,DN100", "不锈钢法兰"),
        ("工业园区要装光伏支架,质保十年", "光伏支架"),
        ("鹤壁电器厂采购,灯头用的胶木粉,每月8吨", "胶木粉"),
        ("新乡某医院采购部,被服车20辆,不锈钢的", "被服车"),
        ("我们是开封的小印刷厂,铜版纸157克,每月5吨", "铜版纸"),
        ("驻马店汽配企业,座椅上的调角器5000套,要过盐雾试验", "调角器"),
        ("橡塑颗粒都要一点,主要要再生PP粒子,每月20吨", "再生PP粒子"),
        ("找公司做厂房环氧地坪,3000平方", "厂房环氧地坪"),
        ("轮胎螺母2000个,装挂车的", "轮胎螺母"),
        ("压铸用脱模剂,要MSDS报告,月结60天", "脱模剂"),
        ("1N5819,编带包装,5万只", "1N5819"),
        ("行车电缆 明天就要", "行车电缆"),
    ],
)
def test_the_wanted_thing_is_told_from_who_asks_and_on_which_terms(text, wanted):
    assert wanted in read(text).wanted


def test_what_it_is_for_is_kept_apart_from_the_thing():
    need = read("求购变压器用的硅钢片")
    assert need.wanted == "硅钢片"
    assert need.use == "变压器"


def test_a_thing_that_is_to_be_made_into_another_is_the_thing():
    need = read("求购锦纶丝做安全带织带,一个月15吨")
    assert need.wanted == "锦纶丝"
    assert need.use == "安全带织带"


def test_a_rule_in_the_text_stands_beside_a_place_in_the_column():
    column = RegionWish(codes=("310000",))
    assert read("求购齿轮,限河南", region=column).region == RegionWish(codes=("410000",), strict=True)
    assert read("求购齿轮,河南优先", region=column).region == column


def test_a_place_that_is_not_wanted_is_excluded():
    need = read("花生油10吨,不要山东的")
    assert need.region.excluded == ("370000",)
    assert need.wanted == "花生油"


def test_a_certificate_that_is_only_welcome_is_no_rule():
    need = read("求购齿轮,最好有ISO9001")
    assert need.certificates == ()
    assert need.wished_certificates == ("ISO9001",)
    assert need.wanted == "齿轮"


def test_a_certificate_that_the_column_demands_is_not_also_a_wish():
    need = read("求购齿轮,最好有ISO9001", certificates=("ISO9001",))
    assert (need.certificates, need.wished_certificates) == (("ISO9001",), ())


def test_a_certificate_that_is_waived_is_neither_demanded_nor_wanted():
    need = read("不需要ISO9001,激光切割加工300件")
    assert (need.certificates, need.wished_certificates) == ((), ())
    assert need.wanted == "激光切割加工"


def test_specifications_are_not_quantities():
    need = read("1200V 300A的IGBT模块50只,先拿样")
    assert need.quantity is not None
    assert need.quantity.amount == 50
    assert "1200V" in "".join(need.specs)


def test_a_column_that_is_filled_in_wins_over_the_text():
    need = read("求购焦炭500吨,限河南", quantity=Quantity(80, "t"), region=RegionWish(codes=("140000",), strict=True))
    assert need.quantity == Quantity(80, "t")
    assert need.region.codes == ("140000",)


def test_a_region_named_as_a_limit_is_a_rule_and_one_named_as_a_wish_is_not():
    assert read("求购纸箱,限河南").region == RegionWish(codes=("410000",), strict=True)
    assert not read("求购纸箱,郑州附近优先").region.strict


@pytest.mark.parametrize("text", ["", "   ", "!!!,,,。。", "急急急", "20吨"])
def test_a_text_that_names_nothing_is_honestly_not_understood(text):
    assert read(text).wanted == "" or len(read(text).wanted) < 4


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="求购采要吨月年20-~PA66尼龙的用厂,。 郑州前限河南ISO9001φ()", max_size=60))
def test_any_message_can_be_read_and_spans_lie_apart_inside_it(text):
    need = read(text)
    assert all(0 <= span.start < span.end <= len(text) for span in need.spans)
    assert all(before.end <= after.start for before, after in zip(need.spans, need.spans[1:], strict=False))
    assert all(0 < phrase.weight <= 1 for phrase in need.phrases)


def test_a_message_of_5000_characters_is_read():
    assert read("求购尼龙66切片," + "质量要好价格要优," * 600).wanted == "尼龙66切片"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("己二酸,工业级优等品,一季度用量三百吨上下", "己二酸"),
        ("求购流量计,每月用量50台", "流量计"),
        ("液压油,全年采购量大概200桶", "液压油"),
    ],
)
def test_how_much_is_used_and_of_which_grade_is_not_the_thing(text, wanted):
    assert read(text).wanted == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("座椅厂配套新车型,后排座椅升降用的支架,左右件各1.2万套,钢板冲焊,模具费可分摊", "支架"),
        ("某机械厂,井下用的防爆灯具一批,共74台,防爆证缺一不可", "防爆灯具"),
        ("小水库除险加固,招园林绿化施工队伍,工期8个月", "园林绿化"),
    ],
)
def test_a_thing_named_with_its_use_wins_over_how_it_is_made_and_over_terms(text, wanted):
    assert read(text).wanted == wanted
