"""What is told of a chain in a region: every figure with its coverage, and "not known" where nothing is known."""

import datetime as dt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chuanzhu.chain import (
    STATES,
    ChainError,
    Firm,
    Known,
    Link,
    Placement,
    Sourcing,
    analyse,
    chain_graph,
    compare_regions,
    loose_champions,
    loose_leaders,
    place_firms,
    presence,
    supporting_rate,
    to_ask,
    to_raise,
    to_recruit,
)
from chuanzhu.chain.advantage import (
    advantages,
    density,
    location_quotients,
    regional_outputs,
    relatedness,
    relatedness_to,
)
from chuanzhu.chain.presence import completeness, mean_concentration, single_sources
from chuanzhu.chain.sourcing import bought_outside, dependence, outside_content
from chuanzhu.chain.standstill import capacity_shares, node_outputs

TODAY = dt.date(2026, 11, 21)
HENAN, ANYANG, HUAXIAN, LINZHOU, HEBEI, XIZANG = "410000", "410500", "410526", "410581", "130000", "540000"
NAN = np.nan


@pytest.fixture
def cranes():
    """Steel feeds castings and girders, both feed cranes; Weihua leads, Lihua casts, a firm in Hebei rolls steel."""
    graph = chain_graph(
        {"steel": "钢材", "castings": "铸件", "girders": "主梁", "cranes": "起重机"},
        [
            Link(origin="steel", end="castings", strength=0.6),
            Link(origin="steel", end="girders"),
            Link(origin="castings", end="cranes", strength=0.5),
            Link(origin="girders", end="cranes"),
        ],
    )
    firms = [
        Firm(id="weihua", name="卫华", size=900, region=HUAXIAN, is_leader=True),
        Firm(id="lihua", name="利华铸造", size=30, region=LINZHOU, is_champion=True),
        Firm(id="hebei", name="冀钢", size=600, region="130400"),
        Firm(id="small", name="小铸造", region=ANYANG),
    ]
    spots = [
        Placement(firm="weihua", node="cranes"),
        Placement(firm="lihua", node="castings"),
        Placement(firm="hebei", node="steel", weight=0.8),
        Placement(firm="small", node="castings", weight=0.5),
    ]
    return place_firms(graph, firms, spots, on=TODAY)[0]


def test_each_node_is_told_as_many_weak_single_or_empty(cranes):
    here = presence(cranes, region=ANYANG)
    assert [STATES[state] for state in here.states.tolist()] == ["空白", "较弱", "空白", "独苗"]
    assert here.sized[1] == 0.5
    assert completeness(here).value == 0.5
    assert completeness(here).words == "4 个环节里,2 个在河南安阳有企业,占 50%;没归位的企业可能还做别的环节"
    assert single_sources(here).value == 1


def test_a_region_without_any_enterprise_is_not_known_and_never_nothing_or_everything(cranes):
    report = analyse(cranes, region=XIZANG, known=Known(comparison=compare_regions(cranes, level=0)))
    assert {STATES[state] for state in report.presence.states.tolist()} == {"不清楚"}
    about_the_graph = {"最大堵点", "最要紧的企业", "最窄处"}
    regional = [measure for measure in report.measures if measure.name not in about_the_graph]
    assert [measure.value for measure in regional] == [None] * len(regional)
    assert all(measure.words.startswith("不清楚:") for measure in regional)
    assert (report.gaps, report.leaders, report.champions) == ((), (), ())


def test_a_graph_without_any_enterprise_has_no_most_important_one():
    report = analyse(chain_graph(["a", "b"], [Link(origin="a", end="b")]), region="")
    told = {measure.name: measure for measure in report.measures}
    assert told["最要紧的企业"].words == "不清楚:没有归位的企业"
    assert told["最大堵点"].value == 1


@given(st.lists(st.floats(0.01, 1e6), min_size=1, max_size=20))
@settings(max_examples=40)
def test_concentration_lies_between_one_over_the_number_of_firms_and_one(sizes):
    firms = [Firm(id=str(number), size=size, region=ANYANG) for number, size in enumerate(sizes)]
    spots = [Placement(firm=firm.id, node="a") for firm in firms]
    here = presence(place_firms(chain_graph(["a"], []), firms, spots, on=TODAY)[0], region=HENAN)
    shares = np.array(sizes) / sum(sizes)
    assert here.concentration[0] == pytest.approx((shares**2).sum())
    assert 1 / len(sizes) - 1e-9 <= here.concentration[0] <= 1 + 1e-9


