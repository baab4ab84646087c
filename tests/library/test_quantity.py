"""Quantities in free text: found, told apart from specifications, and the one that states the demand."""

import csv
import itertools
import random
import time
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chuanzhu.model import Quantity
from chuanzhu.quantity import find_quantities, find_specs, main_quantity

DEMANDS = Path(__file__).parents[3] / "shared/data/relevance/demand.dev.csv"
ALPHABET = (
    "0123456789０５.,~-/吨台套件只个米度方克kgKGmtVφ一二两三十百千万亿半几多来余约每月年天以上内厚长第分打 (),。、桶袋"
)


def q(amount, unit, per="", **more):
    return Quantity(amount, unit, per=per, **more)


READ = {
    "三十吨废钢": q(30, "t"),
    "两百五十台电机": q(250, "台"),
    "两百五台": q(250, "台"),
    "一万二千五百套": q(12500, "套"),
    "1.5万只轴承": q(15000, "只"),
    "三千多件": q(3000, "件", approximate=True),
    "十来台": q(10, "台", approximate=True),
    "千余件铸件": q(1000, "件", approximate=True),
    "几十吨": q(20, "t", maximum=90, approximate=True),
    "十几台": q(11, "台", maximum=19, approximate=True),
    "半吨样": q(0.5, "t"),
    "一吨半": q(1.5, "t"),
    "廿台": q(20, "台"),
    "1,200,000只": q(1200000, "只"),
    "５００ｋｇ铝粉": q(500, "kg"),
    "10万吨水泥": q(100000, "t"),
    "20~25吨": q(20, "t", maximum=25),
    "20-25吨": q(20, "t", maximum=25),
    "20至25吨": q(20, "t", maximum=25),
    "20吨到25吨": q(20, "t", maximum=25),
    "二三十吨": q(20, "t", maximum=30),
    "十七八台": q(17, "台", maximum=18),
    "2~3万只": q(20000, "只", maximum=30000),
    "8000~1万只": q(8000, "只", maximum=10000),
    "大概30吨": q(30, "t", approximate=True),
    "30台左右": q(30, "台", approximate=True),
    "近千台": q(1000, "台", approximate=True),
    "30吨以上": q(30, "t", at_least=True),
    "不少于30吨": q(30, "t", at_least=True),
    "各5升起": q(5, "L", at_least=True),
    "最多30吨": q(0, "t", maximum=30),
    "30吨以内": q(0, "t", maximum=30),
    "每月30吨": q(30, "t", "month"),
    "30吨每月": q(30, "t", "month"),
    "一个月40吨": q(40, "t", "month"),
    "月需三十吨": q(30, "t", "month"),
    "年用量大概8000只": q(8000, "只", "year", approximate=True),
    "一年要二百台": q(200, "台", "year"),
    "年800吨左右": q(800, "t", "year", approximate=True),
    "一天5吨": q(5, "t", "day"),
    "每季度300套": q(300, "套", "quarter"),
    "每周3-4车": q(3, "车", "week", maximum=4),
    "产能: 年产2万吨": q(20000, "t", "year"),
    "30 吨/月以上": q(30, "t", "month", at_least=True),
    "铝箔8000米": q(8000, "m"),
    "光缆60公里": q(60, "km"),
    "钢结构厂房500平方米": q(500, "m2"),
    "混凝土3000方": q(3000, "m3"),
    "光伏组件 5MW": q(5, "MW"),
    "年需100万千瓦时绿电": q(1000000, "kWh", "year"),
    "每月用电20万度": q(200000, "kWh", "month"),
    "劳保鞋三百双": q(300, "双"),
    "手套五打": q(5, "打"),
    "80g的A4纸500包": q(500, "包"),
    "1.5匹空调30台": q(30, "台"),
    "LED30台": q(30, "台"),
    "PA66 30吨": q(30, "t"),
    "先要5吨试机, 后面每月3000吨": q(3000, "t", "month"),
    "每月600套,先要5套样": q(600, "套", "month"),
    "打样30件,以后要5000件": q(5000, "件"),
    "加一条干混砂浆线,年产20万吨": q(1, "条"),
    "预算50万元,采购激光切割机2台": q(2, "台"),
    "电费一个月四十来万,215度左右一体柜先装4台": q(4, "台"),
}


