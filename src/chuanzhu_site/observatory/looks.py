"""From which region a map is looked at, and which other ones can be chosen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chuanzhu.taxonomy.regions import city_of, is_within, region_name, region_path
from chuanzhu_site.observatory import policies

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.contrib.auth.models import AnonymousUser

    from chuanzhu_site.accounts.models import User
    from chuanzhu_site.observatory.atlas import Atlas


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """The region looked at, and the choices: the whole, its cities, the counties of the chosen city, and itself."""

    region: str
    choices: tuple[tuple[str, str], ...]
    refused: str = ""

    @property
    def name(self) -> str:
        """Readable name of the region."""
        return region_name(self.region)


def look_at(atlas: Atlas, user: User | AnonymousUser, wanted: str) -> Look:
    """Return the region that was asked for; one outside the programme's is refused in words, and home taken instead."""
    whole = atlas.programme.region
    refused = ""
    if wanted and not (region_path(wanted) and is_within(wanted, whole)):
        refused = f"“{wanted}”不是{region_name(whole)}里的地区;请从下面的名单里选"
        wanted = ""
    region = wanted or policies.home_of(user, whole)
    codes = list(dict.fromkeys([whole, *_places(atlas, whole, region), region]))
    return Look(region=region, choices=tuple((code, region_name(code)) for code in codes), refused=refused)


def _places(atlas: Atlas, whole: str, region: str) -> Sequence[str]:
    """Return the cities with enterprises inside the whole, and the counties with any in the chosen city."""
    firms = {firm.region for firm in atlas.graph.firms if firm.region and is_within(firm.region, whole)}
    cities = {city_of(code) for code in firms} - {""}
    chosen = city_of(region)
    counties = {code for code in firms if chosen and is_within(code, chosen)} | set(atlas.programme.counties)
    return sorted(cities | counties)
