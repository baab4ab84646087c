"""What if: each kind of question, before and after, and the questions that cannot be answered."""

import datetime as dt

import numpy as np
import pytest

from chuanzhu.chain import (
    AddPlant,
    ChainError,
    Firm,
    Link,
    Placement,
    RaiseDemand,
    Setting,
    StopFirm,
    StopImport,
    StopNode,
    StopRegion,
    analyse,
    chain_graph,
    place_firms,
    what_if,
)

TODAY = dt.date(2026, 11, 21)
ANYANG, PUYANG = "410500", "410900"


@pytest.fixture
def setting():
    graph = chain_graph(
        {"adn": "己二腈", "salt": "尼龙盐", "chip": "切片", "yarn": "工业丝", "film": "薄膜"},
        [
            Link(origin="adn", end="salt"),
            Link(origin="salt", end="chip"),
            Link(origin="chip", end="yarn", strength=0.9),
            Link(origin="chip", end="film", strength=0.3),
        ],
    )
    firms = [
        Firm(id="big", name="大厂", size=300, region="410522"),
        Firm(id="small", size=100, region="410922"),
        Firm(id="yarn", size=50, region=ANYANG),
        Firm(id="idle", size=1, region=ANYANG),
    ]
    spots = [
        Placement(firm="big", node="chip"),
        Placement(firm="small", node="chip"),
        Placement(firm="yarn", node="yarn"),
    ]
    return Setting(graph=place_firms(graph, firms, spots, on=TODAY)[0], region=ANYANG)


def levels(setting, answer):
    return {setting.graph.keys[node]: round(level, 3) for node, level in zip(answer.nodes, answer.after, strict=True)}


def figures(answer):
    return {figure.name: (figure.before, figure.after) for figure in answer.figures}


def test_a_stopped_node_stops_what_needs_it(setting):
    answer = what_if(setting, StopNode(node="salt"))
    assert levels(setting, answer) == {"salt": 0, "chip": 0, "yarn": 0.1, "film": 0.7}
    assert answer.before.tolist() == [1, 1, 1, 1]
    assert figures(answer)["全链产出"] == (1, pytest.approx(1 - 3.2 / 5))
    assert (
        answer.words
        == "停掉尼龙盐:4 个环节有变化,其中 2 个全停,变得最多的是尼龙盐(减 100%)、切片(减 100%)、工业丝(减 90%)"
    )


def test_a_stopped_firm_takes_its_share_of_the_node(setting):
    answer = what_if(setting, StopFirm(firm="big"))
    assert levels(setting, answer) == {"chip": 0.25, "yarn": pytest.approx(0.325), "film": pytest.approx(0.775)}
    assert figures(answer)["环节齐全"] == (2 / 5, 1 / 5)
    assert figures(answer)["独苗环节"] == (2, 1)


def test_a_firm_that_is_placed_nowhere_changes_nothing_and_that_is_said(setting):
    answer = what_if(setting, StopFirm(firm="idle"))
    assert answer.words == "停掉idle:没有环节受影响;它没有归到任何环节,看不出影响"


def test_a_stopped_region_takes_all_its_firms(setting):
    answer = what_if(setting, StopRegion(region=PUYANG))
    assert levels(setting, answer)["chip"] == 0.75
    everything = what_if(setting, StopRegion(region="410000"))
    assert levels(setting, everything)["chip"] == 0
    assert figures(everything)["环节齐全"] == (2 / 5, 0)


def test_without_imports_what_nobody_here_makes_is_missing(setting):
    answer = what_if(setting, StopImport(node="adn"))
    assert levels(setting, answer)["salt"] == 0
    assert what_if(setting, StopImport()).words.endswith("另有 2 个环节不知道外购多少,没有算进去")


