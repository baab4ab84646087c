"""A meeting's outcome in twenty seconds, and what became of all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from chuanzhu.model import ChuanzhuError
from chuanzhu_site.programme import actions, policies
from chuanzhu_site.programme.actions.recording import REASONS
from chuanzhu_site.programme.forms import OutcomeForm
from chuanzhu_site.programme.models import Meeting
from chuanzhu_site.programme.policies import Naming
from chuanzhu_site.programme.results import fulfilment_of, outcomes_of
from chuanzhu_site.programme.schedule import shown_name
from chuanzhu_site.programme.views.access import organised

if TYPE_CHECKING:
    from django.http import HttpResponse

    from chuanzhu_site.accounts.requests import UserRequest

_MEETINGS_SHOWN = 500
_SIDES = ("wish__buyer__enterprise__merged_into", "wish__supplier__enterprise__merged_into")


@login_required
@require_http_methods(["GET", "POST"])
def meeting(request: UserRequest, reference: str) -> HttpResponse:
    """Ask both sides, or the organiser at the table, what came of a meeting: one press of a button."""
    rows = Meeting.objects.select_related("event", "engagement", "wish__demand", "wish__match__supply", *_SIDES)
    found = get_object_or_404(rows, reference=reference)
    side = policies.side_in(request.user, found)
    if not side:
        raise Http404
    form = OutcomeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            recorded = actions.record_outcome(found, form.word(), actor=request.user)
        except ChuanzhuError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"记下了:{recorded.get_outcome_display()}")
            return redirect("event-results" if side == "organiser" else "event-mine", found.event.reference)
    context = {
        "meeting": found,
        "event": found.event,
        "whom": _whom(found, side),
        "form": form,
        "outcomes": [Meeting.Outcome.INTERESTED, Meeting.Outcome.SAMPLE, Meeting.Outcome.QUOTE],
        "reasons": REASONS,
        "is_over": found.dropped_at is not None,
    }
    return render(request, "programme/meeting.html", context, status=422 if form.errors else 200)


def _whom(found: Meeting, side: str) -> str:
    wish = found.wish
    if side == "organiser":
        return f"{wish.buyer} ↔ {wish.supplier}"
    person = wish.buyer if side == "buyer" else wish.supplier
    wish.meeting = found
    return shown_name(wish, person, Naming([wish]))


@login_required
@require_GET
def results(request: UserRequest, reference: str) -> HttpResponse:
    """Show what came of the meetings, and how much of what was signed was fulfilled."""
    found = organised(request, reference)
    held = found.meetings.filter(dropped_at=None).select_related("wish__demand", "engagement", "recorded_by", *_SIDES)
    context = {
        "event": found,
        "outcomes": outcomes_of(found),
        "meetings": held.order_by("slot", "table")[:_MEETINGS_SHOWN],
        "fulfilment": fulfilment_of(found),
    }
    return render(request, "programme/results.html", context)
