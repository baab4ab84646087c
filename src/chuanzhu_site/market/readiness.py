"""How ready a listing is to be found and answered: points for what its kind asks for, and what is still missing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chuanzhu_site.market.kinds import Attribute
    from chuanzhu_site.market.models import Listing

_FOUND_IN_TEXT = {"quantity": "数量", "place": "地区", "certificates": "资质", "due": "期限"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """Points out of 100, and the attributes that would add more, the most valuable first."""

    points: int
    missing: tuple[Attribute, ...]

    @property
    def advice(self) -> str:
        """What to add, in one sentence; empty where nothing is missing."""
        return f"还缺:{'、'.join(attribute.name for attribute in self.missing)}" if self.missing else ""


def readiness(listing: Listing) -> Readiness:
    """Add up what was filled in; what the text already says in the library's reading counts as filled in."""
    told = {name for name, _ in listing.understood.get("parts", ())}
    filled = {
        attribute.code
        for attribute in listing.declared.attributes
        if listing.answer(attribute.code) or _FOUND_IN_TEXT.get(attribute.code) in told
    }
    asked = listing.declared.attributes
    missing = sorted((one for one in asked if one.code not in filled), key=lambda one: -one.worth)
    return Readiness(points=sum(one.worth for one in asked if one.code in filled), missing=tuple(missing))
