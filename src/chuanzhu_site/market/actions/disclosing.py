"""Telling one supplier more of a masked buyer, and saying who may see a demand for invited suppliers only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max

from chuanzhu_site.accounts import audit
from chuanzhu_site.accounts import policies as accounts
from chuanzhu_site.accounts.refusals import Missing, WrongState
from chuanzhu_site.market.actions.listing import locked_listing
from chuanzhu_site.market.heralding import tell_invited
from chuanzhu_site.market.lifecycle import LIVE
from chuanzhu_site.market.models import Invitation, Listing, Reveal, Topic
from chuanzhu_site.market.models.listings import of_any
from chuanzhu_site.market.telling import tell_enterprise

if TYPE_CHECKING:
    from chuanzhu_site.accounts.models import Enterprise, User


@transaction.atomic
def reveal(listing: Listing, *, to: Enterprise, step: Reveal.Step, actor: User, contact: str = "") -> Reveal:
    """Tell one enterprise what this step and those before it hold, and write down each of them."""
    listing = locked_listing(listing)
    accounts.may_publish(actor, listing.enterprise)
    told_to = to.standing
    if listing.privacy != Listing.Privacy.MASKED and step != Reveal.Step.CONTACT:
        raise WrongState("这条信息没有隐藏企业名称,不用再告诉;可以告诉联系方式")
    if told_to == listing.enterprise.standing:
        raise WrongState("这是本企业自己的信息")
    known = listing.reveals.filter(of_any([told_to.pk])).aggregate(last=Max("step"))["last"] or 0
    if step <= known:
        raise WrongState(f"“{told_to}”已经知道{Reveal.Step(known).label}")
    if step == Reveal.Step.CONTACT and not contact.strip():
        raise Missing("请写上联系人和电话,例如“采购部王工 0373-5551234”")
    for one in (one for one in Reveal.Step if known < one <= step):
        said = contact.strip() if one == Reveal.Step.CONTACT else ""
        last = Reveal.objects.create(listing=listing, enterprise=told_to, step=one, by=actor, contact=said)
    audit.record(actor, "listing.revealed", listing, region=listing.enterprise.region, to=str(told_to), step=step.label)
    _tell_of(last)
    return last


def _tell_of(row: Reveal) -> None:
    """Say that something was told, not what: the notice also goes by e-mail."""
    engagement = row.listing.engagements.filter(supplier=row.enterprise).first()
    place = engagement or row.listing
    text = f"“{row.listing}”的对方告诉了您{row.get_step_display()},请到页面上看"
    tell_enterprise(
        row.enterprise, key=f"reveal:{row.pk}", text=text, address=place.get_absolute_url(), topic=Topic.DEAL
    )


@transaction.atomic
def invite(listing: Listing, *, enterprise: Enterprise, actor: User) -> Invitation:
    """Let an enterprise see a demand that only the invited can see."""
    listing = locked_listing(listing)
    accounts.may_publish(actor, listing.enterprise)
    guest = enterprise.standing
    if guest == listing.enterprise.standing:
        raise WrongState("不用邀请本企业自己")
    if listing.invitations.filter(of_any([guest.pk])).exists():
        raise WrongState(f"已经邀请过“{guest}”")
    row = Invitation.objects.create(listing=listing, enterprise=guest, invited_by=actor)
    audit.record(actor, "listing.invited", listing, region=listing.enterprise.region, enterprise=str(guest))
    tell_invited(listing)
    return row


@transaction.atomic
def withdraw_invitation(listing: Listing, *, enterprise: Enterprise, actor: User) -> None:
    """Take an invitation back, unless the enterprise is already in touch: that has to be ended with a reason."""
    listing = locked_listing(listing)
    accounts.may_publish(actor, listing.enterprise)
    guest = enterprise.standing
    if listing.engagements.filter(supplier=guest, step__in=LIVE).exists():
        raise WrongState(f"“{guest}”正在对接;要撤回邀请,请先结束对接并写明原因")
    if not listing.invitations.filter(of_any([guest.pk])).delete()[0]:
        raise WrongState(f"没有邀请过“{guest}”,或邀请已经撤回")
    audit.record(actor, "listing.uninvited", listing, region=listing.enterprise.region, enterprise=str(guest))
