"""Weak links of "string the beads" (串珠成链): leaders with few local suppliers, champions without a local leader."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from chuanzhu.chain.measure import percent

if TYPE_CHECKING:
    from chuanzhu.chain.graph import ChainGraph
    from chuanzhu.chain.wires import Bools, Floats, Ints

_SHOWN: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class LooseLeader:
    """A leader (链主) of the region: at how many of its input nodes local firms stand, and the names of the others.

    ``share`` weighs the input nodes by the strength of their links.
    """

    firm: int
    inputs: int
    supplied: int
    share: float
    missing: tuple[int, ...]
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LooseChampion:
    """A small champion (小巨人、单项冠军) of the region whose product no local leader uses, or buys.

    ``leaders`` are the local leaders at the nodes that use its product: whom to introduce it to; empty where none is.
    """

    firm: int
    leaders: tuple[int, ...]
    words: str


def loose_leaders(graph: ChainGraph, *, region: str, least: float = 0.5) -> tuple[LooseLeader, ...]:
    """Return the region's leaders of whose inputs less than the share ``least`` has a local maker, worst first.

    For a leader at nodes J: share = Σ s_i [a local firm other than itself is at i] / Σ s_i over the nodes i that feed
    J, s_i being the greatest strength of a link from i into J. A leader none of whose nodes has an input on the map is
    left out. Time O(m log m + p), and O(f) for each leader.
    """
    back = graph.wires.reversed()
    here = graph.inside(region)[graph.placed_firms]
    counts = np.bincount(graph.placed_nodes[here], minlength=graph.node_count)
    found = []
    for firm in _playing(graph, region=region, role="is_leader"):
        own = _nodes_of(graph, firm)
        needed = np.zeros(graph.node_count)
        _, links = back.fanned(own)
        np.maximum.at(needed, back.ends[links], back.strengths[links])
        others = counts.copy()
        others[own] -= 1
        if needed.any():
            found.append(_leader(graph, firm, needed, others > 0))
    return tuple(sorted((leader for leader in found if leader.share < least), key=_worst_first))


def _leader(graph: ChainGraph, firm: int, needed: Floats, has_maker: Bools) -> LooseLeader:
    missing = tuple(np.flatnonzero((needed > 0) & ~has_maker).tolist())
    inputs = int((needed > 0).sum())
    share = float(needed[has_maker].sum() / needed.sum())
    shown = "、".join(graph.names[node] for node in missing[:_SHOWN]) + ("等" if len(missing) > _SHOWN else "")
    words = (
        f"{_called(graph, firm)}的 {inputs} 个上游环节里,{inputs - len(missing)} 个有本地企业"
        f"(按要紧程度算 {percent(share)});缺:{shown}"
    )
    supplied = inputs - len(missing)
    return LooseLeader(firm=firm, inputs=inputs, supplied=supplied, share=share, missing=missing, words=words)


def _worst_first(leader: LooseLeader) -> tuple[float, int]:
    return leader.share, -leader.inputs


def loose_champions(graph: ChainGraph, *, region: str, trades: Ints | None = None) -> tuple[LooseChampion, ...]:
    """Return the region's small champions from which no local leader buys.

    Without ``trades`` these are the champions with no local leader at a node that uses theirs; with ``trades`` (k, 2),
    known purchases as numbers of supplier and buyer, also those that have such leaders and sell to none of them.
    Time O(m + p + k).
    """
    leaders = set(_playing(graph, region=region, role="is_leader"))
    bought = {} if trades is None else _buyers(trades)
    found = []
    for firm in _playing(graph, region=region, role="is_champion"):
        _, links = graph.wires.fanned(_nodes_of(graph, firm))
        users = np.isin(graph.placed_nodes, graph.wires.ends[links])
        near = tuple(sorted(leaders.intersection(graph.placed_firms[users].tolist()) - {firm}))
        if leaders & bought.get(firm, set()) or (near and trades is None):
            continue
        found.append(LooseChampion(firm=firm, leaders=near, words=_champion_words(graph, firm, near)))
    return tuple(found)


def _champion_words(graph: ChainGraph, firm: int, leaders: tuple[int, ...]) -> str:
    if not leaders:
        return f"{_called(graph, firm)}的产品,本地没有一家链主的环节用得上:要么往外找链主,要么补下游"
    shown = "、".join(_called(graph, leader) for leader in leaders[:_SHOWN])
    return f"{_called(graph, firm)}的下游环节有本地链主{shown},但没有采购记录:可以牵线"


def _buyers(trades: Ints) -> dict[int, set[int]]:
    buyers: dict[int, set[int]] = {}
    for supplier, buyer in trades.tolist():
        buyers.setdefault(supplier, set()).add(buyer)
    return buyers


def _playing(graph: ChainGraph, *, region: str, role: Literal["is_leader", "is_champion"]) -> list[int]:
    """Return the numbers of the region's firms that play a role and are placed."""
    inside = graph.inside(region)
    placed = set(graph.placed_firms.tolist())
    return [
        number for number, firm in enumerate(graph.firms) if number in placed and inside[number] and getattr(firm, role)
    ]


def _nodes_of(graph: ChainGraph, firm: int) -> Ints:
    nodes: Ints = graph.placed_nodes[graph.placed_firms == firm]
    return nodes


def _called(graph: ChainGraph, firm: int) -> str:
    return graph.firms[firm].name or graph.firms[firm].id
