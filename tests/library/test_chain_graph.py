"""Chains as arrays: building, loops and levels against networkx, placements and their dates, parts of a graph."""

import datetime as dt
import doctest
import importlib
import pkgutil

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import chuanzhu.chain
from chuanzhu.chain import (
    ChainError,
    Firm,
    Link,
    Placement,
    analyse,
    chain_graph,
    part_of,
    place_firms,
    programme_graph,
)
from chuanzhu.chain.wires import connected_parts, wire
from chuanzhu.taxonomy.programmes import bundled_programme

TODAY = dt.date(2026, 11, 21)
NODES = 12
edge_lists = st.lists(st.tuples(st.integers(0, NODES - 1), st.integers(0, NODES - 1)), max_size=40)


def wires_of(edges, *, nodes=NODES, strength=1.0):
    pairs = np.array(edges, dtype=np.int64).reshape(-1, 2)
    return wire(pairs[:, 0], pairs[:, 1], np.full(len(pairs), strength), nodes=nodes)


def digraph(edges, *, nodes=NODES):
    graph = nx.DiGraph(edges)
    graph.add_nodes_from(range(nodes))
    return graph


@settings(max_examples=40)
@given(edge_lists)
def test_strong_parts_equal_those_of_networkx(edges):
    parts = wires_of(edges).parts
    ours = {frozenset(np.flatnonzero(parts == part).tolist()) for part in set(parts.tolist())}
    assert ours == {frozenset(part) for part in nx.strongly_connected_components(digraph(edges))}


@settings(max_examples=40)
@given(edge_lists)
def test_no_part_feeds_one_of_a_higher_number(edges):
    wires = wires_of(edges)
    assert (wires.parts[wires.origins] >= wires.parts[wires.ends]).all()


@settings(max_examples=40)
@given(edge_lists)
def test_levels_of_a_graph_without_loops_are_the_topological_generations(edges):
    forward = [(start, end) for start, end in edges if start < end]
    levels = wires_of(forward).levels
    for level, generation in enumerate(nx.topological_generations(digraph(forward))):
        assert {int(levels[node]) for node in generation} == {level}


@settings(max_examples=40)
@given(edge_lists)
def test_levels_rise_along_every_link_that_is_in_no_loop(edges):
    for wires in (wires_of(edges), wires_of(edges).reversed()):
        across = wires.parts[wires.origins] != wires.parts[wires.ends]
        assert (wires.levels[wires.ends] > wires.levels[wires.origins])[across].all()


@settings(max_examples=40)
@given(edge_lists)
def test_turning_the_links_twice_gives_them_back(edges):
    wires = wires_of(edges)
    back = wires.reversed().reversed()
    assert (back.starts.tolist(), back.ends.tolist()) == (wires.starts.tolist(), wires.ends.tolist())


def test_a_very_long_chain_does_not_exhaust_the_stack():
    count = 50_000
    wires = wires_of([(node, node + 1) for node in range(count - 1)], nodes=count)
    assert wires.levels[-1] == count - 1


def test_connected_parts_of_nothing_are_none():
    assert connected_parts(np.zeros(1, dtype=np.int64), np.zeros(0, dtype=np.int64)).tolist() == []


def test_a_link_named_twice_counts_once_as_the_stronger():
    twice = [Link(origin="a", end="b", strength=strength) for strength in (0.3, 0.6)]
    assert chain_graph(["a", "b"], twice).wires.strengths.tolist() == [0.6]


@pytest.mark.parametrize(
    ("nodes", "links", "message"),
    [
        (["铸件", "轴", "铸件"], [], "环节重复:铸件;同一个环节只写一次"),
        (["铸件"], [Link(origin="铸件", end="轴承")], "连到没有定义的环节:轴承;请先写这些环节,或改正名字"),
        (["a", "b"], [Link(origin="a", end="b", strength=0)], r"强度应大于 0、不大于 1:a→b\(0\)"),
        (["a", "b"], [Link(origin="a", end="b", strength=float("nan"))], r"强度应大于 0、不大于 1:a→b\(nan\)"),
    ],
)
def test_a_graph_that_makes_no_sense_is_refused_with_its_cure(nodes, links, message):
    with pytest.raises(ChainError, match=message):
        chain_graph(nodes, links)


def test_more_than_five_faults_are_summed_up():
    with pytest.raises(ChainError, match="甲0、甲1、甲2、甲3、甲4 等 7 个"):
        chain_graph(["a"], [Link(origin="a", end=f"甲{number}") for number in range(7)])


