"""Starting a job, finishing it, and taking everything away."""

from __future__ import annotations

import datetime as dt
import shutil
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from chuanzhu.tables.samples import DEMO_DAY, demo_list
from chuanzhu_site.walkin import tasks
from chuanzhu_site.walkin.models import Visit
from chuanzhu_site.web.uploads import UploadError, save_upload

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

SIDES: Final = ("supply", "demand")
_SAMPLES: Final = {"supply": "示例供给清单.csv", "demand": "示例需求清单.csv"}


def start_visit(supply: UploadedFile[Any], demand: UploadedFile[Any]) -> Visit:
    """Take two lists and put the job in the queue. Raises UploadError, and keeps nothing then."""
    visit = _new_visit(today=timezone.localdate())
    try:
        for side, upload in zip(SIDES, (supply, demand), strict=True):
            save_upload(upload, visit.folder / side)
    except UploadError:
        shutil.rmtree(visit.folder, ignore_errors=True)
        raise
    return _enqueue(visit)


def start_sample() -> Visit:
    """Do the job on the lists that come with the library; its demands are illustrative and say so."""
    visit = _new_visit(today=DEMO_DAY)
    visit.is_sample = True
    for side, name in _SAMPLES.items():
        (visit.folder / side).mkdir(parents=True)
        with demo_list(side) as source:
            shutil.copy(source, visit.folder / side / name)
    return _enqueue(visit)


def _new_visit(*, today: dt.date) -> Visit:
    return Visit(today=today, expires_at=timezone.now() + dt.timedelta(minutes=settings.WALKIN_MINUTES))


def _enqueue(visit: Visit) -> Visit:
    """Save the job, its work and its end together: what is taken in is also taken away."""
    with transaction.atomic():
        visit.save()
        tasks.work.enqueue(visit.token)
        tasks.sweep.using(run_after=visit.expires_at).enqueue()
    return visit
