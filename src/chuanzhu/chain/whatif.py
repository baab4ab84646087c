"""What if: stop a node, a firm, a region or an import; raise a demand; add a plant. Before and after, node by node.

Stops travel downstream as losses, demand travels upstream as orders (:mod:`chuanzhu.chain.cascade`). Time of each
answer: O(f + p) to see whom it touches, and the links behind the nodes that change.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import numpy as np

from chuanzhu.chain.cascade import Losses, cascade, spreading
from chuanzhu.chain.graph import ChainError, Firm, place_name
from chuanzhu.chain.measure import percent
from chuanzhu.chain.presence import presence
from chuanzhu.chain.sourcing import bought_outside
from chuanzhu.chain.standstill import capacity_shares, stopped_firms, stopped_nodes
from chuanzhu.chain.wires import summed

if TYPE_CHECKING:
    from collections.abc import Callable

    from chuanzhu.chain.cascade import Relief
    from chuanzhu.chain.graph import ChainGraph
    from chuanzhu.chain.wires import Bools, Floats, Ints

_NOTICED: Final = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class StopNode:
    """Nobody delivers the product of this node any more."""

    node: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StopFirm:
    """One firm stands still: its nodes lose its share of their known capacity."""

    firm: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StopRegion:
    """All firms of a region stand still."""

    region: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StopImport:
    """Nothing of a node's product comes from outside any more; of no product at all where no node is given."""

    node: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RaiseDemand:
    """A node has to put out ``factor`` times what it does now."""

    node: str
    factor: float = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class AddPlant:
    """A new firm of a size (None where unknown) at a node, in a region."""

    node: str
    region: str
    size: float | None = None


Change: TypeAlias = StopNode | StopFirm | StopRegion | StopImport | RaiseDemand | AddPlant


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Setting:
    """What a question is asked of: the graph, the region whose point of view it is, and how losses travel.

    ``outputs`` (n,) weighs the nodes, all alike where None; ``outside`` (n,) is the share of each node's product
    that is bought outside the region, NaN where unknown, by :func:`~chuanzhu.chain.sourcing.bought_outside` where None.
    """

    graph: ChainGraph
    region: str
    production: str = "weakest"
    relief: Relief | None = None
    outputs: Floats | None = None
    outside: Floats | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure of the whole chain before and after; None where not known."""

    name: str
    before: float | None
    after: float | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Consequence:
    """What changes: the numbers of the nodes (k,), the most changed first, and their levels (k,), 1 being as now.

    For stops and imports the level is the output left, for demand and plants the output asked for, or possible.
    """

    nodes: Ints
    before: Floats
    after: Floats
    figures: tuple[Figure, ...]
    words: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Effect:
    """The changes of level (k,) at nodes (k,) from what it was before, the graph and its working firms afterwards.

    ``said`` names the question, ``note`` what could not be counted.
    """

    nodes: Ints
    changes: Floats
    graph: ChainGraph
    said: str
    working: Bools | None = None
    before: float = 1.0
    note: str = ""


def what_if(setting: Setting, change: Change) -> Consequence:
    """Answer one question. Raises ChainError for an unknown node, firm or region, and for what cannot be known.

    >>> from chuanzhu.chain import Link, chain_graph
    >>> graph = chain_graph(["己二腈", "尼龙66"], [Link(origin="己二腈", end="尼龙66", strength=0.9)])
    >>> answer = what_if(Setting(graph=graph, region="410000"), StopNode(node="己二腈"))
    >>> answer.after.round(2).tolist()
    [0.0, 0.1]
    """
    effect = _EFFECTS[type(change)](setting, change)
    changed = np.abs(effect.changes) > _NOTICED
    nodes, changes = effect.nodes[changed], effect.changes[changed]
    order = np.lexsort((nodes, -np.abs(changes)))
    nodes, changes = nodes[order], changes[order]
    return Consequence(
        nodes=nodes,
        before=np.full(len(nodes), effect.before),
        after=effect.before + changes,
        figures=_figures(setting, effect),
        words=f"{effect.said}:{_summed_up(setting.graph, nodes, changes, before=effect.before)}{effect.note}",
    )


def _stop(setting: Setting, shocks: Losses, said: str, *, working: Bools | None = None, note: str = "") -> _Effect:
    rules = spreading(setting.graph.wires, production=setting.production, relief=setting.relief)
    lost = cascade(rules, shocks)
    return _Effect(nodes=lost.nodes, changes=-lost.losses, graph=setting.graph, said=said, working=working, note=note)


def _stop_node(setting: Setting, change: StopNode) -> _Effect:
    node = setting.graph.node(change.node)
    return _stop(setting, stopped_nodes(np.array([node])), f"停掉{setting.graph.names[node]}")


def _stop_firm(setting: Setting, change: StopFirm) -> _Effect:
    firm = setting.graph.firm(change.firm)
    shocks = stopped_firms(setting.graph, np.array([firm]))
    note = "" if len(shocks.rows) else ";它没有归到任何环节,看不出影响"
    said = f"停掉{setting.graph.firms[firm].name or change.firm}"
    return _stop(setting, shocks, said, working=np.arange(len(setting.graph.firms)) != firm, note=note)


def _stop_region(setting: Setting, change: StopRegion) -> _Effect:
    if not change.region:
        raise ChainError("要停哪个地区?请给出六位行政区划代码,例如 410500(安阳市)")
    graph = setting.graph
    stopped = graph.inside(change.region)
    hit = stopped[graph.placed_firms]
    fallen = summed(graph.placed_nodes[hit], capacity_shares(graph)[hit], count=graph.node_count)
    return _stop(setting, _shock(np.minimum(1.0, fallen)), f"{place_name(change.region)}的企业全停", working=~stopped)


def _stop_import(setting: Setting, change: StopImport) -> _Effect:
    graph = setting.graph
    outside = setting.outside
    if outside is None:
        outside = bought_outside(graph, presence(graph, region=setting.region))
    if not change.node:
        unknown = int(np.isnan(outside).sum())
        note = f";另有 {unknown} 个环节不知道外购多少,没有算进去" if unknown else ""
        return _stop(setting, _shock(np.nan_to_num(outside)), "所有环节断了外购", note=note)
    node = graph.node(change.node)
    if np.isnan(outside[node]):
        raise ChainError(f"不知道“{graph.names[node]}”有多少靠外购;请先把这个环节的采购需求拿去匹配,或直接给出外购份额")
    lost = np.where(np.arange(graph.node_count) == node, outside, 0.0)
    return _stop(setting, _shock(lost), f"{graph.names[node]}断了外购")


def _shock(losses: Floats) -> Losses:
    nodes = np.flatnonzero(losses > 0)
    return Losses(rows=np.zeros(len(nodes), dtype=np.int64), nodes=nodes, losses=losses[nodes])


def _raise_demand(setting: Setting, change: RaiseDemand) -> _Effect:
    if not 0 < change.factor < np.inf:
        raise ChainError(f"需求的倍数 {change.factor} 应大于 0,例如 2(翻一番)")
    node = setting.graph.node(change.node)
    said = f"{setting.graph.names[node]}要做到现在的 {change.factor:g} 倍"
    return _pull(setting, node, change.factor - 1, said, graph=setting.graph)


def _pull(setting: Setting, node: int, growth: float, said: str, *, graph: ChainGraph) -> _Effect:
    """Send orders upstream: no supplier's output has to change by a greater share than that of whom it serves."""
    rules = spreading(setting.graph.wires.reversed(), production="proportional", ceiling=abs(growth))
    asked = cascade(rules, _shock(np.where(np.arange(graph.node_count) == node, abs(growth), 0.0)))
    return _Effect(nodes=asked.nodes, changes=np.copysign(asked.losses, growth), graph=graph, said=said)


