"""Routes through a chain: the greatest flow from what is bought outside to what is sold, and the narrowest cut.

The cascade takes the inputs of a node as all needed; here they stand in for each other, so this is the other end of the
range: a node in the narrowest cut cannot be got around at all. With capacity 1 at every node the flow is the number
of routes that share no node (Menger, 1927), and a cut of one node is a single point of failure.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from chuanzhu.chain.graph import ChainError

if TYPE_CHECKING:
    from chuanzhu.chain.wires import Floats, Ints, Wires

_EMPTY: Final = 1e-12  # of the greatest capacity: what rounding leaves is no room


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Flow:
    """The greatest flow, what passes each node (n,), and the numbers of the nodes of a narrowest cut (k,)."""

    value: float
    passing: Floats
    cut: Ints


def greatest_flow(wires: Wires, *, sources: Ints, sinks: Ints, capacities: Floats | None = None) -> Flow:
    """Return the greatest flow from ``sources`` (s,) to ``sinks`` (t,) if node i lets ``capacities[i]`` (n,) through.

    Capacities are 1 where not given; sources and sinks are limited by theirs as well, links are not. The cut holds the
    nodes nearest the sources whose capacities add up to the flow. Dinic (Soviet Mathematics Doklady 11, 1970) on the
    graph with each node split in two, time O(n² m) at worst and a few passes over the links in practice; equal to
    networkx.maximum_flow_value.

    Raises ChainError where there is no source or sink, or a capacity is below zero or not a number.

    >>> from chuanzhu.chain import Link, chain_graph
    >>> links = [("a", "c"), ("b", "c"), ("c", "d"), ("c", "e")]
    >>> graph = chain_graph(list("abcde"), [Link(origin=origin, end=end) for origin, end in links])
    >>> flow = greatest_flow(graph.wires, sources=np.array([0, 1]), sinks=np.array([3, 4]))
    >>> flow.value, [graph.keys[node] for node in flow.cut]
    (1.0, ['c'])
    """
    nodes = len(wires.levels)
    limits = np.ones(nodes) if capacities is None else capacities
    if limits.shape != (nodes,) or not (np.isfinite(limits) & (limits >= 0)).all():
        raise ChainError(f"通过能力应有 {nodes} 个,每个环节一个,都是不小于 0 的数")
    if not len(sources) or not len(sinks):
        raise ChainError("算通路要有起点和终点;请各给至少一个环节")
    network = _Network.split(wires, sources=sources, sinks=sinks, limits=limits)
    value = network.fill()
    reached = np.array([network.depth[2 * node] >= 0 for node in range(nodes)], dtype=bool)
    beyond = np.array([network.depth[2 * node + 1] >= 0 for node in range(nodes)], dtype=bool)
    passing = limits - np.array(network.room[: 2 * nodes : 2])
    return Flow(value=value, passing=passing, cut=np.flatnonzero(reached & ~beyond))


@dataclass(slots=True, kw_only=True, eq=False)
class _Network:
    """Arcs in pairs: arc 2i goes there and 2i + 1 back; ``room`` is what each still takes, ``out`` the arcs by node.

    Node i of the chain is 2i where things come in and 2i + 1 where they leave; arc 2i joins the two.
    """

    heads: list[int]
    room: list[float]
    out: list[list[int]]
    depth: list[int]
    source: int
    sink: int
    least: float

    @classmethod
    def split(cls, wires: Wires, *, sources: Ints, sinks: Ints, limits: Floats) -> _Network:
        nodes = len(limits)
        source, sink = 2 * nodes, 2 * nodes + 1
        inner = np.arange(nodes)
        tails = [2 * inner, 2 * wires.origins + 1, np.full(len(sources), source), 2 * sinks + 1]
        heads = [2 * inner + 1, 2 * wires.ends, 2 * sources, np.full(len(sinks), sink)]
        tail, head = np.concatenate(tails), np.concatenate(heads)
        open_to = np.full(len(tail), np.inf)
        open_to[:nodes] = limits
        out: list[list[int]] = [[] for _ in range(2 * nodes + 2)]
        for arc, (start, end) in enumerate(zip(tail.tolist(), head.tolist(), strict=True)):
            out[start].append(2 * arc)
            out[end].append(2 * arc + 1)
        room = np.stack([open_to, np.zeros(len(tail))], axis=1).ravel().tolist()
        both = np.stack([head, tail], axis=1).ravel().tolist()
        return cls(heads=both, room=room, out=out, depth=[], source=source, sink=sink, least=_EMPTY * limits.max())

    def fill(self) -> float:
        """Push all that goes through; afterwards ``depth`` is -1 for what can no more be reached from the source."""
        total = 0.0
        while self._layer():
            at = [0] * len(self.out)
            while (pushed := self._push(at)) > 0:
                total += pushed
        return total

    def _layer(self) -> bool:
        """Give each node its distance from the source; tell whether the sink is still reached."""
        self.depth = [-1] * len(self.out)
        self.depth[self.source] = 0
        edge = [self.source]
        while edge:
            further = []
            for node in edge:
                for arc in self.out[node]:
                    head = self.heads[arc]
                    if self.depth[head] < 0 and self.room[arc] > self.least:
                        self.depth[head] = self.depth[node] + 1
                        further.append(head)
            edge = further
        return self.depth[self.sink] >= 0

    def _push(self, at: list[int]) -> float:
        """Push along one shortest way, and return how much; zero when no way is left. ``at`` remembers dead ends."""
        path: list[int] = []
        node = self.source
        while node != self.sink:
            arc = self._next_arc(node, at)
            if arc >= 0:
                path.append(arc)
                node = self.heads[arc]
            elif path:
                node = self.heads[path.pop() ^ 1]
                at[node] += 1
            else:
                return 0.0
        pushed = min(self.room[arc] for arc in path)
        for arc in path:
            self.room[arc] -= pushed
            self.room[arc ^ 1] += pushed
        return pushed

    def _next_arc(self, node: int, at: list[int]) -> int:
        arcs = self.out[node]
        while at[node] < len(arcs):
            arc = arcs[at[node]]
            if self.room[arc] > self.least and self.depth[self.heads[arc]] == self.depth[node] + 1:
                return arc
            at[node] += 1
        return -1
