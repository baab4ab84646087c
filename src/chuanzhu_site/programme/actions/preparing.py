"""Making an event out of open demands, inviting, adding meetings and guests, giving it up."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from django.db.models import Prefetch
from django.utils import timezone

from chuanzhu_site.accounts import audit
from chuanzhu_site.accounts.refusals import Missing, WrongState
from chuanzhu_site.market.models import Invitation, Listing, Match
from chuanzhu_site.market.models.listings import SHOWN
from chuanzhu_site.market.telling import tell_enterprise
from chuanzhu_site.programme import policies
from chuanzhu_site.programme.models import Event, Participant, Wish

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from chuanzhu_site.accounts.models import Enterprise, User

SETTINGS: Final = (
    "name",
    "chain",
    "place",
    "day",
    "morning_start",
    "afternoon_start",
    "slots",
    "morning",
    "minutes",
    "pause",
    "tables",
    "most",
    "least",
    "in_a_row",
    "wishes_until",
)


_TOLD: Final = frozenset({"day", "morning_start", "afternoon_start", "minutes", "pause", "morning"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Filling:
    """What an event is filled from: demands, how many candidates of each, and whether each buyer keeps a table."""

    demands: tuple[Listing, ...]
    candidates: int = 5
    has_hosts: bool = True
    among: frozenset[int] | None = None


@transaction.atomic
def create_event(values: Mapping[str, Any], *, region: str, filling: Filling, actor: User) -> Event:
    """Make an event whose wishes are the demands' matches, and whose guests are the buyers and those suppliers.

    Of each demand come the best ``candidates`` suppliers, of enterprises ``among`` where that is given. Raises Missing
    where no demand has a candidate, and where there are fewer tables than buyers who should each keep one.
    """
    policies.may_run(actor, region)
    event = Event(region=region, made_by=actor, **{name: values[name] for name in SETTINGS if name in values})
    event.is_illustrative = any(demand.is_illustrative for demand in filling.demands)
    event.save()
    found = [match for demand in filling.demands for match in _candidates(demand, filling)]
    if not found:
        raise Missing("选的需求都还没有候选供应商,排不成对接会;请换几条有候选的需求")
    _fill(event, found, has_hosts=filling.has_hosts)
    audit.record(actor, "event.created", event, region=region, demands=len(filling.demands))
    return event


def _candidates(demand: Listing, filling: Filling) -> list[Match]:
    supplies = Match.objects.filter(demand=demand, stale_at=None, supply__state__in=SHOWN).order_by("rank")
    rows = supplies.select_related("demand__enterprise__merged_into", "supply__enterprise__merged_into")
    kept: dict[int, Match] = {}
    for match in rows:
        firm = match.supply.enterprise.standing
        if firm != demand.enterprise.standing and (filling.among is None or firm.pk in filling.among):
            kept.setdefault(firm.pk, match)
    if demand.privacy == Listing.Privacy.INVITED:
        invited = set(Invitation.objects.filter(listing=demand).values_list("enterprise", flat=True))
        kept = {pk: match for pk, match in kept.items() if pk in invited}
    return list(kept.values())[: filling.candidates]


def _fill(event: Event, found: Iterable[Match], *, has_hosts: bool) -> None:
    """Enter buyers and suppliers once each, and the best match of each two as their wish."""
    buyers: dict[int, Participant] = {}
    suppliers: dict[int, Participant] = {}
    wishes: dict[tuple[int, int], Match] = {}
    for match in sorted(found, key=lambda match: -match.score):
        buyer, supplier = match.demand.enterprise.standing, match.supply.enterprise.standing
        guest = Participant(event=event, enterprise=buyer, side=Participant.Side.BUYER)
        buyers.setdefault(buyer.pk, suppliers.get(buyer.pk) or guest)
        guest = Participant(event=event, enterprise=supplier, side=Participant.Side.SUPPLIER)
        suppliers.setdefault(supplier.pk, buyers.get(supplier.pk) or guest)
        if (supplier.pk, buyer.pk) not in wishes:
            wishes.setdefault((buyer.pk, supplier.pk), match)
    if has_hosts:
        _seat(event, list(buyers.values()))
    for person in {id(one): one for one in (*buyers.values(), *suppliers.values())}.values():
        person.save()
    rows = [
        Wish(
            event=event,
            buyer=buyers[pair[0]],
            supplier=suppliers[pair[1]],
            demand=match.demand,
            match=match,
            fit=match.score,
        )
        for pair, match in wishes.items()
    ]
    Wish.objects.bulk_create(rows)


def _seat(event: Event, buyers: list[Participant]) -> None:
    if len(buyers) > event.tables:
        raise Missing(
            f"有 {len(buyers)} 家采购方,每家固定一桌要 {len(buyers)} 张,现在只有 {event.tables} 张;"
            "请加桌,或不固定采购方的桌子"
        )
    for table, buyer in enumerate(buyers, start=1):
        buyer.table = table


def locked(event: Event) -> Event:
    """Lock an event: acts on it come one after the other."""
    return Event.objects.select_for_update().get(pk=event.pk)


def running(event: Event, *, actor: User) -> Event:
    """Lock an event that its organiser may still change. Raises WrongState and PermissionDenied."""
    event = locked(event)
    policies.may_run(actor, event.region)
    if not event.is_open:
        raise WrongState(f"“{event}”{event.get_state_display()},不能再改")
    return event


@transaction.atomic
def change_event(event: Event, values: Mapping[str, Any], *, actor: User) -> Event:
    """Change an event's settings; once the timetable was told, only what does not move anybody."""
    event = running(event, actor=actor)
    moved = any(values[name] != getattr(event, name) for name in _TOLD & set(values))
    if event.state == Event.State.PUBLISHED and moved:
        raise WrongState("日程已经发给大家,日期和时间不能再改;要改,请先取消这一场,另建一场")
    hosts = max(event.participants.values_list("table", flat=True), default=0)
    if values.get("tables", event.tables) < hosts:
        raise Missing(f"第 {hosts} 桌已固定给采购方,桌数不能少于 {hosts}")
    for name in SETTINGS:
        setattr(event, name, values.get(name, getattr(event, name)))
    event.save()
    audit.record(actor, "event.changed", event, region=event.region)
    return event


