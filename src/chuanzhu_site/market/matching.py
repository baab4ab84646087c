"""Matching that lives: when a listing changes, the matches that rest on it are found anew, in both directions.

A demand is asked of the supplies. A supply is first asked of the demands, which tells whom it could concern; each of
these is then asked of the supplies again, so that a match always is what the matcher says of the demand as a whole.
Everything can be done twice without harm: what is found again is the same row, and nobody is told twice.
"""

from __future__ import annotations

from itertools import chain, groupby
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
    from collections.abc import Iterable, Mapping, Sequence

    from chuanzhu.model import Match as Found
    from chuanzhu_site.market.models.listings import ListingSet

KEPT: Final = 10
_ASKED: Final = 20
_CONCERNED: Final = 30
_SUPPLIES_AT_ONCE, _DEMANDS_AT_ONCE = 200, 40


def rematch(listing: Listing) -> list[Match]:
    """Bring the index and all matches of a listing up to date, tell both sides of new ones, and return these."""
    refile([listing])
    demands = [listing] if listing.side == "demand" else list(_concerned([listing]).order_by("pk"))
    return _answer_all(demands)


def catch_up() -> bool:
    """Match some of what is due because a list brought it in; return whether more is left.

    Supplies come first: they are filed many at a time, and the demands that they concern become due themselves, once
    each however many supplies concern them. A piece takes a second or two, so that what is published meanwhile need
    not wait until a list of twenty thousand is done.
    """
    due = Listing.objects.filter(match_due_at__isnull=False).select_related("enterprise")
    supplies = list(due.filter(side="supply").order_by("match_due_at", "pk")[:_SUPPLIES_AT_ONCE])
    demands = list(due.filter(side="demand").order_by("match_due_at", "pk")[:_DEMANDS_AT_ONCE]) if not supplies else []
    refile(supplies or demands)
    if supplies:
        with transaction.atomic():
            concerned = Listing.objects.filter(pk__in=_concerned(supplies).order_by().values("pk"), match_due_at=None)
            concerned.update(match_due_at=timezone.now())
            _done(supplies)
    else:
        _answer_all(demands, of_list=True)
    return due.exists()


def _done(listings: Iterable[Listing]) -> None:
    """Take the mark off what is matched; what was marked anew meanwhile keeps it."""
    for marked, some in groupby(listings, key=lambda listing: listing.match_due_at):
        Listing.objects.filter(pk__in=[one.pk for one in some], match_due_at=marked).update(match_due_at=None)


def _answer_all(demands: Sequence[Listing], *, of_list: bool = False) -> list[Match]:
    answers = {demand.pk: _answer(demand) for demand in demands}
    with transaction.atomic():
        supplies = _supplies(chain.from_iterable(answers.values()))
        fresh = [match for demand in demands for match in _keep(demand, answers[demand.pk], supplies)]
        tell_matches(fresh, of_list=of_list)
        _done([demand for demand in demands if demand.match_due_at])
    return fresh


def _concerned(supplies: Sequence[Listing]) -> ListingSet:
    """Return the shown demands that some supplies could be an answer to, and those they were one to."""
    wanted = {(supply.declared.counterpart, supply.title) for supply in supplies}
    likely = {
        match.supply.id
        for kind, title in wanted
        for match in matcher_of(kind).match(Demand(text=title), limit=_CONCERNED)
    }
    asked = Q(reference__in=likely, state__in=SHOWN)
    asked |= Q(matches_as_demand__supply__in=supplies, matches_as_demand__stale_at=None)
    return Listing.objects.filter(asked).select_related("enterprise").distinct()


def _answer(demand: Listing) -> tuple[Found, ...]:
    if demand.state not in SHOWN:
        return ()
    matcher = matcher_of(demand.declared.counterpart)
    home, today = bridge.home_of(demand), timezone.localdate()
    return next(matcher.answers([bridge.demand_of(demand)], limit=_ASKED, today=today, home=home)).matches


def _keep(demand: Listing, found: Iterable[Found], supplies: Mapping[str, Listing]) -> list[Match]:
    """Write a demand's matches, mark those that no longer hold, and return those that were not there before.

    The buyer's own supplies are left out, and a match that is as it was is not written again.
    """
    Listing.objects.select_for_update().get(pk=demand.pk)
    buyer = demand.enterprise.standing
    known = {match.supply_id: match for match in demand.matches_as_demand.all()}
    others = (one for one in found if one.supply.id in supplies)
    kept = [one for one in others if supplies[one.supply.id].enterprise.standing != buyer][:KEPT]
    rows = [known.get(supplies[one.supply.id].pk) or _new(demand, supplies[one.supply.id]) for one in kept]
    fresh = [row for row in rows if not row.pk]
    for rank, (row, one) in enumerate(zip(rows, kept, strict=True), start=1):
        values = {"score": one.score, "rank": rank, "reasons": bridge.reasons_of(one), "stale_at": None}
        if not row.pk or any(getattr(row, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(row, name, value)
            row.save()
    holding = [row.pk for row in rows]
    demand.matches_as_demand.filter(stale_at=None).exclude(pk__in=holding).update(stale_at=timezone.now())
    return fresh


def _new(demand: Listing, supply: Listing) -> Match:
    return Match(demand=demand, supply=supply)


def _supplies(found: Iterable[Found]) -> Mapping[str, Listing]:
    """Return the supplies that were found and are still shown, by reference."""
    references = {one.supply.id for one in found}
    supplies = Listing.objects.filter(reference__in=references, state__in=SHOWN)
    return {supply.reference: supply for supply in supplies.select_related("enterprise__merged_into")}
