"""The OpenAPI document, completed: what the gate asks and answers is the same for every operation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar

from chuanzhu_site.market.api.replays import HEADER
from chuanzhu_site.web.problems import KINDS, MEDIA_TYPE

if TYPE_CHECKING:
    from collections.abc import Iterable

Document = TypeVar("Document", bound="dict[str, Any]")
_METHODS_WITH_BODY: Final = frozenset({"post", "put", "patch"})
_ALWAYS: Final = ("bad-request", "no-token", "no-scope", "invalid", "rate", "fault")
_ON_ONE: Final = ("not-found",)
_ON_WRITE: Final = ("state", "length", "too-large", "media-type")
_PROBLEM: Final = {
    "title": "Problem",
    "type": "object",
    "description": "RFC 9457 的错误说明",
    "properties": {
        "type": {"type": "string", "description": "错误的种类,也是它的说明所在的地址"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "错在哪里,怎么改"},
        "request_id": {"type": "string", "description": "查日志用的请求编号"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"field": {"type": "string"}, "detail": {"type": "string"}},
                "required": ["field", "detail"],
            },
        },
    },
    "required": ["type", "title", "status", "detail", "request_id"],
}
_IDEMPOTENCY: Final = {
    "in": "header",
    "name": HEADER,
    "required": False,
    "description": "幂等键,例如一个 UUID。网络中断后用同一个键重发,不会重复执行,24 小时内得到原来的答复",
    "schema": {"type": "string", "pattern": "^[!-~]{1,80}$"},
}
_RATE_HEADERS: Final = {
    "RateLimit-Policy": {"description": "每分钟最多几次", "schema": {"type": "string"}},
    "RateLimit": {"description": "还剩几次(r),多少秒后重新计(t)", "schema": {"type": "string"}},
}


def complete(document: Document) -> Document:
    """Add to every operation its problems, its rate headers, its scope and the idempotency key."""
    document["components"]["schemas"]["Problem"] = _PROBLEM
    for path, operations in document["paths"].items():
        for method, one in operations.items():
            _complete_one(one, method=method, path=path)
    return document


def _complete_one(one: dict[str, Any], *, method: str, path: str) -> None:
    is_write = method != "get"
    one["operationId"] = one["operationId"].rsplit("_api_", 1)[-1].split("_", 1)[-1]
    if is_write and not any(given["name"] == HEADER for given in one["parameters"]):
        one["parameters"] = [*one["parameters"], _IDEMPOTENCY]
    for answer in one["responses"].values():
        answer["headers"] = _RATE_HEADERS
    one["responses"].update(_problems(_kinds(path=path, is_write=is_write)))


def _kinds(*, path: str, is_write: bool) -> Iterable[str]:
    yield from _ALWAYS
    if "{" in path:
        yield from _ON_ONE
    if is_write:
        yield from (*_ON_WRITE, "not-found")
    if path.endswith("/match"):
        yield "busy"


def _problems(kinds: Iterable[str]) -> dict[int, Any]:
    """Return the answers of these kinds of problem by status."""
    titles: dict[int, list[str]] = {}
    for kind in kinds:
        titles.setdefault(KINDS[kind].status, [])
        if KINDS[kind].title not in titles[KINDS[kind].status]:
            titles[KINDS[kind].status].append(KINDS[kind].title)
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": "、".join(found), "content": content} for status, found in titles.items()}