@transaction.atomic
def invite(event: Event, *, actor: User) -> int:
    """Invite everybody who was not invited yet; return how many that are."""
    event = running(event, actor=actor)
    waiting = list(event.participants.filter(invited_at=None).select_related("enterprise"))
    if not waiting:
        raise WrongState("名单上的企业都已经邀请过了")
    for person in waiting:
        tell_invitation(event, person)
    if event.state == Event.State.DRAFT:
        event.state = Event.State.WISHES
        event.save(update_fields=["state"])
    audit.record(actor, "event.invited", event, region=event.region, invited=len(waiting))
    return len(waiting)


def tell_invitation(event: Event, person: Participant) -> None:
    """Invite one participant."""
    person.invited_at = timezone.now()
    person.save(update_fields=["invited_at"])
    text = f"邀请您参加“{event}”({event.day:%m月%d日},{event.place}):请在 {event.wishes_until:%m月%d日} 前选好想见谁"
    tell_enterprise(
        person.enterprise, key=f"event-invitation:{person.pk}", text=text, address=person.get_absolute_url()
    )


@transaction.atomic
def add_wish(
    event: Event, *, demand: Listing, supplier: Enterprise, actor: User, is_required: bool = False, fixed: int = 0
) -> Wish:
    """Add a meeting, and the supplier to the guests where it is not one: also how a late one registers on the day."""
    event = running(event, actor=actor)
    buyer_firm, firm = demand.enterprise.standing, supplier.standing
    if firm == buyer_firm:
        raise WrongState(f"“{firm}”不能和自己会面;请选另一家供应商")
    if fixed > event.slots:
        raise WrongState(f"指定在第 {fixed} 场,可是只有 {event.slots} 场;请改正场次")
    buyer = event.participants.filter(enterprise=buyer_firm).first()
    if not buyer:
        raise Missing(f"“{demand}”的采购方不在这次对接会的名单上;请选名单上采购方的需求")
    guest, is_late = Participant.objects.get_or_create(
        event=event, enterprise=firm, defaults={"side": Participant.Side.SUPPLIER}
    )
    if demand.privacy == Listing.Privacy.INVITED and not demand.invitations.filter(enterprise=firm).exists():
        raise Missing(f"“{demand}”只给受邀企业看;请采购方先邀请“{firm}”")
    if Wish.objects.filter(event=event, buyer=buyer, supplier=guest).exists():
        raise WrongState(f"“{buyer}”和“{guest}”已经在意愿里了")
    match = Match.objects.filter(demand=demand, supply__enterprise=firm, stale_at=None).order_by("-score").first()
    wish = Wish.objects.create(
        event=event,
        buyer=buyer,
        supplier=guest,
        demand=demand,
        match=match,
        fit=match.score if match else 0,
        is_required=is_required or bool(fixed),
        fixed=fixed,
    )
    if is_late and event.state != Event.State.DRAFT:
        tell_invitation(event, guest)
    audit.record(actor, "event.wish-added", event, region=event.region, wish=str(wish))
    return wish


