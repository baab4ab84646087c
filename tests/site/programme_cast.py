"""An event of the cast: Weihua buys, Lihua and a rival sell, Chen of the province organises. All made up."""

import datetime as dt

from django.utils import timezone

from chuanzhu_site.market.models import Match
from chuanzhu_site.programme import actions, computing
from chuanzhu_site.programme.models import Event

REASONS = [
    {"code": "concept", "points": 60.0, "text": "供的就是铸钢车轮", "asked": "铸钢车轮", "offered": "铸钢车轮"},
    {"code": "place", "points": 20.0, "text": "在想要的安阳", "asked": "安阳", "offered": "滑县"},
    {"code": "certificate", "points": 0.0, "text": "没写资质", "asked": "", "offered": ""},
]


def fitting(demand, supply, *, score=80.0, rank=1):
    """Say that a supply fits a demand."""
    return Match.objects.create(demand=demand, supply=supply, score=score, rank=rank, reasons=REASONS)


def settings_of(**values):
    """Return an event's settings: four slots in a fortnight, two tables."""
    day = timezone.localdate() + dt.timedelta(days=14)
    usual = {
        "name": "起重机配套对接会(示例)",
        "place": "长垣会展中心",
        "day": day,
        "wishes_until": day - dt.timedelta(days=3),
        "slots": 4,
        "morning": 2,
        "tables": 2,
        "least": 0,
    }
    return {**usual, **values}


def make_event(organiser, demands, *, region="410000", candidates=5, has_hosts=True, **values):
    """Make an event from demands."""
    filling = actions.Filling(demands=tuple(demands), candidates=candidates, has_hosts=has_hosts)
    return actions.create_event(settings_of(**values), region=region, filling=filling, actor=organiser)


def wished(event, *people):
    """Let guests' people wish to meet everybody that is offered to them."""
    for user in people:
        person = participant(event, user)
        own = event.wishes.filter(buyer=person) | event.wishes.filter(supplier=person)
        actions.answer(person, actor=user, wanted=own.values_list("pk", flat=True))


def participant(event, user):
    """Return the guest for whom a person speaks."""
    return event.participants.get(enterprise__memberships__user=user)


def computed(event, organiser, *, seconds=5, at=None):
    """Compute a timetable as the worker would."""
    timetable = actions.start_timetable(event, actor=organiser, seconds=seconds, at=at)
    computing.run(timetable)
    timetable.refresh_from_db()
    return timetable


def published(event, organiser, *people):
    """Bring an event to where everybody knows the timetable."""
    actions.invite(event, actor=organiser)
    wished(event, *people)
    actions.publish_timetable(computed(event, organiser), actor=organiser)
    return Event.objects.get(pk=event.pk)
