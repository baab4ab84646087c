"""Which files of a listing or an engagement a person may open, and under which name.

A masked buyer's files could name it: by their own name, by their author, by a stamp on a drawing. So to whom the name
was not revealed a picture that was laid bare goes under a neutral name, and any other file waits for the name.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Q

from chuanzhu_site.market import policies
from chuanzhu_site.market.files import FILE_KINDS, SUFFIXES
from chuanzhu_site.market.lifecycle import Party
from chuanzhu_site.market.models import Attachment, Engagement, Listing

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.contrib.auth.models import AnonymousUser

    from chuanzhu_site.accounts.models import User
    from chuanzhu_site.market.files import FileKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A file as one person sees it: ``can_open`` is false for what waits until the name is revealed."""

    file: Attachment
    name: str
    kind: FileKind
    can_open: bool
    can_remove: bool = False


def files_of_listing(listing: Listing, *, is_named: bool, is_owner: bool) -> list[Shown]:
    """Return the files beside a listing as somebody sees them."""
    return [_shown(one, is_named=is_named, can_remove=is_owner) for one in listing.attachments.all()]


def files_of_engagement(engagement: Engagement, *, is_named: bool, parties: Iterable[Party]) -> list[Shown]:
    """Return the files of an engagement and of its demand as somebody on these sides sees them."""
    rows = Attachment.objects.filter(Q(engagement=engagement) | Q(listing=engagement.demand_id))
    own = set(parties)
    return [
        _shown(one, is_named=is_named, can_remove=one.engagement_id is not None and one.party in own) for one in rows
    ]


def _shown(file: Attachment, *, is_named: bool, can_remove: bool) -> Shown:
    kind = FILE_KINDS[file.kind]
    is_kept_back = not is_named and (file.listing_id is not None or file.party == Party.BUYER)
    name = f"附件-{file.reference[:4]}{kind.suffixes[0]}" if is_kept_back else file.name
    return Shown(file=file, name=name, kind=kind, can_open=file.is_bare or not is_kept_back, can_remove=can_remove)


def opened(user: User | AnonymousUser, reference: str) -> Shown | None:
    """Return a file for somebody who may open it now; None for everybody else, whether it exists or not."""
    rows = Attachment.objects.select_related("listing__enterprise", "engagement__demand__enterprise")
    file = rows.filter(reference=reference).first()
    if file is None or not _is_visible(user, file):
        return None
    listing = file.listing or file.engagement.demand  # type: ignore[union-attr]  # one of the two, by a constraint
    shown = _shown(file, is_named=policies.named_to(user, listing), can_remove=False)
    return shown if shown.can_open else None


def _is_visible(user: User | AnonymousUser, file: Attachment) -> bool:
    """Whoever reads the listing or is in touch over it sees its files; an engagement's are for its sides."""
    if file.engagement:
        return Engagement.objects.visible_to(user).filter(pk=file.engagement.pk).exists()
    in_touch = Engagement.objects.visible_to(user).filter(demand=file.listing_id)
    return Listing.objects.visible_to(user).filter(attachments=file).exists() or in_touch.exists()


def upload_form(address: str, listing: Listing, *, as_owner: bool) -> dict[str, object]:
    """Return what the form for one more file says; ``address`` is empty where a person can give none."""
    return {
        "file_address": address,
        "file_suffixes": SUFFIXES,
        "file_megabytes": settings.LARGEST_UPLOAD // (1024 * 1024),
        "is_masked_here": as_owner and listing.privacy == Listing.Privacy.MASKED,
    }
