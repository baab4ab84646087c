"""Starting to take a list in, taking it over, dropping it."""

from __future__ import annotations

import datetime as dt
import shutil
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from django.utils import timezone

from chuanzhu_site.accounts import policies as accounts
from chuanzhu_site.accounts.refusals import WrongState
from chuanzhu_site.exchange import job, tasks
from chuanzhu_site.exchange.models import Batch
from chuanzhu_site.web.uploads import UploadError, save_upload

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

    from chuanzhu_site.accounts.models import Enterprise, User

_KEPT: Final = dt.timedelta(days=1)
_SMALL: Final = 40_000
_MOST_AT_ONCE: Final = 5


def start_batch(upload: UploadedFile[Any], *, enterprise: Enterprise, kind: str, actor: User) -> Batch:
    """Take a list to be read; a small one is read at once. Raises UploadError, and keeps nothing then."""
    accounts.may_write(actor, enterprise)
    if sum(batch.is_busy for batch in Batch.objects.visible_to(actor)) >= _MOST_AT_ONCE:
        raise WrongState(f"您已有 {_MOST_AT_ONCE} 份清单在处理;请等一份做完再传")
    batch = Batch(user=actor, enterprise=enterprise, kind=kind, expires_at=timezone.now() + _KEPT)
    try:
        path = save_upload(upload, batch.folder / "list")
    except UploadError:
        shutil.rmtree(batch.folder, ignore_errors=True)
        raise
    batch.name = path.name
    with transaction.atomic():
        batch.save()
        tasks.sweep.using(run_after=batch.expires_at).enqueue()
        if path.stat().st_size > _SMALL:
            tasks.read.enqueue(batch.pk)
    if path.stat().st_size <= _SMALL:
        job.read(batch)
    return batch


@transaction.atomic
def confirm_batch(batch: Batch, *, actor: User, is_submitted: bool, closes_missing: bool) -> Batch:
    """Have a list taken over, once. Raises WrongState where that was asked for before."""
    accounts.may_write(actor, batch.enterprise)
    batch = Batch.objects.select_for_update().get(pk=batch.pk)
    if batch.state != Batch.State.READY:
        raise WrongState(f"这份清单{batch.get_state_display()},不能再确认")
    batch.state, batch.is_submitted, batch.closes_missing = Batch.State.APPLYING, is_submitted, closes_missing
    batch.stage, batch.done, batch.total = "", 0, 0
    batch.save()
    tasks.apply.enqueue(batch.pk)
    return batch


@transaction.atomic
def drop_batch(batch: Batch) -> None:
    """Forget a list. Raises WrongState while it is being taken over."""
    batch = Batch.objects.select_for_update().get(pk=batch.pk)
    if batch.state == Batch.State.APPLYING:
        raise WrongState("这份清单正在写入,不能丢掉")
    batch.remove()
