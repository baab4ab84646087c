"""The page of a node: who stands there and on which evidence, one step up, one step down."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_GET

from chuanzhu_site.observatory import atlas, policies
from chuanzhu_site.observatory.looks import look_at
from chuanzhu_site.observatory.programmes import chain_of
from chuanzhu_site.observatory.steps import node_page

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_GET
def node(request: HttpRequest, key: str, slug: str, node: str) -> HttpResponse:
    """Show a node."""
    loaded = atlas.load(key)
    look = look_at(loaded, request.user, request.GET.get("region", ""))
    context = {
        "atlas": loaded,
        "chain": chain_of(loaded.programme, slug),
        "look": look,
        "is_staff": policies.is_staff(request.user),
        **node_page(loaded, slug, node, look.region, user=request.user),
    }
    return render(request, "observatory/node.html", context)