def test_concentration_of_firms_of_unknown_size_is_not_known(cranes):
    graph, _ = place_firms(cranes, [Firm(id="1", region=ANYANG)], [Placement(firm="1", node="steel")], on=TODAY)
    measure = mean_concentration(presence(graph, region=ANYANG))
    assert (measure.value, measure.words) == (None, "不清楚:没有一家企业填了规模")


def bought(*rows):
    """Make a demand set of (node, value, tier, filled)."""
    nodes, values, tiers, filled = np.array(rows, dtype=float).reshape(-1, 4).T
    return Sourcing(nodes=nodes.astype(int), values=values, tiers=tiers.astype(int), filled=filled)


SET = bought((0, 60, 1, 0), (1, 30, 1, 1), (1, 10, 2, 0.5), (2, NAN, 1, 1), (3, 50, 1, NAN))


@pytest.mark.parametrize(
    ("basis", "tier", "value", "coverage"),
    [
        ("count", None, 2.5 / 4, 4 / 5),
        ("value", None, 35 / 100, 100 / (150 + 37.5)),
        ("count", 1, 2 / 3, 3 / 4),
        ("value", 1, 30 / 90, 90 / (140 + 140 / 3)),
    ],
)
def test_the_supporting_rate_counts_the_judged_and_covers_what_it_says(basis, tier, value, coverage):
    rate = supporting_rate(SET, region=ANYANG, basis=basis, tier=tier)
    assert (rate.value, rate.coverage) == (pytest.approx(value), pytest.approx(coverage))


def test_a_tier_without_demands_is_not_known():
    assert supporting_rate(SET, region=ANYANG, tier=4).words == "不清楚:没有这一层级的需求"


def test_the_supporting_rate_of_one_demand_says_that_it_is_one():
    rate = supporting_rate(bought((0, 5, 1, 1)), region=ANYANG)
    assert rate.value == 1
    assert rate.words.endswith("覆盖 100%;只有 1 条,看个例可以,不能当比例用")


@pytest.mark.parametrize(
    ("demands", "coverage", "words"),
    [
        (bought(), None, "还没有拿采购需求在本地匹配过"),
        (bought((0, 5, 1, NAN)), 0.0, "没有一条需求既判过能否本地满足又有数可算"),
        (bought((0, NAN, 1, 1)), 0.0, "没有一条需求既判过能否本地满足又有数可算"),
        (bought((0, 0, 1, 1)), 0.0, "没有一条需求既判过能否本地满足又有数可算"),
    ],
)
def test_a_rate_of_nothing_is_not_known(demands, coverage, words):
    rate = supporting_rate(demands, region=ANYANG)
    assert (rate.value, rate.coverage, rate.words) == (None, coverage, f"不清楚:{words}")


@pytest.mark.parametrize(("row", "message"), [
    ((0, 5, 1, 1.2), "本地满足份额应在 0 到 1 之间"),
    ((0, -5, 1, 1), "需求金额应不小于 0"),
])  # fmt: skip
def test_a_demand_set_that_makes_no_sense_is_refused(row, message):
    with pytest.raises(ChainError, match=message):
        bought(row)


def test_a_demand_set_of_unequal_lengths_or_an_unknown_basis_or_node_is_refused(cranes):
    with pytest.raises(ChainError, match="应一样多,现在是"):
        Sourcing(nodes=np.zeros(2, dtype=int), values=np.ones(1), tiers=np.ones(1, dtype=int), filled=np.ones(1))
    with pytest.raises(ChainError, match="没有“weight”这种算法;可用:count、value"):
        supporting_rate(SET, region=ANYANG, basis="weight")
    with pytest.raises(ChainError, match="环节序号 9 超出了这条链的 4 个环节"):
        bought_outside(cranes, presence(cranes, region=ANYANG), bought((9, 1, 1, 1)))


def test_what_the_demand_set_does_not_tell_is_bought_outside_where_nobody_makes_it(cranes):
    here = presence(cranes, region=ANYANG)
    assert bought_outside(cranes, here, bought((1, 30, 1, 1), (1, 10, 1, 0), (-1, 9, 1, 0))).tolist() == pytest.approx(
        [1, 0.25, 1, NAN], nan_ok=True
    )
    measure = dependence(cranes, bought_outside(cranes, here), region=ANYANG)
    assert (measure.value, measure.coverage) == (2, 0.5)