def _add_plant(setting: Setting, change: AddPlant) -> _Effect:
    graph, node = setting.graph, setting.graph.node(change.node)
    if not change.region:
        raise ChainError("新厂建在哪个地区?请给出六位行政区划代码,例如 410500(安阳市)")
    if change.size is not None and not 0 < change.size < np.inf:
        raise ChainError(f"新厂的规模 {change.size} 应大于 0;不知道就不填")
    plant = Firm(id="新厂", name="新厂", size=change.size, region=change.region)
    grown = replace(
        graph,
        firms=(*graph.firms, plant),
        sizes=np.append(graph.sizes, np.nan if change.size is None else change.size),
        placed_nodes=np.append(graph.placed_nodes, node),
        placed_firms=np.append(graph.placed_firms, len(graph.firms)),
        placed_weights=np.append(graph.placed_weights, 1.0),
    )
    grown.inside(change.region)
    share = float(capacity_shares(grown)[-1])
    said = f"{place_name(change.region)}给{graph.names[node]}添一家厂"
    if share < 1:
        return _pull(setting, node, share / (1 - share), said, graph=grown)
    note = ";这个环节原来没有企业,要上游多供多少算不出"
    return _Effect(nodes=np.array([node]), changes=np.ones(1), graph=grown, said=said, before=0.0, note=note)


def _figures(setting: Setting, effect: _Effect) -> tuple[Figure, ...]:
    before = presence(setting.graph, region=setting.region)
    after = presence(effect.graph, region=setting.region, working=effect.working)
    weights = np.ones(setting.graph.node_count) if setting.outputs is None else setting.outputs
    total = float(weights.sum())
    change = float(weights[effect.nodes] @ effect.changes) / total if total else None
    told = (before.is_known, before.is_known or after.is_known)
    filled = [
        float((here.firms > 0).mean()) if known else None for here, known in zip((before, after), told, strict=True)
    ]
    alone = [
        float((here.firms == 1).sum()) if known else None for here, known in zip((before, after), told, strict=True)
    ]
    return (
        Figure(name="环节齐全", before=filled[0], after=filled[1]),
        Figure(name="独苗环节", before=alone[0], after=alone[1]),
        Figure(name="全链产出", before=None if change is None else 1.0, after=None if change is None else 1 + change),
    )


def _summed_up(graph: ChainGraph, nodes: Ints, changes: Floats, *, before: float) -> str:
    if not len(nodes):
        return "没有环节受影响"
    if not before:
        return f"{graph.names[nodes[0]]}从无到有"
    worst = "、".join(
        f"{graph.names[node]}({'增' if change > 0 else '减'} {percent(abs(change))})"
        for node, change in zip(nodes[:3].tolist(), changes[:3].tolist(), strict=True)
    )
    halted = int((changes <= _NOTICED - 1).sum())
    return f"{len(nodes)} 个环节有变化{f',其中 {halted} 个全停' if halted else ''},变得最多的是{worst}"


_EFFECTS: Final[dict[type, Callable[[Setting, Any], _Effect]]] = {
    StopNode: _stop_node,
    StopFirm: _stop_firm,
    StopRegion: _stop_region,
    StopImport: _stop_import,
    RaiseDemand: _raise_demand,
    AddPlant: _add_plant,
}
