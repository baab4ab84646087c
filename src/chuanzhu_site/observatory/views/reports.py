"""The printable report of a chain: as a page, and as PDF."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_GET

from chuanzhu_site.observatory import atlas, policies
from chuanzhu_site.observatory.looks import look_at
from chuanzhu_site.observatory.printing import NoChineseFont, pdf_of
from chuanzhu_site.observatory.programmes import chain_of
from chuanzhu_site.observatory.sheets import report

if TYPE_CHECKING:
    from chuanzhu_site.accounts.requests import UserRequest


@login_required
@require_GET
@gzip_page
def page(request: UserRequest, key: str, slug: str) -> HttpResponse:
    """Show the report with a style for print."""
    policies.need_staff(request.user)
    loaded = atlas.load(key)
    found, look = chain_of(loaded.programme, slug), look_at(loaded, request.user, request.GET.get("region", ""))
    context = {"atlas": loaded, "chain": found, "look": look, "report": report(loaded, slug, look.region)}
    return render(request, "observatory/report.html", context)


@login_required
@require_GET
def pdf(request: UserRequest, key: str, slug: str) -> HttpResponse:
    """Return the report as a PDF file."""
    policies.need_staff(request.user)
    loaded = atlas.load(key)
    chain_of(loaded.programme, slug)
    look = look_at(loaded, request.user, request.GET.get("region", ""))
    made = report(loaded, slug, look.region)
    try:
        body = pdf_of(made)
    except NoChineseFont as error:
        return render(request, "sorry.html", {"heading": "写不了 PDF", "sentence": str(error)}, status=503)
    name = quote(f"{made.place}{made.title}.pdf")
    return HttpResponse(
        body,
        content_type="application/pdf",
        headers={"Content-Disposition": f"attachment; filename=\"report.pdf\"; filename*=UTF-8''{name}"},
    )
