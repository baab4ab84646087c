"""Everything that a person may see, as rows: what goes out is what ``visible_to`` gives, named as the pages name it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils import timezone

from chuanzhu.tables.wording import sureness
from chuanzhu_site.accounts import policies as accounts
from chuanzhu_site.accounts.standing import standing_of
from chuanzhu_site.exchange.layout import columns
from chuanzhu_site.market.models import Engagement, Listing, Match, Quote, Reveal
from chuanzhu_site.market.models.listings import of_any

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator, Mapping

    from chuanzhu_site.accounts.models import User
    from chuanzhu_site.market.kinds import Side

Row = tuple[str, ...]
HIDDEN: Final = "企业名称隐藏"
_CHUNK: Final = 1000
_LINKED: Final = ("demand__enterprise__merged_into", "supply__enterprise__merged_into")


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """One thing that can be taken out: its title, its columns with their widths, and its rows for a person."""

    title: str
    columns: tuple[tuple[str, int], ...]
    rows: Callable[[Naming, bool], Iterator[Row]]


class Naming:
    """Whose listing it is, for one person: the rule of ``policies.named_to`` with one query for all rows."""

    def __init__(self, user: User) -> None:
        self.user: Final = user
        self.mine: Final = standing_of(user).enterprises()
        told = Reveal.objects.filter(of_any(self.mine), step__gte=Reveal.Step.NAME)
        self._revealed: Final = frozenset(told.values_list("listing", flat=True))
        self._standing: Final = standing_of(user)

    def is_own(self, listing: Listing) -> bool:
        """Tell whether the person acts for its enterprise."""
        return (listing.enterprise.merged_into_id or listing.enterprise_id) in self.mine

    def is_inside(self, listing: Listing) -> bool:
        """Tell whether it is one's own or lies where one is broker or officer."""
        return self.is_own(listing) or accounts.has_scope(self.user, listing.enterprise.region, roles=accounts.STAFF)

    def of(self, listing: Listing) -> str:
        """Return the enterprise's name, or that it is hidden."""
        is_open = listing.privacy != Listing.Privacy.MASKED or listing.pk in self._revealed
        return listing.enterprise.standing.name if is_open or self.is_inside(listing) else HIDDEN


def _moment(at: dt.datetime | None) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at else ""


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _listings(side: Side) -> Callable[[Naming, bool], Iterator[Row]]:
    asked = tuple(column.code for column in columns(side))

    def rows(naming: Naming, is_mine: bool) -> Iterator[Row]:  # noqa: FBT001 (a table's function)
        found = Listing.objects.visible_to(naming.user).filter(side=side).select_related("enterprise__merged_into")
        for one in (found.filter(of_any(naming.mine)) if is_mine else found).order_by("pk").iterator(_CHUNK):
            yield _listing(one, asked, naming)

    return rows


def _listing(one: Listing, asked: tuple[str, ...], naming: Naming) -> Row:
    told = {
        "reference": one.reference,
        "version": str(one.version) if naming.is_own(one) else "",
        "kind": one.get_kind_display(),
        "state": one.get_state_display(),
        "enterprise": naming.of(one),
        "privacy": one.get_privacy_display(),
        "value": _text(one.value) if naming.is_inside(one) else "",
        "act": "",
    }
    return tuple(told[code] if code in told else _text(one.answer(code)) for code in asked)


def _engagements(naming: Naming, _is_mine: bool) -> Iterator[Row]:  # noqa: FBT001 (a table's function)
    found = Engagement.objects.visible_to(naming.user).select_related(
        "demand__enterprise__merged_into", "supply", "supplier__merged_into"
    )
    for one in found.order_by("pk").iterator(_CHUNK):
        yield (
            one.reference,
            one.demand.reference,
            str(one.demand),
            naming.of(one.demand),
            one.supply.reference if one.supply else "",
            one.supplier.standing.name,
            one.get_step_display(),
            _moment(one.started_at),
            _moment(one.answered_at),
            _moment(one.moved_at),
            one.get_end_reason_display() if one.end_reason else "",
            one.end_note,
            str(one.version),
        )


def _quotes(naming: Naming, _is_mine: bool) -> Iterator[Row]:  # noqa: FBT001 (a table's function)
    seen = Engagement.objects.visible_to(naming.user)
    found = Quote.objects.filter(engagement__in=seen).select_related(
        "engagement__demand__enterprise__merged_into", "engagement__supplier__merged_into"
    )
    for one in found.order_by("engagement", "number").iterator(_CHUNK):
        yield (
            one.engagement.reference,
            str(one.engagement.demand),
            naming.of(one.engagement.demand),
            one.engagement.supplier.standing.name,
            str(one.number),
            one.plain_price,
            one.price_unit,
            "含税" if one.has_tax else "不含税",
            one.quantity,
            one.moq,
            str(one.lead_days),
            one.terms,
            one.valid_until.isoformat(),
            _moment(one.at),
        )


def _matches(naming: Naming, _is_mine: bool) -> Iterator[Row]:  # noqa: FBT001 (a table's function)
    found = Match.objects.visible_to(naming.user).select_related(*_LINKED)
    for one in found.order_by("demand", "rank").iterator(_CHUNK):
        yield (
            one.reference,
            one.demand.reference,
            str(one.demand),
            naming.of(one.demand),
            one.supply.reference,
            str(one.supply),
            naming.of(one.supply),
            f"{one.score:.1f}",
            sureness(one.score),
            ";".join(f"{reason['text']}({reason['points']:.1f})" for reason in one.reasons),
            _moment(one.found_at),
            "内容已变,不再匹配" if one.stale_at else "",
        )


def _side_columns(side: Side) -> tuple[tuple[str, int], ...]:
    return tuple((column.name, column.width) for column in columns(side))


EXPORTS: Final[Mapping[str, Export]] = {
    "supply": Export(title="供给", columns=_side_columns("supply"), rows=_listings("supply")),
    "demand": Export(title="需求", columns=_side_columns("demand"), rows=_listings("demand")),
    "matches": Export(
        title="匹配",
        columns=(
            ("匹配编号", 14),
            ("需求编号", 14),
            ("需求", 36),
            ("买方", 28),
            ("供给编号", 14),
            ("供给", 26),
            ("供方", 28),
            ("得分", 7),
            ("把握", 6),
            ("理由", 60),
            ("匹配时间", 17),
            ("说明", 18),
        ),
        rows=_matches,
    ),
    "engagements": Export(
        title="对接",
        columns=(
            ("对接编号", 14),
            ("需求编号", 14),
            ("需求", 36),
            ("买方", 28),
            ("供给编号", 14),
            ("供方", 28),
            ("进度", 12),
            ("开始", 17),
            ("买方答复", 17),
            ("最近变化", 17),
            ("结束原因", 16),
            ("结束说明", 30),
            ("版本", 6),
        ),
        rows=_engagements,
    ),
    "quotes": Export(
        title="报价",
        columns=(
            ("对接编号", 14),
            ("需求", 36),
            ("买方", 28),
            ("供方", 28),
            ("第几次", 7),
            ("单价(元)", 12),
            ("计价单位", 9),
            ("含税", 7),
            ("数量", 12),
            ("起订量", 12),
            ("交期(天)", 9),
            ("付款与交货条件", 30),
            ("报价有效期至", 13),
            ("报价时间", 17),
        ),
        rows=_quotes,
    ),
}
