"""Bottlenecks (堵点): how much of what lies downstream stands still when a node or a firm stops, each in turn.

Each node, or firm, is taken out in turn and the loss followed by :mod:`chuanzhu.chain.cascade`; this is the
hypothetical extraction of input–output analysis (Dietzenbacher, van der Linden and Steenge, Economic Systems Research
5, 1993), and for single firms the systemic risk index of Diem et al. (Scientific Reports 12, 2022).
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from chuanzhu.chain.cascade import Losses, cascade, spreading
from chuanzhu.chain.graph import ChainError
from chuanzhu.chain.wires import Wires, ratios, summed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chuanzhu.chain.cascade import Spreading
    from chuanzhu.chain.graph import ChainGraph
    from chuanzhu.chain.wires import Bools, Floats, Ints

_BLOCK: Final = 4_000_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Standstill:
    """What k outages do, each array (k,), the stopped nodes themselves not counted.

    ``lost`` is the output lost downstream and ``downstream`` all output there, in the unit of the outputs given;
    ``hit`` is how many nodes downstream lose something.
    """

    lost: Floats
    downstream: Floats
    hit: Ints

    @property
    def shares(self) -> Floats:
        """Share (k,) of the output downstream that stands still; NaN where nothing lies downstream."""
        return ratios(self.lost, self.downstream)


def stopped_nodes(nodes: Ints) -> Losses:
    """Return the shocks that stop each of ``nodes`` (k,) fully, one a row."""
    return Losses(rows=np.arange(len(nodes)), nodes=nodes, losses=np.ones(len(nodes)))


def stopped_firms(graph: ChainGraph, firms: Ints) -> Losses:
    """Return the shocks that stop each of ``firms`` (k,), one a row: its nodes lose the firm's share of their capacity.

    See :func:`capacity_shares` for firms whose size is not known.
    """
    row_of = np.full(len(graph.firms), -1)
    row_of[firms] = np.arange(len(firms))
    rows = row_of[graph.placed_firms]
    taken = rows >= 0
    return Losses(rows=rows[taken], nodes=graph.placed_nodes[taken], losses=capacity_shares(graph)[taken])


def capacity_shares(graph: ChainGraph) -> Floats:
    """Return the share (p,) of each placement in all known capacity of its node, wherever the firms lie.

    A firm's capacity at a node is its size times the weight of its placement. A firm of unknown size counts with the
    median of the known sizes, so that stopping it is not free; where all capacity at a node is zero, firms count alike.
    """
    known = graph.sizes[~np.isnan(graph.sizes)]
    sizes = np.where(np.isnan(graph.sizes), np.median(known) if len(known) else 1.0, graph.sizes)
    capacity = sizes[graph.placed_firms] * graph.placed_weights
    totals = summed(graph.placed_nodes, capacity, count=graph.node_count)
    idle = totals[graph.placed_nodes] == 0
    counts = np.bincount(graph.placed_nodes, minlength=graph.node_count)
    return np.where(idle, 1 / counts[graph.placed_nodes], capacity / np.where(idle, 1, totals[graph.placed_nodes]))


def node_outputs(graph: ChainGraph, *, region: str = "") -> Floats:
    """Return what each node's firms of the region put out (n,), size times weight; zero where none is known."""
    counted = graph.inside(region)[graph.placed_firms] & ~np.isnan(graph.sizes[graph.placed_firms])
    value = graph.sizes[graph.placed_firms[counted]] * graph.placed_weights[counted]
    return summed(graph.placed_nodes[counted], value, count=graph.node_count)


def standstill(rules: Spreading, shocks: Losses, *, rows: int, outputs: Floats | None = None) -> Standstill:
    """Follow ``rows`` outages, each a row of ``shocks``; ``outputs`` (n,) weighs the nodes, all alike if not given.

    Time and memory grow with the nodes that lie downstream of each row; rows are taken in blocks of at most about
    four million (row, node or link) pairs.

    >>> import numpy as np
    >>> from chuanzhu.chain import Link, chain_graph
    >>> graph = chain_graph(["a", "b", "c"], [Link(origin="a", end="b"), Link(origin="b", end="c", strength=0.5)])
    >>> stops = stopped_nodes(np.arange(3))
    >>> standstill(spreading(graph.wires), stops, rows=3).shares.tolist()
    [0.75, 0.5, nan]
    """
    nodes = len(rules.wires.levels)
    weights = np.ones(nodes) if outputs is None else outputs
    if weights.shape != (nodes,) or not (weights >= 0).all():
        raise ChainError(f"产出应有 {nodes} 个,每个环节一个,都不小于 0")
    reach = spreading(_certain(rules.wires))
    lost, below, hit = np.zeros(rows), np.zeros(rows), np.zeros(rows, dtype=np.int64)
    for block in _blocks(shocks, rules.wires):
        fell = _apart(cascade(rules, block), block, nodes)
        reached = _apart(cascade(reach, _whole(block)), block, nodes)
        lost += summed(fell.rows, weights[fell.nodes] * fell.losses, count=rows)
        below += summed(reached.rows, weights[reached.nodes], count=rows)
        hit += np.bincount(fell.rows, minlength=rows)
    return Standstill(lost=lost, downstream=below, hit=hit)


def _certain(wires: Wires) -> Wires:
    """Return the same links, each of strength 1: along these, whatever can be reached is lost."""
    return Wires(
        starts=wires.starts,
        ends=wires.ends,
        strengths=np.ones(len(wires.ends)),
        levels=wires.levels,
        parts=wires.parts,
        looped=wires.looped,
    )


def _whole(shocks: Losses) -> Losses:
    return Losses(rows=shocks.rows, nodes=shocks.nodes, losses=np.ones(len(shocks.rows)))


def _blocks(shocks: Losses, wires: Wires) -> Iterator[Losses]:
    """Split by rows; rows whose nodes feed nobody lose nothing downstream and are left out."""
    feeding = np.diff(wires.starts)[shocks.nodes] > 0
    shocks = _picked(shocks, np.isin(shocks.rows, shocks.rows[feeding]))
    shocks = _picked(shocks, np.argsort(shocks.rows, kind="stable"))
    size = max(1, _BLOCK // (len(wires.levels) + len(wires.ends)))
    starts = np.searchsorted(shocks.rows, np.unique(shocks.rows)[::size])
    for start, end in itertools.pairwise([*starts.tolist(), len(shocks.rows)]):
        yield _picked(shocks, np.arange(start, end))


def _picked(losses: Losses, which: Ints | Bools) -> Losses:
    return Losses(rows=losses.rows[which], nodes=losses.nodes[which], losses=losses.losses[which])


def _apart(losses: Losses, shocks: Losses, nodes: int) -> Losses:
    """Return the losses of nodes that were not stopped themselves."""
    own = np.isin(losses.rows * nodes + losses.nodes, shocks.rows * nodes + shocks.nodes)
    return _picked(losses, ~own)
