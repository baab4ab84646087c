"""The wishes: who would meet whom, why, what each said, and which of them have to be held."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from chuanzhu.model import ChuanzhuError
from chuanzhu_site.market.models import Listing
from chuanzhu_site.programme import actions
from chuanzhu_site.programme.forms import FixForm, WishForm
from chuanzhu_site.programme.schedule import wishes_of
from chuanzhu_site.programme.views.access import organised, tried

if TYPE_CHECKING:
    from django.http import HttpResponse

    from chuanzhu_site.accounts.requests import UserRequest
    from chuanzhu_site.programme.models import Event


@login_required
@require_http_methods(["GET", "POST"])
def wishes(request: UserRequest, reference: str) -> HttpResponse:
    """Show all wishes, the mutual ones first; add one, also for somebody who comes late."""
    found = organised(request, reference)
    form = WishForm(request.POST or None, demands=_demands(found))
    if request.method == "POST" and form.is_valid():
        try:
            added = actions.add_wish(found, actor=request.user, **_given(form))
        except ChuanzhuError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"已加上“{added}”")
            return redirect("event-wishes", reference)
    rows = sorted(wishes_of(found), key=lambda wish: (wish.is_refused, not wish.is_mutual, -wish.fit))
    context = {"event": found, "wishes": rows, "form": form, "mutual": sum(wish.is_mutual for wish in rows)}
    return render(request, "programme/wishes.html", context, status=422 if form.errors else 200)


def _demands(event: Event) -> list[Listing]:
    references = event.wishes.values("demand")
    return list(Listing.objects.filter(pk__in=references).select_related("enterprise").order_by("pk"))


def _given(form: WishForm) -> dict[str, Any]:
    return {**form.cleaned_data, "fixed": form.cleaned_data["fixed"] or 0}


@login_required
@require_POST
def fix(request: UserRequest, reference: str, pk: int) -> HttpResponse:
    """Say that a meeting has to be held, and in which slot."""
    found = organised(request, reference)
    wish = get_object_or_404(found.wishes.select_related("event", "buyer__enterprise", "supplier__enterprise"), pk=pk)
    form = FixForm(request.POST)
    if not form.is_valid():
        messages.error(request, "场次请写成 0 或正整数,0 表示由系统排")
        return redirect("event-wishes", reference)
    given = {"is_required": form.cleaned_data["is_required"], "fixed": form.cleaned_data["fixed"] or 0}
    tried(request, lambda: actions.set_wish(wish, actor=request.user, **given), f"“{wish}”已改")
    return redirect("event-wishes", reference)
