"""From a gap to work: a demand, a scouting task, an investment lead; each keeps the thread's id to the delivery."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.core.exceptions import PermissionDenied
from django.db import transaction

from chuanzhu.taxonomy.regions import is_within, region_name, region_path
from chuanzhu_site.accounts import audit
from chuanzhu_site.accounts import policies as accounts
from chuanzhu_site.accounts.models import Enterprise, Scope
from chuanzhu_site.accounts.refusals import WrongState, need_reason
from chuanzhu_site.market import actions as market
from chuanzhu_site.market.models import Listing
from chuanzhu_site.market.telling import tell, tell_enterprise
from chuanzhu_site.observatory import policies
from chuanzhu_site.observatory.models import Lead

if TYPE_CHECKING:
    from chuanzhu.model import Reason
    from chuanzhu.taxonomy.programmes import Node
    from chuanzhu_site.accounts.models import User

_LIVE: Final = (Lead.State.OPEN, Lead.State.DOING)
_NEXT: Final = {
    Lead.State.OPEN: frozenset({Lead.State.DOING, Lead.State.DONE, Lead.State.DROPPED}),
    Lead.State.DOING: frozenset({Lead.State.DONE, Lead.State.DROPPED}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A node of a chain as seen from a region: where something is to be done, and why it is worth it."""

    programme: str
    chain: str
    node: Node
    region: str
    reasons: tuple[Reason, ...] = ()


@transaction.atomic
def open_lead(spot: Spot, act: str, *, actor: User, candidate: Enterprise | None = None) -> Lead:
    """Open a lead at a node and tell whom it concerns; one that is open already is returned instead.

    ``candidate`` is who could ask for the product (a demand), or whom to bring here (recruiting).
    """
    policies.may_lead(actor, spot.region)
    same = Lead.objects.select_for_update().filter(
        programme=spot.programme, node=spot.node.key, region=spot.region, act=act, state__in=_LIVE
    )
    old = same.filter(candidate=candidate).first() if act == Lead.Act.DEMAND else same.first()
    if old:
        return old
    lead = Lead.objects.create(
        act=act,
        programme=spot.programme,
        chain=spot.chain,
        node=spot.node.key,
        node_name=spot.node.name[:60],
        region=spot.region,
        candidate=candidate,
        broker=_broker(spot.region, actor) if act == Lead.Act.SCOUT else None,
        reasons=[reason.text for reason in spot.reasons],
        opened_by=actor,
    )
    audit.record(actor, f"lead.{act}", lead, region=spot.region, node=spot.node.key, thread=str(lead.thread))
    _tell(lead)
    return lead


def _broker(region: str, actor: User) -> User:
    """Return the broker who looks after the region most closely; who opens the lead where there is none."""
    scopes = Scope.objects.live().filter(role=Scope.Role.BROKER).select_related("user").order_by("pk")
    covering = [scope for scope in scopes if not scope.region or is_within(region, scope.region)]
    closest = max(covering, key=lambda scope: len(region_path(scope.region)), default=None)
    return closest.user if closest else actor


def _tell(lead: Lead) -> None:
    where, address = region_name(lead.region), lead.get_absolute_url()
    if lead.act == Lead.Act.SCOUT and lead.broker:
        text = f"请摸排:{where}缺“{lead.node_name}”,看看谁能做、谁要用"
        tell([lead.broker], key=f"lead:{lead.pk}", text=text, address=address)
    elif lead.act == Lead.Act.DEMAND and lead.candidate:
        text = f"{where}缺“{lead.node_name}”,您可能用得上:要不要发布一条需求?"
        tell_enterprise(lead.candidate, key=f"lead:{lead.pk}", text=text, address=address)


@transaction.atomic
def write_demand(spot: Spot, *, enterprise: Enterprise, actor: User, lead: Lead | None = None) -> Listing:
    """Draft a demand of one's own enterprise for a node's product, on the thread of the lead where there is one.

    Only its own people can do so, and it stays a draft until they submit it: nobody is given a need.
    """
    accounts.may_write(actor, enterprise)
    if lead is None:
        lead = Lead.objects.create(
            act=Lead.Act.DEMAND,
            programme=spot.programme,
            chain=spot.chain,
            node=spot.node.key,
            node_name=spot.node.name[:60],
            region=spot.region,
            candidate=enterprise,
            reasons=[reason.text for reason in spot.reasons],
            opened_by=actor,
        )
    lead = Lead.objects.select_for_update(of=("self",)).get(pk=lead.pk)
    if lead.listing:
        return lead.listing
    wanted = spot.node.products[0] if spot.node.products else spot.node.name
    draft = Listing(
        kind="product-demand",
        enterprise=enterprise,
        origin=Listing.Origin.GAP,
        thread=lead.thread,
        chain=spot.chain,
    )
    lead.listing = market.save_listing(draft, values={"text": f"求购{wanted}"}, actor=actor)
    lead.state = Lead.State.DOING
    lead.save()
    audit.record(actor, "lead.write", lead, region=lead.region, listing=lead.listing.reference)
    return lead.listing


@transaction.atomic
def move_lead(lead: Lead, state: str, *, actor: User, note: str = "") -> Lead:
    """Say how far a lead is; what ends needs a word on how. Raises WrongState for a move that is not open."""
    lead = Lead.objects.select_for_update(of=("self",)).get(pk=lead.pk)
    if actor not in {lead.broker, lead.opened_by} and not policies.can_lead(actor, lead.region):
        raise PermissionDenied
    if state not in _NEXT.get(Lead.State(lead.state), frozenset()):
        raise WrongState(f"现在是“{lead.get_state_display()}”,不能改成“{Lead.State(state).label}”;请刷新页面看最新状态")
    lead.note = note.strip() if state == Lead.State.DOING else need_reason(note, of=Lead.State(state).label)
    lead.state = state
    lead.save()
    audit.record(actor, "lead.move", lead, region=lead.region, state=state, note=lead.note)
    return lead
