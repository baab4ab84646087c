"""Facets: by what a search is narrowed, and how many there are of each.

A listing counts under what its page shows to everybody and nothing else: a masked one has no tier and no region but
the one it states itself, or who counts with one facet after the other could tell whose it is.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db.models import Case, F, Q, Value, When

from chuanzhu.taxonomy.certificates import certificate_name
from chuanzhu.taxonomy.chains import chain_name, chains
from chuanzhu.taxonomy.regions import region_name, region_path
from chuanzhu_site.accounts.models import Enterprise
from chuanzhu_site.accounts.regions import within
from chuanzhu_site.market.kinds import KINDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from django.db.models.expressions import Combinable

_MASKED: Final = Q(privacy="masked")
_UNPLACED: Final = Q(region="") & ~_MASKED
_MOST: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One value that a facet offers: its name, how many there are, and whether it is the chosen one."""

    value: str
    name: str
    number: int
    is_chosen: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """One way to narrow a search.

    ``column`` is what a listing says of it in the database, ``condition`` keeps the listings of a value, ``values``
    are all values that one listing's column counts for, ``name`` says a value, ``has`` tells whether there is such a
    value, and ``offered`` picks those worth showing, given the chosen one.
    """

    code: str
    title: str
    column: Combinable
    condition: Callable[[str], Q]
    values: Callable[[str], Iterable[str]]
    name: Callable[[str], str]
    has: Callable[[str], bool]
    offered: Callable[[Mapping[str, int], str], list[str]]

    def choices(self, counts: Iterable[tuple[str, int]], *, chosen: str) -> list[Choice]:
        """Return what to offer, given how many listings say what."""
        total: Counter[str] = Counter()
        for raw, number in counts:
            for value in self.values(raw):
                total[value] += number
        shown = self.offered(total, chosen)
        return [
            Choice(value=value, name=self.name(value), number=total[value], is_chosen=value == chosen)
            for value in dict.fromkeys([*shown, *([chosen] if chosen else [])])
        ]


def _itself(raw: str) -> tuple[str, ...]:
    return (raw,) if raw else ()


def _codes(raw: str) -> tuple[str, ...]:
    return tuple(code for code in raw.split(";") if code)


def _most(total: Mapping[str, int], _chosen: str) -> list[str]:
    return sorted(total, key=lambda value: (-total[value], value))[:_MOST]


def _in_order(order: Callable[[], Iterable[str]]) -> Callable[[Mapping[str, int], str], list[str]]:
    return lambda total, _: [value for value in order() if value in total]


def _regions(total: Mapping[str, int], chosen: str) -> list[str]:
    """Offer the way down to the chosen region, and what lies in it; a level with one region only is passed over."""
    path = list(region_path(chosen))
    below = _inside(total, path)
    while len(below) == 1:
        path.append(below[0])
        below = _inside(total, path)
    return [*(code for code in path if code in total), *sorted(below, key=lambda code: (-total[code], code))[:_MOST]]


def _inside(codes: Iterable[str], path: list[str]) -> list[str]:
    return [code for code in codes if region_path(code)[:-1] == tuple(path)]


_TIERS: Final = {value: label for value, label in Enterprise.Tier.choices if value}

FACETS: Final = (
    Facet(
        code="kind",
        title="类别",
        column=F("kind"),
        condition=lambda value: Q(kind=value),
        values=_itself,
        name=lambda value: KINDS[value].name,
        has=lambda value: value in KINDS,
        offered=_in_order(lambda: KINDS),
    ),
    Facet(
        code="chain",
        title="产业链",
        column=F("chain"),
        condition=lambda value: Q(chain=value),
        values=_itself,
        name=chain_name,
        has=lambda value: value in chains(),
        offered=_most,
    ),
    Facet(
        code="region",
        title="地区",
        column=Case(
            When(~Q(region=""), then=F("region")), When(_MASKED, then=Value("")), default=F("enterprise__region")
        ),
        condition=lambda value: (
            within("region", value) | (Q(region="") & ~_MASKED & within("enterprise__region", value))
        ),
        values=region_path,
        name=region_name,
        has=lambda value: bool(region_path(value)),
        offered=_regions,
    ),
    Facet(
        code="tier",
        title="梯度",
        column=Case(When(_MASKED, then=Value("")), default=F("enterprise__tier")),
        condition=lambda value: ~_MASKED & Q(enterprise__tier=value),
        values=_itself,
        name=lambda value: _TIERS[value],
        has=lambda value: value in _TIERS,
        offered=_in_order(lambda: reversed(_TIERS)),
    ),
    Facet(
        code="certificate",
        title="资质",
        column=F("certified"),
        condition=lambda value: Q(certified__contains=f";{value};"),
        values=_codes,
        name=certificate_name,
        has=lambda value: ";" not in value,
        offered=_most,
    ),
)
