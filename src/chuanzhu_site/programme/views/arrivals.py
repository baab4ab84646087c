"""Where a scanned code leads: the staff member sees who it is and confirms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_required
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from chuanzhu.model import ChuanzhuError
from chuanzhu_site.programme import actions
from chuanzhu_site.programme.actions.attending import arriving
from chuanzhu_site.programme.views.access import organised

if TYPE_CHECKING:
    from django.http import HttpResponse

    from chuanzhu_site.accounts.requests import UserRequest


@login_required
@require_http_methods(["GET", "POST"])
def arrive(request: UserRequest, reference: str, token: str) -> HttpResponse:
    """Show whose code was scanned, and check the guest in when that is confirmed."""
    event = organised(request, reference)
    context: dict[str, object] = {"event": event}
    try:
        context["person"] = person = arriving(event, token)
        if request.method == "POST":
            context["person"] = actions.arrive(person, actor=request.user)
            context["is_done"] = True
    except ChuanzhuError as error:
        context["error"] = str(error)
    return render(request, "programme/arrive.html", context, status=422 if "error" in context else 200)