@pytest.mark.parametrize("text", READ)
def test_the_amount_a_text_asks_for_is_read_with_its_unit_and_period(text):
    assert main_quantity(find_quantities(text), text) == READ[text]


WORDS = [
    *(
        "求购零件",
        "零部件加工",
        "零售包装",
        "零担运输",
        "零食袋",
        "零配件",
        "半成品",
        "半导体",
        "百叶窗",
        "千斤顶",
        "千分尺",
    ),
    *(
        "万向节",
        "万用表",
        "万能胶",
        "三通",
        "四通阀",
        "五金件",
        "六角螺栓",
        "八角管",
        "九宫格",
        "一次性手套",
        "一体机",
        "二手车",
    ),
    *(
        "双头螺柱",
        "三相电机",
        "十字螺丝刀",
        "三件套",
        "三轮车",
        "三元锂",
        "四方管",
        "七座商务车",
        "二十四头秤",
        "三组分胶",
    ),
    *("五一节放假", "十一节前", "三包服务", "一件代发", "一物一码", "三七粉", "二十四节气", "千张", "万吨级", "一季度"),
]


@pytest.mark.parametrize("text", WORDS)
def test_a_numeral_that_begins_a_word_of_the_trade_is_no_amount(text):
    assert find_quantities(text) == []
    assert main_quantity(find_quantities(f"{text},要30吨"), f"{text},要30吨") == q(30, "t")


WRITTEN = {
    "3-5千只": q(3000, "只", maximum=5000),
    "3~5百件": q(300, "件", maximum=500),
    "2-3百万颗": q(2000000, "颗", maximum=3000000),
    "500-1千只": q(500, "只", maximum=1000),
    "五-十万件": q(50000, "件", maximum=100000),
    "≥5000台": q(5000, "台", at_least=True),
    ">=5000台": q(5000, "台", at_least=True),
    "不低于5000台": q(5000, "台", at_least=True),
    "≤30吨": q(0, "t", maximum=30),
    "100+个": q(100, "个", at_least=True),
    "壹仟贰佰件": q(1200, "件"),
    "伍拾萬套": q(500000, "套"),
    "壹台": q(1, "台"),
    "500 pcs": q(500, "个"),
    "500PCS": q(500, "个"),
    "20 tons": q(20, "t"),
    "3 sets": q(3, "套"),
    "200 pieces": q(200, "个"),
    "10 units": q(10, "台"),
    "500kgs": q(500, "kg"),
    "300 m2": q(300, "m2"),
    "1e6件": q(1000000, "件"),
    "2.5E4吨": q(25000, "t"),
    "10^6件": q(1000000, "件"),
    "算力500P": q(500, "P"),
    "一次性30吨": q(30, "t"),
}


@pytest.mark.parametrize("text", WRITTEN)
def test_shared_scales_signs_formal_numerals_powers_and_english_units_are_read(text):
    assert main_quantity(find_quantities(f"求购 {text}"), f"求购 {text}") == WRITTEN[text]


MAIN = {
    "一天两车约60吨": q(60, "t", "day", approximate=True),
    "500g*20袋/箱,先来2000箱": q(2000, "箱"),
    "5T行车一台": q(1, "台"),
    "行车 5吨 跨度16.5m 1台": q(1, "台"),
    "千斤顶 20吨 5台": q(5, "台"),
    "20吨废钢用叉车装": q(20, "t"),
    "电缆 2.5平方 300米": q(300, "m"),
    "要5米电缆": q(5, "m"),
    "明年一季度交货 水表 5万台": q(50000, "台"),
    "一季度要5000台": q(5000, "台"),
    "一个季度5000台": q(5000, "台", "quarter"),
    "一月份交货5000台": q(5000, "台"),
}


