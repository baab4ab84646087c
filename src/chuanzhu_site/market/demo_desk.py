"""Something in each queue of the demonstration's broker: firms, people and engagements that are all made up.

Every step is made by the act that makes it on the site, and then put back in time, so that there is something that
has waited. Nobody can sign in as one of these people; their telephone numbers are none.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from chuanzhu_site.accounts.models import Enterprise, Membership, Scope, User, Verification
from chuanzhu_site.market import actions
from chuanzhu_site.market.escalation import look_after_cases
from chuanzhu_site.market.lifecycle import EndReason, Party
from chuanzhu_site.market.models import Confirmation, Engagement, Listing, Notification

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_SOURCE: Final = "演示数据"
_TIME_TO_ANSWER: Final = dt.timedelta(days=1, hours=10)
_COLLEAGUE: Final = "yanshi-tongshi"
_BROKERS_REGION: Final = "410500"


@dataclass(frozen=True, slots=True, kw_only=True)
class Firm:
    """A firm that is made up, with the one person who acts for it."""

    code: str
    name: str
    region: str
    person: str
    tier: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """A demand and what became of it: who offered, by which acts it went on, and how long ago all that was."""

    buyer: str
    text: str
    value: int | None
    suppliers: tuple[str, ...]
    acts: tuple[str, ...]
    days: int
    is_colleagues: bool = False


FIRMS: Final = tuple(
    Firm(code=code, name=f"{name}(示例)", region=region, person=person, tier=tier)
    for code, name, region, person, tier in (
        ("qipei", "某汽配厂", "410581", "赵采购", "specialised"),
        ("taoci", "某陶瓷厂", "410527", "钱厂长", ""),
        ("yiliao", "某医疗设备公司", "410503", "孙工", "giant"),
        ("shipin", "某食品公司", "410523", "周采购", "innovative"),
        ("nongji", "某农机厂", "410522", "吴经理", ""),
        ("yazhu", "某压铸厂", "410526", "郑厂长", "specialised"),
        ("yajian", "某压铸件公司", "410505", "冯经理", ""),
        ("dianji", "某直线电机公司", "410103", "陈工", "giant"),
        ("baozhuang", "某包装公司", "410523", "褚经理", "innovative"),
        ("xiangti", "某箱体铸造厂", "410526", "卫厂长", ""),
    )
)
_TO_QUOTE: Final = ("accept", "request", "quote")
_TO_DELIVERY: Final = (*_TO_QUOTE, "award", "order", "deliver")
THREADS: Final = (
    Thread(
        buyer="qipei",
        text="求购铝合金压铸件,发动机支架,3万件/月",
        value=4_200_000,
        suppliers=("yazhu", "yajian"),
        acts=(),
        days=9,
    ),
    Thread(buyer="taoci", text="求购氧化锆研磨球 2吨/月", value=600_000, suppliers=(), acts=(), days=5),
    Thread(
        buyer="yiliao",
        text="求购直线电机模组,行程300毫米,200套",
        value=1_800_000,
        suppliers=("dianji",),
        acts=_TO_QUOTE,
        days=1,
    ),
    Thread(
        buyer="shipin",
        text="求购高阻隔食品包装膜 12吨/月",
        value=750_000,
        suppliers=("baozhuang",),
        acts=(*_TO_DELIVERY, "buyer", "supplier"),
        days=31,
        is_colleagues=True,
    ),
    Thread(
        buyer="nongji",
        text="求购铸铁齿轮箱壳体 800件/月",
        value=None,
        suppliers=("xiangti",),
        acts=("accept", "request"),
        days=12,
    ),
    Thread(
        buyer="qipei",
        text="求购压铸铝油底壳 6000件/月",
        value=900_000,
        suppliers=("yazhu",),
        acts=(*_TO_DELIVERY, "supplier"),
        days=20,
    ),
    Thread(
        buyer="shipin",
        text="求购食品级铝箔袋 30万个/月",
        value=300_000,
        suppliers=("baozhuang",),
        acts=(*_TO_QUOTE, "end"),
        days=18,
    ),
    Thread(
        buyer="nongji",
        text="求购拖拉机配重铁 120吨/月",
        value=650_000,
        suppliers=("xiangti",),
        acts=(*_TO_DELIVERY, "buyer", "supplier", "call-back"),
        days=45,
        is_colleagues=True,
    ),
    Thread(
        buyer="yiliao",
        text="求购医用推车铝型材 5吨/月",
        value=180_000,
        suppliers=("yajian",),
        acts=(*_TO_QUOTE, "award", "order"),
        days=35,
    ),
)


def load() -> None:
    """Put the engagements into a demonstration that has none of them yet."""
    if User.objects.filter(username=_COLLEAGUE).exists():
        return
    with transaction.atomic():
        firms = {firm.code: _enter(firm) for firm in FIRMS}
        colleague = User.objects.create_user(_COLLEAGUE, display_name="小刘(演示)")
        Scope.objects.create(user=colleague, role=Scope.Role.BROKER, region=_BROKERS_REGION)
        for thread in THREADS:
            _play(thread, firms, colleague)
        _wait_for_review(firms["yazhu"])
        Notification.objects.filter(user__in=[person for person, _ in firms.values()]).delete()
    look_after_cases(at=timezone.now())


def _enter(firm: Firm) -> tuple[User, Enterprise]:
    user = User.objects.create_user(f"yanshi-{firm.code}", display_name=f"{firm.person}(演示)", phone="0372-0000000")
    made = Enterprise.objects.create(name=firm.name, region=firm.region, tier=firm.tier, source=_SOURCE)
    Membership.objects.create(user=user, enterprise=made, role=Membership.Role.OWNER)
    made.verifications.create(
        what=Verification.What.IDENTITY, evidence=_SOURCE, verified_by=user, verified_on=timezone.localdate()
    )
    return user, made


def _publish(user: User, firm: Enterprise, kind: str, **values: Any) -> Listing:  # noqa: ANN401 (fields of any type)
    listing = Listing(kind=kind, enterprise=firm, origin=Listing.Origin.DEMO)
    return actions.submit_listing(actions.save_listing(listing, values=values, actor=user), actor=user)


def _broker() -> User:
    """Return the broker of the cast: the first one of the city."""
    return User.objects.filter(scopes__role=Scope.Role.BROKER, scopes__region=_BROKERS_REGION).order_by("pk")[0]


def _wait_for_review(yazhu: tuple[User, Enterprise]) -> None:
    """Leave one listing for the county's officer: it has a telephone number in its text."""
    _publish(*yazhu, "product-supply", title="铝合金压铸件", text="800吨压铸机三台,联系电话 13800138000", place="滑县")


