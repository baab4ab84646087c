"""What is asked of the search, as it stands in the page's address."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from chuanzhu.text import fold
from chuanzhu_site.market.kinds import KINDS, Side
from chuanzhu_site.market.search.facets import FACETS

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST_WORDS: Final = 200
_LONGEST_VALUE: Final = 40
_SIDES: Final[Mapping[str, Side]] = {"supply": "supply", "demand": "demand"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Words, a side, and at most one value a facet; ``after`` is the last listing of the page before."""

    words: str = ""
    side: Side = "supply"
    chosen: Mapping[str, str] = field(default_factory=dict)
    after: str = ""

    @property
    def facets(self) -> dict[str, str]:
        """The side and the chosen values, as a saved search keeps them."""
        return {"side": self.side, **self.chosen}

    def query(self, **others: str) -> str:
        """Return the address's query: this search from its beginning, with some values replaced, or "" to drop one."""
        values = {"q": self.words, **self.facets, **others}
        return urlencode({name: value for name, value in values.items() if value})

    def without(self, code: str) -> Asked:
        """Return the same search without one facet's value."""
        kept = {name: value for name, value in self.chosen.items() if name != code}
        return replace(self, chosen=kept, after="")


def read_asked(values: Mapping[str, str]) -> Asked:
    """Read an address; what it does not know is passed over, as addresses are typed and kept for years.

    >>> read_asked({"q": " 铸钢车轮 ", "side": "neither", "tier": "giant", "page": "x"}).query()
    'q=%E9%93%B8%E9%92%A2%E8%BD%A6%E8%BD%AE&side=supply&tier=giant'
    """
    words = " ".join(fold(values.get("q", "")).replace("\0", "").split())[:LONGEST_WORDS]
    side = _SIDES.get(values.get("side", ""), "supply")
    given = {facet.code: values.get(facet.code, "")[:_LONGEST_VALUE] for facet in FACETS}
    chosen = {facet.code: given[facet.code] for facet in FACETS if given[facet.code] and facet.has(given[facet.code])}
    if "kind" in chosen and KINDS[chosen["kind"]].side != side:
        del chosen["kind"]
    return Asked(
        words=words, side=side, chosen=chosen, after=values.get("after", "").replace("\0", "")[:_LONGEST_VALUE]
    )
