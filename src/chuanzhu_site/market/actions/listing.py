"""Writing, submitting, reviewing, closing and renewing listings."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from django.utils import timezone

from chuanzhu.tables.fields import certificates_of
from chuanzhu_site.accounts import audit
from chuanzhu_site.accounts import policies as accounts
from chuanzhu_site.accounts.models import Verification
from chuanzhu_site.accounts.refusals import StaleForm, WrongState, need_reason
from chuanzhu_site.market import bridge, policies, tasks
from chuanzhu_site.market.heralding import tell_invited
from chuanzhu_site.market.lifecycle import LISTING_MOVES, ListingState, Party, require_move
from chuanzhu_site.market.models import Listing, ListingEvent
from chuanzhu_site.market.models.listings import SHOWN
from chuanzhu_site.market.readiness import readiness
from chuanzhu_site.market.screening import why_held
from chuanzhu_site.market.telling import tell_enterprise

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chuanzhu_site.accounts.models import Enterprise, User

DAYS_SHOWN: Final = 90
RENEWABLE_DAYS: Final = 14
EDITED: Final = ("title", "text", "quantity", "place", "certificates", "due", "attributes", "value", "privacy")
EDITABLE: Final = frozenset({ListingState.DRAFT, ListingState.OPEN, ListingState.MATCHED})


@transaction.atomic
def save_listing(listing: Listing, *, values: Mapping[str, Any], actor: User, version: int | None = None) -> Listing:
    """Write a new listing, or an edited one. Raises StaleForm where another edit came first.

    What is changed after publication is read and screened anew: text that now needs a look goes back to review.
    """
    is_new = listing.pk is None
    if not is_new:
        listing = locked_listing(listing)
    policies.may_edit(actor, listing)
    if listing.state not in EDITABLE:
        raise WrongState(f"“{listing}”{listing.get_state_display()},不能修改;请先撤回或续期")
    if not is_new and version != listing.version:
        raise StaleForm("这条信息刚刚被别人改过,您的修改没有保存;请刷新页面,在最新内容上再改")
    before = {name: getattr(listing, name) for name in EDITED}
    for name in EDITED:
        setattr(listing, name, values.get(name, before[name]))
    read_listing(listing)
    listing.author = actor if is_new else listing.author
    listing.version += not is_new
    listing.save()
    changes = {
        name: [str(before[name]), str(getattr(listing, name))]
        for name in EDITED
        if before[name] != getattr(listing, name)
    }
    _note(listing, "write" if is_new else "edit", actor=actor, source=listing.state, changes=changes)
    if listing.state in SHOWN and not (changes and look_again(listing, actor=actor)):
        tasks.match_listing.enqueue(listing.pk)
    return listing


def look_again(listing: Listing, *, actor: User) -> bool:
    """Take a shown listing back to review where its text or who changed it calls for that; tell whether it was."""
    listing.held_for = held_words(listing)
    if not listing.held_for and goes_public(listing, actor=actor):
        return False
    reason = f"修改后的文字含有{listing.held_for}" if listing.held_for else "修改后要重新审核"
    apply_move(listing, "hold", actor=None, by=Party.SYSTEM, reason=reason)
    return True


def read_listing(listing: Listing) -> None:
    """Keep what the library understands, and what follows from it."""
    listing.side = listing.declared.side
    if listing.side == "demand":
        need = bridge.need_of(listing)
        listing.understood = bridge.understood(need)
        listing.title = listing.title or need.wanted[:120]
        listing.chain = bridge.chain_of(need.wanted)
        listing.certified = bridge.codes_of(need.certificates)
    else:
        listing.understood = {}
        listing.region = bridge.region_of(listing.place)
        listing.chain = bridge.chain_of(listing.title)
        listing.certified = bridge.codes_of(certificates_of(listing.certificates))
    listing.readiness = readiness(listing).points


def held_words(listing: Listing) -> str:
    """Return what in the public text has to be looked at first; empty where nothing has."""
    own = listing.enterprise if listing.privacy == Listing.Privacy.MASKED else None
    return why_held("\n".join(listing.public_texts), own=own)


def goes_public(listing: Listing, *, actor: User) -> bool:
    """Tell whether what this person writes needs no officer: a publisher's, for an enterprise that was verified."""
    return accounts.is_member(actor, listing.enterprise, roles=accounts.PUBLISHERS) and _is_verified(listing.enterprise)


@transaction.atomic
def submit_listing(listing: Listing, *, actor: User) -> Listing:
    """Submit a draft. It opens at once where a publisher of a verified enterprise submits and nothing is held."""
    listing = locked_listing(listing)
    policies.may_edit(actor, listing)
    _require_complete(listing)
    listing.held_for = held_words(listing)
    apply_move(listing, "submit", actor=actor, by=listing.owner_party)
    if not listing.held_for and goes_public(listing, actor=actor):
        apply_move(listing, "publish", actor=None, by=Party.SYSTEM)
    return listing


