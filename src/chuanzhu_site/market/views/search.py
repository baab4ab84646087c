"""The search, without signing in, over what is public."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_GET

from chuanzhu.report.cards import reason_list, score_bar
from chuanzhu.taxonomy.regions import region_name
from chuanzhu_site.market import bridge
from chuanzhu_site.market.kinds import KINDS
from chuanzhu_site.market.search import find, read_asked

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.http import HttpRequest, HttpResponse

    from chuanzhu_site.market.search import Asked, Choice
    from chuanzhu_site.market.search.facets import Facet
    from chuanzhu_site.market.search.finding import Hit

_SIDES = (("supply", "找供给"), ("demand", "找需求"))


@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """Show one page of what is found, what was understood of the words, and how to narrow it."""
    asked = read_asked(request.GET.dict())
    found = find(asked)
    context = {
        "asked": asked,
        "found": found,
        "minus_sure": -found.sure,
        "rows": [_row(asked, hit) for hit in found.hits],
        "sides": [(side, name, asked.query(side=side, kind="")) for side, name in _SIDES],
        "facets": [_links(asked, facet, choices) for facet, choices in found.facets],
        "instead": [(one.title, name, number, asked.without(one.code).query()) for one, name, number in found.instead],
        "understood": bridge.understood(found.answer.need) if found.answer and asked.side == "supply" else None,
        "unmet": found.answer.unmet if found.answer and not found.hits else None,
        "next": asked.query(after=found.after) if found.after else "",
        "publish": _publishing(asked),
    }
    return render(request, "market/search.html", context)


def _links(asked: Asked, facet: Facet, choices: Iterable[Choice]) -> tuple[str, list[tuple[Choice, str]]]:
    """Return what a facet offers, each with its address; that of the chosen one drops it."""
    return facet.title, [(one, asked.query(**{facet.code: "" if one.is_chosen else one.value})) for one in choices]


def _row(asked: Asked, hit: Hit) -> dict[str, object]:
    """Return what stands in one row; a demand that is found by its words has no reasons to give."""
    row = {"hit": hit, "place": region_name(hit.place)}
    if not hit.fit or asked.side == "demand":
        return row
    why, score = reason_list(hit.fit), score_bar(hit.fit)
    return {**row, "why": mark_safe(why), "score": mark_safe(score)}  # noqa: S308 (the library escaped them)


def _publishing(asked: Asked) -> str:
    """Return the kind in which the words could be published as a demand; empty where no supply is sought."""
    if asked.side != "supply" or not asked.words:
        return ""
    kind = KINDS.get(asked.chosen.get("kind", ""))
    return kind.counterpart if kind else "product-demand"
