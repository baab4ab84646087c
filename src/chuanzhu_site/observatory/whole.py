"""All chains of a programme on one sheet: a band for each chain, its stages side by side, a bead for each node."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

from chuanzhu.chain import presence
from chuanzhu.taxonomy.programmes import STAGES
from chuanzhu_site.observatory.drawing import CLASSES

if TYPE_CHECKING:
    from chuanzhu.taxonomy.programmes import Chain, Programme
    from chuanzhu_site.observatory.atlas import Atlas

CELL, ROW, ACROSS, LABEL, BETWEEN = 150, 26, 3, 26, 18
_STATES: Final = tuple(CLASSES.values())


def sheet(atlas: Atlas, region: str) -> dict[str, Any]:
    """Return what the browser draws, in units of the sheet.

    ``nodes`` are [x, y, state, firms or None, name, chain, key], ``links`` pairs of numbers of nodes, ``bands`` [y,
    height, name]. A node that several chains share stands in the first of them.
    """
    here, found = presence(atlas.graph, region=region), atlas.programme
    states, firms = here.states.tolist(), here.firms.tolist()
    numbers = {key: number for number, key in enumerate(atlas.graph.keys)}
    nodes: list[list[Any]] = []
    at: dict[str, int] = {}
    bands, y = [], 0.0
    for chain in found.chains:
        placed, height = _band(chain, y + LABEL, known=at)
        bands.append([y, height + LABEL, f"{chain.cluster} · {chain.name}"])
        for key, x, row in placed:
            number = numbers[key]
            at[key] = len(nodes)
            known = firms[number] if here.is_known else None
            nodes.append(
                [x, row, _STATES.index(CLASSES[states[number]]), known, atlas.graph.names[number], chain.slug, key]
            )
        y += height + LABEL + BETWEEN
    return {
        "width": len(STAGES) * ACROSS * CELL,
        "height": y,
        "states": _STATES,
        "stages": [[number * ACROSS * CELL, stage] for number, stage in enumerate(STAGES)],
        "bands": bands,
        "nodes": nodes,
        "links": _links(found, at),
    }


def _band(chain: Chain, top: float, *, known: dict[str, int]) -> tuple[list[tuple[str, float, float]], float]:
    """Return where a chain's own nodes stand, and how high its band is."""
    placed, rows = [], 1
    for column, stage in enumerate(STAGES):
        mine = [place.node for place in chain.places if place.stage == stage and place.node not in known]
        rows = max(rows, math.ceil(len(mine) / ACROSS))
        for number, key in enumerate(mine):
            x = (column * ACROSS + number % ACROSS) * CELL + 14
            placed.append((key, float(x), top + number // ACROSS * ROW + ROW / 2))
    return placed, float(rows * ROW)


def _links(found: Programme, at: dict[str, int]) -> list[tuple[int, int]]:
    return [(at[link.giver], at[link.taker]) for link in found.links]