@pytest.mark.parametrize("text", MAIN)
def test_ratings_packs_vehicles_and_quarters_do_not_pass_for_the_demand(text):
    assert main_quantity(find_quantities(text), text) == MAIN[text]


@pytest.mark.parametrize("text", ["1.8米的床", "1.8米床", "床1.8米", "求购2米床", "求购12米钢管"])
def test_a_single_short_length_that_nobody_asks_for_is_a_size(text):
    assert find_quantities(text) == []
    assert len(find_specs(text)) == 1


@pytest.mark.parametrize(
    "text", ["预算50万元", "预算50万", "月结30天", "质保1年", "质保12个月", "含税13%", "13个点", "单价3块", "1080P"]
)
def test_budgets_terms_and_prices_are_never_the_demand(text):
    assert main_quantity(find_quantities(f"水泵,{text}"), f"水泵,{text}") is None
    assert main_quantity(find_quantities(f"{text},水泵2台"), f"{text},水泵2台") == q(2, "台")


NOTHING = [
    "找一个能做热处理的厂",
    "PA66切片",
    "三元锂电池正极材料",
    "三片罐,四件套",
    "五台山特产,三只松鼠",
    "女款一片式无痕内衣",
    "郑州周边200公里内",
    "5G基站天线",
    "三方检测报告",
    "安阳工地分两批送",
    "豆腐千张",
    "质保三年,帐期60天",
    "不少于三家报价",
    "预算60w左右",
    "预算50万元",
    "电炉用石墨电极",
]


@pytest.mark.parametrize("text", NOTHING)
def test_a_text_without_a_wanted_amount_has_none(text):
    assert main_quantity(find_quantities(text), text) is None


SPECS = {
    "φ50圆钢": ["φ50"],
    "Φ50×3钢管20吨": ["Φ50×3"],
    "线径18外径110": ["线径18", "外径110"],
    "铝箔0.05-0.1厚,宽度500左右": ["0.05-0.1厚", "宽度500左右"],
    "0.5mm厚铜带2吨": ["0.5mm厚"],
    "切1-6个厚碳钢板": ["1-6个厚"],
    "2台18米曲臂高空作业车": ["18米"],
    "高18米": ["高18米"],
    "M12螺栓5000套": ["M12"],
    "DN100 PN16 阀门30台": ["DN100", "PN16"],
    "1200V 300A的模块8000只": ["1200V", "300A"],
    "3千瓦电机5台": ["3千瓦"],
    "50Hz,80目": ["50Hz", "80目"],
    "HRC60,IP67,H13": ["HRC60", "IP67", "H13"],
    "6061铝棒,304不锈钢": ["6061", "304"],
    "Q235B钢板": ["Q235B"],
    "45#钢,45号钢,60Si2MnA": ["45#", "45号钢", "60Si2MnA"],
    "3003/8011的铝箔": ["3003/8011"],
    "YJV22 4*185+1*95电缆": ["4*185+1*95"],
    "1220*2440,640*512": ["1220*2440", "640*512"],
    "5米乘3米左右": ["5米乘3米左右"],
    "500g袋装,每月2万袋": ["500g袋装"],
    "包装200kg桶": ["200kg桶"],
    "20克/袋": ["20克/袋"],
    "独立袋20克左右": ["独立袋20克左右"],
    "24芯光缆60公里": ["24芯"],
    "6层PCB": ["6层"],
    "P2.5大屏": ["P2.5"],
    "面型λ/4,±0.01": ["λ/4", "±0.01"],
    "纯度99.9%": ["纯度99.9%"],
    "-18℃冷链": ["-18℃"],
    "低温型-30度能放电": ["-30度"],
    "8.8级螺栓": ["8.8级"],
    "按GB/T 1234执行": ["GB/T 1234"],
    "SCB14-1600/10干式变压器两台": ["SCB14-1600/10"],
    "石墨电极,UHP550x2400": ["UHP550x2400"],
    "载重60吨级,6台": ["载重60吨级"],
    "5吨叉车2台": ["5吨"],
    "5T行车一台": ["5T"],
    "行车 5吨 跨度16.5m 1台": ["5吨", "跨度16.5m"],
    "托盘1200*1000 500个": ["1200*1000"],
    "500g*20袋/箱,先来2000箱": ["500g*20袋/箱"],
    "215度左右一体柜先装4台": ["215度左右"],
    "每栋5万只": ["每栋5万只"],
    "200升铁桶500只": ["200升"],
    "水泵5吨/小时": ["5吨/小时"],
    "12V100Ah电池200组": ["12V", "100Ah"],
}


