"""Who is told of what, in which words: matches, invitations, questions, answers, messages.

Of several matches that come at once each side gets one notice, and of several unread messages too.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils import timezone

from chuanzhu.tables.wording import LIKELY_POINTS
from chuanzhu_site.accounts.models import Claim
from chuanzhu_site.market.hooks import announce, announce_matches
from chuanzhu_site.market.lifecycle import Party
from chuanzhu_site.market.models import Invitation, Listing, Topic
from chuanzhu_site.market.models.listings import SHOWN
from chuanzhu_site.market.telling import people_of, tell, tell_enterprise

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from chuanzhu_site.accounts.models import Enterprise
    from chuanzhu_site.market.models import Match, Message, Question


def tell_matches(fresh: Iterable[Match], *, of_list: bool = False) -> None:
    """Tell the buyer of each demand, and each supplier who may see it.

    An unlikely match stands in the list, but nobody is called away from work for it. Of what a list brought in
    (``of_list``) an enterprise is told once a day: nobody reads a notice for each of its rows.
    """
    sure = [match for match in fresh if match.score >= LIKELY_POINTS]
    if of_list:
        _tell_of_list(sure)
        return
    for _, matches in groupby(sorted(sure, key=_buyer), key=_buyer):
        _tell_buyer(list(matches))
    open_to_them = [match for match in sure if _may_know(match)]
    for _, matches in groupby(sorted(open_to_them, key=_seller), key=_seller):
        _tell_seller(list(matches))


def _tell_of_list(sure: Iterable[Match]) -> None:
    day = timezone.localdate()
    told: dict[str, tuple[Enterprise, str, str]] = {}
    for match in sure:
        words = f"清单里的需求有合适的供方了,例如“{match.demand}”;其余在工作台里看"
        buyer = match.demand.enterprise
        told.setdefault(f"found:list:{buyer.standing.pk}:{day}", (buyer, words, match.demand.get_absolute_url()))
        key = f"wanted:list:{_seller(match)}:{day}"
        if key not in told and _may_know(match):
            words = f"有新的需求和您的供给对得上,例如“{match.demand}”;其余在工作台里看"
            told[key] = (match.supply.enterprise, words, match.get_absolute_url())
    for key, (enterprise, words, address) in told.items():
        tell_enterprise(enterprise, key=key, text=words, address=address)


def tell_invited(listing: Listing) -> None:
    """Tell whoever is invited to a demand, once it can be seen and not before; each invitation is told of once."""
    if listing.privacy != Listing.Privacy.INVITED or listing.state not in SHOWN:
        return
    text = f"您受邀看一条需求:“{listing}”;能供就表达意向"
    for one in listing.invitations.select_related("enterprise"):
        tell_enterprise(
            one.enterprise, key=f"invited:{one.pk}", text=text, address=listing.get_absolute_url(), topic=Topic.MATCH
        )


def tell_of_question(question: Question) -> None:
    """Tell the listing's people that somebody asked; who asked is not said to anybody."""
    listing = question.listing
    text = f"有人问“{listing}”:{question.text}"
    tell_enterprise(
        listing.enterprise,
        key=f"question:{question.pk}",
        text=text,
        address=listing.get_absolute_url(),
        topic=Topic.WORDS,
    )
    announce(
        listing.enterprise, "question", key=f"question:{question.pk}", listing=listing.reference, question=question.pk
    )


def tell_of_answer(question: Question) -> None:
    """Tell whoever asked that the answer is there."""
    listing = question.listing
    text = f"您问“{listing}”的问题有回答了"
    tell_enterprise(
        question.enterprise,
        key=f"answer:{question.pk}",
        text=text,
        address=listing.get_absolute_url(),
        topic=Topic.WORDS,
    )
    announce(
        question.enterprise, "question", key=f"answer:{question.pk}", listing=listing.reference, question=question.pk
    )


def tell_of_return(question: Question, *, reason: str, is_question: bool) -> None:
    """Tell whoever wrote what was sent back why it was."""
    listing, wrote = question.listing, question.enterprise if is_question else question.listing.enterprise
    what = "提问" if is_question else "回答"
    key = f"returned:{question.pk}:{what}:{timezone.now():%Y%m%d%H%M%S}"
    text = f"“{listing}”的{what}没有公开:{reason}"
    tell_enterprise(wrote, key=key, text=text, address=listing.get_absolute_url(), topic=Topic.REVIEW)


def tell_of_message(message: Message) -> None:
    """Tell everybody else in an engagement that there is a message, once until they have read it; not what it says."""
    engagement = message.engagement
    read = dict(engagement.readings.values_list("user", "up_to"))
    sides = ((Party.BUYER, engagement.buyer), (Party.SUPPLIER, engagement.supplier))
    people = [user for party, enterprise in sides if party != message.party for user in people_of(enterprise)]
    if engagement.broker and message.party != Party.BROKER:
        people.append(engagement.broker)
    text, address = f"“{engagement.demand}”有新私信", f"{engagement.get_absolute_url()}#messages"
    for party, enterprise in sides:
        if party != message.party:
            key = f"message:{message.pk}:{party}"
            announce(enterprise, "message", key=key, engagement=engagement.reference, message=message.pk)
    for user in people:
        if user != message.sender:
            key = f"messages:{engagement.pk}:{read.get(user.pk, 0)}"
            tell([user], key=key, text=text, address=address, topic=Topic.WORDS)


def tell_of_claim(*, claim: Claim, **_signal: object) -> None:
    """Tell who claimed an enterprise how that was decided; of what one took back oneself nobody is told."""
    said = {
        Claim.State.APPROVED: f"对“{claim.enterprise}”的认领通过了,现在可以发布供需",
        Claim.State.REFUSED: f"对“{claim.enterprise}”的认领没有通过:{claim.reason}",
    }
    if text := said.get(Claim.State(claim.state)):
        tell(
            [claim.user], key=f"claim:{claim.pk}:{claim.state}", text=text, address=reverse("desk"), topic=Topic.REVIEW
        )


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
    announce_matches(best.demand.enterprise, matches)


def _tell_seller(matches: Sequence[Match]) -> None:
    best = max(matches, key=lambda match: match.score)
    demands = len({match.demand_id for match in matches})
    text = f"有一条需求和您的“{best.supply}”对得上:“{best.demand}”"
    address = best.get_absolute_url()
    if demands > 1:
        text, address = f"有 {demands} 条需求和您的“{best.supply}”对得上", best.supply.get_absolute_url()
    tell_enterprise(best.supply.enterprise, key=f"wanted:{_last(matches)}", text=text, address=address)
    announce_matches(best.supply.enterprise, matches)


def _last(matches: Sequence[Match]) -> int:
    return max(match.pk for match in matches)
