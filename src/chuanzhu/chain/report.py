"""Every measure of one chain in one region, each with its sentence: what the map and its lists are drawn from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from chuanzhu.chain.advantage import strengths
from chuanzhu.chain.beads import loose_champions, loose_leaders
from chuanzhu.chain.cascade import spreading
from chuanzhu.chain.flow import greatest_flow
from chuanzhu.chain.gaps import ranked_gaps
from chuanzhu.chain.graph import place_name
from chuanzhu.chain.measure import Measure, not_known, percent
from chuanzhu.chain.presence import completeness, mean_concentration, presence, single_sources
from chuanzhu.chain.sourcing import BASES, FIRST_TIER, Sourcing, bought_outside, dependence, supporting_rate
from chuanzhu.chain.standstill import capacity_shares, standstill, stopped_firms, stopped_nodes
from chuanzhu.chain.wires import summed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from chuanzhu.chain.advantage import Comparison
    from chuanzhu.chain.beads import LooseChampion, LooseLeader
    from chuanzhu.chain.cascade import Relief
    from chuanzhu.chain.flow import Flow
    from chuanzhu.chain.gaps import Gap
    from chuanzhu.chain.graph import ChainGraph
    from chuanzhu.chain.presence import Presence
    from chuanzhu.chain.standstill import Standstill
    from chuanzhu.chain.wires import Floats, Ints

LARGE: Final = 200_000  # links; above, ablation looks at the nodes that feed most, and routes are not counted
_EXAMINED: Final = 20
_SHOWN: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Known:
    """What is known beside the map: the demand set, the comparison of regions, stocks and substitutes, outputs, trades.

    Whatever is None makes the measures that need it "not known", or they take the default their docstrings state.
    """

    sourcing: Sourcing | None = None
    comparison: Comparison | None = None
    relief: Relief | None = None
    outputs: Floats | None = None
    trades: Ints | None = None
    production: str = "weakest"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ChainReport:
    """A chain of n nodes and f firms in a region: the measures in the order they are told, and what they rest on.

    ``outside`` (n,) is the share of each node's product bought outside; ``quotients`` and ``densities`` (n,) are the
    region's strength at each node and how near it lies to what the region is strong in. ``nodes`` (k,) and ``firms``
    (l,) are those that were stopped in turn, ``by_node`` and ``by_firm`` have a row for each of them; ``stops`` (n,) is
    the share of the output downstream that stands still. NaN stands for what is not known everywhere.
    """

    region: str
    measures: tuple[Measure, ...]
    presence: Presence
    outside: Floats
    nodes: Ints
    by_node: Standstill
    firms: Ints
    by_firm: Standstill
    stops: Floats
    routes: Flow | None
    quotients: Floats
    densities: Floats
    gaps: tuple[Gap, ...]
    leaders: tuple[LooseLeader, ...]
    champions: tuple[LooseChampion, ...]


def analyse(graph: ChainGraph, *, region: str, known: Known | None = None) -> ChainReport:
    """Compute every measure of a chain in a region. Raises ChainError for an unknown region.

    >>> from chuanzhu.chain import Link, chain_graph
    >>> report = analyse(chain_graph(["a", "b"], [Link(origin="a", end="b")]), region="410500")
    >>> report.measures[0].words
    '不清楚:河南安阳还没有一家企业归到这条链的环节上'
    """
    known = known or Known()
    here = presence(graph, region=region)
    rules = spreading(graph.wires, production=known.production, relief=known.relief)
    nodes, firms = _examined(graph)
    by_node = standstill(rules, stopped_nodes(nodes), rows=len(nodes), outputs=known.outputs)
    stops = np.full(graph.node_count, np.nan)
    stops[nodes] = by_node.shares
    quotients, densities = _compared(graph, region, known.comparison)
    report = ChainReport(
        region=region,
        measures=(),
        presence=here,
        outside=bought_outside(graph, here, known.sourcing),
        nodes=nodes,
        by_node=by_node,
        firms=firms,
        by_firm=standstill(rules, stopped_firms(graph, firms), rows=len(firms), outputs=known.outputs),
        stops=stops,
        routes=_routes(graph),
        quotients=quotients,
        densities=densities,
        gaps=ranked_gaps(graph, here, stops=stops, density=densities),
        leaders=loose_leaders(graph, region=region),
        champions=loose_champions(graph, region=region, trades=known.trades),
    )
    return replace(report, measures=tuple(_told(graph, report, known)))


def _told(graph: ChainGraph, report: ChainReport, known: Known) -> Iterator[Measure]:
    """Yield the measures in the order in which a clerk asks for them."""
    here, region = report.presence, report.region
    yield completeness(here)
    for tier in (FIRST_TIER, None):
        for basis in BASES:
            yield supporting_rate(known.sourcing or _NO_DEMANDS, region=region, basis=basis, tier=tier)
    yield single_sources(here)
    yield mean_concentration(here)
    yield dependence(graph, report.outside, region=region)
    total = float(graph.node_count if known.outputs is None else known.outputs.sum())
    nodes = [graph.names[node] for node in report.nodes]
    firms = [graph.firms[firm].name or graph.firms[firm].id for firm in report.firms]
    yield _worst("最大堵点", "环节", nodes, report.by_node, total=total, every=graph.node_count)
    yield _worst("最要紧的企业", "企业", firms, report.by_firm, total=total, every=len(graph.firms))
    yield _narrowest(graph, report.routes)
    regions = 0 if known.comparison is None else len(known.comparison.regions)
    yield strengths(report.quotients, region=region, regions=regions, names=graph.names)
    yield _counted("链主配套薄弱", [leader.words for leader in report.leaders], here)
    yield _counted("小冠军没有本地链主", [champion.words for champion in report.champions], here)


_NO_DEMANDS: Final = Sourcing(
    nodes=np.zeros(0, dtype=np.int64), values=np.zeros(0), tiers=np.zeros(0, dtype=np.int64), filled=np.zeros(0)
)


def _examined(graph: ChainGraph) -> tuple[Ints, Ints]:
    """Return the nodes and firms to stop in turn: all, or in a very large graph those with most links and shares."""
    wires = graph.wires
    if len(wires.ends) <= LARGE:
        return np.arange(graph.node_count), np.arange(len(graph.firms))
    feeding = summed(wires.origins, wires.strengths, count=graph.node_count)
    shares = summed(graph.placed_firms, capacity_shares(graph), count=len(graph.firms))
    return _greatest(feeding), _greatest(shares)


def _greatest(values: Floats) -> Ints:
    return np.sort(np.argsort(-values, kind="stable")[:_EXAMINED])


def _routes(graph: ChainGraph) -> Flow | None:
    """Return the flow from nodes without inputs to nodes without users; None where there are none or too many links."""
    fed = np.bincount(graph.wires.ends, minlength=graph.node_count) > 0
    feeding = np.diff(graph.wires.starts) > 0
    sources, sinks = np.flatnonzero(feeding & ~fed), np.flatnonzero(fed & ~feeding)
    if not len(sources) or not len(sinks) or len(graph.wires.ends) > LARGE:
        return None
    return greatest_flow(graph.wires, sources=sources, sinks=sinks)


def _compared(graph: ChainGraph, region: str, comparison: Comparison | None) -> tuple[Floats, Floats]:
    if comparison is None:
        return np.full(graph.node_count, np.nan), np.full(graph.node_count, np.nan)
    return comparison.of(region, graph.keys)


def _worst(name: str, what: str, names: Sequence[str], stopped: Standstill, *, total: float, every: int) -> Measure:
    """Return the outage that loses most of the chain's output, as its share of the output downstream."""
    coverage = len(names) / every if every else 0.0
    if not stopped.lost.any():
        why = f"没有一个{what}停了会连累下游" if len(names) else f"没有归位的{what}"
        return not_known(name, why, coverage=coverage)
    worst = int(np.argmax(stopped.lost))
    value = float(stopped.shares[worst])
    words = (
        f"{names[worst]}:停则下游 {percent(value)} 停,{int(stopped.hit[worst])} 个环节受影响,"
        f"全链产出少 {percent(float(stopped.lost[worst]) / total)};{len(names)} 个{what}逐个停一遍得出"
    )
    return Measure(name=name, value=value, coverage=coverage, words=words)


def _narrowest(graph: ChainGraph, routes: Flow | None) -> Measure:
    name = "最窄处"
    if routes is None:
        return not_known(name, "图上没有从头到尾的通路,或者图太大没有算", unit="条")
    shown = "、".join(graph.names[node] for node in routes.cut[:_SHOWN]) + ("等" if len(routes.cut) > _SHOWN else "")
    words = f"从头到尾最多有 {routes.value:.0f} 条互不共用环节的路;{shown}这 {len(routes.cut)} 个环节一断,全链不通"
    return Measure(name=name, value=routes.value, coverage=1.0, words=words, unit="条")


def _counted(name: str, found: Sequence[str], here: Presence) -> Measure:
    if not here.is_known:
        return not_known(name, f"{place_name(here.region)}还没有一家企业归位", coverage=0.0, unit="家")
    words = f"{len(found)} 家;头一家:{found[0]}" if found else "没有发现"
    return Measure(name=name, value=float(len(found)), coverage=1.0, words=words, unit="家")
