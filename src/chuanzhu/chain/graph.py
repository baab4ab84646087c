"""A chain as arrays: nodes (环节), links "is input of", and the enterprises placed at the nodes.

Everything here is built from any source by :func:`chain_graph` and :func:`place_firms`; all measures of this package
take what they return. Regions are GB/T 2260 codes; sizes are in one unit of the caller's (万元 of output, say).
"""

from __future__ import annotations

import difflib
import functools
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from chuanzhu.chain.wires import Wires, wire
from chuanzhu.model import ChuanzhuError, Problem
from chuanzhu.taxonomy.regions import is_within, region_name, region_path

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Sequence

    from chuanzhu.chain.wires import Bools, Floats, Ints
    from chuanzhu.taxonomy.programmes import Programme

_SHOWN: Final = 5


class ChainError(ChuanzhuError):
    """A chain, a placement or a question about them that makes no sense; the text names the value and the cure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """``origin`` is an input of ``end``; ``strength`` in (0, 1] is the share of the end's output that hangs on it."""

    origin: str
    end: str
    strength: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Firm:
    """An enterprise: its size (None where unknown), its region's code (empty where unknown), and its roles."""

    id: str
    name: str = ""
    size: float | None = None
    region: str = ""
    is_leader: bool = False
    is_champion: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """An enterprise at a node, with the share of its business there; valid from ``since`` to ``until`` inclusive."""

    firm: str
    node: str
    weight: float = 1.0
    since: dt.date | None = None
    until: dt.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ChainGraph:
    """n nodes, m links, f firms and p placements.

    ``sizes`` (f,) is NaN where unknown. ``placed_nodes``, ``placed_firms`` and ``placed_weights`` are (p,): firm
    ``placed_firms[i]`` does ``placed_weights[i]`` of its business at node ``placed_nodes[i]``.
    """

    keys: tuple[str, ...]
    names: tuple[str, ...]
    wires: Wires
    firms: tuple[Firm, ...]
    sizes: Floats
    placed_nodes: Ints
    placed_firms: Ints
    placed_weights: Floats

    @property
    def node_count(self) -> int:
        """How many nodes there are."""
        return len(self.keys)

    def node(self, key: str) -> int:
        """Return the number of a node. Raises ChainError with the nearest key when there is none."""
        return _number(self.keys, key, what="环节")

    def firm(self, id: str) -> int:  # noqa: A002 (the field's own name)
        """Return the number of a firm. Raises ChainError with the nearest id when there is none."""
        return _number([firm.id for firm in self.firms], id, what="企业")

    def inside(self, region: str) -> Bools:
        """Tell for each firm (f,) whether it lies in the region; a firm whose region is unknown does not."""
        if region and not region_path(region):
            raise ChainError(f"没有代码为“{region}”的地区;请用六位行政区划代码,例如 410500(安阳市)")
        return np.array([_lies_in(firm.region, region) for firm in self.firms], dtype=bool)


def chain_graph(nodes: Mapping[str, str] | Sequence[str], links: Iterable[Link]) -> ChainGraph:
    """Build a graph from node keys (or key → name) and links; a link named twice counts once, as the stronger.

    Raises ChainError for a node named twice, a link to nowhere, or a strength outside (0, 1], naming up to five.

    >>> graph = chain_graph(["己二腈", "尼龙66切片"], [Link(origin="己二腈", end="尼龙66切片")])
    >>> graph.node("尼龙66切片")
    1
    """
    keys = tuple(nodes)
    numbers = {key: number for number, key in enumerate(keys)}
    if len(numbers) < len(keys):
        twice = list(dict.fromkeys(key for number, key in enumerate(keys) if numbers[key] != number))
        raise ChainError(f"环节重复:{_listed(twice)};同一个环节只写一次")
    listed = list(links)
    lost = [end for link in listed for end in (link.origin, link.end) if end not in numbers]
    if lost:
        raise ChainError(f"有联系连到没有定义的环节:{_listed(list(dict.fromkeys(lost)))};请先写这些环节,或改正名字")
    wrong = [f"{link.origin}→{link.end}({link.strength})" for link in listed if not 0 < link.strength <= 1]
    if wrong:
        raise ChainError(f"联系的强度应大于 0、不大于 1:{_listed(wrong)}")
    origins = np.fromiter((numbers[link.origin] for link in listed), dtype=np.int64, count=len(listed))
    ends = np.fromiter((numbers[link.end] for link in listed), dtype=np.int64, count=len(listed))
    strengths = np.fromiter((link.strength for link in listed), dtype=np.float64, count=len(listed))
    names = tuple(nodes.values()) if isinstance(nodes, Mapping) else keys
    return _bare(keys, names, wire(origins, ends, strengths, nodes=len(keys)))


def programme_graph(programme: Programme) -> ChainGraph:
    """Return all chains of a programme as one graph; ``part_of`` with the nodes of a chain's places gives one of them.

    >>> from chuanzhu.taxonomy.programmes import bundled_programme
    >>> henan = bundled_programme("henan")
    >>> nylon = part_of(programme_graph(henan), [place.node for place in henan.chain("nylon").places])
    >>> nylon.node_count > 0
    True
    """
    links = [Link(origin=link.giver, end=link.taker, strength=link.strength) for link in programme.links]
    return chain_graph({node.key: node.name for node in programme.nodes}, links)


def _bare(keys: tuple[str, ...], names: tuple[str, ...], wires: Wires) -> ChainGraph:
    none = np.zeros(0, dtype=np.int64)
    return ChainGraph(
        keys=keys,
        names=names,
        wires=wires,
        firms=(),
        sizes=np.zeros(0),
        placed_nodes=none,
        placed_firms=none,
        placed_weights=np.zeros(0),
    )


