"""Idempotency keys: a write that is sent again is not done again, but answered as it was.

Key, deed and answer are written in one transaction. So there is never a key without its answer, and of two equal
requests at once the second waits for the first and gets its answer. What was refused changed nothing and is not
kept: it may be sent again under the same key.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from typing import TYPE_CHECKING, Final

from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.utils import timezone

from chuanzhu_site.accounts.models import ApiReply, ApiToken
from chuanzhu_site.web.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

HEADER: Final = "Idempotency-Key"
KEPT: Final = dt.timedelta(hours=24)
_KEY: Final = re.compile(r"[\x21-\x7e]{1,80}")
_REFUSED_FROM: Final = 400


def once(request: HttpRequest, token: ApiToken, run: Callable[[], HttpResponse]) -> HttpResponse:
    """Run a write, or answer as it was answered when it came before with the same key."""
    key = request.headers.get(HEADER)
    if key is None:
        return run()
    if not _KEY.fullmatch(key):
        raise Problem("bad-request", f"{HEADER} 应为 1 到 80 个英文字母、数字或符号,例如一个 UUID")
    fingerprint = _fingerprint(request)
    try:
        return _first(token, key, fingerprint, run)
    except _Taken:
        return _again(ApiReply.objects.get(token=token, key=key), fingerprint)


class _Taken(Exception):  # noqa: N818 (not an error: the key was here before)
    """The key stands already."""


def _first(token: ApiToken, key: str, fingerprint: str, run: Callable[[], HttpResponse]) -> HttpResponse:
    with transaction.atomic():
        ApiReply.objects.filter(token=token, at__lt=timezone.now() - KEPT).delete()
        try:
            with transaction.atomic():
                reply = ApiReply.objects.create(token=token, key=key, fingerprint=fingerprint)
        except IntegrityError as error:
            raise _Taken from error
        response = run()
        if response.status_code >= _REFUSED_FROM:
            transaction.set_rollback(True)
        else:
            reply.status, reply.body = response.status_code, response.content.decode()
            reply.save(update_fields=["status", "body"])
    return response


def _again(reply: ApiReply, fingerprint: str) -> HttpResponse:
    if reply.fingerprint != fingerprint:
        raise Problem("key-reused", f"{HEADER}“{reply.key}”之前带的是别的内容;新的操作请用新的键")
    headers = {"Idempotency-Replayed": "true"}
    return HttpResponse(
        reply.body, status=reply.status, content_type="application/json; charset=utf-8", headers=headers
    )


def _fingerprint(request: HttpRequest) -> str:
    what = f"{request.method} {request.get_full_path()}\n".encode("utf-8", "replace")
    return hashlib.sha256(what + request.body).hexdigest()
