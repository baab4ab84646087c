"""Who may know whose listing it is, and who may see it: the page on which its own people decide that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from chuanzhu.model import ChuanzhuError
from chuanzhu_site.accounts.models import Enterprise
from chuanzhu_site.market import actions, policies
from chuanzhu_site.market.disclosure import acquaintances, find_enterprises
from chuanzhu_site.market.models import Listing, Reveal
from chuanzhu_site.market.views.reading import number

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpResponse

    from chuanzhu_site.accounts.requests import UserRequest


class RevealForm(forms.Form):
    """Which step is taken, and the contact that the last one gives."""

    step = forms.TypedChoiceField(label="告诉它", choices=Reveal.Step.choices, coerce=int)
    contact = forms.CharField(label="联系人和电话", max_length=120, required=False)


@login_required
@require_GET
def privacy(request: UserRequest, reference: str) -> HttpResponse:
    """Show whom a listing concerns, what each of them was told, and who told it and when."""
    found, asked = _own(request, reference), request.GET.get("q", "")
    hits = find_enterprises(asked)
    log = found.reveals.select_related("enterprise__merged_into", "by").order_by("-pk")
    invitations = found.invitations.select_related("enterprise__merged_into", "invited_by").order_by("-pk")
    context = {
        "listing": found,
        "asked": asked,
        "hits": hits,
        "acquaintances": acquaintances(found, found=hits, reveals=log, invitations=invitations),
        "log": log,
        "invitations": invitations,
    }
    return render(request, "market/privacy.html", context)


def _own(request: UserRequest, reference: str) -> Listing:
    """Return one's own listing; to everybody else this page does not exist."""
    visible = Listing.objects.visible_to(request.user).select_related("enterprise__merged_into")
    found = get_object_or_404(visible, reference=reference)
    policies.may_edit(request.user, found)
    return found


@login_required
@require_POST
def reveal(request: UserRequest, reference: str) -> HttpResponse:
    """Take a step of revealing towards one enterprise."""
    form = RevealForm(request.POST)
    if not form.is_valid():
        messages.error(request, "没有做：请选一步要告诉的内容，联系方式不超过 120 个字")
        return redirect("privacy", reference)
    step, contact = Reveal.Step(form.cleaned_data["step"]), form.cleaned_data["contact"]
    return _do(
        request,
        reference,
        lambda listing, firm: actions.reveal(listing, to=firm, step=step, actor=request.user, contact=contact),
        done=f"告诉了%s：{step.label}",
    )


@login_required
@require_POST
def invite(request: UserRequest, reference: str) -> HttpResponse:
    """Invite an enterprise."""
    return _do(
        request,
        reference,
        lambda listing, firm: actions.invite(listing, enterprise=firm, actor=request.user),
        done="邀请了%s",
    )


@login_required
@require_POST
def uninvite(request: UserRequest, reference: str) -> HttpResponse:
    """Take an invitation back."""
    return _do(
        request,
        reference,
        lambda listing, firm: actions.withdraw_invitation(listing, enterprise=firm, actor=request.user),
        done="撤回了对%s的邀请",
    )


def _do(
    request: UserRequest, reference: str, act: Callable[[Listing, Enterprise], object], *, done: str
) -> HttpResponse:
    listing = _own(request, reference)
    enterprise = get_object_or_404(Enterprise, pk=number(request.POST.get("enterprise")))
    try:
        act(listing, enterprise)
    except ChuanzhuError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, done % f"“{enterprise}”")
    return redirect("privacy", reference)
