"""What a region is strong in, which nodes go together, and which gap is within reach: the method of the product space.

Location quotient and revealed comparative advantage are one formula (Florence, 1939; Balassa, The Manchester School 33,
1965), here over what the firms of each region put out at each node. Relatedness and density are those of Hidalgo,
Klinger, Barabási and Hausmann (Science 317, 2007).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from chuanzhu.chain.graph import place_name
from chuanzhu.chain.measure import Measure, not_known
from chuanzhu.chain.wires import ratios
from chuanzhu.taxonomy.regions import region_path

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from chuanzhu.chain.graph import ChainGraph
    from chuanzhu.chain.wires import Bools, Floats

ADVANTAGE: Final = 1.0
_COLUMNS: Final = 1024


def regional_outputs(graph: ChainGraph, *, level: int) -> tuple[tuple[str, ...], Floats]:
    """Return the regions (r) of a level (0 province, 1 city, 2 county) that have firms, and their outputs (r, n).

    Output is size times weight; where no size is known at all, firms are counted instead (weight). A firm of unknown
    size among firms of known size, or of a region not known down to the level, is left out. Time O(p).
    """
    paths = {code: region_path(code) for code in {firm.region for firm in graph.firms}}
    places = [paths[firm.region][level] if len(paths[firm.region]) > level else "" for firm in graph.firms]
    sizes = np.ones(len(graph.firms)) if np.isnan(graph.sizes).all() else graph.sizes
    regions = sorted({place for place, size in zip(places, sizes, strict=True) if place and not np.isnan(size)})
    rows = {region: row for row, region in enumerate(regions)}
    row_of = np.array([rows.get(place, -1) for place in places], dtype=np.int64)[graph.placed_firms]
    amounts = sizes[graph.placed_firms] * graph.placed_weights
    counted = (row_of >= 0) & ~np.isnan(amounts)
    outputs = np.zeros((len(regions), graph.node_count))
    np.add.at(outputs, (row_of[counted], graph.placed_nodes[counted]), amounts[counted])
    return tuple(regions), outputs


def location_quotients(outputs: Floats) -> Floats:
    """Return LQ (r, n): a node's share in a region's output over its share in all regions' output.

    LQ_rj = (x_rj / Σ_j x_rj) / (Σ_r x_rj / Σ_rj x_rj); on exports this is the revealed comparative advantage. NaN for a
    region without output and a node without output anywhere. Time O(r n).

    >>> location_quotients(np.array([[2.0, 0.0], [2.0, 4.0]])).tolist()
    [[2.0, 0.0], [0.6666666666666666, 1.3333333333333333]]
    """
    rows, columns = outputs.sum(1, keepdims=True), outputs.sum(0, keepdims=True)
    return ratios(outputs * outputs.sum(), rows * columns)


def advantages(quotients: Floats) -> Bools:
    """Tell where a region is stronger than it is on average (r, n): LQ of at least 1; what is not known is not."""
    return np.nan_to_num(quotients) >= ADVANTAGE


def relatedness(holders: Bools) -> Floats:
    """Return how often two nodes go together (n, n), 0 to 1, from which region (or firm) holds which node (r, n).

    φ_ij = min(P(i | j), P(j | i)) = how many hold both / the greater of how many hold i and how many hold j; 0 where
    nobody holds one of them. Time O(r n²), memory O(n²).

    >>> relatedness(np.array([[True, True, False], [True, False, False]])).tolist()
    [[1.0, 0.5, 0.0], [0.5, 1.0, 0.0], [0.0, 0.0, 0.0]]
    """
    return _related(holders, holders)


def _related(left: Bools, right: Bools) -> Floats:
    """Return φ (n, k) between the columns of left (r, n) and right (r, k)."""
    both = left.T.astype(np.float32) @ right.astype(np.float32)
    most = np.maximum(left.sum(0)[:, np.newaxis], right.sum(0)[np.newaxis, :])
    return np.nan_to_num(ratios(both.astype(np.float64), most.astype(np.float64)))


def relatedness_to(holders: Bools, node: int) -> Floats:
    """Return the relatedness (n,) of all nodes to one, as one column of :func:`relatedness`. Time O(r n)."""
    column: Floats = _related(holders, holders[:, node : node + 1])[:, 0]
    return column


def density(holders: Bools) -> Floats:
    """Return how much of what is related to each node each region already holds (r, n): how feasible the node is.

    ω_rj = Σ_i≠j M_ri φ_ij / Σ_i≠j φ_ij with M the holders and φ their relatedness; NaN where nothing is related to j.
    Nodes held by the very same regions are alike, so φ is made only between the u distinct columns of M, each counted
    as often as it stands there: time O(r n log n + r u²), memory O(r n) and a block of φ.

    >>> density(np.array([[True, True, False], [True, True, True]])).round(2).tolist()
    [[0.67, 0.67, 1.0], [1.0, 1.0, 1.0]]
    """
    patterns, which, times = _distinct_columns(holders)
    count = patterns.shape[1]
    held, total = np.zeros(patterns.shape), np.zeros(count)
    weighed = patterns * times
    for start in range(0, count, _COLUMNS):
        block = slice(start, start + _COLUMNS)
        related = _related(patterns, patterns[:, block])
        held[:, block] = weighed @ related
        total[block] = times @ related
    own = patterns.any(0)
    held, total = held - patterns, total - own
    shares = ratios(held, total)
    return shares[:, which]


def _distinct_columns(holders: Bools) -> tuple[Bools, NDArray[np.int64], NDArray[np.int64]]:
    """Return the distinct columns (r, u), which of them each column is (n,), and how often each stands there (u,)."""
    packed = np.ascontiguousarray(np.packbits(holders, axis=0).T)
    labels = packed.view([("", packed.dtype)] * packed.shape[1]).ravel()
    _, firsts, which, times = np.unique(labels, return_index=True, return_inverse=True, return_counts=True)
    return holders[:, firsts], which, times


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Comparison:
    """The regions (r) of one level side by side over n nodes: location quotients and densities, both (r, n).

    Both are NaN where there is only one region: then there is nothing to compare with.
    """

    regions: tuple[str, ...]
    keys: tuple[str, ...]
    quotients: Floats
    densities: Floats

    def of(self, region: str, keys: Sequence[str]) -> tuple[Floats, Floats]:
        """Return a region's quotients and densities at the nodes ``keys``, each (k,); NaN where not compared."""
        if region not in self.regions:
            return np.full(len(keys), np.nan), np.full(len(keys), np.nan)
        row = self.regions.index(region)
        return self._at(keys, self.quotients[row]), self._at(keys, self.densities[row])

    def related_to(self, key: str, keys: Sequence[str]) -> Floats:
        """Return the relatedness of the nodes ``keys`` to one node, (k,); 0 where nothing is known."""
        if key not in self.keys:
            return np.zeros(len(keys))
        related = relatedness_to(advantages(self.quotients), self.keys.index(key))
        return np.nan_to_num(self._at(keys, related))

    def _at(self, keys: Sequence[str], values: Floats) -> Floats:
        """Return the values (n,) of the nodes ``keys``, NaN for a node that is not compared."""
        columns = {key: column for column, key in enumerate(self.keys)}
        return np.append(values, np.nan)[np.array([columns.get(key, -1) for key in keys], dtype=np.int64)]