def place_firms(
    graph: ChainGraph, firms: Sequence[Firm], placements: Iterable[Placement], *, on: dt.date
) -> tuple[ChainGraph, tuple[Problem, ...]]:
    """Return the graph with its firms where they stand on the day ``on``, and the placements that could not be used.

    A placement that is not valid on the day is left out in silence; one that names an unknown node or firm, has a
    weight that is not positive, or ends before it begins is left out with a problem. Raises ChainError for a firm
    listed twice or with a size below zero.
    """
    firm_numbers = {firm.id: number for number, firm in enumerate(firms)}
    _check_firms(firms, firm_numbers)
    node_numbers = {key: number for number, key in enumerate(graph.keys)}
    problems: list[Problem] = []
    good: dict[tuple[int, int], float] = {}
    for placement in placements:
        problem = _problem(placement, node_numbers, firm_numbers)
        if problem:
            problems.append(problem)
        elif _is_valid(placement, on):
            pair = node_numbers[placement.node], firm_numbers[placement.firm]
            good[pair] = max(good.get(pair, 0.0), placement.weight)
    pairs = np.array(sorted(good), dtype=np.int64).reshape(-1, 2)
    placed = replace(
        graph,
        firms=tuple(firms),
        sizes=np.array([np.nan if firm.size is None else firm.size for firm in firms], dtype=np.float64),
        placed_nodes=pairs[:, 0],
        placed_firms=pairs[:, 1],
        placed_weights=np.array([good[pair] for pair in sorted(good)], dtype=np.float64),
    )
    return placed, tuple(problems)


def _check_firms(firms: Sequence[Firm], numbers: dict[str, int]) -> None:
    if len(numbers) < len(firms):
        twice = [firm.id for number, firm in enumerate(firms) if numbers[firm.id] != number]
        raise ChainError(f"企业编号重复:{_listed(list(dict.fromkeys(twice)))};同一家企业只列一次")
    wrong = [f"{firm.id}({firm.size})" for firm in firms if firm.size is not None and not firm.size >= 0]
    if wrong:
        raise ChainError(f"企业规模应不小于 0:{_listed(wrong)};不知道就不填")


def _is_valid(placement: Placement, on: dt.date) -> bool:
    began = placement.since is None or placement.since <= on
    return began and (placement.until is None or on <= placement.until)


def _problem(placement: Placement, nodes: dict[str, int], firms: dict[str, int]) -> Problem | None:
    value, wrong, cure = f"{placement.firm} → {placement.node}", "", ""
    if placement.node not in nodes:
        wrong, cure = f"没有环节“{placement.node}”", f"核对名字:{_nearest(nodes, placement.node)}"
    elif placement.firm not in firms:
        wrong, cure = f"没有企业“{placement.firm}”", f"核对编号:{_nearest(firms, placement.firm)}"
    elif not placement.weight > 0:
        wrong, cure = f"归位权重 {placement.weight} 不大于 0", "填 0 到 1 之间的数"
    elif placement.since and placement.until and placement.until < placement.since:
        wrong = f"起止日期矛盾:从 {placement.since.isoformat()} 起,却到 {placement.until.isoformat()} 止"
        cure = "核对两个日期,多半是写反了"
    return Problem(file="", value=value, wrong=wrong, cure=cure, used=False) if wrong else None


def part_of(graph: ChainGraph, keys: Iterable[str]) -> ChainGraph:
    """Return the part of the graph with these nodes only (one chain of many), and the firms placed in it.

    Time O(n + m + p). Raises ChainError for an unknown key.
    """
    known = {key: number for number, key in enumerate(graph.keys)}
    chosen = np.array([known[key] if key in known else graph.node(key) for key in keys], dtype=np.int64)
    renumbered = np.full(graph.node_count, -1)
    renumbered[chosen] = np.arange(len(chosen))
    origins, ends = renumbered[graph.wires.origins], renumbered[graph.wires.ends]
    kept = (origins >= 0) & (ends >= 0)
    wires = wire(origins[kept], ends[kept], graph.wires.strengths[kept], nodes=len(chosen))
    here = renumbered[graph.placed_nodes] >= 0
    present, placed_firms = np.unique(graph.placed_firms[here], return_inverse=True)
    return ChainGraph(
        keys=tuple(graph.keys[number] for number in chosen),
        names=tuple(graph.names[number] for number in chosen),
        wires=wires,
        firms=tuple(graph.firms[number] for number in present),
        sizes=graph.sizes[present],
        placed_nodes=renumbered[graph.placed_nodes[here]],
        placed_firms=placed_firms,
        placed_weights=graph.placed_weights[here],
    )


_lies_in: Final = functools.cache(is_within)  # few places, many firms, asked again by every measure


def place_name(region: str) -> str:
    """Return how a sentence calls the region: its name, or 各地 where none is given."""
    return region_name(region) if region else "各地"


def _number(known: Sequence[str], key: str, *, what: str) -> int:
    try:
        return known.index(key)
    except ValueError:
        raise ChainError(f"没有{what}“{key}”;{_nearest(known, key)}") from None


def _nearest(known: Iterable[str], key: str) -> str:
    near = difflib.get_close_matches(key, list(known), n=1, cutoff=0.3)
    return f"最接近的是“{near[0]}”" if near else "没有相近的,请先补上"


def _listed(values: Sequence[str]) -> str:
    more = f" 等 {len(values)} 个" if len(values) > _SHOWN else ""
    return "、".join(values[:_SHOWN]) + more
