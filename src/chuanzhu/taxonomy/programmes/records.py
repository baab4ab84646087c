"""A programme of industrial chains as frozen records, and the words its files may use."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from chuanzhu.model import ChuanzhuError

if TYPE_CHECKING:
    import datetime as dt

    from chuanzhu.model import Problem

STAGES: Final = ("上游", "中游", "下游", "服务")
STANDINGS: Final = ("文件载明", "公开报道", "待核", "已核")
STRENGTHS: Final = {"强": 1.0, "中": 0.6, "弱": 0.3}
"""How much of the taker stands still without this input: all of it, much, little. An ordering, not a measurement."""

FLOWS: Final = frozenset({"原料", "部件"})
"""Kinds of link whose goods end up inside what is made of them: along these nothing can be made of itself."""

KINDS: Final = (*sorted(FLOWS), "辅料", "工艺", "设备", "工具", "能源", "包装", "软件", "服务", "回收")


class ProgrammeError(ChuanzhuError):
    """Programme files that cannot be used as they stand; ``problems`` has each with file, row, value and cure."""

    def __init__(self, message: str, problems: tuple[Problem, ...] = ()) -> None:
        """Keep the problems beside the message that sums them up."""
        super().__init__(message)
        self.problems: Final = problems


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Where a statement comes from: its source, the date of the statement, and one of ``STANDINGS``."""

    source: str
    date: dt.date
    standing: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A place in the chain (环节): what is made or done there. It is the same node in every chain that shows it.

    ``key`` never changes, ``name`` may be corrected. ``products`` are names of lexicon concepts, ``industries`` codes
    of GB/T 4754, ``certificates`` codes of those usual there; ``chain`` is the chain whose file defines it.
    """

    key: str
    name: str
    chain: str
    products: tuple[str, ...]
    industries: tuple[str, ...]
    certificates: tuple[str, ...] = ()
    note: str = ""
    evidence: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a node stands in one chain: the stage (one of ``STAGES``) and the family it is drawn with."""

    node: str
    stage: str
    family: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """``giver`` is an input of ``taker`` (keys of nodes), as one of ``KINDS``.

    ``strength`` is above 0, at most 1: how much of the taker stands still without it. ``basis`` says why it is so.
    """

    giver: str
    taker: str
    kind: str
    strength: float
    basis: str
    chain: str
    evidence: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """An industrial chain (产业链): its short name, its name, its cluster, and its nodes by stage and family."""

    slug: str
    name: str
    cluster: str
    places: tuple[Place, ...]
    evidence: Evidence

    @property
    def nodes(self) -> frozenset[str]:
        """Keys of the chain's nodes."""
        return frozenset(place.node for place in self.places)


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """The chains a province or city works on, as one graph: chains that neighbour each other share nodes.

    ``region`` is a GB/T 2260 code. ``works`` are the kinds of work and ``counties`` the codes of the counties of a
    matrix such as 12×5×9. ``notes`` tell what was used though it should be looked at: products the lexicon lacks.
    """

    key: str
    name: str
    region: str
    chains: tuple[Chain, ...]
    nodes: tuple[Node, ...]
    links: tuple[Link, ...]
    works: tuple[str, ...] = ()
    counties: tuple[str, ...] = ()
    notes: tuple[Problem, ...] = ()

    @property
    def clusters(self) -> tuple[str, ...]:
        """Names of the clusters, in the order of the chains."""
        return tuple(dict.fromkeys(chain.cluster for chain in self.chains))

    def chain(self, slug: str) -> Chain:
        """Return a chain by its short name. Raises ProgrammeError when there is none."""
        for chain in self.chains:
            if chain.slug == slug:
                return chain
        raise ProgrammeError(f"“{self.name}”里没有产业链“{slug}”;有:{'、'.join(chain.slug for chain in self.chains)}")

    def node(self, key: str) -> Node:
        """Return a node by its key. Raises ProgrammeError when there is none."""
        node = _by_key(self.nodes).get(key)
        if node is None:
            raise ProgrammeError(f"“{self.name}”里没有编号为“{key}”的环节;编号见各条产业链的 -nodes.csv 的“编号”列")
        return node

    def links_within(self, chain: Chain) -> tuple[Link, ...]:
        """Return the links between two nodes of a chain, whichever chain's file states them."""
        nodes = chain.nodes
        return tuple(link for link in self.links if link.giver in nodes and link.taker in nodes)


@functools.lru_cache(maxsize=8)
def _by_key(nodes: tuple[Node, ...]) -> dict[str, Node]:
    return {node.key: node for node in nodes}
