"""Asking, answering and writing: each comes back to the page where it was said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from chuanzhu.model import ChuanzhuError
from chuanzhu_site.accounts.models import Enterprise
from chuanzhu_site.market import actions, policies
from chuanzhu_site.market.lifecycle import Party
from chuanzhu_site.market.models import Engagement, Listing
from chuanzhu_site.market.views.reading import number, text_of

if TYPE_CHECKING:
    from django.http import HttpResponse

    from chuanzhu_site.accounts.requests import UserRequest

_WAITS = "文字里有{}，所在县区看过才公开；不等的话，改掉再发一次。"


@login_required
@require_POST
def ask(request: UserRequest, reference: str) -> HttpResponse:
    """Ask a public question for one of one's enterprises."""
    listing = get_object_or_404(Listing.objects.visible_to(request.user), reference=reference)
    asker = get_object_or_404(Enterprise.objects.of(request.user), pk=number(request.POST.get("enterprise")))
    try:
        asked = actions.ask(listing, enterprise=asker, actor=request.user, text=text_of(request, "text", longest=400))
    except ChuanzhuError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _WAITS.format(asked.held_for) if asked.held_for else "问题已公开，对方会收到通知。")
    return redirect(f"{listing.get_absolute_url()}#questions")


@login_required
@require_POST
def answer(request: UserRequest, reference: str, pk: int) -> HttpResponse:
    """Answer a question on one's own listing."""
    listing = get_object_or_404(Listing.objects.visible_to(request.user), reference=reference)
    question = get_object_or_404(listing.questions.shown(), pk=pk)
    try:
        said = actions.answer(question, actor=request.user, text=text_of(request, "text", longest=800))
    except ChuanzhuError as error:
        messages.error(request, str(error))
    else:
        held = said.answer_held_for
        messages.success(request, _WAITS.format(held) if held else "回答已公开，提问的企业会收到通知。")
    return redirect(f"{listing.get_absolute_url()}#questions")


@login_required
@require_POST
def say(request: UserRequest, reference: str) -> HttpResponse:
    """Send a message inside an engagement."""
    engagement = get_object_or_404(Engagement.objects.visible_to(request.user), reference=reference)
    open_to = policies.parties(request.user, engagement)
    party = next((one for one in Party if one in open_to and request.POST.get("party", one) == one), None)
    if party is None:
        raise PermissionDenied
    try:
        actions.send_message(engagement, actor=request.user, party=party, text=text_of(request, "text", longest=2000))
    except ChuanzhuError as error:
        messages.error(request, str(error))
    return redirect(f"{engagement.get_absolute_url()}#messages")