def test_an_import_of_unknown_share_is_refused_unless_the_share_is_given(setting):
    with pytest.raises(ChainError, match="不知道“切片”有多少靠外购;请先把这个环节的采购需求拿去匹配"):
        what_if(setting, StopImport(node="chip"))
    known = Setting(graph=setting.graph, region=ANYANG, outside=np.array([1, 1, 0.4, 0, 0]))
    assert levels(known, what_if(known, StopImport(node="chip")))["chip"] == 0.6


def test_a_doubled_demand_asks_suppliers_for_their_share_of_it(setting):
    answer = what_if(setting, RaiseDemand(node="film"))
    assert levels(setting, answer) == {"film": 2, "chip": 1.25, "salt": 1.25, "adn": 1.25}
    halved = what_if(setting, RaiseDemand(node="yarn", factor=0.5))
    assert levels(setting, halved) == {"yarn": 0.5, "chip": 0.625, "salt": 0.625, "adn": 0.625}
    assert halved.words.startswith("工业丝要做到现在的 0.5 倍:4 个环节有变化,变得最多的是工业丝(减 50%)")


def test_demand_that_goes_round_in_a_loop_never_grows_beyond_itself():
    graph = chain_graph(["steel", "scrap"], [Link(origin="steel", end="scrap"), Link(origin="scrap", end="steel")])
    answer = what_if(Setting(graph=graph, region=""), RaiseDemand(node="steel", factor=3))
    assert answer.after.tolist() == pytest.approx([3, 3])


def test_a_new_plant_adds_to_its_node_and_orders_upstream(setting):
    answer = what_if(setting, AddPlant(node="chip", region=ANYANG, size=100))
    assert levels(setting, answer) == {"chip": 1.25, "salt": 1.25, "adn": 1.25}
    assert figures(answer)["独苗环节"] == (2, 1)


def test_a_plant_at_an_empty_node_fills_it(setting):
    answer = what_if(setting, AddPlant(node="film", region="410526", size=10))
    assert (answer.before.tolist(), answer.after.tolist()) == ([0], [1])
    assert figures(answer)["环节齐全"] == (2 / 5, 3 / 5)
    assert answer.words == "河南安阳滑县给薄膜添一家厂:薄膜从无到有;这个环节原来没有企业,要上游多供多少算不出"


def test_the_first_plant_of_a_region_makes_known_what_was_not(setting):
    answer = what_if(Setting(graph=setting.graph, region="540000"), AddPlant(node="film", region="540100", size=10))
    assert figures(answer)["环节齐全"] == (None, 1 / 5)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (StopNode(node="己二睛"), "没有环节“己二睛”"),
        (StopFirm(firm="Big"), "没有企业“Big”;最接近的是“big”"),
        (StopRegion(region=""), "要停哪个地区?"),
        (StopRegion(region="419999"), "没有代码为“419999”的地区"),
        (RaiseDemand(node="film", factor=0), "需求的倍数 0 应大于 0"),
        (RaiseDemand(node="film", factor=float("nan")), "需求的倍数 nan 应大于 0"),
        (AddPlant(node="film", region=""), "新厂建在哪个地区?"),
        (AddPlant(node="film", region="安阳"), "没有代码为“安阳”的地区"),
        (AddPlant(node="film", region=ANYANG, size=-1), "新厂的规模 -1 应大于 0;不知道就不填"),
    ],
)
def test_a_question_that_cannot_be_answered_is_refused_with_its_cure(setting, change, message):
    with pytest.raises(ChainError, match=message):
        what_if(setting, change)


def test_a_graph_of_many_links_is_analysed_in_part_and_the_coverage_says_so(monkeypatch, setting):
    monkeypatch.setattr("chuanzhu.chain.report.LARGE", 3)
    monkeypatch.setattr("chuanzhu.chain.report._EXAMINED", 2)
    told = {measure.name: measure for measure in analyse(setting.graph, region=ANYANG).measures}
    assert told["最大堵点"].coverage == 2 / 5
    assert told["最要紧的企业"].coverage == 2 / 4
    assert told["最窄处"].value is None
