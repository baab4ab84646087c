"""One step up and one step down from a node, and who stands there: by name for whom it concerns, else as totals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.http import Http404

from chuanzhu.chain import to_ask, to_raise, to_recruit
from chuanzhu_site.accounts.models import Enterprise
from chuanzhu_site.accounts.regions import within
from chuanzhu_site.market.models import Listing
from chuanzhu_site.observatory import policies
from chuanzhu_site.observatory.models import Lead, NodePlacement
from chuanzhu_site.observatory.rows import edge, families
from chuanzhu_site.observatory.telling import told_gaps

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.contrib.auth.models import AnonymousUser
    from django.db.models import QuerySet

    from chuanzhu.chain import Candidate
    from chuanzhu_site.accounts.models import User
    from chuanzhu_site.observatory.atlas import Atlas
    from chuanzhu_site.observatory.rows import Edge

_SHOWN: Final = 100
_NAMED: Final = 8
_CANDIDATES: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A neighbouring node: the link, how many firms of the region stand there, and whose they are where one may know.

    ``firms`` is None where no firm of the region stands anywhere, so that nothing is known.
    """

    edge: Edge
    firms: int | None
    named: tuple[str, ...]

    @property
    def is_more(self) -> bool:
        """Whether there are more firms than names."""
        return bool(self.named) and (self.firms or 0) > len(self.named)


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A candidate by name, with the reasons that sum to its score."""

    pk: int
    name: str
    score: float
    words: tuple[str, ...]


def node_page(atlas: Atlas, slug: str, key: str, region: str, *, user: User | AnonymousUser) -> dict[str, Any]:
    """Return what the page of a node shows. Raises Http404 for a node that is not in the chain."""
    surveyed = atlas.report(slug, region)
    if key not in surveyed.graph.keys:
        raise Http404(f"这条产业链里没有环节“{key}”")
    is_named = policies.is_staff(user) or bool(_near(atlas, key) & own_nodes(atlas, user))
    return {
        "node": atlas.programme.node(key),
        "row": next(row for each in families(atlas.programme, surveyed) for row in each.rows if row.key == key),
        "placements": _placements(atlas, key, region) if is_named else (),
        "is_named": is_named,
        "ups": _steps(atlas, _edges(atlas, slug, key, is_up=True), region, is_named=is_named),
        "downs": _steps(atlas, _edges(atlas, slug, key, is_up=False), region, is_named=is_named),
        "demands": _demands(atlas, key, user),
        "gap": next((one for one in told_gaps(surveyed) if one.key == key), None),
        "leads": Lead.objects.visible_to(user).filter(programme=atlas.programme.key, node=key)[:_SHOWN],
        **(candidates(atlas, key, region) if policies.is_staff(user) else {}),
    }


def own_nodes(atlas: Atlas, user: User | AnonymousUser) -> set[str]:
    """Return the nodes at which the enterprises stand for which a person acts."""
    if not user.is_authenticated:
        return set()
    mine = {str(pk) for pk in Enterprise.objects.of(user).values_list("pk", flat=True)}
    numbers = {number for number, firm in enumerate(atlas.graph.firms) if firm.id in mine}
    pairs = zip(atlas.graph.placed_nodes.tolist(), atlas.graph.placed_firms.tolist(), strict=True)
    return {atlas.graph.keys[node] for node, firm in pairs if firm in numbers}


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """A node at which one's own enterprise stands, with one step up and one step down."""

    key: str
    name: str
    chain: str
    ups: tuple[Step, ...]
    downs: tuple[Step, ...]


def own_steps(atlas: Atlas, region: str, *, user: User | AnonymousUser) -> list[Own]:
    """Return where one's own enterprises stand; their neighbours by name, since they are one step away."""
    found = []
    for key in sorted(own_nodes(atlas, user)):
        slug = next(chain.slug for chain in atlas.programme.chains if key in chain.nodes)
        ups, downs = (
            tuple(_steps(atlas, _edges(atlas, slug, key, is_up=is_up), region, is_named=True))
            for is_up in (True, False)
        )
        found.append(Own(key=key, name=atlas.programme.node(key).name, chain=slug, ups=ups, downs=downs))
    return found


def _near(atlas: Atlas, key: str) -> set[str]:
    """Return a node and those one step up or down."""
    return {key} | {
        end for link in atlas.programme.links if key in {link.giver, link.taker} for end in (link.giver, link.taker)
    }


def _placements(atlas: Atlas, key: str, region: str) -> QuerySet[NodePlacement]:
    """Return the placements at a node with their enterprises, the surest first."""
    inside = NodePlacement.objects.standing(on=atlas.day).filter(
        within("enterprise__region", region), programme=atlas.programme.key, node=key, enterprise__merged_into=None
    )
    return inside.select_related("enterprise", "decided_by").order_by("-share", "enterprise__name")[:_SHOWN]


def _edges(atlas: Atlas, slug: str, key: str, *, is_up: bool) -> list[Edge]:
    return [
        edge(atlas.programme, link, link.giver if is_up else link.taker, slug=slug)
        for link in atlas.programme.links
        if (link.taker if is_up else link.giver) == key
    ]


def _steps(atlas: Atlas, edges: Iterable[Edge], region: str, *, is_named: bool) -> list[Step]:
    graph, inside = atlas.graph, atlas.graph.inside(region)
    is_known = bool(inside[graph.placed_firms].any())
    steps = []
    for one in edges:
        there = graph.placed_firms[graph.placed_nodes == graph.node(one.key)]
        firms = there[inside[there]].tolist()
        named = tuple(graph.firms[firm].name for firm in firms[:_NAMED]) if is_named else ()
        steps.append(Step(edge=one, firms=len(firms) if is_known else None, named=named))
    return steps


def _demands(atlas: Atlas, key: str, user: User | AnonymousUser) -> list[tuple[Listing, bool]]:
    """Return the demands at a node that a person may read, and whether a supply inside the programme fits each."""
    here = {one.demand_id: bool(one.suppliers) for one in atlas.demands if one.node == key}
    visible = Listing.objects.visible_to(user).filter(pk__in=here)[:_SHOWN]
    return [(listing, here[listing.pk]) for listing in visible]


def candidates(atlas: Atlas, key: str, region: str) -> dict[str, tuple[Named, ...]]:
    """Return whom to recruit from outside, whom to raise here, and who here could ask for the node's product."""
    node = atlas.graph.node(key)
    related = atlas.comparison(region).related_to(key, atlas.graph.keys)
    return {
        "recruits": _by_name(atlas, to_recruit(atlas.graph, node, region=region, limit=_CANDIDATES)),
        "raised": _by_name(atlas, to_raise(atlas.graph, node, region=region, related=related, limit=_CANDIDATES)),
        "askers": _by_name(atlas, to_ask(atlas.graph, node, region=region, limit=_CANDIDATES)),
    }


def _by_name(atlas: Atlas, found: Iterable[Candidate]) -> tuple[Named, ...]:
    return tuple(
        Named(
            pk=int(atlas.graph.firms[one.firm].id),
            name=atlas.graph.firms[one.firm].name,
            score=one.score,
            words=tuple(reason.text for reason in one.reasons),
        )
        for one in found
    )
