"""Links as arrays: who feeds whom, in rows that can be sliced, and in which order a loss travels.

A chain may contain loops (scrap goes back to the furnace), so the order is that of its strongly connected parts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints: TypeAlias = NDArray[np.int64]
    Floats: TypeAlias = NDArray[np.float64]
    Bools: TypeAlias = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Wires:
    """The m links of n nodes, sorted by where they start: ``ends[starts[i]:starts[i + 1]]`` is what node i feeds.

    ``strengths`` (m,) lie in (0, 1]. ``levels`` (n,) rise along every link that is not part of a loop; ``parts`` (n,)
    number the strongly connected parts, and ``looped`` (n,) marks the nodes that feed themselves, at once or by others.
    """

    starts: Ints
    ends: Ints
    strengths: Floats
    levels: Ints
    parts: Ints
    looped: Bools

    @property
    def origins(self) -> Ints:
        """Where each link starts (m,)."""
        return np.repeat(np.arange(len(self.starts) - 1), np.diff(self.starts))

    def reversed(self) -> Wires:
        """Return the same links against their direction: what each node is fed by."""
        starts, ends, strengths = _sorted(self.ends, self.origins, self.strengths, nodes=len(self.levels))
        return Wires(
            starts=starts,
            ends=ends,
            strengths=strengths,
            levels=self.levels.max(initial=0) - self.levels,
            parts=self.parts,
            looped=self.looped,
        )

    def fanned(self, nodes: Ints) -> tuple[Ints, Ints]:
        """Return (place in ``nodes``, number of the link) of every link that starts at one of ``nodes`` (k,)."""
        counts = self.starts[nodes + 1] - self.starts[nodes]
        places = np.repeat(np.arange(len(nodes)), counts)
        firsts = np.cumsum(counts) - counts
        return places, np.arange(len(places)) - firsts[places] + self.starts[nodes][places]


def summed(nodes: Ints, amounts: Floats, *, count: int) -> Floats:
    """Return the sum (count,) of the amounts (k,) of each node, given by number (k,); zero where none is given."""
    totals: Floats = np.bincount(nodes, weights=amounts, minlength=count).astype(np.float64, copy=False)
    return totals


def ratios(above: Floats, below: Floats) -> Floats:
    """Return above / below, arrays of shapes that fit together; NaN where below is not greater than zero."""
    shape = np.broadcast_shapes(above.shape, below.shape)
    out: Floats = np.divide(above, below, out=np.full(shape, np.nan), where=below > 0)
    return out


def wire(origins: Ints, ends: Ints, strengths: Floats, *, nodes: int) -> Wires:
    """Sort m links (origins, ends and strengths, each (m,)) of ``nodes`` nodes; parallel links become the strongest.

    Time O(m log m + n).
    """
    starts, ends, strengths = _sorted(origins, ends, strengths, nodes=nodes)
    parts = connected_parts(starts, ends)
    sizes = np.bincount(parts, minlength=1)
    origins = np.repeat(np.arange(nodes), np.diff(starts))
    looped = sizes[parts] > 1
    looped[origins[origins == ends]] = True
    levels = _levels(parts, origins, ends)
    return Wires(starts=starts, ends=ends, strengths=strengths, levels=levels, parts=parts, looped=looped)


def _sorted(origins: Ints, ends: Ints, strengths: Floats, *, nodes: int) -> tuple[Ints, Ints, Floats]:
    order = np.lexsort((-strengths, ends, origins))
    origins, ends, strengths = origins[order], ends[order], strengths[order]
    first = np.ones(len(ends), dtype=bool)
    first[1:] = (origins[1:] != origins[:-1]) | (ends[1:] != ends[:-1])
    starts = np.concatenate(([0], np.cumsum(np.bincount(origins[first], minlength=nodes))))
    return starts.astype(np.int64), ends[first], strengths[first]


def connected_parts(starts: Ints, ends: Ints) -> Ints:
    """Return the number (n,) of the strongly connected part that each node belongs to; no part feeds a higher number.

    Tarjan, SIAM Journal on Computing 1 (1972), with a stack of our own instead of recursion. Time O(n + m).

    >>> connected_parts(np.array([0, 1, 3, 3]), np.array([1, 0, 2])).tolist()
    [1, 1, 0]
    """
    first, last = starts.tolist(), ends.tolist()
    nodes = len(first) - 1
    search = _Search(parts=[-1] * nodes, found=[-1] * nodes, low=[0] * nodes, stack=[])
    for root in range(nodes):
        if search.found[root] < 0:
            search.walk(root, first, last)
    return np.array(search.parts, dtype=np.int64)


@dataclass(slots=True, kw_only=True, eq=False)
class _Search:
    """Where Tarjan's search stands: the number of each node, the lowest it reaches, and the nodes not yet in a part."""

    parts: list[int]
    found: list[int]
    low: list[int]
    stack: list[int]
    clock: int = 0
    count: int = 0

    def walk(self, root: int, first: list[int], last: list[int]) -> None:
        """Visit everything that ``root`` reaches."""
        at = {root: first[root]}
        path = [root]
        self._enter(root)
        while path:
            node = path[-1]
            if at[node] < first[node + 1]:
                below = last[at[node]]
                at[node] += 1
                if self.found[below] < 0:
                    at[below] = first[below]
                    path.append(below)
                    self._enter(below)
                elif self.parts[below] < 0:
                    self.low[node] = min(self.low[node], self.found[below])
            else:
                path.pop()
                self._leave(node, path)

    def _enter(self, node: int) -> None:
        self.found[node] = self.low[node] = self.clock
        self.clock += 1
        self.stack.append(node)

    def _leave(self, node: int, path: list[int]) -> None:
        if path:
            self.low[path[-1]] = min(self.low[path[-1]], self.low[node])
        if self.low[node] < self.found[node]:
            return
        while self.parts[node] < 0:
            self.parts[self.stack.pop()] = self.count
        self.count += 1


def _levels(parts: Ints, origins: Ints, ends: Ints) -> Ints:
    """Return the length (n,) of the longest way from any start to each node, loops counted as one stop."""
    above, below = parts[origins], parts[ends]
    across = above != below
    above, below = above[across], below[across]
    order = np.argsort(-above, kind="stable")
    levels = [0] * (int(parts.max(initial=-1)) + 1)
    for upper, lower in zip(above[order].tolist(), below[order].tolist(), strict=True):
        levels[lower] = max(levels[lower], levels[upper] + 1)
    return np.array(levels, dtype=np.int64)[parts] if levels else parts
