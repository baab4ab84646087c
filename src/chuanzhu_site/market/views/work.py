"""The broker's desk: whom to call next, and the page of one case with its telephone numbers, notes and next date."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chuanzhu.model import ChuanzhuError
from chuanzhu_site.accounts import policies as accounts
from chuanzhu_site.accounts.models import Claim, Scope
from chuanzhu_site.market import actions, casework, funnel
from chuanzhu_site.market.act_forms import act_form
from chuanzhu_site.market.case_forms import AssignForm, DecisionForm, NoteForm, ReportForm
from chuanzhu_site.market.lifecycle import Step
from chuanzhu_site.market.models import Engagement, Listing, Report
from chuanzhu_site.market.progress import beads
from chuanzhu_site.market.queues import QUEUES
from chuanzhu_site.market.worklist import PAGE, Wish, task_for, work_list

if TYPE_CHECKING:
    from collections.abc import Collection

    from django.forms import BaseForm
    from django.http import HttpRequest, HttpResponse

    from chuanzhu_site.accounts.models import User
    from chuanzhu_site.accounts.requests import UserRequest
    from chuanzhu_site.market.casework import Case
    from chuanzhu_site.market.worklist import WorkList

FIRST: Final = 7
_MOST_PAGES: Final = 20
_TOLD: Final = 5
_A_YEAR: Final = dt.timedelta(days=365)
_WHOSE: Final = (("ours", "我的和没人管的"), ("mine", "我的"), ("nobody", "没人管的"), ("all", "全部"))


@login_required
@require_GET
def work(request: UserRequest) -> HttpResponse:
    """Show what waits inside one's regions, the most pressing first."""
    scopes = list(request.user.scopes.live())
    if not scopes:
        raise PermissionDenied
    wish = _wish(request, scopes)
    now = timezone.now()
    found = work_list(request.user, scopes=scopes, wish=wish, at=now)
    context = {
        "work": found,
        "first": found.tasks[:FIRST] if wish.number == 1 else (),
        "later": found.tasks[FIRST:] if wish.number == 1 else found.tasks,
        "heading": _heading(found, wish),
        "wish": wish,
        "chips": [(one, found.counts[one.code]) for one in QUEUES.values() if found.counts.get(one.code)],
        "whose": _WHOSE,
        "now": now,
        "strip": _strip(scopes),
        "scopes": scopes,
        "waiting_claims": Claim.objects.reviewable_by(request.user).count(),
        "notifications": request.user.notifications.filter(read_at=None)[:_TOLD],
        "next_number": wish.number + 1 if found.has_more and wish.number < _MOST_PAGES else 0,
        "shown_before": (wish.number - 1) * PAGE,
    }
    return render(request, "market/work.html", context)


def _wish(request: HttpRequest, scopes: Collection[Scope]) -> Wish:
    """Read what is asked for; a broker begins with what is his own or nobody's, an officer with everything."""
    is_broker = any(scope.role == Scope.Role.BROKER for scope in scopes)
    whose, number = request.GET.get("whose", ""), request.GET.get("page", "1")
    return Wish(
        queue=request.GET.get("queue", "") if request.GET.get("queue") in QUEUES else "",
        whose=whose if whose in dict(_WHOSE) else "ours" if is_broker else "all",
        is_escalated=bool(request.GET.get("escalated")),
        number=min(int(number), _MOST_PAGES) if number.isdecimal() and int(number) else 1,
    )


def _strip(scopes: Collection[Scope]) -> list[dict[str, object]]:
    """Return how many demands of the last year reached each stage, and which share of all that is."""
    demands = funnel.demands_of(scopes, funnel.Which(since=timezone.localdate() - _A_YEAR))
    reached = funnel.total(funnel.groups(demands, funnel.DIMENSIONS["tier"])).reached
    return [
        {"name": name, "number": number, "share": round(100 * number / reached[0]) if reached[0] else 0}
        for name, number in zip(funnel.STAGES, reached, strict=True)
    ]


def _heading(found: WorkList, wish: Wish) -> str:
    """Say the job: how many telephone calls come first, or what else there is to do."""
    if not found.tasks:
        return "这里没有要办的事" if wish.queue or wish.is_escalated else "今天没有要打的电话"
    first = found.tasks[:FIRST]
    calls = sum(task.queue.is_call for task in first)
    if calls == len(first):
        return f"今天先打这 {calls} 个电话"
    return f"今天先办这 {len(first)} 件事" if calls else f"今天先审核这 {len(first)} 条"


@login_required
@require_GET
def case(request: UserRequest, kind: str, reference: str) -> HttpResponse:
    """Show one case: what to do, whom to call, what was said."""
    return _page(request, *_case(request.user, kind, reference))


