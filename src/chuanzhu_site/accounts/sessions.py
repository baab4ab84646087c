"""Signing people out who have gone away."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

_REMEMBERED: Final = "seen"
_EVERY_SECONDS: Final = 60


class IdleTimeout:
    """Prolongs a session while it is used, by writing it at most once a minute.

    Sessions end ``SESSION_COOKIE_AGE`` after they were last written; writing at each request would double the writes.
    """

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self._answer: Final = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer a request."""
        response = self._answer(request)
        session, now = request.session, int(time.time())
        if session.accessed and not session.is_empty() and now - session.get(_REMEMBERED, 0) > _EVERY_SECONDS:
            session[_REMEMBERED] = now
        return response
