"""Handing in, reading and removing files. No file has an address of its own outside these views."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET, require_POST

from chuanzhu.model import ChuanzhuError
from chuanzhu_site.market import actions, policies
from chuanzhu_site.market.attachments import opened
from chuanzhu_site.market.lifecycle import Party
from chuanzhu_site.market.models import Engagement, Listing
from chuanzhu_site.market.views.reading import text_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpResponse
    from django.http.response import HttpResponseBase

    from chuanzhu_site.accounts.requests import UserRequest

_SERVED_WITH: Final[Mapping[str, str]] = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-store",
}


@login_required
@require_GET
def attachment(request: UserRequest, reference: str) -> HttpResponseBase:
    """Hand out a file to be saved, never to be run: asked anew at each reading whether this person may have it."""
    found = opened(request.user, reference)
    if found is None:
        raise Http404
    try:
        content = found.file.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    headers = dict(_SERVED_WITH)
    return FileResponse(
        content, as_attachment=True, filename=found.name, content_type=found.kind.content_type, headers=headers
    )


@login_required
@require_POST
def attach_to_listing(request: UserRequest, reference: str) -> HttpResponse:
    """Take a file for one's own listing."""
    listing = get_object_or_404(Listing.objects.visible_to(request.user), reference=reference)
    policies.may_edit(request.user, listing)
    return _attach(request, listing, party=listing.owner_party)


@login_required
@require_POST
def attach_to_engagement(request: UserRequest, reference: str) -> HttpResponse:
    """Take a file from one of the sides of an engagement."""
    engagement = get_object_or_404(Engagement.objects.visible_to(request.user), reference=reference)
    open_to = policies.parties(request.user, engagement)
    party = next((one for one in Party if one in open_to and request.POST.get("party", one) == one), None)
    if party is None:
        raise PermissionDenied
    return _attach(request, engagement, party=party)


def _attach(request: UserRequest, thing: Listing | Engagement, *, party: Party) -> HttpResponse:
    upload = request.FILES.get("file")
    if upload is None:
        messages.error(request, "没有收到文件；请先选一个文件。")
    else:
        try:
            row = actions.attach(thing, upload=upload, actor=request.user, party=party)
            messages.success(request, f"已加上“{row.name}”")
        except ChuanzhuError as error:
            messages.error(request, str(error))
    return redirect(f"{thing.get_absolute_url()}#files")


@login_required
@require_POST
def remove(request: UserRequest, reference: str) -> HttpResponse:
    """Remove a file that one gave, or as an officer one of the region, with a reason."""
    found = opened(request.user, reference)
    if found is None:
        raise Http404
    thing = found.file.listing or found.file.engagement
    try:
        actions.detach(found.file, actor=request.user, reason=text_of(request, "reason", longest=200))
        messages.success(request, f"已删除“{found.name}”")
    except ChuanzhuError as error:
        messages.error(request, str(error))
    return redirect(f"{thing.get_absolute_url()}#files" if thing else "desk")
