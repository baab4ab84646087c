"""Speed and memory of the chain analyses: the whole product graph, 28 chains with 20,000 firms, what-if, 10^6 links.

    python benchmarks/chain.py [FILE]

FILE holds one "product<TAB>upstream material" a line; it is not part of the repository. The firms and the demand set
are synthetic (sizes log-normal, all counties alike, seeded) and stand for nothing but their number. Expected figures:
docs/adr/0006-chain.md.
"""

from __future__ import annotations

import datetime as dt
import itertools
import resource
import sys
import time
from pathlib import Path

import networkx as nx
import numpy as np

from chuanzhu.chain import (
    AddPlant,
    Firm,
    Known,
    Link,
    Placement,
    RaiseDemand,
    Setting,
    Sourcing,
    StopFirm,
    StopImport,
    StopNode,
    StopRegion,
    analyse,
    chain_graph,
    compare_regions,
    part_of,
    place_firms,
    programme_graph,
    what_if,
)
from chuanzhu.taxonomy.programmes import bundled_programme
from chuanzhu.taxonomy.regions.places import COUNTY, level, places

FILE = Path(__file__).parents[2] / "shared" / "data" / "graph" / "upstream-products.tsv"
TODAY = dt.date(2026, 11, 21)
UNSIZED, LEADERS, CHAMPIONS, UNVALUED, UNJUDGED = 0.3, 0.01, 0.04, 0.2, 0.3
FIRMS, QUESTIONS, REGION = 20_000, 200, "410000"
HUGE_NODES, HUGE_LINKS = 100_000, 1_000_000


def timed(what, run):
    """Run, print how long it took and the peak memory so far, and return what came out."""
    started = time.perf_counter()
    out = run()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(f"| {what} | {time.perf_counter() - started:.2f} s | {peak:.2f} GB |", flush=True)
    return out


def load(path):
    """Read the product graph: a material is an input of a product."""
    pairs = [line.split("\t") for line in path.read_text("utf-8").splitlines()]
    links = [Link(origin=material, end=product) for product, material in pairs]
    return chain_graph(list(dict.fromkeys(itertools.chain.from_iterable(pairs))), links)


def peopled(graph, rng, *, firms=FIRMS):
    """Place synthetic firms, each at one to three nodes."""
    counties = [code for code in places().names if level(code) == COUNTY]
    sizes, regions = rng.lognormal(8, 1.5, firms), rng.choice(counties, firms)
    roles = rng.random(firms)
    listed = [
        Firm(
            id=str(number),
            size=None if role < UNSIZED else float(size),
            region=str(region),
            is_leader=bool(role > 1 - LEADERS),
            is_champion=bool(1 - LEADERS - CHAMPIONS < role <= 1 - LEADERS),
        )
        for number, (size, region, role) in enumerate(zip(sizes, regions, roles, strict=True))
    ]
    spots = [
        Placement(firm=firm.id, node=graph.keys[node], weight=1 / (1 + extra))
        for firm, extra in zip(listed, rng.integers(0, 3, firms).tolist(), strict=True)
        for node in set(rng.integers(0, graph.node_count, 1 + extra).tolist())
    ]
    return place_firms(graph, listed, spots, on=TODAY)[0]


def demands(graph, rng, *, count=2000):
    """Make the outcome of a synthetic demand set."""
    return Sourcing(
        nodes=rng.integers(0, graph.node_count, count),
        values=np.where(rng.random(count) < UNVALUED, np.nan, rng.lognormal(3, 1, count)),
        tiers=rng.integers(0, 3, count),
        filled=np.where(rng.random(count) < UNJUDGED, np.nan, rng.random(count)),
    )


def whole(path, rng):
    """Analyse the whole product graph: must stay under 10 s and 1 GB, load included."""
    started = time.perf_counter()
    graph = timed("whole graph: load", lambda: load(path))
    peopled_graph = timed("whole graph: 20,000 firms placed", lambda: peopled(graph, rng))
    comparison = timed("whole graph: regions compared", lambda: compare_regions(peopled_graph, level=0))
    known = Known(sourcing=demands(graph, rng), comparison=comparison)
    report = timed("whole graph: every measure", lambda: analyse(peopled_graph, region=REGION, known=known))
    print(f"| whole graph: all of it | {time.perf_counter() - started:.2f} s | |")
    return peopled_graph, report


