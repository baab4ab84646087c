"""A site to try: the bundled lists of real Henan enterprises' public supplies, and people who are made up.

The demands of those lists are illustrative and say so on their pages; nobody signs in for a real enterprise.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.utils import timezone

from chuanzhu.quantity import describe
from chuanzhu.tables import read_demands, read_supplies
from chuanzhu.tables.samples import DEMO_DAY, demo_list
from chuanzhu.tables.wording import region_wish
from chuanzhu.taxonomy.certificates import certificate_name
from chuanzhu_site.accounts.models import Enterprise, Membership, Scope, User, Verification
from chuanzhu_site.market import actions, index, matching
from chuanzhu_site.market.actions.listing import DAYS_SHOWN, read_listing
from chuanzhu_site.market.lifecycle import ListingState
from chuanzhu_site.market.models import Listing

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chuanzhu.model import Demand, Supply

_SOURCE: Final = "演示数据"
_CLERK: Final = "demo-import"


@dataclass(frozen=True, slots=True, kw_only=True)
class Player:
    """Somebody to sign in as: an enterprise's owner, or one with a role in a region."""

    username: str
    name: str
    firm: str = ""
    role: str = ""
    region: str = ""
    part: str


CAST: Final = (
    Player(username="caigou", name="小杜", firm="某起重机公司(示例)", region="410783", part="采购方:发布需求,选定供方"),
    Player(
        username="gongfang", name="小李", firm="某铸造厂(示例)", region="410526", part="供方:收到匹配,表达意向,报价"
    ),
    Player(username="jingjia", name="小孙", firm="某车轮厂(示例)", region="410102", part="另一家供方:一起竞价"),
    Player(
        username="zhuanyuan", name="老王", role=Scope.Role.BROKER, region="410500", part="安阳的对接专员:跟进、回访"
    ),
    Player(username="xianqu", name="张科", role=Scope.Role.OFFICER, region="410526", part="滑县的干部:审核"),
    Player(username="sheng", name="陈处", role=Scope.Role.OFFICER, region="410000", part="省里的干部:看全省"),
)
_OWN: Final = (
    ("gongfang", "product-supply", {"title": "起重机铸钢车轮", "quantity": "500件/月", "place": "滑县"}),
    ("jingjia", "product-supply", {"title": "铸钢车轮", "quantity": "300件/月", "place": "郑州市"}),
    ("caigou", "product-demand", {"text": "求购起重机用铸钢车轮,直径500毫米,200件/月,安阳优先"}),
)


def load() -> None:
    """Fill an empty database with the demonstration and match everything; one that is filled is left as it is."""
    if Listing.objects.exists():
        return
    with transaction.atomic():
        clerk = User.objects.create_user(_CLERK, display_name="演示数据导入")
        people = {player.username: _enter(player) for player in CAST}
        _load_lists(clerk)
        for username, kind, values in _OWN:
            _publish(people[username], kind, values)
    for kind in ("product-supply", "product-demand"):
        index.rebuild(kind)
    for demand in Listing.objects.filter(side="demand").select_related("enterprise"):
        matching.rematch(demand)


def set_password(password: str) -> None:
    """Give everybody of the cast this password, so that whoever started the demonstration knows it."""
    for user in User.objects.filter(username__in=[player.username for player in CAST]):
        user.set_password(password)
        user.save(update_fields=["password", "password_set_at"])


def _enter(player: Player) -> User:
    user = User.objects.create_user(
        player.username, f"{player.username}@example.com", display_name=f"{player.name}(演示)"
    )
    if player.role:
        Scope.objects.create(user=user, role=player.role, region=player.region)
        return user
    firm = Enterprise.objects.create(name=player.firm, region=player.region, source=_SOURCE)
    Membership.objects.create(user=user, enterprise=firm, role=Membership.Role.OWNER)
    firm.verifications.create(
        what=Verification.What.IDENTITY, evidence=_SOURCE, verified_by=user, verified_on=timezone.localdate()
    )
    return user


def _publish(user: User, kind: str, values: dict[str, str]) -> None:
    firm = Enterprise.objects.of(user).get()
    listing = Listing(kind=kind, enterprise=firm, origin=Listing.Origin.DEMO)
    actions.submit_listing(actions.save_listing(listing, values=values, actor=user), actor=user)


def _load_lists(clerk: User) -> None:
    with demo_list("supply") as path:
        supplies = read_supplies(path, today=DEMO_DAY).records
    with demo_list("demand") as path:
        demands = read_demands(path, today=DEMO_DAY).records
    firms = _firms(supplies, demands)
    rows = [_supply(one, firms[one.enterprise], clerk) for one in supplies]
    rows += [_demand(one, firms[one.enterprise], clerk) for one in demands]
    Listing.objects.bulk_create(rows)


def _firms(supplies: Iterable[Supply], demands: Iterable[Demand]) -> dict[str, Enterprise]:
    """Enter the enterprises of the lists by name; where one's facts come from stands with it."""
    firms = {}
    for one in supplies:
        extra = dict(one.extra)
        source = f"{extra.get('来源', _SOURCE)}({extra.get('来源日期', '日期不详')})"
        firms[one.enterprise] = Enterprise(name=one.enterprise, uscc=one.uscc or None, region=one.region, source=source)
    for need in demands:
        firms.setdefault(need.enterprise, Enterprise(name=need.enterprise, source=_SOURCE))
    Enterprise.objects.bulk_create(firms.values())
    return firms


def _supply(one: Supply, firm: Enterprise, clerk: User) -> Listing:
    certificates = ";".join(map(certificate_name, one.certificates or ()))
    listing = _open("product-supply", firm, clerk)
    listing.title, listing.text, listing.certificates = one.product, one.description, certificates
    listing.quantity = describe(one.capacity) if one.capacity else ""
    read_listing(listing)
    listing.region = one.region
    return listing


def _demand(one: Demand, firm: Enterprise, clerk: User) -> Listing:
    listing = _open("product-demand", firm, clerk)
    listing.text, listing.due = one.text, one.deadline
    listing.quantity = describe(one.quantity) if one.quantity else ""
    listing.place = region_wish(one.region) if one.region else ""
    listing.certificates = ";".join(map(certificate_name, one.certificates))
    read_listing(listing)
    return listing


def _open(kind: str, firm: Enterprise, clerk: User) -> Listing:
    """Return a listing that nobody submitted: it is open because a public list says so."""
    return Listing(
        kind=kind,
        enterprise=firm,
        author=clerk,
        origin=Listing.Origin.DEMO,
        state=ListingState.OPEN,
        opened_at=timezone.now(),
        expires_on=timezone.localdate() + dt.timedelta(days=DAYS_SHOWN),
    )
