"""The overview of all chains, and the map of one."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import cache_control
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_GET, require_POST

from chuanzhu_site.observatory import atlas, policies, tasks
from chuanzhu_site.observatory.asking import QUESTIONS, answer
from chuanzhu_site.observatory.drawing import draw
from chuanzhu_site.observatory.looks import look_at
from chuanzhu_site.observatory.programmes import chain_of, programme, programme_keys
from chuanzhu_site.observatory.rows import families
from chuanzhu_site.observatory.telling import headline, told, told_gaps
from chuanzhu_site.observatory.whole import sheet

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from chuanzhu_site.accounts.requests import UserRequest

_GAPS_SHOWN, _DAY = 5, 86400


@require_GET
def overview(request: HttpRequest, key: str = "") -> HttpResponse:
    """Show all chains of a programme by cluster: who is there, what is missing, and how much of it is known."""
    loaded = atlas.load(key or programme_keys()[0])
    look = look_at(loaded, request.user, request.GET.get("region", ""))
    outlines = [loaded.outline(chain.slug, look.region) for chain in loaded.programme.chains]
    context = {
        "atlas": loaded,
        "look": look,
        "programmes": [programme(each) for each in programme_keys()],
        "clusters": [
            (name, [_outlined(one) for one in each]) for name, each in groupby(outlines, lambda one: one.chain.cluster)
        ],
        "is_known": any(one.presence.is_known for one in outlines),
        "is_staff": policies.is_staff(request.user),
    }
    return render(request, "observatory/overview.html", context)


def _outlined(one: atlas.Outline) -> dict[str, Any]:
    counts = one.presence.firms
    return {
        "chain": one.chain,
        "rate": told(one.rate),
        "nodes": len(counts),
        "is_known": one.presence.is_known,
        "filled": int((counts > 0).sum()),
        "several": int((counts > 1).sum()),
        "single": int((counts == 1).sum()),
        "empty": int((counts == 0).sum()),
    }


@require_GET
@gzip_page
def chain(request: HttpRequest, key: str, slug: str) -> HttpResponse:
    """Show a chain as map and list, and the answer to a question of the form "what if"."""
    loaded = atlas.load(key)
    found, look = chain_of(loaded.programme, slug), look_at(loaded, request.user, request.GET.get("region", ""))
    is_staff = policies.is_staff(request.user)
    surveyed = loaded.report(slug, look.region)
    answered = answer(loaded, slug, look.region, request.GET.dict(), is_named=is_staff)
    levels = answered.levels if answered else {}
    every = {place.family for place in found.places}
    opened = request.GET.get("open", "")
    links = loaded.programme.links_within(found)
    drawing = draw(
        found,
        links,
        surveyed.graph,
        surveyed.report.presence,
        opened=every if opened == "all" else set(opened.split(",")),
        levels=levels,
        asked=answered.asked if answered else "",
    )
    context = {
        "atlas": loaded,
        "chain": found,
        "look": look,
        "surveyed": surveyed,
        "drawing": drawing,
        "families": families(loaded.programme, surveyed, levels=levels),
        "links": len(links),
        "headline": headline(surveyed),
        "gaps": told_gaps(surveyed)[:_GAPS_SHOWN],
        "answer": answered,
        "asked": request.GET,
        "questions": QUESTIONS.items(),
        "is_staff": is_staff,
        "can_lead": policies.leads(request.user, look.region),
        "is_firm": policies.is_firm(request.user),
    }
    return render(request, "observatory/chain.html", context)


@require_GET
def whole(request: HttpRequest, key: str) -> HttpResponse:
    """Show all chains of a programme on one sheet."""
    loaded = atlas.load(key)
    look = look_at(loaded, request.user, request.GET.get("region", ""))
    nodes, links = len(loaded.graph.keys), len(loaded.programme.links)
    context = {"atlas": loaded, "look": look, "nodes": nodes, "links": links, "version": loaded.version}
    return render(request, "observatory/whole.html", context)


@require_GET
@gzip_page
@cache_control(private=True, max_age=_DAY, immutable=True)
def whole_sheet(request: HttpRequest, key: str) -> HttpResponse:
    """Return what the sheet draws: counts, no names of enterprises. Its address has the version of the data in it."""
    loaded = atlas.load(key)
    look = look_at(loaded, request.user, request.GET.get("region", ""))
    return JsonResponse(sheet(loaded, look.region), json_dumps_params={"ensure_ascii": False, "separators": (",", ":")})


@login_required
@require_POST
def survey(request: UserRequest, key: str) -> HttpResponse:
    """Queue a survey; who looks after a region may ask for one."""
    policies.need_staff(request.user)
    tasks.survey.enqueue(programme(key).key)
    messages.success(request, "已排队重新盘点;企业多时要几分钟,完成后这里的日期会变。")
    return redirect("chains", key)
