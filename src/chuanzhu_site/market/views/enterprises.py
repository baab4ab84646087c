"""The public page of an enterprise: who it is, what was verified, what it offers and openly looks for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from chuanzhu.taxonomy.industries import IndustryError, industry
from chuanzhu_site.accounts import policies as accounts
from chuanzhu_site.accounts.models import Enterprise
from chuanzhu_site.market.answering import answering
from chuanzhu_site.market.models import Listing

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.http import HttpRequest, HttpResponse

_SHOWN: Final = 50


@require_GET
def enterprise(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an enterprise; one that was merged leads to the record that stands for it."""
    found = get_object_or_404(Enterprise.objects.select_related("parent"), pk=pk)
    if found.merged_into_id:
        return redirect("enterprise", found.merged_into_id)
    absorbed = list(found.absorbed.all())
    own = (
        Listing.objects.public()
        .filter(enterprise__in=[found, *absorbed], privacy=Listing.Privacy.PUBLIC)
        .order_by("-opened_at", "-pk")
    )
    badges = found.verifications.filter(revoked_at=None).exclude(expires_on__lt=timezone.localdate())
    sides = {side: list(own.filter(side=side)[: _SHOWN + 1]) for side in ("supply", "demand")}
    context = {
        "enterprise": found,
        "trade": _trade(found),
        "badges": badges.select_related("verified_by").order_by("-verified_on", "-pk"),
        "former_names": _names(found, absorbed),
        "branches": found.branches.filter(merged_into=None),
        "supplies": sides["supply"][:_SHOWN],
        "demands": sides["demand"][:_SHOWN],
        "is_cut": any(len(rows) > _SHOWN for rows in sides.values()),
        "answering": answering(found, at=timezone.now()),
        "is_claimed": found.memberships.filter(ended_at=None).exists(),
        "may_merge": accounts.has_scope(request.user, found.region, roles=accounts.REVIEWERS),
    }
    return render(request, "market/enterprise.html", context)


def _trade(found: Enterprise) -> str:
    try:
        return industry(found.industry).name if found.industry else ""
    except IndustryError:
        return ""


def _names(found: Enterprise, absorbed: Iterable[Enterprise]) -> list[tuple[str, str]]:
    """Return the other names it goes by, each with where that is known from."""
    former = [
        (one.name, f"用到 {one.until:%Y-%m-%d},来源:{one.source}" if one.until else f"来源:{one.source}")
        for one in found.former_names.all()
    ]
    merged = [(one.name, f"重复的记录,已并入;来源:{one.source}") for one in absorbed if one.name != found.name]
    return [*former, *merged]
