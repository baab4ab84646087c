"""Where rows become the library's records, and its words come back. The only place."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import numpy as np
from django.db.models import F, Q

from chuanzhu.chain import Firm, Placement, Sourcing
from chuanzhu.placing import Profile
from chuanzhu.taxonomy.regions import is_within
from chuanzhu_site.accounts.models import Enterprise
from chuanzhu_site.market.lifecycle import WON
from chuanzhu_site.market.models import Engagement, Listing
from chuanzhu_site.market.models.listings import SHOWN
from chuanzhu_site.observatory.models import NodePlacement, SourcedDemand

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping, Sequence

    from chuanzhu.model import Reason

_CHAMPIONS = frozenset({Enterprise.Tier.GIANT, Enterprise.Tier.CHAMPION})


def profiles() -> dict[Enterprise, Profile]:
    """Return what is publicly known of each standing enterprise: what is invited or withdrawn tells of no node."""
    products: defaultdict[int, list[str]] = defaultdict(list)
    shown = Listing.objects.filter(side="supply", state__in=SHOWN).exclude(privacy=Listing.Privacy.INVITED)
    for own, merged, title in shown.order_by("pk").values_list("enterprise", "enterprise__merged_into", "title"):
        products[merged or own].append(title)
    return {
        one: Profile(
            id=str(one.pk),
            name=one.name,
            products=tuple(dict.fromkeys(products[one.pk])),
            scope=one.introduction,
            industry=one.industry,
        )
        for one in Enterprise.objects.standing().order_by("pk")
    }


def evidence_of(one: Enterprise, profile: Profile) -> str:
    """Say on what a placement rests: what the enterprise publishes, and where its own facts come from."""
    published = f"公开供给 {len(profile.products)} 条" if profile.products else "企业名称和简介"
    return f"{published};{one.source}"[:200]


def told(reasons: Iterable[Reason]) -> list[dict[str, Any]]:
    """Return reasons for storage; their points sum to the score."""
    return [{"code": one.code, "points": one.points, "text": one.text} for one in reasons]


def firms_and_placements(programme: str, *, on: dt.date) -> tuple[list[Firm], list[Placement]]:
    """Return the enterprises that stand on a programme's chains, and where. No enterprise's size is kept here."""
    now = Q(until=None) | Q(until__gte=on) | Q(until__lt=F("since"))  # the last are told as problems
    rows = NodePlacement.objects.filter(now, programme=programme, enterprise__merged_into=None)
    firms: dict[int, Firm] = {}
    placements = []
    for row in rows.exclude(standing=NodePlacement.Standing.REFUSED).select_related("enterprise").order_by("pk"):
        firm = firms.setdefault(row.enterprise_id, _firm(row.enterprise))
        placements.append(Placement(firm=firm.id, node=row.node, weight=row.share, since=row.since, until=row.until))
    return list(firms.values()), placements


def _firm(one: Enterprise) -> Firm:
    return Firm(
        id=str(one.pk),
        name=one.name,
        region=one.region,
        is_leader=one.is_chain_leader,
        is_champion=one.tier in _CHAMPIONS,
    )


def trades(firms: Sequence[Firm]) -> np.ndarray[Any, np.dtype[np.int64]] | None:
    """Return who was awarded an order by whom, as numbers of supplier and buyer; None where no order is known."""
    numbers = {firm.id: number for number, firm in enumerate(firms)}
    pairs = [
        (numbers[str(supplier)], numbers[str(buyer)])
        for supplier, buyer in Engagement.objects.filter(step__in=WON).values_list("supplier", "buyer")
        if str(supplier) in numbers and str(buyer) in numbers
    ]
    return np.array(pairs, dtype=np.int64).reshape(-1, 2) if pairs else None


def sourcing(
    demands: Iterable[SourcedDemand], *, nodes: Mapping[str, int], region: str, is_known: bool = True
) -> Sourcing:
    """Return the demands at these nodes as matched inside a region: filled where a likely supply lies in it.

    Where nothing ``is_known`` of the region, none is judged.
    """
    here = [one for one in demands if one.node in nodes]
    return Sourcing(
        nodes=np.array([nodes[one.node] for one in here], dtype=np.int64),
        values=np.array([np.nan if one.value is None else float(one.value) for one in here]),
        tiers=np.array([one.tier for one in here], dtype=np.int64),
        filled=np.array([_filled(one, region) if is_known else np.nan for one in here], dtype=np.float64),
    )


def _filled(one: SourcedDemand, region: str) -> float:
    if not one.is_judged:
        return float("nan")
    return float(any(is_within(supplier["region"], region) for supplier in one.suppliers))


def renumbered(
    pairs: np.ndarray[Any, np.dtype[np.int64]] | None, firms: Sequence[Firm], numbers: Mapping[str, int]
) -> np.ndarray[Any, np.dtype[np.int64]] | None:
    """Return trades between the firms of a part of the graph, by their numbers there; None where none is known."""
    if pairs is None:
        return None
    named = [(firms[supplier].id, firms[buyer].id) for supplier, buyer in pairs.tolist()]
    kept = [(numbers[one], numbers[other]) for one, other in named if one in numbers and other in numbers]
    return np.array(kept, dtype=np.int64).reshape(-1, 2)