@pytest.mark.parametrize("text", SPECS)
def test_a_number_that_describes_a_thing_is_a_specification(text):
    assert [found.text for found in find_specs(text)] == SPECS[text]


@pytest.mark.parametrize(
    "text", ["PA66切片20吨", "IATF16949,ISO9001", "18650电芯", "PVP K30", "502胶", "ISO 14001", "STM32"]
)
def test_names_and_certificates_with_digits_are_no_specifications(text):
    assert find_specs(text) == []


def test_all_amounts_are_returned_in_order_and_the_period_reaches_across_a_list():
    found = find_quantities("每月棱镜2万件透镜5万件,先按图打样30件")
    assert [item.quantity for item in found] == [q(20000, "件", "month"), q(50000, "件", "month"), q(30, "件")]


def test_money_is_found_as_money_and_never_as_the_demand():
    found = find_quantities("预算60w左右,另有20万元")
    assert [item.quantity for item in found] == [q(600000, "CNY", approximate=True), q(200000, "CNY")]


@given(st.one_of(st.text(max_size=200), st.text(ALPHABET, max_size=80)))
@example("二" * 30 + "吨")
@example("½吨 ①台 ㎡")
def test_any_text_is_searched_without_error_and_spans_are_true_and_apart(text):
    quantities, specs = find_quantities(text), find_specs(text)
    assert all(text[found.start : found.end] == found.text != "" for found in [*quantities, *specs])
    assert all(found.quantity.amount >= 0 for found in quantities)
    spans = sorted((found.start, found.end) for found in [*quantities, *specs])
    assert all(one[1] <= two[0] for one, two in itertools.pairwise(spans))


LONG = {
    "ones": "1" * 50_000,
    "numerals": "一二三" * 16_000,
    "thousands": "1,000," * 8_000,
    "amounts": "5吨" * 25_000,
    "ranges": "1-" * 25_000,
    "rates": "每月" * 25_000,
    "money": "费" * 50_000,
    "spaces": " " * 50_000,
    "sizes": "1*" * 25_000,
    "letters": "a" * 50_000,
    "noise": "".join(random.Random(7).choices(ALPHABET, k=50_000)),  # noqa: S311 (noise for a test)
}


@pytest.mark.parametrize("name", LONG)
def test_no_long_text_takes_longer_than_a_second(name):
    started = time.process_time()
    find_quantities(LONG[name])
    assert time.process_time() - started < 1


@pytest.mark.skipif(not DEMANDS.exists(), reason="the shared purchase texts are not beside the checkout")
def test_the_demands_of_real_purchase_texts_are_read():
    with DEMANDS.open(encoding="utf-8-sig") as lines:
        texts = {row["编号"]: row["需求"] for row in csv.DictReader(lines)}
    expected = {
        "q073": q(3000, "片", "month"),
        "q074": q(8000, "只", "year", approximate=True),
        "q084": q(3.2, "km"),
        "q087": q(800, "t", "year", approximate=True),
        "q095": q(20000, "袋", "month"),
        "q173": None,
        "q192": q(150, "t", "day", at_least=True),
    }
    assert {key: main_quantity(find_quantities(texts[key]), texts[key]) for key in expected} == expected
