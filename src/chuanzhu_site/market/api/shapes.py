"""How things look in answers. A masked owner is left out here, once, for every operation."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, Literal

from ninja import Schema
from pydantic import Field

from chuanzhu_site.market import policies
from chuanzhu_site.market.api.routes import OneOf
from chuanzhu_site.market.kinds import KINDS
from chuanzhu_site.market.readiness import readiness
from chuanzhu_site.market.references import LENGTH

if TYPE_CHECKING:
    from collections.abc import Container, Iterable

    from chuanzhu_site.accounts.models import Enterprise, User
    from chuanzhu_site.market.models import Listing

Reference = Annotated[str, Field(pattern=rf"^[0-9a-z]{{{LENGTH}}}$", examples=["abcdefgh2345"], description="编号")]
KindCode = Annotated[str, OneOf(KINDS)]


class Firm(Schema):
    """An enterprise by name."""

    id: int
    name: str


class Part(Schema):
    """One thing that was understood: what it is, and its value."""

    name: str
    value: str


class Brief(Schema):
    """A listing in one line."""

    reference: str
    side: Literal["supply", "demand"]
    kind: str
    title: str
    state: str
    enterprise: Annotated[Firm | None, Field(description="隐藏名称时为 null")]
    illustrative: Annotated[bool, Field(description="演示用的示例,不是真实需求")]


class ListingShape(Brief):
    """A listing as everybody may read it."""

    text: str
    quantity: str
    place: str
    region: str
    certificates: str
    due: dt.date | None
    attributes: dict[str, Any]
    understood: list[Part]
    privacy: str
    opened_at: dt.datetime | None
    expires_on: dt.date | None


class OwnListing(ListingShape):
    """A listing as its own people read it; ``version`` is asked for with an edit."""

    version: int
    value: Decimal | None
    readiness: int
    missing: list[str]
    held_for: str


_BRIEF = ("reference", "side", "kind", "state")
_PLAIN = ("text", "quantity", "place", "region", "certificates", "due", "attributes", "privacy", "opened_at")


def show_firm(enterprise: Enterprise) -> dict[str, Any]:
    """Return an enterprise by name, by the record that stands for it."""
    return {"id": enterprise.merged_into_id or enterprise.pk, "name": enterprise.name}


def show_brief(listing: Listing, *, named: Container[int]) -> dict[str, Any]:
    """Return a listing in one line; ``named`` are those whose owner the caller may know."""
    return {
        **{name: getattr(listing, name) for name in _BRIEF},
        "title": str(listing),
        "enterprise": show_firm(listing.enterprise) if listing.pk in named else None,
        "illustrative": listing.is_illustrative,
    }


def show_listings(rows: Iterable[Listing], user: User) -> list[dict[str, Any]]:
    """Return listings as everybody may read them."""
    listings = list(rows)
    named = policies.named_among(user, listings)
    return [_public(listing, named=named) for listing in listings]


def show_listing(listing: Listing, user: User) -> dict[str, Any]:
    """Return one listing, with what only its own people know where the caller is one of them."""
    shown = _public(listing, named=policies.named_among(user, [listing]))
    if not policies.can_edit(user, listing):
        return shown
    ready = readiness(listing)
    return {
        **shown,
        **{name: getattr(listing, name) for name in ("version", "value", "held_for")},
        "readiness": ready.points,
        "missing": [one.name for one in ready.missing],
    }


def _public(listing: Listing, *, named: Container[int]) -> dict[str, Any]:
    return {
        **show_brief(listing, named=named),
        **{name: getattr(listing, name) for name in _PLAIN},
        "expires_on": listing.expires_on,
        "understood": [{"name": name, "value": value} for name, value in listing.understood.get("parts", ())],
    }
