"""Each request's mark and address, and log lines that carry the mark."""

from __future__ import annotations

import contextvars
import json
import logging
import re
import secrets
from typing import TYPE_CHECKING, Final

from django.conf import settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

_MARK: Final = re.compile(r"[A-Za-z0-9_\-]{8,64}")
_current: Final[contextvars.ContextVar[str]] = contextvars.ContextVar("request_mark", default="")


def request_mark() -> str:
    """Return the mark of the request that is being answered; empty outside of one."""
    return _current.get()


def client_address(request: HttpRequest) -> str:
    """Return the address of the caller: what the outermost trusted proxy saw, never what the caller claims."""
    direct = str(request.META.get("REMOTE_ADDR", ""))
    seen = [*(part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()), direct]
    return seen[-1 - min(settings.TRUSTED_PROXIES, len(seen) - 1)]


class RequestMarks:
    """Gives each request a mark, or keeps that of the proxy in front, and returns it with the answer."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self._answer: Final = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer a request."""
        given = request.headers.get("X-Request-ID", "")
        mark = given if settings.TRUSTED_PROXIES and _MARK.fullmatch(given) else secrets.token_hex(8)
        token = _current.set(mark)
        try:
            response = self._answer(request)
        finally:
            _current.reset(token)
        response["X-Request-ID"] = mark
        return response


class JsonLines(logging.Formatter):
    """One JSON object a line: time, level, logger, message, the request's mark, and the error where there is one."""

    def format(self, record: logging.LogRecord) -> str:
        """Write a record as one line."""
        line = {
            "time": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "request": request_mark(),
        }
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)
