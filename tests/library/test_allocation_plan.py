"""From matched lists to a plan in the units of the lists, and what is said of what is missing. All firms invented."""

import pytest

from chuanzhu.allocation import AllocationError, Terms, plan_deliveries
from chuanzhu.model import Answer, Demand, Match, Need, Quantity, Reason, RegionWish, Supply, Unmet
from chuanzhu.quantity import parse_quantity


def supply(name, capacity, **extra):
    region = extra.pop("region", "")
    stated = tuple(extra.items())
    return Supply(
        id=name, enterprise=name, product="铸件", capacity=parse_quantity(capacity), region=region, extra=stated
    )


def answer(number, quantity, *matches, buyer="", region=(), **extra):
    """An answer with (supply, score) pairs."""
    demand = Demand(id=number, text=f"求铸件 {quantity}", enterprise=buyer, extra=tuple(extra.items()))
    need = Need(demand=demand, wanted="铸件", quantity=parse_quantity(quantity), region=RegionWish(codes=region))
    found = []
    for each, points in matches:
        reason = Reason(code="same", points=points, text="")
        found.append(Match(need=need, supply=each, reasons=(reason,)))
    return Answer(need=need, matches=tuple(found))


LIHUA = supply("立华", "15吨/月")
OTHER = supply("某铸造厂", "300吨/年")


def amounts(plan):
    return {(d.match.need.demand.id, d.match.supply.id): d.quantity.amount for d in plan.deliveries}


def only_cures(plan):
    (missing,) = plan.missing
    return missing.cures


def test_tons_a_month_and_tons_a_year_are_shared_out_in_the_words_of_the_demand():
    plan = plan_deliveries([answer("需1", "20吨/月", (LIHUA, 80), (OTHER, 60))])
    assert amounts(plan) == {("需1", "立华"): 15, ("需1", "某铸造厂"): 5}
    assert [delivery.quantity.per for delivery in plan.deliveries] == ["month", "month"]
    assert (plan.status, plan.missing) == ("optimal", ())
    assert plan.objective == pytest.approx(0.75 * 0.8 + 0.25 * 0.6)


def test_kilograms_are_converted_and_pieces_never_mixed_with_other_pieces():
    pieces, kilos = supply("论只卖", "500只/月"), supply("论公斤", "15000公斤/月")
    plan = plan_deliveries([answer("需1", "20吨/月", (kilos, 80)), answer("需2", "300个/月", (pieces, 90))])
    assert amounts(plan) == {("需1", "论公斤"): 15}
    assert plan.missing[1].cures == ("论只卖的产能 500 只/月 和需求 300 个/月 单位或周期不能换算,请写成同一种",)


def test_counted_things_are_delivered_in_whole_pieces():
    halves = [supply("甲", "100件/季度"), supply("乙", "100件/季度"), supply("丙", "100件/季度")]
    plan = plan_deliveries([answer("需1", "100件/月", *((each, 80) for each in halves))])
    assert sorted(amounts(plan).values()) == [33, 33, 33]
    assert plan.missing[0].quantity == Quantity(1, "件", per="month")
    assert plan.status == "within_gap"


def test_more_capacity_is_named_in_the_words_of_the_supplier():
    plan = plan_deliveries([answer("需1", "30吨/月", (OTHER, 80))])
    assert plan.missing[0].quantity == Quantity(5, "t", per="month")
    assert only_cures(plan) == ("某铸造厂的产能 300 吨/年 已排满,再多 60 吨/年 就够",)
    assert plan.advice == ("某铸造厂的铸件产能每多一成,按适合程度加权可多满足约 0.067 条需求",)


def test_one_more_supplier_is_named_with_what_it_could_deliver():
    plan = plan_deliveries([answer("需1", "20吨/月", (LIHUA, 80), (OTHER, 60), 最多供应商="1家")])
    assert amounts(plan) == {("需1", "立华"): 15}
    assert only_cures(plan)[1] == "已有 1 家供应商,到了上限;再放宽一家,某铸造厂还能供 5 吨/月"


def test_the_column_of_a_demand_wins_over_the_terms_of_the_list():
    listed = answer("需1", "20吨/月", (LIHUA, 80), (OTHER, 60), 最多供应商="2")
    assert len(plan_deliveries([listed], terms=Terms(most_suppliers=1)).deliveries) == 2


