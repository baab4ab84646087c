"""The industrial chains (产业链) that the lexicon's files stand for, and the cluster of each.

Henan's 28 key chains in 7 clusters and the fields that supply them. Where the province's documents do not state a
chain's name it is from general knowledge and marked 待核 in ``data/chains.csv``.
"""

from __future__ import annotations

import csv
import functools
from dataclasses import dataclass
from importlib import resources


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """A chain by its short name (that of its lexicon file), its Chinese name, its cluster, and how sure the name is."""

    slug: str
    name: str
    cluster: str
    standing: str


@functools.cache
def chains() -> dict[str, Chain]:
    """Return all chains by short name, in the order of the table."""
    text = (resources.files("chuanzhu") / "data" / "chains.csv").read_text("utf-8")
    return {
        slug: Chain(slug=slug, name=name, cluster=cluster, standing=standing)
        for slug, name, cluster, standing in list(csv.reader(text.splitlines()))[1:]
    }


def chain_name(slug: str) -> str:
    """Return a chain's Chinese name; "未归入" for an empty or unknown short name."""
    chain = chains().get(slug)
    return chain.name if chain else "未归入"
