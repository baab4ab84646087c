"""Bringing a list in: all its good rows in one transaction, few statements however many rows there are."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from django.utils import timezone

from chuanzhu_site.accounts import audit
from chuanzhu_site.accounts import policies as accounts
from chuanzhu_site.market import tasks
from chuanzhu_site.market.actions.listing import (
    DAYS_SHOWN,
    EDITABLE,
    EDITED,
    goes_public,
    held_words,
    look_again,
    read_listing,
)
from chuanzhu_site.market.kinds import COMMON
from chuanzhu_site.market.lifecycle import LISTING_MOVES, ListingState, require_move
from chuanzhu_site.market.models import Listing, ListingEvent
from chuanzhu_site.market.models.listings import SHOWN

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from chuanzhu_site.accounts.models import Enterprise, User

_AT_ONCE: Final = 500
_CLOSED: Final = "清单里写明关闭"


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """What a list says of a listing that is there: new values by attribute, or that it is to be closed.

    ``version`` is that of the listing when the list was exported.
    """

    reference: str
    version: int
    values: Mapping[str, Any]
    is_closed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What was done: how many listings are new, changed and closed, how many of the new wait for review.

    ``passed_over`` are the references of those that somebody else changed or moved meanwhile.
    """

    new: int
    waiting: int
    changed: int
    closed: int
    passed_over: tuple[str, ...]


def draft_of(kind: str, enterprise: Enterprise, *, values: Mapping[str, Any], actor: User) -> Listing:
    """Return a listing of a list's row, read and not yet stored."""
    listing = Listing(kind=kind, enterprise=enterprise, author=actor, origin=Listing.Origin.IMPORT)
    _fill(listing, values)
    read_listing(listing)
    return listing


def _fill(listing: Listing, values: Mapping[str, Any]) -> None:
    special = dict(listing.attributes)
    for code, value in values.items():
        if code in COMMON or code in {"value", "privacy"}:
            setattr(listing, code, value)
        elif value in {None, ""}:
            special.pop(code, None)
        else:
            special[code] = value
    listing.attributes = special


@transaction.atomic
def import_listings(
    enterprise: Enterprise, *, drafts: Sequence[Listing], edits: Sequence[Edit], actor: User, is_submitted: bool
) -> Imported:
    """Store a list's new rows and edits together, or none of them; matching follows piece by piece.

    New rows that are submitted open at once under the same conditions as a single one. What was changed since the list
    was exported is passed over and named.
    """
    accounts.may_write(actor, enterprise)
    now = timezone.now()
    is_open = goes_public(Listing(enterprise=enterprise), actor=actor)
    for draft in drafts:
        _settle(draft, is_submitted=is_submitted, is_open=is_open, now=now)
    Listing.objects.bulk_create(drafts, batch_size=_AT_ONCE)
    events = [_event(draft, "import", actor=actor, source="") for draft in drafts]
    done, passed_over = [], []
    for edit, listing in _locked(enterprise, edits):
        made = listing and _apply(edit, listing, actor=actor, now=now)
        if made:
            done.append(made)
        else:
            passed_over.append(edit.reference)
    ListingEvent.objects.bulk_create([*events, *done], batch_size=_AT_ONCE)
    imported = Imported(
        new=len(drafts),
        waiting=sum(draft.state == ListingState.SUBMITTED for draft in drafts),
        changed=sum(one.act == "edit" for one in done),
        closed=sum(one.act == "close" for one in done),
        passed_over=tuple(passed_over),
    )
    counts = {"new": imported.new, "changed": imported.changed, "closed": imported.closed}
    audit.record(actor, "listings.imported", enterprise, region=enterprise.region, **counts)
    tasks.catch_up.enqueue()
    return imported


def _settle(draft: Listing, *, is_submitted: bool, is_open: bool, now: dt.datetime) -> None:
    """Give a new row the state that a single listing would have after it was submitted."""
    if not is_submitted:
        return
    draft.held_for = held_words(draft)
    draft.state = ListingState.OPEN if is_open and not draft.held_for else ListingState.SUBMITTED
    if draft.state == ListingState.OPEN:
        draft.opened_at, draft.match_due_at = now, now
        draft.expires_on = timezone.localdate(now) + dt.timedelta(days=DAYS_SHOWN)


def _locked(enterprise: Enterprise, edits: Sequence[Edit]) -> Iterator[tuple[Edit, Listing | None]]:
    """Lock what is to be edited, in the order of keys, so that two lists at once wait for each other."""
    for start in range(0, len(edits), _AT_ONCE):
        some = edits[start : start + _AT_ONCE]
        rows = Listing.objects.select_for_update(of=("self",)).select_related("enterprise").order_by("pk")
        known = {one.reference: one for one in rows.filter(reference__in=[edit.reference for edit in some])}
        for edit in some:
            found = known.get(edit.reference)
            yield edit, found if found and found.enterprise.standing == enterprise.standing else None


def _apply(edit: Edit, listing: Listing, *, actor: User, now: dt.datetime) -> ListingEvent | None:
    """Make one edit; None where the listing is not what it was when the list was made."""
    if listing.version != edit.version:
        return None
    if edit.is_closed:
        return _close(listing, actor=actor, now=now)
    if listing.state not in EDITABLE:
        return None
    before = {name: getattr(listing, name) for name in EDITED}
    _fill(listing, edit.values)
    read_listing(listing)
    listing.version += 1
    listing.match_due_at = now if listing.state in SHOWN else listing.match_due_at
    listing.save()
    if listing.state in SHOWN:
        look_again(listing, actor=actor)
    after = {name: getattr(listing, name) for name in EDITED}
    changes = {name: [str(before[name]), str(after[name])] for name in EDITED if before[name] != after[name]}
    return _event(listing, "edit", actor=actor, source=listing.state, changes=changes)


def _close(listing: Listing, *, actor: User, now: dt.datetime) -> ListingEvent | None:
    if listing.state not in LISTING_MOVES["close"].sources:
        return None
    accounts.may_publish(actor, listing.enterprise)
    require_move(LISTING_MOVES, "close", ListingState(listing.state), by=listing.owner_party)
    source, listing.state, listing.match_due_at = listing.state, ListingState.CLOSED, now
    listing.save()
    return _event(listing, "close", actor=actor, source=source, reason=_CLOSED)


def _event(
    listing: Listing, act: str, *, actor: User, source: str, reason: str = "", changes: object = None
) -> ListingEvent:
    return ListingEvent(
        listing=listing, act=act, actor=actor, source=source, target=listing.state, reason=reason, changes=changes or {}
    )
