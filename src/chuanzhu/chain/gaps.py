"""What to fill next: the gaps of a chain in a region, ranked, and for each who could fill it.

A gap's score is the sum of its reasons: what stands still without it, how near the region's strengths it lies, how many
local firms would use it. The candidates are outside makers to recruit (招商), local makers of related things to raise
(培育), and local users who can ask for it (开需求).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from chuanzhu.chain.graph import place_name
from chuanzhu.chain.measure import percent
from chuanzhu.chain.presence import EMPTY
from chuanzhu.chain.wires import ratios, summed
from chuanzhu.model import Reason
from chuanzhu.taxonomy.regions import nearness, region_name

if TYPE_CHECKING:
    from chuanzhu.chain.graph import ChainGraph
    from chuanzhu.chain.presence import Presence
    from chuanzhu.chain.wires import Floats, Ints

STOPS_POINTS, FEASIBLE_POINTS, USED_POINTS = 40.0, 30.0, 30.0
FIT_POINTS, SIZE_POINTS, NEAR_POINTS = 50.0, 30.0, 20.0
# Chosen, not fitted: there is no record of gaps that were filled. ADR 0006 says so.
_NEAR_WORDS: Final = ("外省", "同省", "同市", "同县")


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A node without a firm in the region, and why it is worth filling; the score is the sum of its reasons."""

    node: int
    reasons: tuple[Reason, ...]

    @property
    def score(self) -> float:
        """Points of all reasons, added up; at most 100."""
        return sum(reason.points for reason in self.reasons)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A firm that could help to fill a gap, by its number, and why; the score is the sum of its reasons."""

    firm: int
    reasons: tuple[Reason, ...]

    @property
    def score(self) -> float:
        """Points of all reasons, added up; at most 100."""
        return sum(reason.points for reason in self.reasons)


def ranked_gaps(graph: ChainGraph, here: Presence, *, stops: Floats, density: Floats) -> tuple[Gap, ...]:
    """Return the region's empty nodes, the one most worth filling first; none where no firm of the region is placed.

    ``stops`` (n,) is the share of the output downstream that stands still without the node (NaN where nothing lies
    downstream), ``density`` (n,) how much of what is related to it the region holds (NaN where nothing is known).
    What is not known earns no points, and the reason says that it is not known. Time O(n + m).
    """
    wires = graph.wires
    present = wires.strengths * (here.firms[wires.ends] > 0)
    users, weighed = (summed(wires.origins, each, count=graph.node_count) for each in (present, wires.strengths))
    used = ratios(users, weighed)
    gaps = [
        Gap(node=node, reasons=_gap_reasons(float(stops[node]), float(density[node]), float(used[node]), here.region))
        for node in np.flatnonzero(here.states == EMPTY).tolist()
    ]
    return tuple(sorted(gaps, key=lambda gap: (-gap.score, gap.node)))


def _gap_reasons(stops: float, density: float, used: float, region: str) -> tuple[Reason, ...]:
    where = place_name(region)
    told = (
        ("stops", STOPS_POINTS, stops, "堵点:缺了它,下游 {} 停", "它下游没有别的环节"),
        ("feasible", FEASIBLE_POINTS, density, f"可行度:和它相近的环节,{where}已有 {{}}", "没有数据说它和哪些环节相近"),
        ("used", USED_POINTS, used, f"用得上:直接用它的环节,{{}} 在{where}有企业", "图上没有环节直接用它"),
    )
    return tuple(
        Reason(code=code, points=0.0, text=unknown)
        if np.isnan(share)
        else Reason(code=code, points=round(most * share, 2), text=known.format(percent(share)))
        for code, most, share, known, unknown in told
    )


def to_recruit(graph: ChainGraph, node: int, *, region: str, limit: int = 10) -> tuple[Candidate, ...]:
    """Return makers of the node's product outside the region, best first: 招商 or outside supply.

    Points for the share of their business that it is, for their size among the node's firms, and for nearness.
    Time O(f + p).
    """
    outside = ~graph.inside(region)[graph.placed_firms] & (graph.placed_nodes == node)
    firms, weights = graph.placed_firms[outside], graph.placed_weights[outside]
    largest = float(np.nanmax(graph.sizes[firms])) if (~np.isnan(graph.sizes[firms])).any() else 0.0
    found = [
        Candidate(firm=int(firm), reasons=_recruit_reasons(graph, int(firm), float(weight), largest, region))
        for firm, weight in zip(firms, weights, strict=True)
    ]
    return _best(found, limit)


def _recruit_reasons(graph: ChainGraph, firm: int, weight: float, largest: float, region: str) -> tuple[Reason, ...]:
    size, place = float(graph.sizes[firm]), graph.firms[firm].region
    near = nearness(place, region)
    is_sized = not np.isnan(size) and largest > 0
    sized = (
        "规模没有填" if np.isnan(size) else f"规模是外地同行里最大一家的 {percent(size / largest) if largest else '0%'}"
    )
    where = f"在{region_name(place)},{_NEAR_WORDS[near]}" if place else "所在地没有填"
    return (
        Reason(code="fit", points=round(FIT_POINTS * min(1.0, weight), 2), text=f"业务有 {percent(weight)} 在这个环节"),
        Reason(code="size", points=round(SIZE_POINTS * size / largest, 2) if is_sized else 0.0, text=sized),
        Reason(code="near", points=round(NEAR_POINTS * near / 3, 2), text=where),
    )


def to_raise(graph: ChainGraph, node: int, *, region: str, related: Floats, limit: int = 10) -> tuple[Candidate, ...]:
    """Return local firms one step away from the node, best first: 培育.

    ``related`` (n,) is the relatedness of each node to this one. A firm earns 100 · max over its nodes of weight ·
    relatedness; firms at unrelated nodes, or already at the node, are not listed. Time O(f + p).
    """
    already = np.isin(graph.placed_firms, graph.placed_firms[graph.placed_nodes == node])
    local = graph.inside(region)[graph.placed_firms] & ~already
    points = 100 * np.minimum(1.0, graph.placed_weights) * related[graph.placed_nodes]
    return _best_placements(graph, np.flatnonzero(local & (points > 0)), points, code="related", limit=limit)


def to_ask(graph: ChainGraph, node: int, *, region: str, limit: int = 10) -> tuple[Candidate, ...]:
    """Return local firms that would use the node's product, best first: who can open a demand (开需求).

    A firm earns 100 · max over its nodes of weight · strength of the link from this node. Time O(f + p + m).
    """
    _, links = graph.wires.fanned(np.array([node]))
    strength = np.zeros(graph.node_count)
    strength[graph.wires.ends[links]] = graph.wires.strengths[links]
    points = 100 * np.minimum(1.0, graph.placed_weights) * strength[graph.placed_nodes]
    local = graph.inside(region)[graph.placed_firms]
    return _best_placements(graph, np.flatnonzero(local & (points > 0)), points, code="uses", limit=limit)


_WHY: Final = {"related": "做{node},与这个环节相近({share})", "uses": "做{node},要用它(要紧程度 {share})"}


def _best_placements(
    graph: ChainGraph, placements: Ints, points: Floats, *, code: str, limit: int
) -> tuple[Candidate, ...]:
    """Return each firm of the placements with its best one."""
    best: dict[int, int] = {}
    for placement in placements[np.argsort(-points[placements], kind="stable")].tolist():
        best.setdefault(int(graph.placed_firms[placement]), placement)
        if len(best) == limit:
            break
    return tuple(
        Candidate(
            firm=firm,
            reasons=(
                Reason(
                    code=code,
                    points=round(float(points[placement]), 2),
                    text=_WHY[code].format(
                        node=graph.names[graph.placed_nodes[placement]], share=percent(float(points[placement]) / 100)
                    ),
                ),
            ),
        )
        for firm, placement in best.items()
    )


def _best(candidates: list[Candidate], limit: int) -> tuple[Candidate, ...]:
    return tuple(sorted(candidates, key=lambda candidate: (-candidate.score, candidate.firm))[:limit])
