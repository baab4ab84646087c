"""Where rows become the library's records, and its words come back. The only place."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from django.utils import timezone

from chuanzhu import Answer, Demand, Reason, Supply
from chuanzhu import Match as Found
from chuanzhu.matching.needs import read_need
from chuanzhu.matching.products import read_product
from chuanzhu.quantity import QuantityError, parse_quantity
from chuanzhu.tables.fields import certificates_of
from chuanzhu.tables.wording import SPAN_NAMES, understood_parts
from chuanzhu.taxonomy.lexicon import bundled_lexicon
from chuanzhu.taxonomy.regions import RegionError, parse_region_wish, resolve_region

if TYPE_CHECKING:
    import datetime as dt

    from chuanzhu.model import Need, Quantity, RegionWish
    from chuanzhu_site.market.models import Listing, Match

_LONGEST: Final = 4000
_CODE, _CODES = 40, 390


def supply_of(listing: Listing) -> Supply:
    """Return a supply listing as the matcher takes it; what cannot be read is left out, never guessed."""
    return Supply(
        id=listing.reference,
        enterprise=listing.enterprise.name,
        product=listing.title,
        description=listing.text,
        capacity=_quantity(listing.quantity),
        region=listing.region or listing.enterprise.region,
        certificates=certificates_of(listing.certificates) if listing.certificates else None,
        uscc=listing.enterprise.uscc or "",
        valid_until=listing.due,
    )


def demand_of(listing: Listing) -> Demand:
    """Return a demand listing as the matcher takes it, without the buyer: no answer may carry a masked name."""
    return Demand(
        id=listing.reference,
        text=listing.text,
        quantity=_quantity(listing.quantity),
        region=_wish(listing.place),
        certificates=certificates_of(listing.certificates) if listing.certificates else (),
        deadline=listing.due,
    )


def filed(listing: Listing) -> Supply:
    """Return a listing as it stands in the index of its kind: a demand by its words only, without its buyer."""
    if listing.side == "supply":
        return supply_of(listing)
    return Supply(id=listing.reference, enterprise="", product=listing.title, description=listing.text)


def _quantity(text: str) -> Quantity | None:
    try:
        return parse_quantity(text) if text else None
    except QuantityError:
        return None


def _wish(text: str) -> RegionWish | None:
    try:
        wish = parse_region_wish(text) if text else None
    except RegionError:
        return None
    return wish if wish and (wish.codes or wish.excluded) else None


def home_of(listing: Listing) -> str:
    """Return what 本省 and 本市 mean in a listing: of a masked one the province only, or the words would unmask it."""
    region: str = listing.enterprise.region
    return region if listing.privacy != listing.Privacy.MASKED or not region else f"{region[:2]}0000"


def region_of(place: str) -> str:
    """Return the GB/T 2260 code of a supply's place; empty where the words name none or several."""
    try:
        return resolve_region(place) if place else ""
    except RegionError:
        return ""


def chain_of(name: str) -> str:
    """Return the short name of the chain that a named thing belongs to; empty where the lexicon does not know it."""
    lexicon = bundled_lexicon()
    read = read_product(name, lexicon)
    sure = max((read.heads or read.qualifiers).items(), key=lambda pair: pair[1], default=None)
    chains = lexicon.concepts[sure[0]].chains if sure else ()
    return chains[0] if chains else ""


def codes_of(certificates: tuple[str, ...]) -> str:
    """Return certificate codes as they are stored to be found by: each between semicolons.

    >>> codes_of(("IATF16949", "ISO9001"))
    ';IATF16949;ISO9001;'
    """
    kept = [code for code in dict.fromkeys(certificates) if ";" not in code and len(code) <= _CODE]
    while len(";".join(kept)) > _CODES:
        kept.pop()
    return f";{';'.join(kept)};" if kept else ""


def need_of(listing: Listing, *, today: dt.date | None = None) -> Need:
    """Return what is understood of a demand listing."""
    day = today or timezone.localdate()
    return read_need(demand_of(listing), lexicon=bundled_lexicon(), today=day, home=home_of(listing))


def understood(need: Need) -> dict[str, Any]:
    """Return what was understood for the page: (name, value) parts, and the text cut where something was found."""
    text, at, pieces = need.demand.text[:_LONGEST], 0, []
    for span in need.spans:
        pieces += [
            (text[at : span.start], "", ""),
            (text[span.start : span.end], span.kind, SPAN_NAMES.get(span.kind, "")),
        ]
        at = span.end
    pieces.append((text[at:], "", ""))
    parts = [list(part) for part in understood_parts(need)]
    return {"parts": parts, "pieces": [list(piece) for piece in pieces if piece[0]], "wanted": need.wanted}


def reasons_of(match: Found) -> list[dict[str, Any]]:
    """Return a match's reasons for storage; their points sum to its score."""
    names = ("code", "points", "text", "asked", "offered")
    return [{name: getattr(reason, name) for name in names} for reason in match.reasons]


def answer_of(match: Match, *, is_named: bool) -> Answer:
    """Return a stored match as the matcher's answer to its demand, the supplier's name only where it may be known."""
    need, supply = need_of(match.demand), supply_of(match.supply)
    shown = supply if is_named else replace(supply, enterprise="企业名称隐藏", uscc="")
    reasons = tuple(Reason(**reason) for reason in match.reasons)
    return Answer(need=need, matches=(Found(need=need, supply=shown, reasons=reasons),))