def test_an_unknown_node_or_firm_is_answered_with_the_nearest():
    graph, _ = place_firms(chain_graph(["桥式起重机"], []), [Firm(id="卫华集团")], [], on=TODAY)
    with pytest.raises(ChainError, match="没有环节“桥式起重”;最接近的是“桥式起重机”"):
        graph.node("桥式起重")
    with pytest.raises(ChainError, match="没有企业“卫华”;最接近的是“卫华集团”"):
        graph.firm("卫华")
    with pytest.raises(ChainError, match="没有环节“xyz”;没有相近的"):
        part_of(graph, ["xyz"])


def test_an_unknown_region_is_refused():
    with pytest.raises(ChainError, match="没有代码为“999999”的地区;请用六位行政区划代码"):
        analyse(chain_graph(["a"], []), region="999999")


@pytest.mark.parametrize(
    ("placement", "wrong"),
    [
        (Placement(firm="1", node="轴"), "没有环节“轴”"),
        (Placement(firm="9", node="铸件"), "没有企业“9”"),
        (Placement(firm="1", node="铸件", weight=0), "归位权重 0 不大于 0"),
        (
            Placement(firm="1", node="铸件", since=dt.date(2026, 5, 1), until=dt.date(2025, 5, 1)),
            "起止日期矛盾:从 2026-05-01 起,却到 2025-05-01 止",
        ),
    ],
)
def test_a_placement_that_makes_no_sense_is_told_and_does_not_stop_the_others(placement, wrong):
    firms = [Firm(id="1"), Firm(id="2")]
    good = Placement(firm="2", node="铸件")
    graph, problems = place_firms(chain_graph(["铸件"], []), firms, [placement, good], on=TODAY)
    assert graph.placed_firms.tolist() == [1]
    (problem,) = problems
    assert problem.wrong == wrong
    assert problem.cure
    assert not problem.used


@pytest.mark.parametrize(
    ("firms", "message"),
    [
        ([Firm(id="1"), Firm(id="1")], "企业编号重复:1"),
        ([Firm(id="1", size=-3)], r"企业规模应不小于 0:1\(-3\);不知道就不填"),
    ],
)
def test_firms_that_make_no_sense_are_refused(firms, message):
    with pytest.raises(ChainError, match=message):
        place_firms(chain_graph(["a"], []), firms, [], on=TODAY)


def test_a_firm_counts_from_its_first_day_to_its_last():
    spot = Placement(firm="1", node="a", since=dt.date(2026, 1, 1), until=dt.date(2026, 12, 31))

    def placed(day):
        return len(place_firms(chain_graph(["a"], []), [Firm(id="1")], [spot], on=day)[0].placed_firms)

    days = [dt.date(2025, 12, 31), dt.date(2026, 1, 1), dt.date(2026, 12, 31), dt.date(2027, 1, 1)]
    assert [placed(day) for day in days] == [0, 1, 1, 0]


def test_a_part_keeps_its_own_links_and_firms_and_nothing_else():
    graph = chain_graph(["a", "b", "c"], [Link(origin="a", end="b", strength=0.4), Link(origin="b", end="c")])
    firms = [Firm(id="甲"), Firm(id="乙", size=7, region="410500")]
    spots = [Placement(firm="甲", node="c"), Placement(firm="乙", node="b", weight=0.5), Placement(firm="乙", node="c")]
    part = part_of(place_firms(graph, firms, spots, on=TODAY)[0], ["b", "a"])
    assert (part.wires.origins.tolist(), part.wires.ends.tolist(), part.wires.strengths.tolist()) == ([1], [0], [0.4])
    assert [firm.id for firm in part.firms] == ["乙"]
    assert (part.placed_nodes.tolist(), part.placed_firms.tolist(), part.sizes.tolist()) == ([0], [0], [7])


def test_the_bundled_programme_is_one_graph_of_which_each_chain_is_a_part():
    henan = bundled_programme("henan")
    graph = programme_graph(henan)
    assert (graph.node_count, len(graph.wires.ends)) == (len(henan.nodes), len(henan.links))
    for chain in henan.chains:
        assert len(part_of(graph, [place.node for place in chain.places]).wires.ends) == len(henan.links_within(chain))


@pytest.mark.parametrize("name", [module.name for module in pkgutil.iter_modules(chuanzhu.chain.__path__)])
def test_the_examples_in_the_docstrings_are_true(name):
    assert doctest.testmod(importlib.import_module(f"chuanzhu.chain.{name}")).failed == 0


def test_the_public_face_of_the_package_is_sorted_and_every_name_is_there():
    assert chuanzhu.chain.__all__ == sorted(chuanzhu.chain.__all__, key=lambda name: (not name.isupper(), name))
    assert all(hasattr(chuanzhu.chain, name) for name in chuanzhu.chain.__all__)
