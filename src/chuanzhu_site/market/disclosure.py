"""What of a masked buyer is told, step by step, and who has been told what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db.models import Max, Q

from chuanzhu.tables.wording import LIKELY_POINTS
from chuanzhu.taxonomy.industries import IndustryError, industry
from chuanzhu.taxonomy.regions import city_of, region_name
from chuanzhu_site.accounts.models import Enterprise
from chuanzhu_site.accounts.refusals import WrongState
from chuanzhu_site.accounts.standing import standing_of
from chuanzhu_site.market import policies
from chuanzhu_site.market.lifecycle import Party
from chuanzhu_site.market.models import Invitation, Listing, Match, Reveal
from chuanzhu_site.market.models.listings import of_any
from chuanzhu_site.market.screening import contacts_in, names_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from django.contrib.auth.models import AnonymousUser

    from chuanzhu_site.accounts.models import User
    from chuanzhu_site.market.models import Engagement

_UNKNOWN: Final = "未登记"
_SHORTEST: Final = 2
_FOUND: Final = 10
_MATCHED: Final = 20


def _city(enterprise: Enterprise) -> str:
    return region_name(city_of(enterprise.region)) if enterprise.region else ""


def _trade(enterprise: Enterprise) -> str:
    try:
        return industry(enterprise.industry[:2]).name if enterprise.industry else ""
    except IndustryError:
        return ""


def _size(enterprise: Enterprise) -> str:
    size = {None: "", True: "小微企业", False: "大中型企业"}[enterprise.is_small]
    tier = enterprise.get_tier_display() if enterprise.tier else ""
    return "、".join(filter(None, (size, tier, "链主" if enterprise.is_chain_leader else "")))


_FACTS: Final[Mapping[Reveal.Step, tuple[tuple[str, Callable[[Enterprise], str]], ...]]] = {
    Reveal.Step.OUTLINE: (("所在市", _city), ("行业", _trade)),
    Reveal.Step.PLACE: (("所在县区", lambda enterprise: enterprise.place), ("规模", _size)),
    Reveal.Step.NAME: (("企业", lambda enterprise: enterprise.name),),
}


def facts(user: User | AnonymousUser, listing: Listing) -> list[tuple[str, str]]:
    """Return (what, value) of all that a person may know of a listing's enterprise beyond what its page says to all."""
    step = policies.revealed_to(user, listing)
    told = [
        (name, read(listing.enterprise) or _UNKNOWN)
        for at, pairs in _FACTS.items()
        if listing.privacy == Listing.Privacy.MASKED and at <= step
        for name, read in pairs
    ]
    if step < Reveal.Step.CONTACT:
        return told
    mine = standing_of(user).enterprises()
    row = listing.reveals.filter(of_any(mine), step=step).first()
    return [*told, ("联系方式", row.contact)] if row else told


@dataclass(slots=True, kw_only=True)
class Acquaintance:
    """An enterprise that a listing concerns: why it stands here, what it was told, whether it was invited."""

    enterprise: Enterprise
    why: str
    step: int = 0
    is_invited: bool = False
    is_masked: bool = True

    @property
    def knows(self) -> str:
        """The last step, in words."""
        return str(Reveal.Step(self.step).label) if self.step else ("" if self.is_masked else "企业名称(公开)")

    @property
    def steps_left(self) -> list[tuple[int, str]]:
        """The steps that can still be taken; of a listing that is not masked only the contact."""
        first = self.step + 1 if self.is_masked else max(self.step + 1, Reveal.Step.CONTACT)
        return [(step.value, str(step.label)) for step in Reveal.Step if step >= first]


def acquaintances(
    listing: Listing,
    *,
    reveals: Iterable[Reveal],
    invitations: Iterable[Invitation],
    found: Iterable[Enterprise] = (),
) -> list[Acquaintance]:
    """Return whom a listing's people could tell more or invite: those in touch, those matched, those just found."""
    known: dict[int, Acquaintance] = {}
    masked = listing.privacy == Listing.Privacy.MASKED

    def meet(enterprise: Enterprise, why: str) -> Acquaintance:
        one = enterprise.standing
        return known.setdefault(one.pk, Acquaintance(enterprise=one, why=why, is_masked=masked))

    for one in found:
        meet(one, "搜索到")
    for engagement in listing.engagements.select_related("supplier__merged_into"):
        meet(engagement.supplier, f"对接:{engagement.get_step_display()}")
    for invitation in invitations:
        meet(invitation.enterprise, "受邀").is_invited = True
    for reveal in reveals:
        told = meet(reveal.enterprise, "已告知")
        told.step = max(told.step, reveal.step)
    for match in _matched(listing):
        meet(match.supply.enterprise, f"匹配 {match.score:.0f} 分")
    own = listing.enterprise.standing
    return [one for pk, one in known.items() if pk != own.pk]


def _matched(listing: Listing) -> Iterable[Match]:
    if listing.side != "demand":
        return ()
    rows = listing.matches_as_demand.filter(stale_at=None, score__gte=LIKELY_POINTS).select_related(
        "supply__enterprise__merged_into"
    )
    return rows.exclude(supply__privacy=Listing.Privacy.MASKED).order_by("-score")[:_MATCHED]


def find_enterprises(words: str) -> list[Enterprise]:
    """Find enterprises by a part of the name, a former name, or the whole credit code; nothing for one letter."""
    asked = words.strip()
    if len(asked) < _SHORTEST:
        return []
    named = Q(name__icontains=asked) | Q(former_names__name__icontains=asked) | Q(uscc=asked.upper())
    return list(Enterprise.objects.standing().filter(named).distinct()[:_FOUND])


def require_untold(engagement: Engagement, text: str, *, by: Party) -> None:
    """Refuse a buyer's words to one supplier that tell more than was revealed to it: revealing is an act of its own.

    What the system says on the buyer's behalf (why another bidder lost) is the buyer's words too.
    """
    demand = engagement.demand
    if demand.privacy != Listing.Privacy.MASKED or by not in {Party.BUYER, Party.SYSTEM}:
        return
    step = demand.reveals.filter(of_any([engagement.supplier_id])).aggregate(last=Max("step"))["last"] or 0
    if step < Reveal.Step.NAME and names_in(text, own=demand.enterprise):
        raise WrongState("这段话里有本企业名称,而您没有告诉过对方;请先在“告诉谁”里告诉,或改掉这几个字")
    given = contacts_in(text)
    if step < Reveal.Step.CONTACT and given:
        raise WrongState(f"这段话里有{'、'.join(given)},而您没有告诉过对方;请先在“告诉谁”里告诉,或改掉")
