"""Pages of the main job: the front page, progress, the result, its files, deletion."""

from __future__ import annotations

import functools
import mimetypes
from typing import TYPE_CHECKING, Concatenate, Final, ParamSpec

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRefresh

from chuanzhu.tables.wording import STANDINGS, STANDINGS_DEFINED, SURENESS_DEFINED
from chuanzhu_site.walkin import actions, job
from chuanzhu_site.walkin.limits import TooMany, admit
from chuanzhu_site.walkin.lists import LISTS, empty_list
from chuanzhu_site.walkin.models import Visit
from chuanzhu_site.web.uploads import SUFFIXES, UploadError

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponseBase
    from django.utils.safestring import SafeString

_FILES: Final = frozenset({job.WORKBOOK, job.REPORT, *job.CORRECTIONS.values()})


P = ParamSpec("P")


def private(
    view: Callable[Concatenate[HttpRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Keep a page out of every cache and index."""

    @functools.wraps(view)
    def answer(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        response["Cache-Control"] = "no-store, private"
        response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        return response

    return answer


@require_http_methods(["GET", "HEAD", "POST"])
def front(request: HttpRequest) -> HttpResponse:
    """Take two lists; say what was wrong with them on the same page."""
    if request.method != "POST":
        return _front(request)
    supply, demand = request.FILES.get("supply"), request.FILES.get("demand")
    if not supply or not demand:
        lacking = "、".join(name for name, file in (("供给清单", supply), ("需求清单", demand)) if not file)
        return _front(request, error=f"还没有选{lacking};两份都要有才能匹配", status=422)
    try:
        admit(request)
        return redirect(actions.start_visit(supply, demand))
    except TooMany as error:
        return _front(request, error=str(error), status=429)
    except UploadError as error:
        return _front(request, error=str(error), status=422)


def _front(request: HttpRequest, *, error: str = "", status: int = 200) -> HttpResponse:
    return render(request, "walkin/front.html", {"error": error, "accept": ",".join(SUFFIXES)}, status=status)


@require_POST
def sample(request: HttpRequest) -> HttpResponse:
    """Do the job on the bundled lists."""
    try:
        admit(request)
    except TooMany as error:
        return _front(request, error=str(error), status=429)
    return redirect(actions.start_sample())


@require_GET
def empty(_request: HttpRequest, side: str) -> HttpResponse:
    """Hand out a list to fill in."""
    if side not in LISTS:
        raise Http404
    return _download(empty_list(side), LISTS[side][0])


def _download(content: bytes, name: str) -> HttpResponse:
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return HttpResponse(
        content,
        content_type=kind,
        headers={"Content-Disposition": content_disposition_header(as_attachment=True, filename=name) or ""},
    )


@require_GET
@private
def visit(request: HttpRequest, token: str) -> HttpResponseBase:
    """Show how far a job is, why it could not be done, or its result."""
    found = _live(token)
    context = {"visit": found}
    if found.state == Visit.State.DONE:
        return render(request, "walkin/result.html", {**context, **_result(request, found)})
    return render(request, "walkin/progress.html", context)


def _live(token: str) -> Visit:
    return get_object_or_404(Visit.objects.live(), pk=token)


def _result(request: HttpRequest, found: Visit) -> dict[str, object]:
    pages = found.summary["pages"]
    written = request.GET.get("page", "1")
    page = min(pages, max(1, int(written))) if written.isascii() and written.isdigit() else 1
    counts = found.summary["standings"]
    return {
        "cards": _cards(found, page),
        "page": page,
        "pages": range(1, pages + 1),
        "standings": [(key, name, counts[key]) for key, name in STANDINGS.items()],
        "defined": (STANDINGS_DEFINED, SURENESS_DEFINED),
        "workbook": job.WORKBOOK,
        "report": job.REPORT,
    }


def _cards(found: Visit, page: int) -> SafeString:
    """Read one page of cards; the library wrote and escaped them."""
    return mark_safe((found.folder / f"cards-{page}.html").read_text("utf-8"))  # noqa: S308


@require_GET
@private
def progress(request: HttpRequest, token: str) -> HttpResponseBase:
    """Return the moving part of the progress page; once the job is over the whole page is asked for anew."""
    found = Visit.objects.live().filter(pk=token).first()
    if not found or found.is_finished:
        return HttpResponseClientRefresh()
    return render(request, "walkin/bar.html", {"visit": found})


@require_GET
@private
def file(_request: HttpRequest, token: str, name: str) -> HttpResponseBase:
    """Hand out one of the result's files."""
    found = _live(token)
    if name not in _FILES or not (found.folder / name).is_file():
        raise Http404
    return FileResponse((found.folder / name).open("rb"), as_attachment=True, filename=name)


@require_POST
@private
def delete(request: HttpRequest, token: str) -> HttpResponseBase:
    """Take everything away at once."""
    _live(token).remove()
    return render(request, "walkin/gone.html", {"heading": "已经删除"})
