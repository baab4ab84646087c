"""The page of one's saved searches, and saving one from the search page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from chuanzhu.model import ChuanzhuError
from chuanzhu_site.market import subscribing
from chuanzhu_site.market.search import read_asked

if TYPE_CHECKING:
    from django.http import HttpResponse

    from chuanzhu_site.accounts.requests import UserRequest


@login_required
@require_GET
def searches(request: UserRequest) -> HttpResponse:
    """List one's saved searches."""
    rows = request.user.saved_searches.annotate(told=Count("found")).order_by("-pk")
    shown = [{"search": one, "address": subscribing.address_of(one)} for one in rows]
    return render(request, "market/searches.html", {"rows": shown, "most": subscribing.MOST})


@login_required
@require_POST
def save(request: UserRequest) -> HttpResponse:
    """Save what was searched for."""
    asked = read_asked(request.POST.dict())
    try:
        search = subscribing.save_search(request.user, asked)
    except ChuanzhuError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"订阅了“{search.name}”:以后有新的就通知您。")
    return redirect("searches")


@login_required
@require_POST
def drop(request: UserRequest, pk: int) -> HttpResponse:
    """Forget a saved search."""
    if not subscribing.drop_search(request.user, pk):
        raise Http404
    messages.success(request, "已退订。")
    return redirect("searches")
