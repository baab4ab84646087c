"""Pages of webhooks: where one's programs are called, and what came of each call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chuanzhu.model import ChuanzhuError
from chuanzhu_site.accounts.models import Enterprise
from chuanzhu_site.accounts.policies import PUBLISHERS
from chuanzhu_site.accounts.standing import standing_of
from chuanzhu_site.market import actions
from chuanzhu_site.market.hook_forms import HookForm
from chuanzhu_site.market.hooks import EVENTS, secret_of
from chuanzhu_site.market.models import Webhook

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from django.http import HttpResponse

    from chuanzhu_site.accounts.models import User
    from chuanzhu_site.accounts.requests import UserRequest
    from chuanzhu_site.market.models.hooks import WebhookSet

_SHOWN: Final = 50
_ACTS: Final[Mapping[str, tuple[Callable[[Webhook, User], object], str]]] = {
    "try": (lambda one, actor: actions.try_webhook(one, actor=actor), "已排上队,几秒后刷新这一页看结果"),
    "stop": (lambda one, actor: actions.stop_webhook(one, actor=actor), "已停用"),
    "start": (lambda one, actor: actions.start_webhook(one, actor=actor), "已启用,停用期间没发的会补发"),
    "secret": (lambda one, actor: actions.renew_secret(one, actor=actor), "密钥换好了,请同时改程序里的"),
    "remove": (lambda one, actor: actions.remove_webhook(one, actor=actor), "已删除"),
}


@login_required
@require_http_methods(["GET", "POST"])
def hooks(request: UserRequest) -> HttpResponse:
    """List the webhooks of one's enterprises and register a new one."""
    enterprises = Enterprise.objects.filter(pk__in=standing_of(request.user).enterprises(PUBLISHERS))
    form = HookForm(request.POST or None, enterprises=enterprises)
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(actions.add_webhook(actor=request.user, **form.cleaned_data))
        except ChuanzhuError as error:
            form.add_error("url", str(error))
    context = {"hooks": _mine(request).select_related("enterprise"), "form": form, "enterprises": enterprises}
    return render(request, "market/hooks.html", context, status=422 if form.errors else 200)


@never_cache
@login_required
@require_GET
def hook(request: UserRequest, reference: str) -> HttpResponse:
    """Show one webhook with its secret and its last calls."""
    found = _found(request, reference)
    context = {
        "hook": found,
        "secret": secret_of(found),
        "events": [EVENTS[event] for event in found.events],
        "calls": found.calls.all()[:_SHOWN],
        "names": EVENTS,
    }
    return render(request, "market/hook.html", context)


@login_required
@require_POST
def act(request: UserRequest, reference: str, act: str) -> HttpResponse:
    """Try, stop, start, remove, or give another secret."""
    found = _found(request, reference)
    if act not in _ACTS:
        raise Http404
    run, said = _ACTS[act]
    try:
        run(found, request.user)
        messages.success(request, said)
    except ChuanzhuError as error:
        messages.error(request, str(error))
    return redirect("hooks") if act == "remove" else redirect(found)


@login_required
@require_POST
def again(request: UserRequest, reference: str, call: str) -> HttpResponse:
    """Send one call once more."""
    found = _found(request, reference)
    sent = get_object_or_404(found.calls.select_related("webhook"), reference=call)
    try:
        actions.send_again(sent, actor=request.user)
        messages.success(request, "已排上队,几秒后刷新这一页看结果")
    except ChuanzhuError as error:
        messages.error(request, str(error))
    return redirect(found)


def _mine(request: UserRequest) -> WebhookSet:
    return Webhook.objects.of_any(standing_of(request.user).enterprises(PUBLISHERS))


def _found(request: UserRequest, reference: str) -> Webhook:
    return get_object_or_404(_mine(request).select_related("enterprise"), reference=reference)
