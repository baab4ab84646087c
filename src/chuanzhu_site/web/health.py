"""What a supervisor asks: is the process alive, can it serve, is all around it well; and what robots are told."""

from __future__ import annotations

import shutil
import time
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpResponse
from django.utils.module_loading import import_string
from django.views.decorators.http import require_safe

if TYPE_CHECKING:
    import threading
    from pathlib import Path

    from django.http import HttpRequest

PULSE_SECONDS: Final = 10
_SILENT_SECONDS: Final = 60
_LEAST_FREE: Final = 300 * 1024 * 1024
_TEXT: Final = "text/plain; charset=utf-8"


@require_safe
def alive(_request: HttpRequest) -> HttpResponse:
    """Answer as long as the process runs."""
    return HttpResponse("ok\n", content_type=_TEXT)


@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """Answer 503 while pages cannot be served; with ``?all`` also while a worker, an index or the disk is not well."""
    found = troubles() if "all" in request.GET else {"database": database()}
    lines = [f"{name}: {trouble}" for name, trouble in found.items() if trouble]
    return HttpResponse("\n".join(lines or ["ok"]) + "\n", status=503 if lines else 200, content_type=_TEXT)


def troubles() -> dict[str, str]:
    """Ask every check of the settings; what it says is empty where all is well."""
    return {name: import_string(path)() for name, path in settings.HEALTH_CHECKS.items()}


def database() -> str:
    """Say whether the database cannot be asked."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        return f"cannot be asked ({type(error).__name__})"
    return ""


def disk() -> str:
    """Say whether the data folder is about to be full."""
    free = shutil.disk_usage(settings.ENVIRONMENT.folder).free
    return f"only {free // 1024**2} MB free in {settings.ENVIRONMENT.folder}" if free < _LEAST_FREE else ""


def workers() -> str:
    """Say which workers on this machine have given no sign of life for a minute."""
    now, silent = time.time(), []
    for queue in settings.TASKS["default"]["QUEUES"]:
        sign = _sign(queue)
        if not sign.exists():
            silent.append(f"{queue} never started")
        elif (age := now - sign.stat().st_mtime) > _SILENT_SECONDS:
            silent.append(f"{queue} silent for {age:.0f} s")
    return ", ".join(silent)


def beat(queue: str, *, until: threading.Event) -> None:
    """Give the sign of life of a worker every ten seconds."""
    sign = _sign(queue)
    sign.parent.mkdir(parents=True, exist_ok=True)
    while True:
        sign.touch()
        if until.wait(PULSE_SECONDS):
            return


def _sign(queue: str) -> Path:
    folder: Path = settings.ENVIRONMENT.folder
    return folder / "pulse" / queue


@require_safe
def robots(_request: HttpRequest) -> HttpResponse:
    """Keep robots away from what is not for them; the pages themselves forbid indexing too."""
    return HttpResponse("User-agent: *\nDisallow: /try/\nDisallow: /accounts/\n", content_type=_TEXT)
