"""Pages of what one was told, how one wants to be told, and, for administrators, what could not be told or done."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chuanzhu_site.accounts import policies as accounts
from chuanzhu_site.accounts.models import Scope
from chuanzhu_site.market import clock, retrying, sending
from chuanzhu_site.market.actions import choosing
from chuanzhu_site.market.models import Delivery
from chuanzhu_site.market.telling_forms import TellingForm, channels

if TYPE_CHECKING:
    from django.http import HttpResponse

    from chuanzhu_site.accounts.requests import UserRequest

_A_PAGE: Final = 50
_SHOWN: Final = 50
_TROUBLED: Final = (Delivery.State.FAILED, Delivery.State.UNSURE)


@login_required
@require_GET
def notices(request: UserRequest) -> HttpResponse:
    """List all that one was told, the last first."""
    page = Paginator(request.user.notifications.all(), _A_PAGE).get_page(request.GET.get("page"))
    unread = request.user.notifications.filter(read_at=None).count()
    is_administrator = accounts.has_scope(request.user, "", roles=(Scope.Role.ADMINISTRATOR,))
    context = {"notices": page, "unread": unread, "is_administrator": is_administrator}
    return render(request, "market/notices.html", context)


@login_required
@require_POST
def read_all(request: UserRequest) -> HttpResponse:
    """Mark all as read."""
    messages.success(request, f"{choosing.read_all(request.user)} 条通知标为已读")
    return redirect("notices")


@login_required
@require_http_methods(["GET", "POST"])
def telling(request: UserRequest) -> HttpResponse:
    """Choose how one wants to be told."""
    form = TellingForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        choosing.choose_telling(request.user, paces=form.paces(), phone=form.cleaned_data["phone"])
        messages.success(request, "记下了,从下一条通知起照这样办。")
        return redirect("telling")
    absent = [name for name, reaches in channels() if not reaches]
    context = {"form": form, "channels": channels(), "absent": absent}
    return render(request, "market/telling.html", context, status=422 if form.errors else 200)


@login_required
@require_GET
def running(request: UserRequest) -> HttpResponse:
    """Show an administrator of everything what could not be sent or done, and when the clock's jobs ran."""
    _require_administrator(request)
    troubled = Delivery.objects.filter(state__in=_TROUBLED).select_related("notification__user").order_by("-tried_at")
    letters, tasks = troubled.count(), retrying.given_up()
    context = {
        "deliveries": troubled[:_SHOWN],
        "delivery_count": letters,
        "tasks": tasks[:_SHOWN],
        "task_count": tasks.count(),
        "trouble": letters + tasks.count(),
        "waiting": retrying.waiting_again()[:_SHOWN],
        "jobs": clock.jobs(),
        "channels": channels(),
        "address": settings.SITE_ADDRESS,
    }
    return render(request, "market/running.html", context)


@login_required
@require_POST
def again(request: UserRequest, what: str, key: str) -> HttpResponse:
    """Send a letter or do a task once more."""
    _require_administrator(request)
    if what == "letter":
        sending.send_again(get_object_or_404(Delivery, pk=int(key) if key.isdigit() else 0), at=timezone.now())
    else:
        retrying.start_over(_identity(key), at=timezone.now())
    messages.success(request, "排上队了,过一会儿刷新看结果。")
    return redirect("running")


def _identity(key: str) -> str:
    """Return the id of a task as it was given; there is no task of an id that is none."""
    try:
        return str(uuid.UUID(key))
    except ValueError as error:
        raise Http404 from error


def _require_administrator(request: UserRequest) -> None:
    if not accounts.has_scope(request.user, "", roles=(Scope.Role.ADMINISTRATOR,)):
        raise PermissionDenied
