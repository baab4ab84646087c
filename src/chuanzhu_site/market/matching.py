"""Matching that lives: when a listing changes, the matches that rest on it are found anew, in both directions.

A demand is asked of the supplies. A supply is first asked of the demands, which tells whom it could concern; each of
these is then asked of the supplies again, so that a match always is what the matcher says of the demand as a whole.
Everything can be done twice without harm: what is found again is the same row, and nobody is told twice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from chuanzhu.model import Demand
from chuanzhu_site.market import bridge
from chuanzhu_site.market.heralding import tell_matches
from chuanzhu_site.market.index import matcher_of, refile
from chuanzhu_site.market.models import Listing, Match
from chuanzhu_site.market.models.listings import SHOWN

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from chuanzhu.model import Match as Found

KEPT: Final = 10
_ASKED: Final = 20
_CONCERNED: Final = 30


def rematch(listing: Listing) -> list[Match]:
    """Bring the index and all matches of a listing up to date, tell both sides of new ones, and return these."""
    refile(listing)
    demands = [listing] if listing.side == "demand" else _concerned(listing)
    answers = {demand.pk: _answer(demand) for demand in demands}
    with transaction.atomic():
        fresh = [match for demand in demands for match in _keep(demand, answers[demand.pk])]
        tell_matches(fresh)
    return fresh


def _concerned(supply: Listing) -> list[Listing]:
    """Return the shown demands that a supply could be an answer to, and those it was one to."""
    likely = matcher_of(supply.declared.counterpart).match(Demand(text=supply.title), limit=_CONCERNED)
    asked = Q(reference__in=[match.supply.id for match in likely], state__in=SHOWN)
    asked |= Q(matches_as_demand__supply=supply, matches_as_demand__stale_at=None)
    return list(Listing.objects.filter(asked).select_related("enterprise").distinct().order_by("pk"))


def _answer(demand: Listing) -> tuple[Found, ...]:
    if demand.state not in SHOWN:
        return ()
    matcher = matcher_of(demand.declared.counterpart)
    home, today = bridge.home_of(demand), timezone.localdate()
    return next(matcher.answers([bridge.demand_of(demand)], limit=_ASKED, today=today, home=home)).matches


def _keep(demand: Listing, found: Iterable[Found]) -> list[Match]:
    """Write a demand's matches, mark those that no longer hold, and return those that were not there before."""
    Listing.objects.select_for_update().get(pk=demand.pk)
    found = list(found)
    supplies = _suppliers(demand, found)
    known = {match.supply_id: match for match in demand.matches_as_demand.all()}
    kept = [one for one in found if one.supply.id in supplies][:KEPT]
    rows = [known.get(supplies[one.supply.id].pk) or _new(demand, supplies[one.supply.id]) for one in kept]
    fresh = [row for row in rows if not row.pk]
    for rank, (row, one) in enumerate(zip(rows, kept, strict=True), start=1):
        row.score, row.rank, row.reasons, row.stale_at = one.score, rank, bridge.reasons_of(one), None
        row.save()
    holding = [row.pk for row in rows]
    demand.matches_as_demand.filter(stale_at=None).exclude(pk__in=holding).update(stale_at=timezone.now())
    return fresh


def _new(demand: Listing, supply: Listing) -> Match:
    return Match(demand=demand, supply=supply)


def _suppliers(demand: Listing, found: Iterable[Found]) -> Mapping[str, Listing]:
    """Return the supplies that were found, by reference, without those of the buyer itself."""
    references = [one.supply.id for one in found]
    supplies = Listing.objects.filter(reference__in=references, state__in=SHOWN).select_related(
        "enterprise__merged_into"
    )
    buyer = demand.enterprise.standing
    return {supply.reference: supply for supply in supplies if supply.enterprise.standing != buyer}
