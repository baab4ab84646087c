"""What a supervisor asks: is the process alive, can it serve, and what robots are told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import DatabaseError, connection
from django.http import HttpResponse
from django.views.decorators.http import require_safe

if TYPE_CHECKING:
    from django.http import HttpRequest

_TEXT = "text/plain; charset=utf-8"


@require_safe
def alive(_request: HttpRequest) -> HttpResponse:
    """Answer as long as the process runs."""
    return HttpResponse("ok\n", content_type=_TEXT)


@require_safe
def ready(_request: HttpRequest) -> HttpResponse:
    """Answer 503 while the database cannot be asked."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return HttpResponse("database\n", status=503, content_type=_TEXT)
    return HttpResponse("ok\n", content_type=_TEXT)


@require_safe
def robots(_request: HttpRequest) -> HttpResponse:
    """Keep robots away from what is not for them; the pages themselves forbid indexing too."""
    return HttpResponse("User-agent: *\nDisallow: /try/\nDisallow: /accounts/\n", content_type=_TEXT)
