"""What the worker does: the job itself, and sweeping up after an hour."""

from __future__ import annotations

import shutil
from pathlib import Path

from django.conf import settings
from django.utils import timezone
from django_tasks import task

from chuanzhu_site.walkin import job
from chuanzhu_site.walkin.models import Visit


@task(queue_name="long")
def work(token: str) -> None:
    """Do a job, unless it was deleted while it waited."""
    visit = Visit.objects.live().filter(pk=token).first()
    if visit:
        job.run(visit)


@task()
def sweep() -> None:
    """Delete every job whose hour is over, and folders that no job owns any more."""
    for visit in Visit.objects.filter(expires_at__lte=timezone.now()):
        visit.remove()
    root = Path(settings.WALKIN_ROOT)
    folders = {folder.name: folder for folder in root.iterdir()} if root.exists() else {}
    owned = set(Visit.objects.filter(pk__in=folders).values_list("pk", flat=True))
    for name, folder in folders.items():
        if name not in owned and _is_old(folder):
            shutil.rmtree(folder, ignore_errors=True)


def _is_old(folder: Path) -> bool:
    """Tell a folder that was left behind from one whose upload is just coming in."""
    return timezone.now().timestamp() - folder.stat().st_mtime > settings.WALKIN_MINUTES * 60