def _play(thread: Thread, firms: Mapping[str, tuple[User, Enterprise]], colleague: User) -> None:
    buyer, firm = firms[thread.buyer]
    value = None if thread.value is None else Decimal(thread.value)
    demand = _publish(buyer, firm, "product-demand", text=thread.text, value=value)
    made = [
        actions.express_interest(demand, supplier=firms[code][1], actor=firms[code][0]) for code in thread.suppliers
    ]
    for engagement in made:
        for act in thread.acts:
            _ACTS.get(act, _simple(act))(engagement, buyer, firms[thread.suppliers[0]][0])
        Engagement.objects.filter(pk=engagement.pk).update(broker=colleague if thread.is_colleagues else _broker())
        _put_back(engagement, dt.timedelta(days=thread.days))
    since = F("opened_at") - dt.timedelta(days=thread.days + 3)
    Listing.objects.filter(pk=demand.pk).update(opened_at=since, broker=_broker())


def _put_back(engagement: Engagement, time: dt.timedelta) -> None:
    """Let all that was done look as old as that; a quote still ends when it ends."""
    names = ("moved_at", "answer_due_at", "answered_at")
    back = {name: F(name) - time for name in names}
    Engagement.objects.filter(pk=engagement.pk).update(started_at=F("started_at") - time - _TIME_TO_ANSWER, **back)
    for rows in (engagement.events, engagement.quotes, engagement.confirmations, engagement.call_backs):
        rows.update(at=F("at") - time)


def _simple(act: str) -> Callable[[Engagement, User, User], object]:
    return lambda one, buyer, _: actions.move_engagement(one, act, actor=buyer, party=Party.BUYER)


def _quote(one: Engagement, _buyer: User, supplier: User) -> object:
    values = {
        "price": Decimal(860),
        "price_unit": "件",
        "quantity": one.demand.quantity or "按需求",
        "lead_days": 20,
        "terms": "货到 30 天,送到厂",
        "valid_until": timezone.localdate() + dt.timedelta(days=2),
    }
    return actions.quote(one, actor=supplier, values=values)


def _confirm(one: Engagement, actor: User, party: Party, word: Confirmation.Without) -> object:
    return actions.confirm(one, actor=actor, party=party, quantity="首批", value=Decimal(62_500), without=word)


def _call_back(one: Engagement, _buyer: User, _supplier: User) -> object:
    given = {"asked": "buyer", "outcome": "real", "without": "later", "satisfaction": 4}
    return actions.call_back(one, actor=_broker(), values=given)


_ACTS: Final[Mapping[str, Callable[[Engagement, User, User], object]]] = {
    "quote": _quote,
    "award": lambda one, buyer, _: actions.award(one, actor=buyer, reason="交期最短", why_not="交期比中选的长"),
    "end": lambda one, buyer, _: actions.end_engagement(one, actor=buyer, party=Party.BUYER, why=EndReason.PRICE),
    "buyer": lambda one, buyer, _: _confirm(one, buyer, Party.BUYER, Confirmation.Without.LATER),
    "supplier": lambda one, _, supplier: _confirm(one, supplier, Party.SUPPLIER, Confirmation.Without.NO),
    "call-back": _call_back,
}