def test_a_least_order_that_is_too_large_is_named():
    strict = supply("大单厂", "100吨/月", 起订量="8吨")
    plan = plan_deliveries([answer("需1", "5吨/月", (strict, 80))])
    assert only_cures(plan) == ("大单厂的起订量(8 吨)超过了需求量或它自己的产能;请问能否接小单",)
    cheaper = answer("需1", "22吨/月", (LIHUA, 80), (supply("大单厂", "9吨/月", 起订量="9吨"), 50))
    assert amounts(plan_deliveries([cheaper])) == {("需1", "立华"): 13, ("需1", "大单厂"): 9}


def test_an_exclusive_buyer_is_named_as_what_stands_in_the_way():
    plan = plan_deliveries(
        [
            answer("需1", "10吨/月", (LIHUA, 90), buyer="卫华", 独家="是"),
            answer("需2", "5吨/月", (LIHUA, 80), buyer="别家"),
        ]
    )
    assert amounts(plan) == {("需1", "立华"): 10}
    assert only_cures(plan) == ("立华与别的采购方之间有独家约定;放宽独家,立华还能供 5 吨/月",)


def test_the_reserved_share_is_named_and_priced():
    large = supply("大厂", "100吨/月", 企业规模="大型")
    small = supply("小厂", "2吨/月", 企业规模="微型")
    plan = plan_deliveries([answer("需1", "10吨/月", (large, 80), (small, 60))], terms=Terms(reserved=0.3))
    assert amounts(plan) == {("需1", "大厂"): 7, ("需1", "小厂"): 2}
    assert "给小微企业预留的 30% 已到线;少预留一些,大厂还能供 1 吨/月" in only_cures(plan)
    assert plan.advice[-1] == "为小微企业预留的比例每降一个百分点,按适合程度加权可多满足约 0.008 条需求"


def test_a_reserve_without_any_small_enterprise_in_the_list_is_refused():
    with pytest.raises(AllocationError, match="请在“企业规模”一列填上“小型”或“微型”"):
        plan_deliveries([answer("需1", "20吨/月", (LIHUA, 80))], terms=Terms(reserved=0.3))


def test_of_two_equal_suppliers_the_one_in_the_county_is_preferred_and_the_far_one_not_shut_out():
    near, far = supply("近", "15吨/月", region="410783"), supply("远", "15吨/月", region="330400")
    plan = plan_deliveries([answer("需1", "20吨/月", (far, 80), (near, 80), region=("410783",))])
    assert amounts(plan) == {("需1", "近"): 15, ("需1", "远"): 5}


def test_what_cannot_be_shared_out_is_said_for_each_demand():
    plan = plan_deliveries(
        [
            answer("没数量", "面议", (LIHUA, 80)),
            answer("零", "0吨", (LIHUA, 80)),
            answer("没人供", "5吨"),
            answer("没产能", "5吨", (supply("没填", "-"), 80)),
            answer("没单位", "5吨", (supply("光数字", "300"), 80)),
            answer("产能零", "5吨", (supply("停产", "0吨"), 80)),
        ]
    )
    assert [missing.cures[0] for missing in plan.missing] == [
        "需求没有写数量,没法分配;请补上数量后重做",
        "需求数量是 0,没法分配;请改正数量后重做",
        "没有合适的供给,原因见“未满足”表",
        "没填没有写产能,请问清",
        "光数字的产能 300 和需求 5 吨 有一方没写单位,请补上",
        "停产的产能是 0,请问清",
    ]
    assert (plan.deliveries, plan.objective, plan.status) == ((), 0, "optimal")


def test_capacities_of_ten_to_the_twelfth_are_shared_out():
    plan = plan_deliveries([answer("需1", "20吨/月", (supply("巨厂", "1000000000000吨/月"), 80))])
    assert amounts(plan) == {("需1", "巨厂"): 20}


def test_an_empty_list_makes_an_empty_plan():
    assert plan_deliveries([]).deliveries == ()
    assert plan_deliveries([Answer(need=Need(demand=Demand(text="?")), unmet=Unmet(why=""))]).missing
