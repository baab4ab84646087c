"""An event to try: invented firms with invented demands meet each other; no real firm is invited to anything."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.utils import timezone

from chuanzhu_site.accounts.models import Enterprise, User
from chuanzhu_site.market import index, matching, tasks
from chuanzhu_site.market.actions.listing import DAYS_SHOWN, read_listing
from chuanzhu_site.market.lifecycle import ListingState
from chuanzhu_site.market.models import Listing
from chuanzhu_site.programme import actions
from chuanzhu_site.programme.models import Event

if TYPE_CHECKING:
    from collections.abc import Iterable

_SOURCE: Final = "演示数据"
_ORGANISER, _REGION, _CHAIN_REGION = "zhuanyuan", "410500", "410783"
_CAST: Final = ("某起重机公司(示例)", "某铸造厂(示例)", "某车轮厂(示例)")
_SUPPLIES: Final = (
    ("某锻件厂(示例)", "410581", "起重机吊钩锻件", "800件/月", "ISO9001", "自由锻和模锻,有热处理"),
    ("某轴承厂(示例)", "410300", "起重机车轮轴承", "5000套/月", "ISO9001", ""),
    ("某钢丝绳厂(示例)", "410700", "起重机钢丝绳", "120吨/月", "", "镀锌和光面钢丝绳,直径 6 到 40 毫米"),
    ("某减速机厂(示例)", "410500", "起重机三合一减速机", "300台/月", "ISO9001", "起重机行走机构配套十年"),
    ("某电机厂(示例)", "410500", "起重机变频电机", "600台/月", "", ""),
    ("某精铸厂(示例)", "410581", "铸钢车轮毛坯", "260件/月", "", ""),
)
_DEMANDS: Final = (
    ("某起重机公司(示例)", "求购起重机吊钩锻件 300件/月,要ISO9001"),
    ("某桥机公司(示例)", "求购起重机钢丝绳 30吨/月,直径20毫米"),
    ("某桥机公司(示例)", "求购起重机用铸钢车轮 150件/月"),
    ("某门机公司(示例)", "求购起重机三合一减速机 80台/月"),
    ("某门机公司(示例)", "求购起重机变频电机 120台/月"),
    ("某门机公司(示例)", "求购起重机车轮轴承 600套/月"),
)
_DAYS_AHEAD, _DAYS_TO_CHOOSE = 14, 9
_ANSWERED: Final = ("某桥机公司(示例)", "某锻件厂(示例)", "某减速机厂(示例)", "某车轮厂(示例)", "某电机厂(示例)")


def load() -> None:
    """Add the event to a demonstration that has none; it stands where some guests have chosen and some have not."""
    organiser = User.objects.filter(username=_ORGANISER).first()
    if organiser is None or Event.objects.exists():
        return
    with transaction.atomic():
        supplies = [_supply(organiser, row) for row in _SUPPLIES]
        demands = [_demand(organiser, *row) for row in _DEMANDS]
    index.refile(supplies)
    for supply in supplies:
        tasks.match_listing.enqueue(supply.pk)
    own = Listing.objects.filter(side="demand", enterprise__name=_CAST[0], origin=Listing.Origin.DEMO)
    demands = list({demand.pk: demand for demand in (*own.select_related("enterprise"), *demands)}.values())
    for demand in demands:
        matching.rematch(demand)
    with transaction.atomic():
        event = _event(organiser, demands)
        actions.invite(event, actor=organiser)
        _answers(event, organiser)


def _event(organiser: User, demands: Iterable[Listing]) -> Event:
    day = timezone.localdate() + dt.timedelta(days=_DAYS_AHEAD)
    values = {
        "name": "起重机配套对接会(示例)",
        "place": "安阳市会展中心(示例)",
        "day": day,
        "wishes_until": day - dt.timedelta(days=_DAYS_AHEAD - _DAYS_TO_CHOOSE),
        "slots": 6,
        "morning": 4,
        "tables": 4,
    }
    names = {*_CAST, *(row[0] for row in _SUPPLIES), *(row[0] for row in _DEMANDS)}
    among = frozenset(Enterprise.objects.filter(name__in=names, source=_SOURCE).values_list("pk", flat=True))
    filling = actions.Filling(demands=tuple(demands), among=among)
    return actions.create_event(values, region=_REGION, filling=filling, actor=organiser)


def _answers(event: Event, organiser: User) -> None:
    """Let some firms choose everybody, as if the organiser had them on the telephone; the rest stay silent."""
    for person in event.participants.filter(enterprise__name__in=_ANSWERED).select_related("enterprise", "event"):
        own = event.wishes.filter(buyer=person) | event.wishes.filter(supplier=person)
        actions.answer(person, actor=organiser, wanted=own.values_list("pk", flat=True))


def _firm(name: str, region: str) -> Enterprise:
    firm, _ = Enterprise.objects.get_or_create(name=name, source=_SOURCE, defaults={"region": region})
    return firm


def _supply(author: User, row: tuple[str, str, str, str, str, str]) -> Listing:
    name, region, *said = row
    listing = _open("product-supply", _firm(name, region), author)
    listing.title, listing.quantity, listing.certificates, listing.text = said
    read_listing(listing)
    listing.region = region
    listing.save()
    return listing


def _demand(author: User, name: str, text: str) -> Listing:
    listing = _open("product-demand", _firm(name, _CHAIN_REGION), author)
    listing.text = text
    read_listing(listing)
    listing.save()
    return listing


def _open(kind: str, firm: Enterprise, author: User) -> Listing:
    return Listing(
        kind=kind,
        enterprise=firm,
        author=author,
        origin=Listing.Origin.DEMO,
        state=ListingState.OPEN,
        opened_at=timezone.now(),
        expires_on=timezone.localdate() + dt.timedelta(days=DAYS_SHOWN),
    )
