"""What became of what was signed: one question, half a minute."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from chuanzhu.model import ChuanzhuError
from chuanzhu_site.programme import actions
from chuanzhu_site.programme.actions.following import may_answer
from chuanzhu_site.programme.forms import FollowUpForm
from chuanzhu_site.programme.models import FollowUp
from chuanzhu_site.programme.schedule import other_side

if TYPE_CHECKING:
    from django.http import HttpResponse

    from chuanzhu_site.accounts.requests import UserRequest

_NEEDED = ("meeting__event", "meeting__wish__demand", "asked__enterprise__merged_into")
_SIDES = ("meeting__wish__buyer__enterprise", "meeting__wish__supplier__enterprise")


@login_required
@require_http_methods(["GET", "POST"])
def followup(request: UserRequest, reference: str) -> HttpResponse:
    """Ask one side how much was fulfilled."""
    row = get_object_or_404(FollowUp.objects.select_related(*_NEEDED, *_SIDES), reference=reference)
    try:
        may_answer(row, request.user)
    except PermissionDenied as error:
        raise Http404 from error
    form = FollowUpForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        try:
            actions.answer_followup(row, actor=request.user, **form.cleaned_data)
        except ChuanzhuError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "谢谢,记下了。")
            return redirect(row)
    wish = row.meeting.wish
    context = {"row": row, "form": form, "event": row.meeting.event, "whom": other_side(wish, row.asked), "wish": wish}
    return render(request, "programme/followup.html", context, status=422 if form.errors else 200)
