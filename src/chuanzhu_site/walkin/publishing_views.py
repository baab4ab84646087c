"""The page on which demands of a result are ticked and published."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods

from chuanzhu.tables.wording import STANDINGS
from chuanzhu_site.accounts.models import Enterprise
from chuanzhu_site.market.models import Listing
from chuanzhu_site.walkin.models import Visit
from chuanzhu_site.walkin.publishing import publish_demands, published, rows_of
from chuanzhu_site.walkin.views import private

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.http import HttpRequest, HttpResponse, HttpResponseBase

    from chuanzhu_site.accounts.requests import UserRequest
    from chuanzhu_site.walkin.publishing import Outcome, Row

_A_PAGE: Final = 50
_PRIVACIES: Final = (Listing.Privacy.PUBLIC, Listing.Privacy.MASKED)


@private
def publish(request: HttpRequest, token: str) -> HttpResponseBase:
    """Ask to sign in first; the address is as secret as that of the result."""
    return _publish(cast("UserRequest", request), token)


@login_required
@require_http_methods(["GET", "POST"])
def _publish(request: UserRequest, token: str) -> HttpResponse:
    """Show the demands of a result, a page at a time, and publish those that are ticked."""
    visit = get_object_or_404(Visit.objects.live(), pk=token, state=Visit.State.DONE)
    pages = Paginator(rows_of(visit), _A_PAGE)
    if not pages.count:
        raise Http404
    firms = list(Enterprise.objects.of(request.user))
    shown = pages.get_page(request.GET.get("page"))
    rows = list(shown.object_list)
    if request.method == "POST" and firms:
        outcomes = _take(request, visit, rows, firms)
    else:
        outcomes = published(visit, rows, user=request.user)
    context = {
        "visit": visit,
        "enterprises": firms,
        "chosen": request.POST.get("enterprise", ""),
        "privacies": [(one.value, one.label) for one in _PRIVACIES],
        "privacy": request.POST.get("privacy", ""),
        "page": shown,
        "lines": [_line(row, outcomes.get(row.number), request=request, firms=firms) for row in rows],
    }
    return render(request, "walkin/publish.html", context)


def _take(
    request: UserRequest, visit: Visit, rows: Sequence[Row], firms: Sequence[Enterprise]
) -> Mapping[int, Outcome]:
    """Publish what was ticked, say how much of it went well, and return what is known of each row."""
    written = request.POST.get("enterprise", "")
    enterprise = next((one for one in firms if str(one.pk) == written), firms[0] if not written else None)
    if not enterprise:
        raise Http404
    ticked = [row for row in rows if str(row.number) in request.POST.getlist("row")]
    privacy = request.POST.get("privacy", "")
    made = publish_demands(
        visit,
        ticked,
        enterprise=enterprise,
        actor=request.user,
        privacy=privacy if privacy in _PRIVACIES else Listing.Privacy.PUBLIC,
        is_submitted="draft" not in request.POST,
    )
    _say(request, list(made.values()))
    return {**published(visit, rows, user=request.user), **made}


def _say(request: UserRequest, made: Sequence[Outcome]) -> None:
    states = Counter(one.listing.get_state_display() for one in made if one.is_new and one.listing)
    refused = sum(bool(one.error) for one in made)
    if states:
        said = "、".join(f"{state} {count} 条" for state, count in states.items())
        messages.success(request, f"做好了 {states.total()} 条:{said}")
    if refused:
        messages.error(request, f"{refused} 条没有做成,原因写在各条下面")
    if not made:
        messages.info(request, "一条也没有勾选;勾上要发布的再按。")


def _line(row: Row, outcome: Outcome | None, *, request: UserRequest, firms: Sequence[Enterprise]) -> dict[str, object]:
    """Return what stands in one line of the page. Nothing is ticked unless the person asked for all."""
    is_other = bool(row.enterprise) and row.enterprise not in {firm.name for firm in firms}
    ticked = str(row.number) in request.POST.getlist("row") if request.method == "POST" else "all" in request.GET
    return {
        "row": row,
        "outcome": outcome,
        "standing": STANDINGS[row.standing],
        "is_other": is_other,
        "is_ticked": ticked and not is_other,
        "is_open": not outcome or bool(outcome.error),
    }
