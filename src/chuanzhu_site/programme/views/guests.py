"""The guests: whom to call, what is thin about each, who has arrived and who has not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from chuanzhu_site.programme import actions
from chuanzhu_site.programme.guests import guests_of
from chuanzhu_site.programme.models import Event
from chuanzhu_site.programme.views.access import organised, tried

if TYPE_CHECKING:
    from django.http import HttpResponse

    from chuanzhu_site.accounts.requests import UserRequest


@login_required
@require_GET
def guests(request: UserRequest, reference: str) -> HttpResponse:
    """Show all guests: before the event whom to call, on the day who is there."""
    found = organised(request, reference)
    everybody = guests_of(found, reader=request.user)
    is_day = found.state == Event.State.PUBLISHED and found.day <= timezone.localdate()
    context = {
        "event": found,
        "guests": sorted(everybody, key=lambda guest: bool(guest.person.arrived_at)) if is_day else everybody,
        "to_call": sum(guest.to_call for guest in everybody),
        "silent": sum(guest.is_silent for guest in everybody),
        "arrived": sum(bool(guest.person.arrived_at) for guest in everybody),
        "is_day": is_day,
    }
    return render(request, "programme/guests.html", context)


@login_required
@require_POST
def act(request: UserRequest, reference: str, guest: str, act: str) -> HttpResponse:
    """Note a call, check somebody in by hand, or say that somebody has not come."""
    found = organised(request, reference)
    person = get_object_or_404(found.participants.select_related("enterprise", "event"), reference=guest)
    actor, now = request.user, timezone.localtime()
    doing = {
        "call": (lambda: actions.note_call(person, actor=actor, note=request.POST.get("note", "")), "电话记录已存"),
        "arrive": (lambda: actions.arrive(person, actor=actor), f"“{person}”已签到"),
        "missing": (
            lambda: actions.mark_missing(person, actor=actor, at=now),
            f"已记下“{person}”没来;到“日程”里修补,只动受影响的会面",
        ),
    }
    if act not in doing:
        raise Http404
    tried(request, *doing[act])
    return redirect("event-guests", reference)
