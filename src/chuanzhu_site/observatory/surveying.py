"""A survey: place every enterprise, look up what was found for every demand, and read the measures of every chain.

It can be repeated: what is found again keeps its row and its first day, what no longer holds gets its last day, and
what an officer decided is left alone.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.utils import timezone

from chuanzhu.placing import NodePlacer, Profile
from chuanzhu.tables.wording import LIKELY_POINTS
from chuanzhu_site.market.models import Listing, Match
from chuanzhu_site.market.models.listings import SHOWN
from chuanzhu_site.observatory import atlas, bridge
from chuanzhu_site.observatory.models import NodePlacement, PlacingNote, Reading, SourcedDemand, Survey
from chuanzhu_site.observatory.programmes import programme

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from chuanzhu.placing import Placement
    from chuanzhu_site.accounts.models import Enterprise

_BATCH: Final = 1000
_REFRESHED: Final = ("share", "reasons", "source", "source_date")


def survey(key: str, *, on: dt.date | None = None) -> Survey:
    """Run a survey of a programme as of a day (today unless given) and return it."""
    day = on or timezone.localdate()
    found = programme(key)
    run = Survey.objects.create(programme=key)
    placer = NodePlacer(found)
    profiles = bridge.profiles()
    placed = {one: placer.place(profile) for one, profile in profiles.items()}
    sourced = _sourced(key, placer, on=day)
    with transaction.atomic():
        _write_placements(key, placed, on=day)
        _write_notes(key, placed, on=day)
        SourcedDemand.objects.filter(programme=key).delete()
        SourcedDemand.objects.bulk_create(sourced, batch_size=_BATCH)
        run.enterprises, run.demands = len(placed), len(sourced)
        run.placed = sum(bool(one.spots) for one in placed.values())
        run.finished_at = timezone.now()
        run.save()
        Reading.objects.bulk_create(_readings(run))
    return run


def _write_placements(key: str, placed: Mapping[Enterprise, Placement], *, on: dt.date) -> None:
    standing = NodePlacement.objects.filter(programme=key, until=None)
    known = {(row.enterprise_id, row.node): row for row in standing}
    found = {(row.enterprise_id, row.node): row for row in _rows(key, placed, on=on)}
    fresh = [row for place, row in found.items() if place not in known]
    kept = [row for place, row in known.items() if place in found and row.standing == NodePlacement.Standing.FOUND]
    for row in kept:
        for name in _REFRESHED:
            setattr(row, name, getattr(found[row.enterprise_id, row.node], name))
    gone = [row for place, row in known.items() if place not in found and row.standing == NodePlacement.Standing.FOUND]
    NodePlacement.objects.bulk_update(kept, _REFRESHED, batch_size=_BATCH)
    NodePlacement.objects.bulk_create(fresh, batch_size=_BATCH)
    _end(gone, on=on)


def _rows(key: str, placed: Mapping[Enterprise, Placement], *, on: dt.date) -> Iterable[NodePlacement]:
    for one, placement in placed.items():
        for spot in placement.spots:
            yield NodePlacement(
                programme=key,
                enterprise=one,
                node=spot.code,
                share=min(1.0, spot.share),
                reasons=bridge.told(spot.reasons),
                source=bridge.evidence_of(one, placement.profile),
                source_date=one.source_date,
                since=on,
            )


def _end(rows: Iterable[NodePlacement], *, on: dt.date) -> None:
    """Give rows that no longer hold their last day, yesterday; one that began today never held."""
    yesterday = on - dt.timedelta(days=1)
    gone = list(rows)
    NodePlacement.objects.filter(pk__in=[row.pk for row in gone if row.since >= on]).delete()
    NodePlacement.objects.filter(pk__in=[row.pk for row in gone if row.since < on]).update(until=yesterday)


def _write_notes(key: str, placed: Mapping[Enterprise, Placement], *, on: dt.date) -> None:
    PlacingNote.objects.filter(programme=key).delete()
    notes = [
        PlacingNote(programme=key, enterprise=one, why=found.why[:400], doubt=found.doubt[:400], on=on)
        for one, found in placed.items()
        if found.why or found.doubt
    ]
    PlacingNote.objects.bulk_create(notes, batch_size=_BATCH)


def _sourced(key: str, placer: NodePlacer, *, on: dt.date) -> list[SourcedDemand]:
    """Return for each shown demand its node, and the likely supplies that really were matched with it."""
    suppliers: dict[int, list[dict[str, object]]] = {}
    likely = Match.objects.filter(stale_at=None, score__gte=LIKELY_POINTS, demand__state__in=SHOWN)
    for match in likely.select_related("supply__enterprise").only(
        "demand", "score", "reference", "supply__region", "supply__enterprise__region"
    ):
        region = match.supply.region or match.supply.enterprise.region
        entry = {"region": region, "points": match.score, "match": match.reference}
        suppliers.setdefault(match.demand_id, []).append(entry)
    shown = Listing.objects.filter(side="demand", state__in=SHOWN).select_related("enterprise__merged_into")
    return [_sourced_demand(key, one, placer, suppliers.get(one.pk, []), on=on) for one in shown.order_by("pk")]


def _sourced_demand(
    key: str, demand: Listing, placer: NodePlacer, suppliers: list[dict[str, object]], *, on: dt.date
) -> SourcedDemand:
    wanted = demand.understood.get("wanted", "")
    spots = placer.place(Profile(id=demand.reference, products=(wanted,)), limit=1).spots if wanted else ()
    return SourcedDemand(
        programme=key,
        demand=demand,
        node=spots[0].code if spots else "",
        tier=int(demand.enterprise.standing.is_chain_leader),
        value=demand.value,
        suppliers=suppliers,
        is_judged=bool(wanted),
        source="示例需求" if demand.is_illustrative else "本站公开需求和匹配结果",
        source_date=on,
    )


def _readings(run: Survey) -> Iterable[Reading]:
    loaded = atlas.load(run.programme)
    for chain in loaded.programme.chains:
        report = loaded.report(chain.slug, loaded.programme.region).report
        measures = [
            {"name": one.name, "value": one.value, "coverage": one.coverage, "unit": one.unit, "words": one.words}
            for one in report.measures
        ]
        yield Reading(survey=run, chain=chain.slug, measures=measures)
