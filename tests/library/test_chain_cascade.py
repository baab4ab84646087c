"""How losses travel: against the inverses of Leontief and Ghosh, against networkx, and as algebra says."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_chain_graph import NODES, digraph, edge_lists, wires_of

from chuanzhu.chain import ChainError, Link, Relief, chain_graph, greatest_flow
from chuanzhu.chain.cascade import Losses, cascade, spreading
from chuanzhu.chain.standstill import standstill, stopped_nodes
from chuanzhu.chain.wires import wire

# Germany 1995, domestic, basic prices, million euro: agriculture, manufacturing, construction, trade, business and
# other services. Eurostat Manual of Supply, Use and Input-Output Tables (2008), table 15.4; the inverses checked below
# are those of its chapter 15.
USED = np.array([
    [1131, 25480, 1, 607, 710, 762],
    [7930, 304584, 64167, 41082, 11981, 30360],
    [426, 7334, 3875, 5296, 23457, 9155],
    [3559, 72717, 14190, 74399, 10835, 21008],
    [3637, 96115, 31027, 65755, 193176, 34223],
    [1552, 14986, 1747, 11225, 15058, 22070],
], dtype=float)  # fmt: skip
OUTPUT = np.array([43910, 1079446, 245606, 540063, 692487, 508918], dtype=float)
SECTORS = len(OUTPUT)
EVERY = np.arange(SECTORS)
INPUT_SHARES, SALES_SHARES = USED / OUTPUT, USED / OUTPUT[:, np.newaxis]


def table(shares):
    origins, ends = (side.ravel() for side in np.indices(shares.shape))
    return wire(origins, ends, shares.ravel(), nodes=len(shares))


def shocked(losses):
    """Shock each node in a row of its own."""
    every = np.arange(len(losses))
    return Losses(rows=every, nodes=every, losses=np.asarray(losses, dtype=float))


def spread(wires, losses, **options):
    count = len(wires.levels)
    return cascade(spreading(wires, **options), shocked(losses)).dense(rows=count, nodes=count)


def test_demand_pulled_upstream_is_the_published_inverse_of_leontief():
    rules = spreading(table(SALES_SHARES).reversed(), production="proportional", ceiling=np.inf)
    pulled = cascade(rules, shocked(1 / OUTPUT)).dense(rows=SECTORS, nodes=SECTORS)
    ours = (pulled * OUTPUT).T
    assert ours == pytest.approx(np.linalg.inv(np.eye(SECTORS) - INPUT_SHARES), abs=1e-7)
    assert np.diag(ours)[:3].round(4).tolist() == [1.0339, 1.4292, 1.0289]


def test_supply_pushed_downstream_is_the_published_inverse_of_ghosh():
    pushed = spread(table(INPUT_SHARES), 1 / OUTPUT, production="proportional", ceiling=np.inf)
    ours = pushed * OUTPUT
    assert ours == pytest.approx(np.linalg.inv(np.eye(SECTORS) - SALES_SHARES), abs=1e-7)
    assert ours[:, 0].round(4).tolist() == [1.0339, 0.0118, 0.0037, 0.0103, 0.0117, 0.0043]


def test_a_stopped_sector_is_hypothetical_extraction():
    ours = spread(table(INPUT_SHARES), np.ones(SECTORS), production="proportional")
    for stopped in range(SECTORS):
        others = np.delete(EVERY, stopped)
        inner = np.eye(SECTORS - 1) - INPUT_SHARES[np.ix_(others, others)].T
        assert ours[stopped, others] == pytest.approx(np.linalg.solve(inner, INPUT_SHARES[stopped, others]), abs=1e-8)
        assert ours[stopped, stopped] == 1


@settings(max_examples=40)
@given(edge_lists, st.sampled_from(["weakest", "proportional"]))
def test_what_a_stop_reaches_are_the_descendants_of_networkx(edges, production):
    losses = spread(wires_of(edges, strength=0.5), np.ones(NODES), production=production)
    graph = digraph(edges)
    for node in range(NODES):
        assert set(np.flatnonzero(losses[node] > 0)) == nx.descendants(graph, node) | {node}


weighted = st.dictionaries(
    st.tuples(st.integers(0, NODES - 1), st.integers(0, NODES - 1)), st.floats(0.05, 1), min_size=1, max_size=40
)


@settings(max_examples=40)
@given(weighted)
def test_by_the_scarcest_input_a_loss_is_that_along_the_best_way(links):
    (origins, ends), strengths = np.array(list(links)).T, np.array(list(links.values()))
    ours = spread(wire(origins, ends, strengths, nodes=NODES), np.ones(NODES))
    graph = digraph([])
    graph.add_weighted_edges_from((start, end, -np.log(strength)) for (start, end), strength in links.items())
    for start, lengths in nx.all_pairs_dijkstra_path_length(graph):
        expected = np.zeros(NODES)
        expected[list(lengths)] = np.exp(-np.array(list(lengths.values())))
        assert ours[start] == pytest.approx(expected, abs=1e-8)


@settings(max_examples=40)
@given(weighted)
def test_a_greater_shock_never_loses_less(links):
    (origins, ends), strengths = np.array(list(links)).T, np.array(list(links.values()))
    wires = wire(origins, ends, strengths, nodes=NODES)
    for production in ("weakest", "proportional"):
        small, great = (spread(wires, np.full(NODES, shock), production=production) for shock in (0.3, 0.7))
        assert (great >= small - 1e-9).all()
        assert great.max() <= 1


@settings(max_examples=40)
@given(weighted, st.integers(1, 5))
def test_many_outages_at_once_lose_what_each_loses_alone(links, block):
    (origins, ends), strengths = np.array(list(links)).T, np.array(list(links.values()))
    rules = spreading(wire(origins, ends, strengths, nodes=NODES))
    together = standstill(rules, stopped_nodes(np.arange(NODES)), rows=NODES)
    for node in range(0, NODES, block):
        alone = standstill(rules, stopped_nodes(np.array([node])), rows=1)
        assert (alone.lost[0], alone.downstream[0]) == pytest.approx((together.lost[node], together.downstream[node]))


def line(**relief):
    defaults = {name: np.zeros(3) for name in ("stock_days", "substitute_shares", "substitute_days")}
    graph = chain_graph(["a", "b", "c"], [Link(origin="a", end="b"), Link(origin="b", end="c")])
    return spread(graph.wires, [1, 0, 0], relief=Relief(**{**defaults, **relief}, outage_days=90))[0]


def test_a_stock_of_a_third_of_the_outage_saves_a_third():
    assert line(stock_days=np.array([0.0, 30, 0])).tolist() == pytest.approx([1, 2 / 3, 2 / 3])


def test_a_stock_longer_than_the_outage_saves_everything_behind_it():
    assert line(stock_days=np.array([0.0, 100, 0])).tolist() == [1, 0, 0]


def test_a_substitute_for_half_found_after_a_third_saves_a_third():
    softened = line(substitute_shares=np.array([0.5, 0, 0]), substitute_days=np.array([30.0, 0, 0]))
    assert softened.tolist() == pytest.approx([1, 2 / 3, 2 / 3])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"substitute_shares": np.full(3, 2.0)}, "替代比例应有 3 个,每个环节一个,不小于 0、不大于 1"),
        ({"stock_days": np.zeros(2)}, "库存天数应有 3 个"),
        ({"substitute_days": np.full(3, np.nan)}, "替代天数应有 3 个"),
    ],
)
def test_stocks_and_substitutes_that_make_no_sense_are_refused(options, message):
    with pytest.raises(ChainError, match=message):
        line(**options)


def test_an_outage_of_no_days_is_refused():
    zero = np.zeros(2)
    relief = Relief(stock_days=zero, substitute_shares=zero, substitute_days=zero, outage_days=0)
    with pytest.raises(ChainError, match="停产天数 0 应大于 0"):
        spreading(wires_of([(0, 1)], nodes=2), relief=relief)


def test_an_unknown_way_of_producing_is_answered_with_the_known():
    with pytest.raises(ChainError, match="没有“cobb”这种算法;可用:weakest、proportional"):
        spreading(wires_of([]), production="cobb")


@settings(max_examples=40)
@given(edge_lists, st.lists(st.integers(0, 5), min_size=NODES, max_size=NODES))
def test_the_greatest_flow_and_its_cut_equal_those_of_networkx(edges, capacities):
    limits, sources, sinks = np.array(capacities, dtype=float), [0, 1], [NODES - 2, NODES - 1]
    flow = greatest_flow(wires_of(edges), sources=np.array(sources), sinks=np.array(sinks), capacities=limits)
    split = nx.DiGraph()
    split.add_edges_from((("in", node), ("out", node), {"capacity": capacities[node]}) for node in range(NODES))
    split.add_edges_from((("out", start), ("in", end)) for start, end in edges)
    split.add_edges_from([("source", ("in", node)) for node in sources] + [(("out", node), "sink") for node in sinks])
    assert flow.value == pytest.approx(nx.maximum_flow_value(split, "source", "sink"))
    assert limits[flow.cut].sum() == pytest.approx(flow.value)
    split.remove_nodes_from([("in", node) for node in flow.cut])
    assert not nx.has_path(split, "source", "sink")


@settings(max_examples=40)
@given(edge_lists)
def test_with_capacity_one_the_flow_counts_routes_that_share_no_node(edges):
    graph = digraph([(start, end) for start, end in edges if start != end])
    graph.add_edges_from([("source", 0), ("source", 1), ("source", 2), (NODES - 1, "sink"), (NODES - 2, "sink")])
    flow = greatest_flow(wires_of(edges), sources=np.array([0, 1, 2]), sinks=np.array([NODES - 2, NODES - 1]))
    assert flow.value == nx.node_connectivity(graph, "source", "sink")


@pytest.mark.parametrize(
    ("sources", "capacities", "message"),
    [
        ([], None, "算通路要有起点和终点"),
        ([0], np.full(NODES, -1.0), "都是不小于 0 的数"),
        ([0], np.full(NODES, np.inf), "都是不小于 0 的数"),
    ],
)
def test_a_flow_that_makes_no_sense_is_refused(sources, capacities, message):
    with pytest.raises(ChainError, match=message):
        greatest_flow(wires_of([]), sources=np.array(sources), sinks=np.array([1]), capacities=capacities)


def test_outputs_weigh_what_stands_still():
    graph = chain_graph(["a", "b", "c"], [Link(origin="a", end="b"), Link(origin="a", end="c", strength=0.5)])
    stopped = standstill(spreading(graph.wires), stopped_nodes(np.array([0])), rows=1, outputs=np.array([9.0, 1, 3]))
    assert (stopped.lost.tolist(), stopped.downstream.tolist(), stopped.hit.tolist()) == ([2.5], [4.0], [2])
    with pytest.raises(ChainError, match="产出应有 3 个"):
        standstill(spreading(graph.wires), stopped_nodes(np.array([0])), rows=1, outputs=np.ones(2))
