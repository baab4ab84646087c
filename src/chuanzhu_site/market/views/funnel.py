"""The funnel of one's own regions: charts with their numbers, and the numbers as a workbook."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from chuanzhu.taxonomy.regions import region_name
from chuanzhu_site.market import casework, funnel
from chuanzhu_site.market.funnel import DIMENSIONS, Which
from chuanzhu_site.market.funnel_charts import failures_chart, funnel_chart, groups_chart, results_charts
from chuanzhu_site.web.chart_books import chart_workbook

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from django.http import HttpResponse

    from chuanzhu_site.accounts.models import Scope
    from chuanzhu_site.accounts.requests import UserRequest
    from chuanzhu_site.web.charts import Chart

PERIODS: Final = {"3": "近三个月", "12": "近一年", "all": "有记录以来"}
_DAYS_A_MONTH: Final = 30.44


@login_required
@require_GET
def show(request: UserRequest) -> HttpResponse:
    """Show how far the demands of one's own regions come, divided by what is asked for."""
    asked = _asked(request)
    charts, every, median = _charts(asked, by=[asked["by"]])
    context = {
        "charts": charts,
        "every": every,
        "median": median,
        "dimensions": DIMENSIONS.values(),
        "periods": PERIODS.items(),
        **asked,
    }
    return render(request, "market/funnel.html", context)


@login_required
@require_GET
def workbook(request: UserRequest) -> HttpResponse:
    """Hand out the numbers, divided in every way."""
    asked = _asked(request)
    charts, _, _ = _charts(asked, by=list(DIMENSIONS))
    return chart_workbook(charts, name=f"对接漏斗-{asked['area']}-{timezone.localdate():%Y%m%d}")


def _asked(request: UserRequest) -> dict[str, Any]:
    """Read what is asked for: by what, over which period, in which of one's regions."""
    scopes = [scope for scope in request.user.scopes.live() if scope.role in casework.HANDLERS]
    if not scopes:
        raise PermissionDenied
    by, period = request.GET.get("by", "chain"), request.GET.get("period", "12")
    by = by if by in DIMENSIONS else "chain"
    period = period if period in PERIODS else "12"
    days = round(int(period) * _DAYS_A_MONTH) if period != "all" else 0
    since = timezone.localdate() - dt.timedelta(days=days) if days else None
    return {"scopes": scopes, "by": by, "period": period, "which": Which(since=since), "area": _area(scopes)}


def _area(scopes: Collection[Scope]) -> str:
    return "、".join(sorted({region_name(scope.region) if scope.region else "全平台" for scope in scopes}))


def _charts(asked: dict[str, Any], *, by: Sequence[str]) -> tuple[list[Chart], funnel.Group, float | None]:
    said = {"area": asked["area"], "period": PERIODS[asked["period"]], "on": timezone.localdate()}
    demands = funnel.demands_of(asked["scopes"], asked["which"])
    engagements = funnel.engagements_of(demands)
    divided = {code: funnel.groups(demands, DIMENSIONS[code]) for code in by}
    every = funnel.total(divided[by[0]])
    charts = [
        funnel_chart(every, **said),
        *(groups_chart(parts, DIMENSIONS[code], **said) for code, parts in divided.items()),
        failures_chart(funnel.failures(engagements), **said),
        *results_charts(funnel.results(engagements), **said),
    ]
    return charts, every, funnel.median_answer_days(engagements)
