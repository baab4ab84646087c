"""How large a request may be, decided before any of its body is read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.shortcuts import render

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

_FILES: Final = 2
_FORM: Final = 64 * 1024
_CARRIES_BODY: Final = frozenset({"POST", "PUT", "PATCH"})


class UploadLimit:
    """Refuses a body that is larger than two files may be, or that does not say how large it is.

    It stands before the check for forged forms, which would read the whole body.
    """

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self._answer: Final = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer a request."""
        if request.method in _CARRIES_BODY:
            stated = str(request.META.get("CONTENT_LENGTH") or "")
            if not stated.isdigit():
                if "chunked" in request.headers.get("Transfer-Encoding", ""):
                    return _refuse(request, status=411)
            elif int(stated) > _FILES * settings.LARGEST_UPLOAD + _FORM:
                return _refuse(request, status=413)
        return self._answer(request)


def _refuse(request: HttpRequest, *, status: int) -> HttpResponse:
    megabytes = settings.LARGEST_UPLOAD // (1024 * 1024)
    sentence = f"文件太大:每个文件最多 {megabytes} MB;请只留下要用的工作表和列,或分成几份再传"
    if status == 411:  # noqa: PLR2004 (the protocol's number for a missing length)
        sentence = "上传时没有说明文件大小;请换用常见的浏览器再试"
    return render(request, "sorry.html", {"heading": "没有接收这个文件", "sentence": sentence}, status=status)
