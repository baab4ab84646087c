"""Where the inputs come from: the local supporting rate (本地配套率) and the dependence on outside regions (外购依赖).

Both rest on a demand set that was really matched inside the region: for each demand, which share of it local
suppliers fill. A demand nobody has judged, or whose value nobody knows, lowers the coverage and never the rate.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from chuanzhu.chain.cascade import spreading
from chuanzhu.chain.graph import ChainError, place_name
from chuanzhu.chain.measure import Measure, not_known, percent
from chuanzhu.chain.wires import ratios, summed

if TYPE_CHECKING:
    from collections.abc import Callable

    from chuanzhu.chain.graph import ChainGraph
    from chuanzhu.chain.presence import Presence
    from chuanzhu.chain.wires import Floats, Ints

FIRST_TIER: Final = 1
HEAVY_DEPENDENCE: Final = 0.8
_FEW: Final = 10
_TOLERANCE: Final = 1e-10
_ROUNDS: Final = 10_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sourcing:
    """The outcome of matching d demands inside a region, each array (d,).

    ``nodes`` is the number of the node that the demanded thing belongs to, -1 where none; ``values`` what the demand is
    worth, NaN where unknown; ``tiers`` 1 for what the chain's leader buys itself, 2 for what its suppliers buy, and so
    on, 0 where unknown; ``filled`` the share in [0, 1] that suppliers inside the region fill, NaN where not judged.
    """

    nodes: Ints
    values: Floats
    tiers: Ints
    filled: Floats

    def __post_init__(self) -> None:
        """Refuse arrays of different lengths, shares outside [0, 1] and values below zero."""
        lengths = {len(self.nodes), len(self.values), len(self.tiers), len(self.filled)}
        if len(lengths) > 1:
            raise ChainError(f"需求的环节、金额、层级、本地满足份额应一样多,现在是 {sorted(lengths)} 个")
        if ((self.filled < 0) | (self.filled > 1)).any():
            raise ChainError("本地满足份额应在 0 到 1 之间;没有判过的不填")
        if (self.values < 0).any():
            raise ChainError("需求金额应不小于 0;不知道的不填")


BASES: Final[dict[str, tuple[str, Callable[[Sourcing], Floats]]]] = {
    "count": ("按条数", lambda sourcing: np.ones(len(sourcing.nodes))),
    "value": ("按金额", lambda sourcing: sourcing.values),
}


def supporting_rate(sourcing: Sourcing, *, region: str, basis: str = "value", tier: int | None = None) -> Measure:
    """Return the share of a demand set that suppliers inside the region fill, by ``basis`` (a key of ``BASES``).

    R = Σ b_k filled_k / Σ b_k over the judged demands k of the tier (all where not given), b_k being 1 or the value.
    The coverage is Σ b_k over the judged demands of known basis divided by Σ b_k over all; where values are missing,
    the demands without one count with the mean of the known, so that leaving them out shows. Time O(d).

    >>> bought = Sourcing(nodes=np.array([0, 1]), values=np.array([30.0, 10.0]), tiers=np.array([1, 1]),
    ...                   filled=np.array([1.0, np.nan]))
    >>> rate = supporting_rate(bought, region="410500")
    >>> rate.value, rate.coverage
    (1.0, 0.75)
    """
    if basis not in BASES:
        raise ChainError(f"没有“{basis}”这种算法;可用:{'、'.join(BASES)}")
    title, weights_of = BASES[basis]
    chosen = np.ones(len(sourcing.nodes), dtype=bool) if tier is None else sourcing.tiers == tier
    name = f"本地配套率({title},{'全部层级' if tier is None else '一级' if tier == FIRST_TIER else f'{tier} 级'})"
    weights, filled = weights_of(sourcing)[chosen], sourcing.filled[chosen]
    known = ~np.isnan(weights) & ~np.isnan(filled)
    total = float(weights[known].sum())
    if not total > 0:
        return not_known(name, _why_not(sourcing, filled), coverage=0.0 if len(filled) else None)
    value = float(weights[known] @ filled[known]) / total
    coverage = total / float(np.where(np.isnan(weights), np.nanmean(weights), weights).sum())
    few = f";只有 {int(known.sum())} 条,看个例可以,不能当比例用" if known.sum() < _FEW else ""
    words = (
        f"{len(filled)} 条需求里 {int(known.sum())} 条算得出,{title}有 {percent(value)} "
        f"能由{place_name(region)}的企业满足;覆盖 {percent(coverage)}{few}"
    )
    return Measure(name=name, value=value, coverage=coverage, words=words)


def _why_not(sourcing: Sourcing, chosen: Floats) -> str:
    if len(chosen):
        return "没有一条需求既判过能否本地满足又有数可算"
    return "没有这一层级的需求" if len(sourcing.nodes) else "还没有拿采购需求在本地匹配过"


def bought_outside(graph: ChainGraph, here: Presence, sourcing: Sourcing | None = None) -> Floats:
    """Return the share (n,) of each node's product that the region buys outside; NaN where not known.

    By the demand set where it says anything of the node (by value, by count where no value is known). Else 1 where
    the region has placed firms but none at this node: what nobody here makes is bought. Time O(n + d).
    """
    outside = np.where((here.firms == 0) & here.is_known, 1.0, np.nan)
    if sourcing is None:
        return outside
    if (sourcing.nodes >= graph.node_count).any():
        raise ChainError(f"需求的环节序号 {int(sourcing.nodes.max())} 超出了这条链的 {graph.node_count} 个环节")
    judged = ~np.isnan(sourcing.filled) & (sourcing.nodes >= 0)
    for weights in (np.ones(len(sourcing.nodes)), sourcing.values):
        counted = judged & (weights > 0)
        nodes = sourcing.nodes[counted]
        missing = weights[counted] * (1 - sourcing.filled[counted])
        shares = ratios(
            summed(nodes, missing, count=graph.node_count), summed(nodes, weights[counted], count=graph.node_count)
        )
        outside = np.where(np.isnan(shares), outside, shares)
    return outside


def outside_content(graph: ChainGraph, outside: Floats) -> Floats:
    """Return the share (n,) of each node's inputs that comes from outside, at once or inside what local suppliers use.

    c_j = Σ_i w_ij (o_i + (1 − o_i) c_i), with o the share bought outside and w the strength of each input, scaled so
    that a node's add up to at most 1: the import content of Hummels, Ishii and Yi (Journal of International Economics
    54, 2001). ``outside`` (n,) without NaN; fill in 0 for a lower and 1 for an upper bound. Time O(m) a round, and as
    many rounds as the chain is deep.

    >>> from chuanzhu.chain import Link, chain_graph
    >>> graph = chain_graph(["a", "b", "c"], [Link(origin="a", end="b"), Link(origin="b", end="c", strength=0.5)])
    >>> outside_content(graph, np.array([0.6, 0.0, 0.0])).tolist()
    [0.0, 0.6, 0.3]
    """
    wires = graph.wires
    weights, origins = spreading(wires, production="proportional").weights, wires.origins
    content = np.zeros(graph.node_count)
    for _ in range(_ROUNDS):
        used = outside + (1 - outside) * content
        after = summed(wires.ends, weights * used[origins], count=graph.node_count)
        if np.abs(after - content).max(initial=0) <= _TOLERANCE:
            return after
        content = after
    return content


def dependence(graph: ChainGraph, outside: Floats, *, region: str) -> Measure:
    """Return how many nodes buy more than 80 % outside; coverage is the share of the nodes of which it is known."""
    name, where = "外购依赖", place_name(region)
    known = ~np.isnan(outside)
    if not known.any():
        return not_known(name, f"{where}没有归位的企业,也没有判过的需求", coverage=0.0, unit="个")
    heavy = int((outside[known] > HEAVY_DEPENDENCE).sum())
    low, high = (float(outside_content(graph, np.nan_to_num(outside, nan=rest)).max()) for rest in (0.0, 1.0))
    reach = percent(low) if round(low, 2) == round(high, 2) else f"{percent(low)} 到 {percent(high)}"
    words = (
        f"{int(known.sum())} 个看得清的环节里,{heavy} 个超过 {percent(HEAVY_DEPENDENCE)} 靠{where}以外;"
        f"连同上游一起算,依赖最深的环节有 {reach} 的投入来自外面;本地没有企业的环节按全部外购算"
    )
    return Measure(name=name, value=float(heavy), coverage=float(known.mean()), words=words, unit="个")
