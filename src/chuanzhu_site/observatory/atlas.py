"""A programme's chains as loaded from the database: kept in the memory of the process, by the version of the data.

Loading asks the database a few times, whatever the number of rows; asking whether it is out of date costs one query.
"""

from __future__ import annotations

import functools
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils import timezone

from chuanzhu.chain import (
    ChainGraph,
    ChainReport,
    Known,
    Setting,
    analyse,
    compare_regions,
    part_of,
    place_firms,
    presence,
    programme_graph,
    supporting_rate,
)
from chuanzhu.chain.sourcing import bought_outside
from chuanzhu.taxonomy.regions import region_path
from chuanzhu_site.observatory import bridge
from chuanzhu_site.observatory.models import SourcedDemand, Survey
from chuanzhu_site.observatory.programmes import chain_of, programme

if TYPE_CHECKING:
    import datetime as dt

    from chuanzhu.chain import Comparison, Measure, Presence, Sourcing
    from chuanzhu.model import Problem
    from chuanzhu.taxonomy.programmes import Chain, Programme

_KEPT: Final = 128


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Surveyed:
    """A chain in a region: its part of the graph and everything measured on it."""

    chain: Chain
    region: str
    graph: ChainGraph
    report: ChainReport


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Outline:
    """A chain in a region, as the overview shows it: who is where, and the share of demands filled, by count."""

    chain: Chain
    presence: Presence
    rate: Measure


@dataclass(frozen=True, kw_only=True, eq=False)
class Atlas:
    """All chains of a programme with the enterprises on them, as one version of the data has them.

    ``survey`` is the newest finished one, None before the first; ``problems`` are placements that could not be used.
    """

    programme: Programme
    survey: Survey | None
    day: dt.date
    graph: ChainGraph
    demands: tuple[SourcedDemand, ...]
    known: Known
    problems: tuple[Problem, ...]

    @property
    def version(self) -> str:
        """A name for this version of the data."""
        survey = f"{self.survey.pk}.{self.survey.revision}" if self.survey else "0"
        return f"{survey}.{self.day:%Y%m%d}"

    def report(self, slug: str, region: str) -> Surveyed:
        """Return everything measured on a chain in a region, computed once for a version."""
        return _surveyed(self, slug, region)

    def outline(self, slug: str, region: str) -> Outline:
        """Return what the overview shows of a chain in a region."""
        return _outline(self, slug, region)

    def comparison(self, region: str) -> Comparison:
        """Return the regions of the same level side by side."""
        return _compared(self, max(0, len(region_path(region)) - 1))

    def setting(self, region: str) -> Setting:
        """Return what a question is asked of: the whole programme, seen from a region."""
        return _setting(self, region)

    def part(self, slug: str) -> ChainGraph:
        """Return one chain of the graph."""
        return _part(self, slug)


_loaded: Final[dict[str, tuple[object, Atlas]]] = {}
_loading: Final = threading.Lock()


def load(key: str) -> Atlas:
    """Return a programme as the database has it now. Raises Http404 for an unknown key."""
    found = programme(key)
    survey = Survey.objects.finished(key).first()
    day = timezone.localdate()
    version = (survey.pk, survey.revision, survey.finished_at, day) if survey else (None, day)
    with _loading:
        kept = _loaded.get(key)
        if kept and kept[0] == version:
            return kept[1]
        made = _load(found, survey, day=day)
        _loaded[key] = (version, made)
        return made


def _load(found: Programme, survey: Survey | None, *, day: dt.date) -> Atlas:
    firms, placements = bridge.firms_and_placements(found.key, on=day)
    graph, problems = place_firms(_bare(found), firms, placements, on=day)
    demands = SourcedDemand.objects.filter(programme=found.key).select_related("demand").defer("demand__text")
    return Atlas(
        programme=found,
        survey=survey,
        day=day,
        graph=graph,
        demands=tuple(demands),
        known=Known(trades=bridge.trades(graph.firms)),
        problems=problems,
    )


@functools.lru_cache(maxsize=8)
def _bare(found: Programme) -> ChainGraph:
    return programme_graph(found)


@functools.lru_cache(maxsize=_KEPT)
def _part(atlas: Atlas, slug: str) -> ChainGraph:
    return part_of(atlas.graph, [place.node for place in chain_of(atlas.programme, slug).places])


@functools.lru_cache(maxsize=8)
def _compared(atlas: Atlas, level: int) -> Comparison:
    return compare_regions(atlas.graph, level=level)


@functools.lru_cache(maxsize=_KEPT)
def _surveyed(atlas: Atlas, slug: str, region: str) -> Surveyed:
    graph = atlas.part(slug)
    sourcing = _sourcing(atlas, graph, region)
    firms = {firm.id: number for number, firm in enumerate(graph.firms)}
    trades = bridge.renumbered(atlas.known.trades, atlas.graph.firms, firms)
    known = Known(sourcing=sourcing, comparison=atlas.comparison(region), trades=trades)
    report = analyse(graph, region=region, known=known)
    return Surveyed(chain=chain_of(atlas.programme, slug), region=region, graph=graph, report=report)


@functools.lru_cache(maxsize=_KEPT * 4)
def _outline(atlas: Atlas, slug: str, region: str) -> Outline:
    graph = atlas.part(slug)
    rate = supporting_rate(_sourcing(atlas, graph, region), region=region, basis="count")
    return Outline(chain=chain_of(atlas.programme, slug), presence=presence(graph, region=region), rate=rate)


@functools.lru_cache(maxsize=16)
def _setting(atlas: Atlas, region: str) -> Setting:
    graph = atlas.graph
    outside = bought_outside(graph, presence(graph, region=region), _sourcing(atlas, graph, region))
    return Setting(graph=graph, region=region, outside=outside)


def _sourcing(atlas: Atlas, graph: ChainGraph, region: str) -> Sourcing:
    """Return the demands of a graph as matched in a region; nothing is judged where no firm of it stands there.

    Without any firm on record nobody can tell whether nobody supplies or nobody was entered.
    """
    nodes = {key: number for number, key in enumerate(graph.keys)}
    is_known = presence(graph, region=region).is_known
    return bridge.sourcing(atlas.demands, nodes=nodes, region=region, is_known=is_known)
