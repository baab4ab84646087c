"""Where one's own enterprise stands, and the list of those that could not be placed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_required
from django.shortcuts import render
from django.views.decorators.http import require_GET

from chuanzhu_site.accounts.regions import within
from chuanzhu_site.observatory import atlas, policies
from chuanzhu_site.observatory.looks import look_at
from chuanzhu_site.observatory.models import PlacingNote
from chuanzhu_site.observatory.programmes import programme_keys
from chuanzhu_site.observatory.steps import own_steps

if TYPE_CHECKING:
    from django.http import HttpResponse

    from chuanzhu_site.accounts.requests import UserRequest

_SHOWN = 200


@login_required
@require_GET
def mine(request: UserRequest, key: str = "") -> HttpResponse:
    """Show where one's own enterprises stand, who supplies them one step up, and who uses them one step down."""
    loaded = atlas.load(key or programme_keys()[0])
    region = loaded.programme.region
    context = {"atlas": loaded, "own": own_steps(loaded, region, user=request.user), "look": {"region": region}}
    return render(request, "observatory/mine.html", context)


@login_required
@require_GET
def unplaced(request: UserRequest, key: str) -> HttpResponse:
    """List the enterprises of a region that stand at no node, and those whose facts contradict each other."""
    policies.need_staff(request.user)
    loaded = atlas.load(key)
    look = look_at(loaded, request.user, request.GET.get("region", ""))
    inside = PlacingNote.objects.filter(within("enterprise__region", look.region), programme=key)
    notes = inside.select_related("enterprise").order_by("enterprise__name")
    context = {"atlas": loaded, "look": look, "count": notes.count(), "notes": notes[:_SHOWN]}
    return render(request, "observatory/unplaced.html", context)
