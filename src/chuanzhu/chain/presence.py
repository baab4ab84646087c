"""Who is here: completeness of a chain in a region, concentration of each node, nodes that hang on one firm."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from chuanzhu.chain.graph import place_name
from chuanzhu.chain.measure import Measure, not_known, percent
from chuanzhu.chain.wires import ratios, summed

if TYPE_CHECKING:
    from chuanzhu.chain.graph import ChainGraph
    from chuanzhu.chain.wires import Bools, Floats, Ints

NOT_KNOWN, EMPTY, SINGLE, WEAK, MANY = range(-1, 4)
STATES: Final = {NOT_KNOWN: "不清楚", EMPTY: "空白", SINGLE: "独苗", WEAK: "较弱", MANY: "多家"}
_WEAK_FROM: Final = 0.5  # an HHI as of two equal firms; above it one firm outweighs all others together


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Presence:
    """The firms of a region at n nodes, each array (n,).

    ``firms`` counts them. ``concentration`` is the Herfindahl–Hirschman index from above 0 to 1, NaN where no firm of
    known size stands; ``sized`` is the share of the firms whose size is known, NaN where there is no firm. ``states``
    holds the keys of ``STATES``.
    """

    region: str
    firms: Ints
    concentration: Floats
    sized: Floats
    states: Ints

    @property
    def is_known(self) -> bool:
        """Whether any firm of the region is placed at all: without one, nothing can be said of any node."""
        return bool(self.firms.any())


def presence(graph: ChainGraph, *, region: str, working: Bools | None = None) -> Presence:
    """Count and weigh the firms of a region at each node; ``working`` (f,) leaves out those that stand still.

    The concentration of node j is H_j = Σ s², s being each firm's share of what the region's firms of known size put
    out there (size times weight): Herfindahl (1950), Hirschman (1945); 1/H is the number of equal firms that would be
    as concentrated (Adelman, Review of Economics and Statistics 51, 1969). A node with H above 0.5 is weak although
    it has several firms. Time O(n + p).

    >>> import datetime as dt
    >>> from chuanzhu.chain import Firm, Placement, chain_graph, place_firms
    >>> firms = [Firm(id="1", size=3, region="410100"), Firm(id="2", size=1, region="410100")]
    >>> spots = [Placement(firm=firm.id, node="铸件") for firm in firms]
    >>> graph, _ = place_firms(chain_graph(["铸件", "锻件"], []), firms, spots, on=dt.date(2026, 11, 21))
    >>> here = presence(graph, region="410000")
    >>> here.firms.tolist(), float(here.concentration[0]), [STATES[state] for state in here.states.tolist()]
    ([2, 0], 0.625, ['较弱', '空白'])
    """
    inside = graph.inside(region) if working is None else graph.inside(region) & working
    here = inside[graph.placed_firms]
    nodes, firms = graph.placed_nodes[here], graph.placed_firms[here]
    counts = np.bincount(nodes, minlength=graph.node_count)
    sized = ~np.isnan(graph.sizes[firms])
    amounts = graph.sizes[firms[sized]] * graph.placed_weights[here][sized]
    concentration = _herfindahl(nodes[sized], amounts, count=graph.node_count)
    states = np.select([counts == 0, counts == 1, concentration > _WEAK_FROM], [EMPTY, SINGLE, WEAK], default=MANY)
    known = summed(nodes, sized.astype(np.float64), count=graph.node_count)
    return Presence(
        region=region,
        firms=counts,
        concentration=concentration,
        sized=ratios(known, counts.astype(np.float64)),
        states=states if counts.any() else np.full(graph.node_count, NOT_KNOWN),
    )


def _herfindahl(nodes: Ints, amounts: Floats, *, count: int) -> Floats:
    return ratios(summed(nodes, amounts**2, count=count), summed(nodes, amounts, count=count) ** 2)


def completeness(here: Presence) -> Measure:
    """Return the share of the nodes at which the region has at least one firm; not known without any firm. O(n)."""
    name, where = "环节齐全", place_name(here.region)
    if not here.is_known:
        return not_known(name, f"{where}还没有一家企业归到这条链的环节上", coverage=0.0)
    nodes, filled = len(here.firms), int((here.firms > 0).sum())
    words = f"{nodes} 个环节里,{filled} 个在{where}有企业,占 {percent(filled / nodes)};没归位的企业可能还做别的环节"
    return Measure(name=name, value=filled / nodes, coverage=1.0, words=words)


def single_sources(here: Presence) -> Measure:
    """Return how many nodes have exactly one firm in the region; not known without any firm. O(n)."""
    name, where = "独苗环节", place_name(here.region)
    if not here.is_known:
        return not_known(name, f"{where}还没有一家企业归位", coverage=0.0, unit="个")
    alone = int((here.firms == 1).sum())
    words = f"有 {alone} 个环节在{where}只有一家企业,这家一停,本地就没有了"
    return Measure(name=name, value=float(alone), coverage=1.0, words=words, unit="个")


def mean_concentration(here: Presence) -> Measure:
    """Return the mean concentration of the nodes where it is known; coverage is their share of the nodes with firms."""
    name, where = "集中度", place_name(here.region)
    filled, known = int((here.firms > 0).sum()), ~np.isnan(here.concentration)
    if not known.any():
        why = "没有一家企业填了规模" if filled else f"{where}还没有一家企业归位"
        return not_known(name, why, coverage=0.0)
    value = float(here.concentration[known].mean())
    words = (
        f"赫芬达尔指数平均 {value:.2f},相当于每个环节 {1 / value:.1f} 家同样大的企业;"
        f"1 是独家,越小越分散;按填了规模的企业算,{filled} 个有企业的环节里 {int(known.sum())} 个能算"
    )
    return Measure(name=name, value=value, coverage=int(known.sum()) / filled, words=words)
