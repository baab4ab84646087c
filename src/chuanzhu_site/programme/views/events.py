"""The list of events, a new one, and its organiser's first page: what is to be done next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chuanzhu.model import ChuanzhuError
from chuanzhu.taxonomy.chains import chains
from chuanzhu_site.programme import actions, policies
from chuanzhu_site.programme.actions.preparing import chosen_demands, with_candidates
from chuanzhu_site.programme.forms import CreateForm, EventForm, own_regions
from chuanzhu_site.programme.models import Event
from chuanzhu_site.programme.views.access import organised, tried

if TYPE_CHECKING:
    from django.http import HttpResponse

    from chuanzhu_site.accounts.requests import UserRequest

_DEMANDS_SHOWN: Final = 200
_EVENTS_SHOWN: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far an event is, in numbers."""

    guests: int
    invited: int
    answered: int
    mutual: int
    meetings: int
    arrived: int
    recorded: int


@login_required
@require_GET
def events(request: UserRequest) -> HttpResponse:
    """Show the events that a person organises or is invited to."""
    context = {
        "organised": Event.objects.run_by(request.user)[:_EVENTS_SHOWN],
        "attended": Event.objects.attended_by(request.user)[:_EVENTS_SHOWN],
        "may_create": bool(own_regions(request.user)),
    }
    return render(request, "programme/events.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def create(request: UserRequest) -> HttpResponse:
    """Make an event out of open demands that have candidates."""
    regions = own_regions(request.user)
    if not regions:
        raise PermissionDenied
    chain = request.POST.get("chain") or request.GET.get("chain", "")
    form = CreateForm(request.POST or None, user=request.user, initial={"region": regions[0][0]})
    chosen = request.POST.getlist("demand")
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(_created(request, form, chain=chain, chosen=chosen))
        except ChuanzhuError as error:
            form.add_error(None, str(error))
    demands = policies.demands_for(request.user, region="", chain=chain)
    context = {
        "form": form,
        "chain": chain,
        "chains": chains().values(),
        "demands": with_candidates(demands, most=_DEMANDS_SHOWN),
        "chosen": chosen,
    }
    return render(request, "programme/create.html", context, status=422 if form.errors else 200)


def _created(request: UserRequest, form: CreateForm, *, chain: str, chosen: list[str]) -> Event:
    given = form.cleaned_data
    filling = actions.Filling(
        demands=chosen_demands(request.user, chosen, region=given["region"]),
        candidates=given["candidates"],
        has_hosts=given["has_hosts"],
    )
    values = {**given, "chain": chain if chain in chains() else ""}
    return actions.create_event(values, region=given["region"], filling=filling, actor=request.user)


@login_required
@require_GET
def event(request: UserRequest, reference: str) -> HttpResponse:
    """Show how far an event is, and what comes next; a guest is led to its own page."""
    found = Event.objects.run_by(request.user).filter(reference=reference).first()
    if not found:
        return redirect("event-mine", reference)
    count = _count(found)
    context = {
        "event": found,
        "count": count,
        "beads": _beads(found, count),
        "silent": count.guests - count.answered,
        "unrecorded": count.meetings - count.recorded,
        "today": timezone.localdate(),
    }
    return render(request, "programme/event.html", context)


def _count(event: Event) -> Progress:
    people = event.participants.aggregate(
        guests=Count("pk"),
        invited=Count("pk", filter=Q(invited_at__isnull=False)),
        answered=Count("pk", filter=Q(answered_at__isnull=False)),
        arrived=Count("pk", filter=Q(arrived_at__isnull=False)),
    )
    held = event.meetings.filter(dropped_at=None).aggregate(
        meetings=Count("pk"), recorded=Count("pk", filter=~Q(outcome=""))
    )
    return Progress(**people, **held, mutual=event.wishes.filter(by_buyer=True, by_supplier=True).count())


def _beads(event: Event, count: Progress) -> list[tuple[str, str]]:
    """Return (name, "done", "now" or "") of each step of an event; a cancelled one has none."""
    if event.state == Event.State.CANCELLED:
        return []
    today = timezone.localdate()
    steps = [
        ("名单", event.state != Event.State.DRAFT),
        ("意愿", event.state not in {Event.State.DRAFT, Event.State.WISHES}),
        ("日程", event.state in {Event.State.PUBLISHED, Event.State.OVER}),
        ("当天", event.state == Event.State.OVER or event.day < today),
        ("结果", event.state == Event.State.OVER and count.recorded == count.meetings),
        ("回访", False),
    ]
    here = next(number for number, (_, is_done) in enumerate(steps) if not is_done)
    return [
        (name, "done" if number < here else "now" if number == here else "") for number, (name, _) in enumerate(steps)
    ]


@login_required
@require_http_methods(["GET", "POST"])
def edit(request: UserRequest, reference: str) -> HttpResponse:
    """Change an event's settings."""
    found = organised(request, reference)
    form = EventForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(actions.change_event(organised(request, reference), form.cleaned_data, actor=request.user))
        except ChuanzhuError as error:
            form.add_error(None, str(error))
    return render(request, "programme/edit.html", {"event": found, "form": form}, status=422 if form.errors else 200)


@login_required
@require_POST
def act(request: UserRequest, reference: str, act: str) -> HttpResponse:
    """Invite, finish or cancel."""
    found = organised(request, reference)
    doing = {
        "invite": (lambda: actions.invite(found, actor=request.user), "邀请已经发出"),
        "finish": (lambda: actions.finish_event(found, actor=request.user), "对接会已结束;三、六、十二个月会自动回访"),
        "cancel": (
            lambda: actions.cancel_event(found, actor=request.user, reason=request.POST.get("reason", "")),
            "已取消,并告诉了每一家受邀企业",
        ),
    }
    if act not in doing:
        raise Http404
    tried(request, *doing[act])
    return redirect(found)
