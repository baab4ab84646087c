"""Lists by industry (分行业发布清单): what specialised firms offer, by industrial chain and by GB/T 4754 division."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.core.cache import cache
from django.db.models import Count, F, Q
from django.db.models.functions import Substr

from chuanzhu.taxonomy.chains import chain_name, chains
from chuanzhu.taxonomy.industries import industries
from chuanzhu_site.market.kinds import KINDS
from chuanzhu_site.market.models import Listing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from django.db.models.expressions import Combinable

    from chuanzhu_site.market.models.listings import ListingSet

DIVISION: Final = 2
_SECONDS_KEPT: Final = 60
_WHO: Final[Mapping[str, tuple[str, Q]]] = {
    "specialised": ("专精特新企业", ~Q(enterprise__tier="")),
    "all": ("全部企业", Q()),
}
WHO: Final[Mapping[str, str]] = {who: name for who, (name, _) in _WHO.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Grouping:
    """One way to part the offers: the column that says where one belongs, the names of the parts, what holds them."""

    title: str
    column: Combinable
    condition: Callable[[str], Q]
    names: Callable[[], Mapping[str, str]]
    section: Callable[[str], str]


GROUPINGS: Final[Mapping[str, Grouping]] = {
    "chain": Grouping(
        title="按产业链",
        column=F("chain"),
        condition=lambda code: Q(chain=code),
        names=lambda: {code: chain_name(code) for code in chains()},
        section=lambda code: chains()[code].cluster,
    ),
    "industry": Grouping(
        title="按行业大类",
        column=Substr("enterprise__industry", 1, DIVISION),
        condition=lambda code: Q(enterprise__industry__startswith=code),
        names=lambda: {code: one.name for code, one in industries().items() if len(code) == DIVISION},
        section=lambda _: "GB/T 4754-2017",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One list: how many offers of how many enterprises it holds, of the specialised ones and of all."""

    code: str
    name: str
    offers: Mapping[str, int]
    firms: Mapping[str, int]

    @property
    def best(self) -> str:
        """The list to lead to: that of the specialised ones, where there is any."""
        return next((who for who in WHO if self.offers[who]), "all")


def offers(who: str) -> ListingSet:
    """Return what enterprises publicly offer under their own name."""
    named = Listing.objects.public().filter(side="supply", privacy=Listing.Privacy.PUBLIC)
    return named.filter(_WHO[who][1])


def _counted(by: str, who: str) -> dict[str, tuple[int, int]]:
    """Count the offers and the enterprises of each part; kept for a minute, since it looks at every offer there is."""
    rows = offers(who).order_by().annotate(part=GROUPINGS[by].column).values_list("part")
    return {
        code: (number, firms) for code, number, firms in rows.annotate(Count("pk"), Count("enterprise", distinct=True))
    }


def parts(by: str) -> dict[str, list[Part]]:
    """Return the lists of a grouping that hold anything, by what holds them."""
    grouping = GROUPINGS[by]
    key = f"catalogue:{by}"
    counted = cache.get(key) or {who: _counted(by, who) for who in WHO}
    cache.set(key, counted, _SECONDS_KEPT)
    found: dict[str, list[Part]] = {}
    for code, name in grouping.names().items():
        if code in counted["all"]:
            numbers = {who: counted[who].get(code, (0, 0)) for who in WHO}
            part = Part(
                code=code,
                name=name,
                offers={who: one[0] for who, one in numbers.items()},
                firms={who: one[1] for who, one in numbers.items()},
            )
            found.setdefault(grouping.section(code), []).append(part)
    return found


def listed(by: str, code: str, *, who: str, kind: str = "") -> ListingSet:
    """Return one list in the order of names; of one kind, where that is known."""
    rows = offers(who).filter(GROUPINGS[by].condition(code))
    rows = rows.filter(kind=kind) if kind in KINDS else rows
    return rows.select_related("enterprise__merged_into").order_by("enterprise__name", "enterprise_id", "pk")


def kinds_in(rows: ListingSet) -> list[tuple[str, str, int]]:
    """Return (code, name, number) of the kinds in a list, in the order of their declarations."""
    counts = dict(rows.order_by().values_list("kind").annotate(Count("pk")))
    return [(code, kind.name, counts[code]) for code, kind in KINDS.items() if code in counts]


def from_after(rows: ListingSet, reference: str) -> ListingSet:
    """Return what stands after a listing in the order of a list; all of it where there is no such listing."""
    last: Iterable[tuple[str, int, int]] = rows.filter(reference=reference).values_list(
        "enterprise__name", "enterprise_id", "pk"
    )
    for name, enterprise, pk in last:
        later = Q(enterprise=enterprise, pk__gt=pk) | Q(enterprise__name=name, enterprise__gt=enterprise)
        return rows.filter(later | Q(enterprise__name__gt=name))
    return rows
