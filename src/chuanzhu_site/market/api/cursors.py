"""Pages by cursor: signed, so that nobody makes one up, and bound to the question it was given for."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

from django.core import signing
from django.db.models import Model, QuerySet
from django.utils.crypto import salted_hmac
from ninja import Schema

from chuanzhu_site.web.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from django.http import HttpRequest

MOST: Final = 100
USUAL: Final = 20
_SALT: Final = "chuanzhu.api.cursor"
Row = TypeVar("Row", bound=Model)
Shown = TypeVar("Shown")


class Page(Schema, Generic[Shown]):
    """Some rows, and the cursor of those that follow; null on the last page."""

    items: list[Shown]
    next_cursor: str | None


def page_of(
    rows: QuerySet[Row], request: HttpRequest, *, cursor: str, limit: int, show: Callable[[Sequence[Row]], list[Any]]
) -> dict[str, Any]:
    """Return one page of a set, the newest first. Costs one query however far it is turned."""
    question = _question(request)
    if cursor:
        rows = rows.filter(pk__lt=_read(cursor, question))
    found = list(rows.order_by("-pk")[: limit + 1])
    shown, rest = found[:limit], found[limit:]
    following = signing.dumps([question, shown[-1].pk ^ _pad(question)], salt=_SALT) if rest else None
    return {"items": show(shown), "next_cursor": following}


def _read(cursor: str, question: str) -> int:
    try:
        asked, last = signing.loads(cursor, salt=_SALT)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise Problem("bad-cursor", f"翻页标记“{cursor[:24]}”不是这里给的;请从第一页重新取") from error
    if asked != question:
        raise Problem("bad-cursor", "翻页标记是按别的查询条件给的;换了条件请从第一页重新取")
    return int(last) ^ _pad(question)


def _pad(question: str) -> int:
    """Return what hides a row's number in a cursor: numbers would tell how many rows there are."""
    return int(salted_hmac(_SALT, question).hexdigest()[:12], 16)


def _question(request: HttpRequest) -> str:
    """Name what is asked: the address and its conditions, apart from which page of it, and who asks."""
    kept = sorted((name, value) for name, value in request.GET.items() if name not in {"cursor", "limit"})
    asked = repr((request.path, kept, request.user.pk))
    return hashlib.sha256(asked.encode("utf-8", "replace")).hexdigest()[:16]