def _case(user: User, kind: str, reference: str) -> tuple[Case, list[Scope]]:
    """Return a case that this person may handle, and the scopes that give it; other cases are not there."""
    found: Case
    if kind == "engagement":
        rows = Engagement.objects.visible_to(user).select_related(
            "demand__enterprise", "supply", "buyer", "supplier", "broker"
        )
        found = get_object_or_404(rows, reference=reference)
    elif kind == "listing":
        listings = Listing.objects.visible_to(user).select_related("enterprise", "broker")
        found = get_object_or_404(listings, reference=reference)
    else:
        raise Http404
    scopes = list(user.scopes.live())
    if not casework.is_handled(found, scopes=scopes):
        raise Http404
    return found, scopes


def _page(request: UserRequest, found: Case, scopes: Collection[Scope], **refused: BaseForm) -> HttpResponse:
    step = Step(found.step) if isinstance(found, Engagement) else None
    others = casework.colleagues(found).exclude(pk=found.broker_id or 0)
    context: dict[str, Any] = {
        "case": found,
        "kind": "engagement" if step else "listing",
        "listing": casework.subject_of(found),
        "task": task_for(request.user, found, scopes=scopes, at=timezone.now()),
        "named": casework.is_named(casework.subject_of(found), scopes=scopes),
        "contacts": casework.contacts(found, scopes=scopes),
        "is_out_of_reach": not all(casework.covers(scopes, one.region) for _, one in casework.sides(found)),
        "notes": casework.notes_for(request.user, found, scopes=scopes),
        "beads": beads(step) if step else (),
        "note_form": NoteForm(),
        "assign_form": AssignForm(people=others),
        "call_backs": found.call_backs.select_related("by") if isinstance(found, Engagement) else (),
        "words": found.confirmations.filter(void_at=None) if isinstance(found, Engagement) else (),
        "follow": _follow_form(request.user, found),
        "reports": _reports(found, scopes),
        "decision_form": DecisionForm(auto_id="decision-%s"),
        **refused,
    }
    return render(request, "market/case.html", context, status=422 if refused else 200)


def _follow_form(user: User, found: Case) -> BaseForm | None:
    """Return the form of a call-back where one is due and this person did not handle the case."""
    if not isinstance(found, Engagement) or found.step != Step.CONFIRMED or found.broker_id == user.pk:
        return None
    return act_form("follow", needs_reason=False, initial={"version": found.version, "party": "broker"})


def _reports(found: Case, scopes: Collection[Scope]) -> Any:  # noqa: ANN401 (rows, or none)
    listing = casework.subject_of(found)
    if not casework.covers(scopes, listing.enterprise.region, roles=accounts.REVIEWERS):
        return ()
    return listing.reports.filter(decided_at=None)


@login_required
@require_POST
def note(request: UserRequest, kind: str, reference: str) -> HttpResponse:
    """Put down a call."""
    (found, scopes), form = _case(request.user, kind, reference), NoteForm(request.POST)
    if not form.is_valid():
        return _page(request, found, scopes, note_form=form)
    try:
        actions.note_case(found, actor=request.user, **form.cleaned_data)
    except ChuanzhuError as error:
        form.add_error(None, str(error))
        return _page(request, found, scopes, note_form=form)
    messages.success(request, "记下了。")
    return redirect(casework.address_of(found))


@login_required
@require_POST
def assign(request: UserRequest, kind: str, reference: str) -> HttpResponse:
    """Take a case over, or hand it to a colleague."""
    found, scopes = _case(request.user, kind, reference)
    given = request.POST if request.POST.get("to") else {"to": request.user.pk}
    form = AssignForm(given, people=casework.colleagues(found))
    if not form.is_valid():
        return _page(request, found, scopes, assign_form=form)
    try:
        actions.assign_case(found, to=form.cleaned_data["to"], actor=request.user)
        messages.success(request, f"改由 {form.cleaned_data['to']} 跟进")
    except ChuanzhuError as error:
        messages.error(request, str(error))
    return redirect("work" if request.POST.get("back") else casework.address_of(found))


@login_required
@require_http_methods(["GET", "POST"])
def report(request: UserRequest, reference: str) -> HttpResponse:
    """Report a listing, or the result of one of its engagements."""
    rows = Listing.objects.visible_to(request.user).select_related("enterprise")
    found = get_object_or_404(rows, reference=reference)
    form = ReportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.report(found, actor=request.user, **form.cleaned_data)
        except ChuanzhuError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, "收到举报,所在县区会核实,结果会告诉您。")
        return redirect(found)
    return render(request, "market/report.html", {"form": form, "listing": found}, status=422 if form.errors else 200)


@login_required
@require_POST
def decide(request: UserRequest, pk: int) -> HttpResponse:
    """Uphold or dismiss a report."""
    found = get_object_or_404(Report.objects.select_related("listing__enterprise"), pk=pk)
    listing, scopes = _case(request.user, "listing", found.listing.reference)
    form = DecisionForm(request.POST, auto_id="decision-%s")
    if not form.is_valid():
        return _page(request, listing, scopes, decision_form=form)
    try:
        actions.decide_report(found, actor=request.user, **form.cleaned_data)
        messages.success(request, "核实意见已记下,举报人会收到。")
    except ChuanzhuError as error:
        messages.error(request, str(error))
    return redirect("work")
