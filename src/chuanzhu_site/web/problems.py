"""Errors of the interface as problem documents (RFC 9457), whoever raised them: the route table, a limit, a fault."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.http import HttpResponse

from chuanzhu_site.web.requests import request_mark

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from django.http import HttpRequest

MEDIA_TYPE: Final = "application/problem+json"
PREFIX: Final = "/api/"
_EXPLAINED_AT: Final = "/api/docs/#problem-"
_ERRORS_FROM: Final = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemKind:
    """One kind of problem: its status, its title, and what is said of it where nobody knows more."""

    status: int
    title: str
    detail: str


KINDS: Final[Mapping[str, ProblemKind]] = {
    "bad-request": ProblemKind(status=400, title="请求读不懂", detail="请求的写法不对;请对照接口文档检查"),
    "bad-cursor": ProblemKind(
        status=400, title="翻页标记不对", detail="翻页标记不是这里给的,或换了查询条件;请从第一页重新取"
    ),
    "no-token": ProblemKind(
        status=401,
        title="没有令牌",
        detail="请求头里没有有效的令牌;请写 Authorization: Bearer 令牌,令牌在“接口令牌”页面生成",
    ),
    "token-ended": ProblemKind(
        status=401, title="令牌失效", detail="这个令牌已到期或已撤销;请在“接口令牌”页面重新生成"
    ),
    "no-scope": ProblemKind(status=403, title="令牌没有这项权限", detail="请在“接口令牌”页面生成带这项权限的令牌"),
    "forbidden": ProblemKind(status=403, title="不允许", detail="这个令牌代表的人不能对它做这件事"),
    "not-found": ProblemKind(status=404, title="没有找到", detail="没有这个地址或编号,或者您看不到它;请检查路径和编号"),
    "method": ProblemKind(status=405, title="方法不对", detail="这个地址不接受这种方法;能用的方法在响应头 Allow 里"),
    "state": ProblemKind(status=409, title="现在不能这样做", detail="它现在的状态不允许;请重新读取后再决定"),
    "stale": ProblemKind(status=409, title="已被别人改过", detail="请重新读取,在最新内容上再做"),
    "length": ProblemKind(status=411, title="没有说明长度", detail="请求头里要有 Content-Length"),
    "too-large": ProblemKind(status=413, title="内容太大", detail="请求正文太大;请分几次提交"),
    "media-type": ProblemKind(status=415, title="正文格式不对", detail="正文要用 Content-Type: application/json"),
    "invalid": ProblemKind(status=422, title="填写有误", detail="有字段不合要求,逐项说明在 errors 里"),
    "key-reused": ProblemKind(
        status=422, title="幂等键用过了", detail="同一个 Idempotency-Key 之前带的是别的内容;新的操作请用新的键"
    ),
    "rate": ProblemKind(status=429, title="请求太快", detail="请按响应头 Retry-After 的秒数等一等再试"),
    "fault": ProblemKind(status=500, title="系统出错", detail="系统出了差错,已经记录;请把 request_id 告诉管理员"),
    "busy": ProblemKind(status=503, title="暂时做不了", detail="匹配索引正在重建;请一分钟后再试"),
}
_OF_STATUS: Final = {
    400: "bad-request",
    403: "forbidden",
    404: "not-found",
    405: "method",
    411: "length",
    413: "too-large",
    415: "media-type",
    500: "fault",
}


class Problem(Exception):  # noqa: N818 (named for what is refused)
    """A refusal of one of the kinds, with what is known of this case."""

    def __init__(
        self,
        kind: str,
        detail: str = "",
        *,
        errors: Sequence[Mapping[str, str]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail or KINDS[kind].detail)
        self.kind = kind
        self.errors = errors
        self.headers = headers or {}


def problem_response(problem: Problem) -> HttpResponse:
    """Write a problem down for a machine and for the person who reads its log."""
    kind = KINDS[problem.kind]
    body = {
        "type": f"{_EXPLAINED_AT}{problem.kind}",
        "title": kind.title,
        "status": kind.status,
        "detail": str(problem),
        "request_id": request_mark(),
        **({"errors": list(problem.errors)} if problem.errors else {}),
    }
    text = json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
    return HttpResponse(text, status=kind.status, content_type=MEDIA_TYPE, headers=dict(problem.headers))


class ProblemAnswers:
    """Turns every error page under the interface's address into a problem document, whatever made it."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self._answer: Final = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer a request."""
        response = self._answer(request)
        is_page = request.path.startswith(PREFIX) and response.status_code >= _ERRORS_FROM
        if not is_page or response.headers.get("Content-Type", "").startswith(MEDIA_TYPE):
            return response
        kind = _OF_STATUS.get(response.status_code, "bad-request" if response.status_code < 500 else "fault")  # noqa: PLR2004
        kept = {name: response.headers[name] for name in ("Allow", "Retry-After") if name in response.headers}
        return problem_response(Problem(kind, headers=kept))
