"""Shares against an independent solver, the rules, bad input, and the end of time."""

import time

import numpy as np
import pytest
from allocation_oracle import broken_rules, draw, optimum

from chuanzhu import allocation
from chuanzhu.allocation import AllocationError, allocate, problem_from_amounts

WEIHUA, LIHUA = 0, 0  # the crane maker buys, the castings shop sells


def problem(**changes):
    """Weihua needs 20, Lihua has 15 and another shop 30."""
    given = {"demand": [0, 0], "supply": [0, 1], "fit": [0.9, 0.5], "quantity": [20.0], "capacity": [15.0, 30.0]}
    return problem_from_amounts(**given | changes)


@pytest.mark.parametrize("batch", range(10))
def test_small_problems_with_every_rule_are_solved_as_well_as_by_an_independent_solver(batch):
    rng = np.random.default_rng(batch)
    for _ in range(40):
        given = draw(rng)
        found = allocate(problem_from_amounts(**given))
        assert broken_rules(given, found.share) == []
        assert found.objective == pytest.approx(optimum(given), abs=2e-5)
        assert found.status == "optimal"


def test_a_hundred_problems_without_rules_are_solved_as_well_as_by_an_independent_solver():
    rng = np.random.default_rng(99)
    for _ in range(100):
        given = draw(rng, rules=False)
        found = allocate(problem_from_amounts(**given))
        assert broken_rules(given, found.share) == []
        assert found.objective == pytest.approx(optimum(given), abs=1e-6)
        assert found.gap == pytest.approx(0, abs=1e-6)


def test_the_better_supplier_delivers_all_it_can_and_the_other_the_rest():
    assert allocate(problem()).share.tolist() == pytest.approx([0.75, 0.25])


def test_a_supplier_cannot_be_asked_for_more_than_its_capacity():
    found = allocate(problem(demand=[0, 1], supply=[0, 0], quantity=[20.0, 20.0], capacity=[15.0]))
    assert found.share.sum() * 20 == pytest.approx(15)


def test_one_supplier_at_most_means_the_one_that_is_worth_most():
    assert allocate(problem(most_suppliers=1)).share.tolist() == pytest.approx([0.75, 0])


def test_two_lines_of_one_enterprise_count_as_one_supplier():
    found = allocate(problem(most_suppliers=1, seller=[LIHUA, LIHUA]))
    assert found.share.tolist() == pytest.approx([0.75, 0.25])


def test_nothing_is_ordered_below_the_least_order():
    found = allocate(problem(lot=[0.0, 8.0]))
    assert found.share.tolist() == pytest.approx([0.6, 0.4])


def test_a_least_order_above_the_whole_demand_leaves_the_supplier_out():
    assert allocate(problem(lot=[21.0, 0.0])).share.tolist() == pytest.approx([0, 1])


def test_a_supplier_of_an_exclusive_buyer_delivers_to_nobody_else():
    given = {"demand": [0, 1], "supply": [0, 0], "quantity": [20.0, 20.0], "capacity": [40.0], "fit": [0.9, 0.8]}
    assert allocate(problem(**given)).share.tolist() == pytest.approx([1, 1])
    assert allocate(problem(**given, is_exclusive=[True, False])).share.tolist() == pytest.approx([1, 0])
    assert allocate(problem(**given, is_exclusive=True, buyer=[5, 5])).share.tolist() == pytest.approx([1, 1])


def test_the_reserved_share_goes_to_small_enterprises_or_to_nobody():
    given = {"capacity": [40.0, 4.0], "reserved": 0.3}
    assert allocate(problem(**given, is_small=[False, True])).share.tolist() == pytest.approx([0.7, 0.2])


def test_the_price_of_a_capacity_is_what_more_of_it_would_earn():
    tight = {"capacity": [10.0, 5.0]}
    prices = allocate(problem(**tight)).capacity_price
    more = allocate(problem(capacity=[10.1, 5.0])).objective - allocate(problem(**tight)).objective
    assert prices[LIHUA] * 0.01 == pytest.approx(more)
    assert prices[LIHUA] == pytest.approx(0.45)


def test_the_price_of_the_reserve_is_what_one_demand_less_in_it_would_earn():
    given = {"capacity": [40.0, 4.0], "is_small": [False, True]}
    found = allocate(problem(**given, reserved=0.3))
    more = allocate(problem(**given, reserved=0.29)).objective - found.objective
    assert found.reserve_price * 0.01 == pytest.approx(more)


