"""The list beside the graph: the same nodes, states and links as words, family by family."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Final

from chuanzhu.chain.measure import percent
from chuanzhu.chain.presence import STATES
from chuanzhu.taxonomy.programmes import STRENGTHS
from chuanzhu_site.observatory.drawing import CLASSES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from chuanzhu.taxonomy.programmes import Evidence, Link, Place, Programme
    from chuanzhu_site.observatory.atlas import Surveyed

_WORDS: Final = {strength: word for word, strength in STRENGTHS.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """A link as a sentence is made of it: to or from which node, in which chain, how much hangs on it, why, by whom."""

    key: str
    name: str
    chain: str
    kind: str
    word: str
    basis: str
    evidence: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One node of a chain in a region; ``firms`` is None and the shares empty where they are not known."""

    key: str
    name: str
    state: str
    word: str
    firms: int | None
    outside: str
    stops: str
    inputs: tuple[Edge, ...]
    outputs: tuple[Edge, ...]
    change: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """A family of a stage with its rows."""

    stage: str
    name: str
    rows: tuple[Row, ...]

    @property
    def filled(self) -> int:
        """How many nodes have a firm."""
        return sum(bool(row.firms) for row in self.rows)

    @property
    def is_moved(self) -> bool:
        """Whether a question moved any of its nodes."""
        return any(row.change for row in self.rows)

    @property
    def is_known(self) -> bool:
        """Whether anything is known of the region on this chain."""
        return all(row.firms is not None for row in self.rows)


def families(programme: Programme, surveyed: Surveyed, *, levels: Mapping[str, float] | None = None) -> list[Family]:
    """Return all nodes of a chain by stage and family, in the order of the map."""
    links = programme.links_within(surveyed.chain)
    found = {
        place.node: _row(programme, surveyed, number, links, levels or {}) for number, place in _numbered(surveyed)
    }
    ordered = sorted(surveyed.chain.places, key=lambda place: _order(place, surveyed.chain.places))
    return [
        Family(stage=stage, name=name, rows=tuple(found[place.node] for place in places))
        for (stage, name), places in groupby(ordered, key=lambda place: (place.stage, place.family))
    ]


def _numbered(surveyed: Surveyed) -> Iterable[tuple[int, Place]]:
    numbers = {key: number for number, key in enumerate(surveyed.graph.keys)}
    return [(numbers[place.node], place) for place in surveyed.chain.places]


def _order(place: Place, places: Sequence[Place]) -> tuple[int, int]:
    """Stages in their order, families in the order of their first node."""
    stages = list(dict.fromkeys(each.stage for each in places))
    first = next(number for number, each in enumerate(places) if each.family == place.family)
    return stages.index(place.stage), first


def _row(
    programme: Programme, surveyed: Surveyed, number: int, links: Iterable[Link], levels: Mapping[str, float]
) -> Row:
    report, key = surveyed.report, surveyed.graph.keys[number]
    state = int(report.presence.states[number])
    level, slug = levels.get(key), surveyed.chain.slug
    return Row(
        key=key,
        name=surveyed.graph.names[number],
        state=CLASSES[state],
        word=STATES[state],
        firms=int(report.presence.firms[number]) if report.presence.is_known else None,
        outside=_share(float(report.outside[number])),
        stops=_share(float(report.stops[number])),
        inputs=tuple(edge(programme, link, link.giver, slug=slug) for link in links if link.taker == key),
        outputs=tuple(edge(programme, link, link.taker, slug=slug) for link in links if link.giver == key),
        change="" if level is None else _moved(level),
    )


def edge(programme: Programme, link: Link, other: str, *, slug: str) -> Edge:
    """Return a link as seen from one of its ends, the other in the chain ``slug`` where it stands there."""
    chains = [chain.slug for chain in programme.chains if other in chain.nodes]
    return Edge(
        key=other,
        name=programme.node(other).name,
        chain=slug if slug in chains else chains[0],
        kind=link.kind,
        word=_WORDS.get(link.strength, f"{link.strength:g}"),
        basis=link.basis,
        evidence=link.evidence,
    )


def _share(value: float) -> str:
    return "" if math.isnan(value) else percent(value)


def _moved(level: float) -> str:
    if level <= 0:
        return "全停"
    return f"剩 {percent(level)}" if level < 1 else f"增 {percent(level - 1)}"
