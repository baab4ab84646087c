"""Handing in files and taking them away again."""

from __future__ import annotations

import hashlib
from typing import IO, TYPE_CHECKING, Any, Final

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.db import transaction

from chuanzhu_site.accounts import audit
from chuanzhu_site.accounts import policies as accounts
from chuanzhu_site.accounts.refusals import WrongState, need_reason
from chuanzhu_site.market import policies
from chuanzhu_site.market.actions.engaging import locked
from chuanzhu_site.market.actions.listing import locked_listing
from chuanzhu_site.market.files import FileRefused, bare, checked
from chuanzhu_site.market.lifecycle import ListingState, Party
from chuanzhu_site.market.models import Attachment, Engagement, Listing
from chuanzhu_site.market.screening import why_held
from chuanzhu_site.web.names import safe_name

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

    from chuanzhu_site.accounts.models import User

MOST_FILES: Final = 20
_MEGABYTE: Final = 1024 * 1024
_OVER: Final = frozenset({ListingState.CLOSED})


def attach(thing: Listing | Engagement, *, upload: UploadedFile[Any], actor: User, party: Party) -> Attachment:
    """Take a file for a listing or an engagement. Raises FileRefused with the reason; nothing is kept then."""
    row = _read(upload)
    try:
        with transaction.atomic():
            return _keep(row, thing, actor=actor, party=party)
    except BaseException:
        if row.file and row.pk:
            row.file.delete(save=False)
        raise


def _read(upload: UploadedFile[Any]) -> Attachment:
    """Check a file and return it, not stored yet, with nothing left in a picture but the picture."""
    name = safe_name(upload.name or "", unnamed="附件")
    if not upload.size:
        raise FileRefused(f"“{name}”是空文件;请检查是否保存成功")
    if upload.size > settings.LARGEST_UPLOAD:
        size, most = upload.size / _MEGABYTE, settings.LARGEST_UPLOAD // _MEGABYTE
        raise FileRefused(f"“{name}”有 {size:.0f} MB,每个文件最多 {most} MB;请压缩图片或分成几份")
    if why_held(name):
        raise FileRefused(f"文件名“{name}”里有{why_held(name)};请改名再传")
    file: IO[bytes] = upload.open("rb")
    kind = checked(file, name=name)
    content: bytes = file.read()
    if kind.is_picture:
        content = bare(content, code=kind.code, name=name)
    row = Attachment(name=name, kind=kind.code, size=len(content), is_bare=kind.is_picture)
    row.sha256 = hashlib.sha256(content).hexdigest()
    row.file = ContentFile(content, name=row.reference)
    return row


def _keep(row: Attachment, thing: Listing | Engagement, *, actor: User, party: Party) -> Attachment:
    if isinstance(thing, Listing):
        listing = row.listing = locked_listing(thing)
        policies.may_edit(actor, listing)
        if listing.state in _OVER:
            raise WrongState(f"“{listing}”{listing.get_state_display()},不能再加附件")
        row.party, region = listing.owner_party, listing.enterprise.region
    else:
        row.engagement = locked(thing)
        policies.may_act(actor, row.engagement, party=party)
        row.party, region = party, row.engagement.buyer.region
    of = {"listing": row.listing} if row.listing else {"engagement": row.engagement}
    if Attachment.objects.filter(**of).count() >= MOST_FILES:
        raise WrongState(f"最多 {MOST_FILES} 个附件;请先删去不用的")
    row.by = actor
    row.save()
    audit.record(actor, "attachment.added", row, region=region, kind=row.kind, size=row.size)
    return row


@transaction.atomic
def detach(attachment: Attachment, *, actor: User, reason: str = "") -> None:
    """Take a file away: who gave it, or with a reason an officer of the listing's region."""
    rows = Attachment.objects.select_for_update(of=("self",))
    row = rows.select_related("listing__enterprise", "engagement__demand__enterprise").get(pk=attachment.pk)
    listing = row.listing or row.engagement.demand  # type: ignore[union-attr]  # one of the two, by a constraint
    if not _gave(row, actor):
        accounts.may_review(actor, listing.enterprise.region)
        reason = need_reason(reason, of="删除别人的附件")
    audit.record(actor, "attachment.removed", row, region=listing.enterprise.region, reason=reason)
    storage, name = row.file.storage, str(row.file.name)
    row.delete()
    transaction.on_commit(lambda: storage.delete(name))


def _gave(row: Attachment, actor: User) -> bool:
    if row.listing:
        return policies.can_edit(actor, row.listing)
    try:
        policies.may_act(actor, row.engagement, party=Party(row.party))  # type: ignore[arg-type]  # as above
    except PermissionDenied:
        return False
    return True
