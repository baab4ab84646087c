"""Pages of Excel in and out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRefresh

from chuanzhu.model import ChuanzhuError
from chuanzhu_site.accounts.models import Enterprise
from chuanzhu_site.accounts.standing import looked_up_once
from chuanzhu_site.exchange import actions, job
from chuanzhu_site.exchange.exports import EXPORTS, Naming
from chuanzhu_site.exchange.forms import ConfirmForm, UploadForm
from chuanzhu_site.exchange.models import Batch
from chuanzhu_site.exchange.planning import ACTS, DOING
from chuanzhu_site.exchange.writing import as_text, as_workbook
from chuanzhu_site.market.kinds import KINDS, Side

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from django.http import HttpResponseBase

    from chuanzhu_site.accounts.requests import UserRequest
    from chuanzhu_site.exchange.exports import Row

_RECENT: Final = 10
_WHOSE: Final = {"mine": "我的", "all": "我能看到的"}
_FORMS: Final = ("xlsx", "csv")
_RETURNING: Final[dict[str, Side]] = {"supply": "supply", "demand": "demand"}


@login_required
@require_http_methods(["GET", "POST"])
def exchange(request: UserRequest) -> HttpResponse:
    """Take a list in, or offer what can be taken out."""
    enterprises = Enterprise.objects.of(request.user)
    is_sent = request.method == "POST"
    form = UploadForm(request.POST if is_sent else None, request.FILES if is_sent else None, enterprises=enterprises)
    if is_sent and form.is_valid():
        given = form.cleaned_data
        try:
            enterprise, kind = given["enterprise"], given["kind"]
            return redirect(actions.start_batch(given["file"], enterprise=enterprise, kind=kind, actor=request.user))
        except ChuanzhuError as error:
            form.add_error("file", str(error))
    context = {
        "form": form,
        "enterprises": enterprises,
        "batches": Batch.objects.visible_to(request.user).select_related("enterprise")[:_RECENT],
        "exports": [(code, one.title) for code, one in EXPORTS.items()],
    }
    return render(request, "exchange/exchange.html", context, status=422 if form.errors else 200)


def _mine(request: UserRequest, reference: str) -> Batch:
    return get_object_or_404(Batch.objects.visible_to(request.user).select_related("enterprise"), reference=reference)


@login_required
@require_GET
def batch(request: UserRequest, reference: str) -> HttpResponse:
    """Show how far a list is, what it would do, or what it did."""
    found = _mine(request, reference)
    counts, samples = (found.summary.get(name, {}) for name in ("counts", "samples"))
    steps = {
        act: [{**step, "kind": KINDS[step["kind"]].name if step["kind"] in KINDS else ""} for step in samples[act]]
        for act in (*ACTS, "missing")
        if act in samples
    }
    context = {
        "batch": found,
        "steps": [(act, name, counts[act], steps[act]) for act, name in ACTS.items() if counts.get(act)],
        "doing": sum(counts.get(act, 0) for act in DOING),
        "missing": counts.get("missing", 0) if found.summary.get("is_export") else 0,
        "gone": steps.get("missing", ()),
        "form": ConfirmForm(),
    }
    return render(request, "exchange/batch.html", context)


@login_required
@require_GET
def progress(request: UserRequest, reference: str) -> HttpResponseBase:
    """Return the moving part of the page; once there is something else to see the whole page is asked for anew."""
    found = Batch.objects.visible_to(request.user).filter(reference=reference).first()
    if not found or not found.is_busy:
        return HttpResponseClientRefresh()
    return render(request, "exchange/bar.html", {"batch": found})


@login_required
@require_POST
def confirm(request: UserRequest, reference: str) -> HttpResponse:
    """Take the list over."""
    found, form = _mine(request, reference), ConfirmForm(request.POST)
    form.is_valid()
    try:
        is_submitted, closes_missing = (bool(form.cleaned_data[name]) for name in ("is_submitted", "closes_missing"))
        actions.confirm_batch(found, actor=request.user, is_submitted=is_submitted, closes_missing=closes_missing)
    except ChuanzhuError as error:
        messages.error(request, str(error))
    return redirect(found)


@login_required
@require_POST
def drop(request: UserRequest, reference: str) -> HttpResponse:
    """Forget the list."""
    found = _mine(request, reference)
    try:
        actions.drop_batch(found)
        messages.success(request, f"“{found}”没有导入,已经丢掉")
    except ChuanzhuError as error:
        messages.error(request, str(error))
        return redirect(found)
    return redirect("exchange")


@login_required
@require_GET
def correction(request: UserRequest, reference: str) -> HttpResponseBase:
    """Hand out the list with its problems marked where they are."""
    path = _mine(request, reference).folder / job.CORRECTION
    if not path.is_file():
        raise Http404
    return FileResponse(path.open("rb"), as_attachment=True, filename=job.CORRECTION)


def _streamed(columns: Sequence[tuple[str, int]], rows: Iterable[Row]) -> Iterator[bytes]:
    """Write out after the view has answered, still looking up only once who asks."""
    with looked_up_once():
        yield from as_text(columns, rows)


@login_required
@require_GET
def export(request: UserRequest, what: str, form: str) -> HttpResponseBase:
    """Hand out everything of a sort that this person may see, or only what is his or hers."""
    if what not in EXPORTS or form not in _FORMS:
        raise Http404
    whose = request.GET.get("whose", "all")
    whose = whose if whose in _WHOSE else "all"
    chosen = EXPORTS[what]
    rows = chosen.rows(Naming(request.user), whose == "mine")
    name = f"{_WHOSE[whose]}{chosen.title}-{timezone.localdate():%Y%m%d}.{form}"
    if form == "csv":
        disposition = content_disposition_header(as_attachment=True, filename=name) or ""
        headers = {"Content-Disposition": disposition, "Cache-Control": "no-store, private"}
        return StreamingHttpResponse(_streamed(chosen.columns, rows), content_type="text/csv", headers=headers)
    file = as_workbook(chosen.title, chosen.columns, rows, side=_RETURNING.get(what))
    return FileResponse(file, as_attachment=True, filename=name, headers={"Cache-Control": "no-store, private"})