@given(st.lists(st.floats(0, 1), min_size=4, max_size=4))
@settings(max_examples=40)
def test_outside_content_solves_its_equation(outside):
    links = [("a", "b", 0.5), ("b", "c", 0.9), ("a", "c", 0.7), ("c", "b", 0.4), ("c", "d", 0.2)]
    graph = chain_graph(list("abcd"), [Link(origin=i, end=j, strength=s) for i, j, s in links])
    weights = np.zeros((4, 4))
    for i, j, s in links:
        weights["abcd".index(i), "abcd".index(j)] = s
    weights /= np.maximum(1, weights.sum(0))
    share = np.array(outside)
    expected = np.linalg.solve(np.eye(4) - weights.T * (1 - share), weights.T @ share)
    assert outside_content(graph, share) == pytest.approx(expected, abs=1e-8)


def test_a_firm_of_unknown_size_counts_with_the_median(cranes):
    shares = capacity_shares(cranes)
    at_castings = cranes.placed_nodes == cranes.node("castings")
    assert shares[at_castings].tolist() == pytest.approx([30 / (30 + 300), 300 / (30 + 300)])
    assert node_outputs(cranes).tolist() == [480, 30, 0, 900]


def test_quotients_compare_a_share_here_with_the_share_everywhere(cranes):
    regions, outputs = regional_outputs(cranes, level=0)
    assert regions == (HEBEI, HENAN)
    quotients = location_quotients(outputs)
    total = 480 + 30 + 900
    assert quotients[1, 3] == pytest.approx((900 / 930) / (900 / total))
    assert np.isnan(quotients[:, 2]).all()


outputs = st.lists(st.lists(st.sampled_from([0, 1, 2, 5]), min_size=6, max_size=6), min_size=2, max_size=6)


@given(outputs)
@settings(max_examples=60)
def test_the_mean_quotient_weighed_by_expected_output_is_one(rows):
    amounts = np.array(rows, dtype=float)
    quotients = location_quotients(amounts)
    for column in np.flatnonzero(amounts.sum(0) > 0):
        known = ~np.isnan(quotients[:, column])
        weights = amounts.sum(1)[known] / amounts.sum()
        assert (quotients[known, column] * weights).sum() == pytest.approx(1)


@given(outputs)
@settings(max_examples=60)
def test_relatedness_and_density_are_those_of_the_definition(rows):
    holders = advantages(location_quotients(np.array(rows, dtype=float)))
    count = holders.shape[1]
    phi = np.zeros((count, count))
    for i in range(count):
        for j in range(count):
            most = max(holders[:, i].sum(), holders[:, j].sum())
            phi[i, j] = (holders[:, i] & holders[:, j]).sum() / most if most else 0
    assert relatedness(holders) == pytest.approx(phi)
    assert relatedness_to(holders, 2) == pytest.approx(phi[:, 2])
    others = phi - np.diag(np.diag(phi))
    with np.errstate(invalid="ignore"):
        expected = (holders @ others) / others.sum(0)
    assert density(holders) == pytest.approx(expected, nan_ok=True)


def test_a_leader_is_told_which_of_its_inputs_nobody_here_makes(cranes):
    (leader,) = loose_leaders(cranes, region=ANYANG)
    assert (leader.inputs, leader.supplied, leader.share) == (2, 1, pytest.approx(0.5 / 1.5))
    assert leader.words == "卫华的 2 个上游环节里,1 个有本地企业(按要紧程度算 33%);缺:主梁"


def test_a_champion_with_a_leader_downstream_is_loose_only_where_no_sale_is_known(cranes):
    champion, leader = cranes.firm("lihua"), cranes.firm("weihua")
    assert loose_champions(cranes, region=ANYANG) == ()
    (loose,) = loose_champions(cranes, region=ANYANG, trades=np.zeros((0, 2), dtype=int))
    assert (loose.firm, loose.leaders) == (champion, (leader,))
    assert loose.words == "利华铸造的下游环节有本地链主卫华,但没有采购记录:可以牵线"
    assert loose_champions(cranes, region=ANYANG, trades=np.array([[champion, leader]])) == ()


def test_a_champion_that_no_local_leader_could_use_is_told(cranes):
    (loose,) = loose_champions(cranes, region=LINZHOU)
    assert loose.leaders == ()
    assert "本地没有一家链主的环节用得上" in loose.words


