"""Telling both sides of new matches, one notice each however many there are, and the invited of what they may see."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from chuanzhu.tables.wording import LIKELY_POINTS
from chuanzhu_site.market.models import Invitation, Listing
from chuanzhu_site.market.models.listings import SHOWN
from chuanzhu_site.market.telling import tell_enterprise

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from chuanzhu_site.market.models import Match


def tell_matches(fresh: Iterable[Match]) -> None:
    """Tell the buyer of each demand, and each supplier who may see it.

    An unlikely match stands in the list, but nobody is called away from work for it.
    """
    sure = [match for match in fresh if match.score >= LIKELY_POINTS]
    for _, matches in groupby(sorted(sure, key=_buyer), key=_buyer):
        _tell_buyer(list(matches))
    open_to_them = [match for match in sure if _may_know(match)]
    for _, matches in groupby(sorted(open_to_them, key=_seller), key=_seller):
        _tell_seller(list(matches))


def tell_invited(listing: Listing) -> None:
    """Tell whoever is invited to a demand, once it can be seen and not before; each invitation is told of once."""
    if listing.privacy != Listing.Privacy.INVITED or listing.state not in SHOWN:
        return
    text = f"您受邀看一条需求:“{listing}”;能供就表达意向"
    for one in listing.invitations.select_related("enterprise"):
        tell_enterprise(one.enterprise, key=f"invited:{one.pk}", text=text, address=listing.get_absolute_url())


def _buyer(match: Match) -> int:
    return match.demand_id


def _seller(match: Match) -> int:
    return match.supply.enterprise.standing.pk


def _may_know(match: Match) -> bool:
    if match.demand.privacy != Listing.Privacy.INVITED:
        return True
    seller = match.supply.enterprise
    return Invitation.objects.filter(listing=match.demand, enterprise__in=(seller, seller.standing)).exists()


def _tell_buyer(matches: Sequence[Match]) -> None:
    best = max(matches, key=lambda match: match.score)
    firms = len({_seller(match) for match in matches})
    text = f"“{best.demand}”找到 {firms} 家合适的供方"
    address = best.get_absolute_url() if len(matches) == 1 else best.demand.get_absolute_url()
    tell_enterprise(best.demand.enterprise, key=f"found:{_last(matches)}", text=text, address=address)


def _tell_seller(matches: Sequence[Match]) -> None:
    best = max(matches, key=lambda match: match.score)
    demands = len({match.demand_id for match in matches})
    text = f"有一条需求和您的“{best.supply}”对得上:“{best.demand}”"
    address = best.get_absolute_url()
    if demands > 1:
        text, address = f"有 {demands} 条需求和您的“{best.supply}”对得上", best.supply.get_absolute_url()
    tell_enterprise(best.supply.enterprise, key=f"wanted:{_last(matches)}", text=text, address=address)


def _last(matches: Sequence[Match]) -> int:
    return max(match.pk for match in matches)