@pytest.mark.parametrize("huge", [1e12, 1e-12])
def test_amounts_that_differ_by_twelve_digits_are_shared_out_as_well(huge):
    found = allocate(problem(quantity=[20.0, huge], demand=[0, 1], supply=[0, 1], capacity=[20.0, 1e12]))
    assert found.share.tolist() == pytest.approx([1, 1])
    tiny = allocate(problem(quantity=[1e12]))
    assert (tiny.share * 1e12).tolist() == pytest.approx([15, 30])


def test_the_same_problem_gives_the_same_shares():
    given = draw(np.random.default_rng(7))
    first, second = (allocate(problem_from_amounts(**given)) for _ in range(2))
    assert first.share.tobytes() == second.share.tobytes()


def hard(count):
    rng = np.random.default_rng(1)
    return problem_from_amounts(
        demand=np.repeat(np.arange(count), 10),
        supply=np.concatenate([rng.choice(count, 10, replace=False) for _ in range(count)]),
        fit=rng.uniform(0.2, 0.9, 10 * count),
        quantity=rng.uniform(10, 100, count),
        capacity=rng.uniform(10, 100, count),
        lot=rng.uniform(5, 30, 10 * count),
        most_suppliers=2,
    )


@pytest.mark.parametrize("seconds", [0.0, 1.0])
def test_when_time_runs_out_the_best_found_is_returned_with_its_gap(seconds):
    started = time.monotonic()
    found = allocate(hard(300), seconds=seconds)
    assert time.monotonic() - started < seconds + 5
    assert found.status == "out_of_time"
    assert 0 < found.gap < (0.5 if seconds == 0 else 0.05)
    assert found.objective == pytest.approx(hard(300).fit @ found.share)


def test_a_cancelled_search_returns_what_it_has():
    started, calls = time.monotonic(), []

    def is_cancelled():
        calls.append(1)
        return time.monotonic() - started > 0.5

    found = allocate(hard(300), seconds=60, is_cancelled=is_cancelled)
    assert time.monotonic() - started < 10
    assert (found.status, bool(calls)) == ("cancelled", True)
    assert found.objective > 0


def test_a_gap_that_is_good_enough_ends_the_search():
    found = allocate(hard(300), seconds=60, gap=0.05)
    assert found.status == "within_gap"
    assert found.gap <= 0.05


def test_nothing_to_share_out_is_an_empty_allocation():
    found = allocate(problem(demand=[], supply=[], fit=[]))
    assert (found.objective, found.gap, found.status, found.share.size) == (0, 0, "optimal", 0)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"capacity": [-5.0, 1.0]}, "产能第 0 项是 -5;应是不小于 0 的数"),
        ({"quantity": [0.0]}, "需求数量第 0 项是 0;应是大于 0 的数"),
        ({"quantity": [float("nan")]}, "需求数量第 0 项是 nan"),
        ({"capacity": [1.0, float("inf")]}, "产能第 1 项是 inf"),
        ({"fit": [0.5, -0.1]}, "适合程度第 1 项是 -0.1"),
        ({"lot": [0.0, -1.0]}, "起订量第 1 项是 -0.05"),
        ({"demand": [0, 3]}, "没有第 3 条需求:一共 1 条"),
        ({"supply": [0, -1]}, "没有第 -1 条供给"),
        ({"supply": [1, 1]}, "第 0 条需求和第 1 条供给配了不止一次"),
        ({"fit": [0.5]}, "各列长度不一"),
        ({"is_small": [True, True], "seller": [1]}, "供给的两列长度不一"),
        ({"reserved": 1.0}, "预留的比例是 1;应在 0 到 1 之间"),
        ({"most_suppliers": -1}, "供应商家数上限第 0 项是 -1"),
        ({"demand_unit": [0], "supply_unit": [0, 1]}, "第 0 条需求和第 1 条供给的单位不能换算"),
    ],
)
def test_a_problem_that_makes_no_sense_is_refused_with_the_value_and_the_cure(changes, message):
    with pytest.raises(AllocationError, match=message.replace("(", r"\(")):
        problem(**changes)


def test_the_public_face_is_sorted_and_every_name_is_there():
    assert allocation.__all__ == sorted(allocation.__all__)
    assert all(hasattr(allocation, name) for name in allocation.__all__)