def chains(rng):
    """Analyse each chain of the bundled programme with 20,000 firms placed on it: at most 5 s for all."""
    programme = bundled_programme("henan")
    graph = peopled(programme_graph(programme), rng)
    sourcing = demands(graph, rng)

    def run():
        comparison = compare_regions(graph, level=0)
        for chain in programme.chains:
            part = part_of(graph, [place.node for place in chain.places])
            renumbered = {graph.node(key): number for number, key in enumerate(part.keys)}
            here = Sourcing(
                nodes=np.array([renumbered.get(node, -1) for node in sourcing.nodes.tolist()]),
                values=sourcing.values,
                tiers=sourcing.tiers,
                filled=sourcing.filled,
            )
            analyse(part, region=REGION, known=Known(sourcing=here, comparison=comparison))

    count, links = graph.node_count, len(graph.wires.ends)
    timed(f"{len(programme.chains)} chains ({count} nodes, {links} links), every measure", run)


def questions(graph, rng):
    """Ask each kind of question many times of random subjects; p95 at most 300 ms."""
    setting = Setting(graph=graph, region=REGION)
    node = rng.integers(0, graph.node_count, QUESTIONS)
    counties = sorted({firm.region for firm in graph.firms})
    provinces = sorted({code[:2] + "0000" for code in counties})
    kinds = {
        "stop a node": lambda at: StopNode(node=graph.keys[node[at]]),
        "stop a firm": lambda at: StopFirm(firm=str(at)),
        "stop a province": lambda at: StopRegion(region=provinces[at % len(provinces)]),
        "stop all imports": lambda _: StopImport(),
        "double a demand": lambda at: RaiseDemand(node=graph.keys[node[at]]),
        "add a plant": lambda at: AddPlant(node=graph.keys[node[at]], region="410500", size=5000),
    }
    for kind, question in kinds.items():
        taken = []
        for at in range(QUESTIONS):
            started = time.perf_counter()
            what_if(setting, question(at))
            taken.append(time.perf_counter() - started)
        p50, p95 = np.percentile(taken, [50, 95]) * 1000
        print(f"| what if: {kind} | p50 {p50:.0f} ms, p95 {p95:.0f} ms | |", flush=True)


def against_networkx(graph, report):
    """Compare with networkx on the whole product graph."""
    wires = graph.wires
    theirs = nx.DiGraph(zip(wires.origins.tolist(), wires.ends.tolist(), strict=True))
    theirs.add_nodes_from(range(graph.node_count))
    below = timed("networkx: descendants", lambda: [len(nx.descendants(theirs, node)) for node in theirs])
    ours = report.by_node.downstream[list(theirs)]
    print(f"| descendants equal at {int((ours == below).sum())} of {len(below)} nodes | | |")
    parts = timed("networkx: strong components", lambda: nx.number_strongly_connected_components(theirs))
    print(f"| strong components: {parts}, ours {wires.parts.max() + 1} | | |")
    split = nx.DiGraph()
    split.add_edges_from((("i", node), ("o", node), {"capacity": 1}) for node in theirs)
    split.add_edges_from((("o", origin), ("i", end)) for origin, end in theirs.edges)
    for node in theirs:
        if theirs.out_degree(node) and not theirs.in_degree(node):
            split.add_edge("source", ("i", node))
        if theirs.in_degree(node) and not theirs.out_degree(node):
            split.add_edge(("o", node), "sink")
    value = timed("networkx: maximum flow", lambda: nx.maximum_flow_value(split, "source", "sink"))
    print(f"| greatest flow: {value}, ours {report.routes.value:.0f} | | |")


def huge(rng):
    """Survive a graph with a million links."""
    ends = rng.integers(0, HUGE_NODES, (HUGE_LINKS, 2))
    keys = [str(node) for node in range(HUGE_NODES)]
    links = [Link(origin=keys[start], end=keys[end]) for start, end in ends.tolist()]
    graph = peopled(timed("a million links: load", lambda: chain_graph(keys, links)), rng)
    timed("a million links: every measure", lambda: analyse(graph, region=REGION))
    timed("a million links: stop a node", lambda: what_if(Setting(graph=graph, region=REGION), StopNode(node="7")))


def main():
    """Print the table."""
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else FILE
    if not path.exists():
        sys.exit(f"{path} is not here; name the file: python benchmarks/chain.py FILE")
    rng = np.random.default_rng(0)
    print("| | time | peak memory |\n|---|---|---|")
    graph, report = whole(path, rng)
    questions(graph, rng)
    against_networkx(graph, report)
    chains(rng)
    huge(rng)


if __name__ == "__main__":
    main()