def test_gaps_are_ranked_by_the_sum_of_their_reasons(cranes):
    report = analyse(cranes, region=ANYANG, known=Known(comparison=compare_regions(cranes, level=1)))
    assert [cranes.keys[gap.node] for gap in report.gaps] == ["girders", "steel"]
    girders, steel = report.gaps
    assert girders.score == sum(reason.points for reason in girders.reasons)
    assert [reason.code for reason in girders.reasons] == ["stops", "feasible", "used"]
    assert girders.reasons[0].text == "堵点:缺了它,下游 100% 停"
    assert girders.reasons[2].text == "用得上:直接用它的环节,100% 在河南安阳有企业"
    assert steel.reasons[2].points == pytest.approx(30 * 0.6 / 1.6, abs=0.01)


def test_what_is_not_known_of_a_gap_earns_nothing_and_says_so(cranes):
    girders = analyse(cranes, region=ANYANG).gaps[0]
    assert (girders.reasons[1].points, girders.reasons[1].text) == (0, "没有数据说它和哪些环节相近")


def test_a_gap_is_recruited_from_outside_raised_from_relatives_and_asked_for_by_users(cranes):
    steel, girders = cranes.node("steel"), cranes.node("girders")
    (maker,) = to_recruit(cranes, steel, region=ANYANG)
    assert (cranes.firms[maker.firm].id, maker.score) == ("hebei", 50 * 0.8 + 30)
    assert [reason.text for reason in maker.reasons] == [
        "业务有 80% 在这个环节",
        "规模是外地同行里最大一家的 100%",
        "在河北邯郸,外省",
    ]
    related = np.array([0.0, 0.6, 1.0, 0.1])
    raised = to_raise(cranes, girders, region=ANYANG, related=related)
    assert [(cranes.firms[one.firm].id, one.score) for one in raised] == [("lihua", 60), ("small", 30), ("weihua", 10)]
    assert raised[0].reasons[0].text == "做铸件,与这个环节相近(60%)"
    (user,) = to_ask(cranes, girders, region=ANYANG)
    assert user.reasons[0].text == "做起重机,要用它(要紧程度 100%)"


def test_a_region_inside_another_is_compared_only_where_it_has_firms(cranes):
    comparison = compare_regions(cranes, level=1)
    quotients, densities = comparison.of("410100", cranes.keys)
    assert np.isnan(quotients).all()
    assert np.isnan(densities).all()
    assert np.isnan(comparison.of(ANYANG, ["没有"])[0]).all()


def test_relatedness_is_asked_for_by_key(cranes):
    comparison = compare_regions(cranes, level=1)
    assert comparison.related_to("cranes", ["castings", "steel", "没有"]).tolist() == [1, 0, 0]
    assert comparison.related_to("没有", cranes.keys).tolist() == [0, 0, 0, 0]


def test_one_region_alone_cannot_be_compared(cranes):
    alone, _ = place_firms(cranes, [Firm(id="1", region=ANYANG)], [Placement(firm="1", node="steel")], on=TODAY)
    report = analyse(alone, region=ANYANG, known=Known(comparison=compare_regions(alone, level=1)))
    assert {measure.name: measure.words for measure in report.measures}["比较优势"].startswith("不清楚:")


def test_a_map_without_any_firm_compares_nothing_and_still_answers(cranes):
    bare, _ = place_firms(cranes, [], [], on=TODAY)
    comparison = compare_regions(bare, level=1)
    assert comparison.regions == ()
    assert not comparison.related_to("cranes", bare.keys).any()
    report = analyse(bare, region=ANYANG, known=Known(comparison=comparison))
    assert {measure.name: measure.words for measure in report.measures}["比较优势"].startswith("不清楚:")


def test_every_measure_is_told_in_words(cranes):
    report = analyse(cranes, region=ANYANG, known=Known(sourcing=SET, comparison=compare_regions(cranes, level=1)))
    told = {measure.name: measure for measure in report.measures}
    assert len(told) == len(report.measures) == 14
    assert all(measure.words for measure in report.measures)
    assert told["最大堵点"].words == "钢材:停则下游 87% 停,3 个环节受影响,全链产出少 65%;4 个环节逐个停一遍得出"
    assert told["最窄处"].words == "从头到尾最多有 1 条互不共用环节的路;钢材这 1 个环节一断,全链不通"
    assert told["链主配套薄弱"].words.startswith("1 家;头一家:卫华的 2 个上游环节里")