@transaction.atomic
def set_wish(wish: Wish, *, actor: User, is_required: bool, fixed: int) -> Wish:
    """Say whether a meeting has to be held, and in which slot. Raises WrongState for more fixed ones than slots."""
    event = running(wish.event, actor=actor)
    if fixed > event.slots:
        raise WrongState(f"指定在第 {fixed} 场,可是只有 {event.slots} 场;请改正场次")
    wish.is_required, wish.fixed = is_required or bool(fixed), fixed
    wish.save(update_fields=["is_required", "fixed"])
    _require_room(event, wish)
    audit.record(actor, "event.wish-set", event, region=event.region, wish=str(wish), slot=fixed)
    return wish


def _require_room(event: Event, wish: Wish) -> None:
    """Refuse at once what no timetable could hold: more meetings that must be held than there are slots."""
    for person in (wish.buyer, wish.supplier):
        slots = [
            one.fixed for one in (*person.wishes_as_buyer.all(), *person.wishes_as_supplier.all()) if one.is_required
        ]
        if len(slots) > event.slots:
            raise WrongState(f"“{person}”有 {len(slots)} 场必须安排的会面,可是只有 {event.slots} 场;请减少几场")
        twice = [slot for slot, count in Counter(slots).items() if slot and count > 1]
        if twice:
            raise WrongState(f"“{person}”第 {twice[0]} 场已经指定了另一家;一场只能见一家,请改到别的场次")


@transaction.atomic
def cancel_event(event: Event, *, actor: User, reason: str) -> Event:
    """Give an event up, and tell everybody who was invited why."""
    event = running(event, actor=actor)
    if not reason.strip():
        raise Missing("取消对接会要写明原因,会告诉每一家受邀企业")
    event.state = Event.State.CANCELLED
    event.save(update_fields=["state"])
    for person in event.participants.filter(invited_at__isnull=False).select_related("enterprise"):
        key, text = f"event-cancelled:{event.pk}", f"“{event}”取消了:{reason.strip()}"
        tell_enterprise(person.enterprise, key=key, text=text, address=person.get_absolute_url())
    audit.record(actor, "event.cancelled", event, region=event.region, reason=reason)
    return event


def with_candidates(demands: Iterable[Listing], *, most: int) -> list[tuple[Listing, int]]:
    """Return demands with the number of enterprises that could come for each, those with most first; two queries."""
    held = Match.objects.filter(stale_at=None, supply__state__in=SHOWN).select_related("supply")
    rows = Prefetch("matches_as_demand", held, "held")
    listed = demands.select_related("enterprise").prefetch_related(rows)[:most]  # type: ignore[attr-defined]
    counted = [(demand, len({match.supply.enterprise_id for match in demand.held})) for demand in listed]
    return sorted((pair for pair in counted if pair[1]), key=lambda pair: -pair[1])


def chosen_demands(user: User, references: Collection[str], *, region: str) -> tuple[Listing, ...]:
    """Return the demands that were ticked. Raises Missing for none, and for one that cannot be used."""
    if not references:
        raise Missing("请至少选一条需求:对接会的日程从需求和它的候选供应商来")
    rows = tuple(
        policies.demands_for(user, region=region).filter(reference__in=references).select_related("enterprise")
    )
    if len(rows) < len(set(references)):
        raise Missing(
            "有的需求已经关闭,或采购方的名称不公开、又不在主办地区;请刷新页面再选,或由采购方所在地区(或上一级)主办"
        )
    return rows