def _require_complete(listing: Listing) -> None:
    lacking = [one.name for one in listing.declared.attributes if one.is_required and not listing.answer(one.code)]
    if lacking:
        raise WrongState(f"还没有填{'、'.join(lacking)};填好再提交")


def _is_verified(enterprise: Enterprise) -> bool:
    return enterprise.verifications.filter(what=Verification.What.IDENTITY, revoked_at=None).exists()


@transaction.atomic
def move_listing(listing: Listing, act: str, *, actor: User, reason: str = "") -> Listing:
    """Withdraw one's own submission, or reopen; or, as an officer of its region, publish, return or hold it."""
    listing = locked_listing(listing)
    by = Party.OFFICER if LISTING_MOVES[act].by & {Party.OFFICER} else listing.owner_party
    if by == Party.OFFICER:
        accounts.may_review(actor, listing.enterprise.region)
    else:
        policies.may_edit(actor, listing)
    event = apply_move(listing, act, actor=actor, by=by, reason=reason)
    if by == Party.OFFICER:
        sentence = f"“{listing}”:{LISTING_MOVES[act].name}{f',{event.reason}' if event.reason else ''}"
        key = f"listing-event:{event.pk}"
        tell_enterprise(listing.enterprise, key=key, text=sentence, address=listing.get_absolute_url())
    return listing


@transaction.atomic
def close_listing(listing: Listing, *, actor: User, reason: str) -> Listing:
    """Close one's own listing, or as an officer one of the region."""
    listing = locked_listing(listing)
    is_own = accounts.is_member(actor, listing.enterprise, roles=accounts.PUBLISHERS)
    if not is_own:
        accounts.may_review(actor, listing.enterprise.region)
    by = listing.owner_party if is_own else Party.OFFICER
    apply_move(listing, "close", actor=actor, by=by, reason=reason)
    return listing


@transaction.atomic
def renew_listing(listing: Listing, *, actor: User) -> Listing:
    """Show a listing as long as a new one: one that expired is opened again, one that is about to stays as it is."""
    listing = locked_listing(listing)
    accounts.may_publish(actor, listing.enterprise)
    if listing.state not in SHOWN:
        apply_move(listing, "renew", actor=actor, by=listing.owner_party)
        return listing
    if not is_expiring(listing, on=timezone.localdate()):
        raise WrongState(f"“{listing}”{listing.expires_on} 才到期;到期前 {RENEWABLE_DAYS} 天内才要续期")
    listing.expires_on = timezone.localdate() + dt.timedelta(days=DAYS_SHOWN)
    listing.save()
    _note(listing, "renew", actor=actor, source=listing.state)
    return listing


def is_expiring(listing: Listing, *, on: dt.date) -> bool:
    """Tell whether a listing that is shown ceases to be so within days."""
    last = on + dt.timedelta(days=RENEWABLE_DAYS)
    return listing.state in SHOWN and bool(listing.expires_on and listing.expires_on <= last)


def locked_listing(listing: Listing) -> Listing:
    """Lock a listing for the rest of the transaction and return it as it stands now."""
    return Listing.objects.select_for_update(of=("self",)).select_related("enterprise").get(pk=listing.pk)


def apply_move(listing: Listing, act: str, *, actor: User | None, by: Party, reason: str = "") -> ListingEvent:
    """Make a move of the table on a locked listing, and return its entry in the history.

    What begins or ceases to be shown is matched anew, by a task queued in the same transaction: neither is there
    without the other.
    """
    move = require_move(LISTING_MOVES, act, ListingState(listing.state), by=by)
    stated = need_reason(reason, of=move.name) if move.needs_reason else reason
    source, listing.state = listing.state, ListingState(move.target)
    listing.next_on = listing.escalated_at = None
    if listing.state == ListingState.OPEN and source != ListingState.MATCHED:
        listing.opened_at = timezone.now()
        listing.expires_on = timezone.localdate() + dt.timedelta(days=DAYS_SHOWN)
        listing.held_for = ""
    listing.save()
    if (source in SHOWN) != (listing.state in SHOWN):
        tasks.match_listing.enqueue(listing.pk)
        tell_invited(listing)
    return _note(listing, act, actor=actor, source=source, reason=stated)


def _note(
    listing: Listing, act: str, *, actor: User | None, source: str, reason: str = "", changes: object = None
) -> ListingEvent:
    audit.record(actor, f"listing.{act}", listing, region=listing.enterprise.region, reason=reason)
    return ListingEvent.objects.create(
        listing=listing, act=act, actor=actor, source=source, target=listing.state, reason=reason, changes=changes or {}
    )
