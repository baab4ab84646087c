"""A guest's own page: first whom to meet, later the day with its code for checking in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_http_methods

from chuanzhu.model import ChuanzhuError
from chuanzhu_site.programme import actions
from chuanzhu_site.programme.actions.attending import arrival_token
from chuanzhu_site.programme.choices import choices_of
from chuanzhu_site.programme.codes import qr_svg
from chuanzhu_site.programme.models import Event
from chuanzhu_site.programme.policies import Naming
from chuanzhu_site.programme.schedule import calendar_of, day_of, own_wishes
from chuanzhu_site.programme.views.access import attended

if TYPE_CHECKING:
    from chuanzhu_site.accounts.requests import UserRequest
    from chuanzhu_site.programme.models import Participant


@login_required
@require_http_methods(["GET", "POST"])
def mine(request: UserRequest, reference: str) -> HttpResponse:
    """Ask whom a guest wishes to meet; once the timetable is out, show its day."""
    person = attended(request, reference)
    if request.method == "POST":
        return _answer(request, person)
    return _page(request, person)


def _page(request: UserRequest, person: Participant, *, error: str = "") -> HttpResponse:
    wishes = own_wishes(person)
    naming = Naming(wishes)
    if person.event.state == Event.State.WISHES:
        context = {"choices": choices_of(person, wishes, naming), "slots": _slots(person), "error": error}
        return render(request, "programme/choose.html", {**_common(person), **context}, status=422 if error else 200)
    return render(request, "programme/mine.html", {**_common(person), "day": day_of(person, wishes, naming)})


def _common(person: Participant) -> dict[str, object]:
    return {"event": person.event, "person": person}


def _slots(person: Participant) -> list[tuple[int, str, bool]]:
    """Return (number, when, whether the guest cannot) of each slot."""
    times = enumerate(person.event.times, start=1)
    return [(number, f"{begin:%H:%M}–{end:%H:%M}", number in person.absent) for number, (begin, end) in times]


def _answer(request: UserRequest, person: Participant) -> HttpResponse:
    given = request.POST
    try:
        wanted, absent = _numbers(given.getlist("wanted")), _numbers(given.getlist("absent"))
        actions.answer(person, actor=request.user, wanted=wanted, absent=absent, declined="declined" in given)
    except ChuanzhuError as error:
        return _page(request, person, error=str(error))
    messages.success(request, "记下了;日程排好会通知您。截止以前都可以再改。")
    return redirect(person)


def _numbers(written: list[str]) -> set[int]:
    """Read numbers; what is none stands for nobody, and is refused as such."""
    return {int(one) if one.isascii() and one.isdigit() else 0 for one in written}


@login_required
@require_GET
def code(request: UserRequest, reference: str) -> HttpResponse:
    """Draw the code that staff scan at the door."""
    person = attended(request, reference)
    address = reverse("event-arrive", args=[reference, arrival_token(person)])
    return HttpResponse(qr_svg(request.build_absolute_uri(address)), content_type="image/svg+xml")


@login_required
@require_GET
def calendar(request: UserRequest, reference: str) -> HttpResponse:
    """Hand out the day as a calendar file for the phone."""
    person = attended(request, reference)
    name = content_disposition_header(as_attachment=True, filename=f"{person.event}.ics") or ""
    return HttpResponse(
        calendar_of(person), content_type="text/calendar; charset=utf-8", headers={"Content-Disposition": name}
    )


@login_required
@require_GET
def printed(request: UserRequest, reference: str) -> HttpResponse:
    """Show the guest's day as a page to print."""
    person = attended(request, reference)
    wishes = own_wishes(person)
    days = [(person, day_of(person, wishes, Naming(wishes)))]
    return render(request, "programme/print.html", {"event": person.event, "days": days})
