"""What every call passes before its operation: its form, its token, scope and rate, and its idempotency key."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, Final

from chuanzhu_site.market.api.refusals import field_error
from chuanzhu_site.market.api.replays import once
from chuanzhu_site.market.api.tokens import find_token, require_scope, spend
from chuanzhu_site.web.problems import Problem, problem_response

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from django.http import HttpRequest, HttpResponse
    from ninja.operation import Operation

LARGEST_BODY: Final = 256 * 1024
_READS: Final = frozenset({"GET", "HEAD"})
_PLAIN: Final = "application/json"


def gate(run: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let an operation run for who may call it; its answer carries what is left of the caller's rate."""
    operation: Operation = getattr(run, "__self__")  # noqa: B009 (a bound method, which types hide)
    declared: dict[str, Any] = operation.openapi_extra or {}
    named = _query_names(operation)

    @functools.wraps(run)
    def guarded(request: HttpRequest, *args: Any, **given: Any) -> HttpResponse:  # noqa: ANN401 (the operation's)
        try:
            token = find_token(request)
            allowance = spend(token, cost=declared["x-cost"])
        except Problem as problem:
            return problem_response(problem)
        try:
            require_scope(token, declared["x-scope"])
            _require_form(request, named=named)
            request.user = token.delegate()
            request.token = token  # type: ignore[attr-defined]  # for whoever needs more than its person
            response = _answer(request, token, lambda: run(request, *args, **given))
        except Problem as problem:
            response = problem_response(problem)
        for name, value in allowance.headers.items():
            response[name] = value
        response["Cache-Control"] = "no-store"
        return response

    return guarded


def _answer(request: HttpRequest, token: Any, run: Callable[[], HttpResponse]) -> HttpResponse:  # noqa: ANN401
    return run() if request.method in _READS else once(request, token, run)


def _query_names(operation: Operation) -> frozenset[str]:
    models = (model for model in operation.models if model.__ninja_param_source__ == "query")
    return frozenset(name for model in models for name in model.__ninja_flatten_map__)


def _require_form(request: HttpRequest, *, named: Collection[str]) -> None:
    """Refuse what no operation could read: a body too large or in another format, and characters no text has."""
    unknown = [field_error(name, "没有这个参数;请去掉或检查拼写") for name in request.GET if name not in named]
    if unknown:
        raise Problem("invalid", errors=unknown)
    if "\x00" in request.get_full_path() or any("\x00" in value for pair in request.GET.lists() for value in pair[1]):
        raise Problem("bad-request", "地址里有空字符(%00);请去掉")
    stated_length = str(request.META.get("CONTENT_LENGTH") or "0")
    if not stated_length.isdecimal():
        raise Problem("bad-request", f"Content-Length 是“{stated_length[:20]}”,应为字节数")
    length = int(stated_length)
    if length > LARGEST_BODY:
        kilobytes = LARGEST_BODY // 1024
        raise Problem("too-large", f"请求正文有 {length // 1024} KB,最多 {kilobytes} KB;请分几次提交")
    stated = request.headers.get("Content-Type", "").split(";")[0].strip().lower()
    if length and stated != _PLAIN:
        raise Problem("media-type", f"正文的格式是“{stated}”,这里只收 Content-Type: application/json")