def compare_regions(graph: ChainGraph, *, level: int) -> Comparison:
    """Compare all regions of a level (0 province, 1 city, 2 county) that have firms; best done once for all chains."""
    regions, outputs = regional_outputs(graph, level=level)
    if len(regions) <= 1:
        unknown = np.full(outputs.shape, np.nan)
        return Comparison(regions=regions, keys=graph.keys, quotients=unknown, densities=unknown)
    quotients = location_quotients(outputs)
    densities = density(advantages(quotients))
    return Comparison(regions=regions, keys=graph.keys, quotients=quotients, densities=densities)


def strengths(row: Floats, *, region: str, regions: int, names: Sequence[str]) -> Measure:
    """Return at how many nodes a region is stronger than average, the strongest named.

    ``row`` holds its location quotients (n,); ``regions`` is how many were compared. Coverage is the nodes compared.
    """
    name = "比较优势"
    compared = ~np.isnan(row)
    if not compared.any():
        return not_known(name, f"{place_name(region)}没有可以和别处比的企业", coverage=0.0, unit="个")
    strong = [int(node) for node in np.argsort(-np.nan_to_num(row), kind="stable") if row[node] >= ADVANTAGE]
    best = "、".join(f"{names[node]}(区位商 {row[node]:.1f})" for node in strong[:3])
    words = (
        f"{regions} 个地区里比,{place_name(region)}有 {len(strong)} 个环节占本地的比重不低于平均"
        f"{';最强的是' + best if best else ''}"
    )
    return Measure(name=name, value=float(len(strong)), coverage=float(compared.mean()), words=words, unit="个")
