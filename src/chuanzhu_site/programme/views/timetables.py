"""The timetable: computed, stopped, looked at by slot and by table, published, printed, taken away as a workbook."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import HttpResponseClientRefresh

from chuanzhu_site.programme import actions
from chuanzhu_site.programme.actions.timetabling import LONGEST_SECONDS, PLANNING_SECONDS
from chuanzhu_site.programme.models import Event, Timetable
from chuanzhu_site.programme.schedule import days_of, measures_of, wishes_of
from chuanzhu_site.programme.schedule import workbook as workbook_of
from chuanzhu_site.programme.views.access import organised, tried

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from chuanzhu_site.accounts.requests import UserRequest
    from chuanzhu_site.programme.models import Wish

_WORKBOOK: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_CHANGED: Final = {"dropped": "取消", "moved": "改动", "added": "新增"}
_UNHELD_SHOWN: Final = 50


@login_required
@require_GET
def timetable(request: UserRequest, reference: str) -> HttpResponse:
    """Show the last computation and what it found, or what was published."""
    found = organised(request, reference)
    latest = found.timetables.first()
    wishes = {wish.pk: wish for wish in wishes_of(found)}
    placements = _placements(found, latest, wishes)
    by = "table" if request.GET.get("by") == "table" else "slot"
    groups = _grouped(placements, by=by)
    numbers = sorted(groups)
    number = next((one for one in numbers if str(one) == request.GET.get("number")), numbers[0] if numbers else 0)
    times = [f"{begin:%H:%M}–{end:%H:%M}" for begin, end in found.times]
    context = {
        "event": found,
        "latest": latest,
        "measures": measures_of(latest) if latest else (),
        "changes": _changes(latest, wishes),
        "stale": _answered_since(found, latest),
        "by": by,
        "numbers": numbers,
        "number": number,
        "rows": [(wishes[wish], slot, table, times[slot - 1]) for wish, slot, table in groups.get(number, ())],
        "when": times[number - 1] if by == "slot" and number else "",
        "unheld": [wishes[pk] for pk in (latest.unheld if latest else ()) if pk in wishes][:_UNHELD_SHOWN],
        "is_published": latest is not None and latest.published_at is not None,
        "seconds": PLANNING_SECONDS,
        "longest": LONGEST_SECONDS,
    }
    return render(request, "programme/timetable.html", context)


def _placements(event: Event, latest: Timetable | None, wishes: Mapping[int, Wish]) -> list[Sequence[int]]:
    """Return what was just computed, or else what people were told."""
    if latest and latest.state == Timetable.State.DONE:
        return [placed for placed in latest.placements if placed[0] in wishes]
    return [(one.wish_id, one.slot, one.table) for one in event.meetings.filter(dropped_at=None)]


def _grouped(placements: Iterable[Sequence[int]], *, by: str) -> dict[int, list[Sequence[int]]]:
    at, other = (1, 2) if by == "slot" else (2, 1)
    groups: dict[int, list[Sequence[int]]] = {}
    for placed in sorted(placements, key=lambda placed: placed[other]):
        groups.setdefault(placed[at], []).append(placed)
    return groups


def _changes(latest: Timetable | None, wishes: Mapping[int, Wish]) -> list[dict[str, Any]]:
    """Return what differs from what people were told, once there was something to be told."""
    if latest is None or latest.purpose == Timetable.Purpose.PLAN:
        return []
    names = ("slot", "table", "old_slot", "old_table")
    return [
        {"what": what, "name": _CHANGED[what], "wish": wishes[pk], **dict(zip(names, places, strict=True))}
        for what, pk, *places in latest.changes
        if pk in wishes
    ]


def _answered_since(event: Event, latest: Timetable | None) -> int:
    """Count the guests who said something after the computation began."""
    if latest is None or latest.published_at or event.state != Event.State.WISHES:
        return 0
    return event.participants.filter(answered_at__gt=latest.made_at).count()


@login_required
@require_POST
def start(request: UserRequest, reference: str) -> HttpResponse:
    """Begin a computation."""
    found = organised(request, reference)
    written = request.POST.get("seconds", "")
    seconds = int(written) if written.isascii() and written.isdigit() else PLANNING_SECONDS
    tried(request, lambda: actions.start_timetable(found, actor=request.user, seconds=seconds), "开始排日程")
    return redirect("event-timetable", reference)


@login_required
@require_GET
def progress(request: UserRequest, reference: str) -> HttpResponse:
    """Return the moving part; once the computation is over the whole page is asked for anew."""
    found = organised(request, reference)
    latest = found.timetables.first()
    if latest is None or latest.is_finished:
        return HttpResponseClientRefresh()
    return render(request, "programme/bar.html", {"event": found, "latest": latest})


@login_required
@require_POST
def act(request: UserRequest, reference: str, run: str, act: str) -> HttpResponse:
    """Stop a computation, or publish what it found."""
    found = organised(request, reference)
    one = get_object_or_404(found.timetables.select_related("event"), reference=run)
    doing = {
        "stop": (lambda: actions.stop_timetable(one, actor=request.user), "正在停止,会保留已经找到的最好日程"),
        "publish": (lambda: actions.publish_timetable(one, actor=request.user), "日程已发布,有会面的企业都通知了"),
    }
    if act not in doing:
        raise Http404
    tried(request, *doing[act])
    return redirect("event-timetable", reference)


@login_required
@require_GET
def printed(request: UserRequest, reference: str) -> HttpResponse:
    """Show one page for each guest, to be printed and handed out."""
    found = organised(request, reference)
    return render(request, "programme/print.html", {"event": found, "days": days_of(found)})


@login_required
@require_GET
def workbook(request: UserRequest, reference: str) -> HttpResponse:
    """Hand out the workbook."""
    found = organised(request, reference)
    last = found.timetables.exclude(published_at=None).first()
    name = content_disposition_header(as_attachment=True, filename=f"{found}日程.xlsx") or ""
    return HttpResponse(workbook_of(found, last), content_type=_WORKBOOK, headers={"Content-Disposition": name})
