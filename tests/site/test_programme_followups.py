"""What becomes of what was signed: asked of both sides after 3, 6 and 12 months, and never guessed."""

import calendar
import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from programme_cast import fitting, make_event, published

from chuanzhu_site.accounts.refusals import Missing
from chuanzhu_site.market.models import Notification
from chuanzhu_site.programme import actions
from chuanzhu_site.programme.actions.following import months_after
from chuanzhu_site.programme.models import Event, FollowUp, Meeting
from chuanzhu_site.programme.results import fulfilment_of, outcomes_of

pytest.importorskip("ortools", reason="OR-Tools is an optional part")
HELD = dt.date(2026, 8, 31)


def at(year, month, day):
    return dt.datetime(year, month, day, 9, tzinfo=timezone.get_current_timezone())


@pytest.fixture
def signed(cast, demand, supply):
    """A meeting where 1,000 yuan were agreed, on the last of August."""
    fitting(demand, supply)
    event = published(make_event(cast.chen, [demand]), cast.chen, cast.weihua, cast.lihua)
    said = actions.Said(outcome=Meeting.Outcome.INTERESTED, amount=Decimal(1000))
    meeting = actions.record_outcome(event.meetings.get(), said, actor=cast.weihua)
    Event.objects.filter(pk=event.pk).update(day=HELD)
    return meeting


def said(meeting, user, word, amount=None, *, months=3):
    row = FollowUp.objects.get(meeting=meeting, months=months, asked__enterprise__memberships__user=user)
    return actions.answer_followup(row, actor=user, said=word, amount=amount and Decimal(amount))


def rates(meeting):
    return [one.rate for one in fulfilment_of(Event.objects.get(pk=meeting.event_id))]


@given(st.dates(dt.date(2000, 1, 1), dt.date(2090, 1, 1)), st.sampled_from([3, 6, 12]))
def test_so_many_months_later_is_the_same_day_or_the_last_of_the_month(day, months):
    later = months_after(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == min(day.day, calendar.monthrange(later.year, later.month)[1])


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("day", "asked"),
    [
        ((2026, 11, 29), []),
        ((2026, 11, 30), [3]),
        ((2027, 2, 28), [6]),
        ((2027, 8, 31), [12]),
        ((2028, 3, 1), []),
    ],
)
def test_both_sides_are_asked_when_it_is_due_and_only_the_last_due_time(signed, day, asked):
    assert actions.ask_followups(at=at(*day)) == 2 * len(asked)
    assert sorted(set(FollowUp.objects.values_list("months", flat=True))) == asked


@pytest.mark.django_db
def test_nobody_is_asked_twice_and_nobody_of_what_had_no_amount(cast, signed):
    assert actions.ask_followups(at=at(2026, 12, 1)) == 2
    assert actions.ask_followups(at=at(2026, 12, 2)) == 0
    assert Notification.objects.filter(key__startswith="followup:").count() == 2
    Meeting.objects.update(amount=None)
    assert actions.ask_followups(at=at(2027, 3, 1)) == 0


@pytest.mark.django_db
def test_the_rate_is_of_what_both_sides_say_and_the_lower_figure_counts(cast, signed):
    actions.ask_followups(at=at(2026, 12, 1))
    assert rates(signed) == [None, None, None]
    said(signed, cast.weihua, "partly", 400)
    one = fulfilment_of(signed.event)[0]
    assert (one.rate, one.both, one.one_sided, one.unknown) == (None, 0, 1, 0)
    said(signed, cast.lihua, "partly", 600)
    assert rates(signed) == [Decimal(40), None, None]


@pytest.mark.django_db
def test_what_is_not_known_stays_not_known(cast, signed):
    actions.ask_followups(at=at(2026, 12, 1))
    said(signed, cast.weihua, "unknown")
    said(signed, cast.lihua, "unknown")
    one = fulfilment_of(signed.event)[0]
    assert (one.rate, one.both, one.one_sided, one.unknown) == (None, 0, 0, 1)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("word", "amount", "kept"), [("fulfilled", None, 1000), ("nothing", 5, 0), ("broken", None, 0)]
)
def test_each_word_stands_for_an_amount(cast, signed, word, amount, kept):
    actions.ask_followups(at=at(2026, 12, 1))
    assert said(signed, cast.weihua, word, amount).amount == kept


@pytest.mark.django_db
@pytest.mark.parametrize(("amount", "message"), [(None, "请写已履约多少元"), (1000, "全部履约请选“已全部履约”")])
def test_a_part_needs_a_size_and_is_less_than_the_whole(cast, signed, amount, message):
    actions.ask_followups(at=at(2026, 12, 1))
    with pytest.raises(Missing, match=message):
        said(signed, cast.weihua, "partly", amount)
    assert not FollowUp.objects.exclude(said="").exists()


@pytest.mark.django_db
def test_only_the_asked_firm_and_the_organiser_answer(cast, signed):
    actions.ask_followups(at=at(2026, 12, 1))
    row = FollowUp.objects.get(asked__enterprise=cast.castings)
    for stranger in (cast.weihua, cast.zhang):
        with pytest.raises(PermissionDenied):
            actions.answer_followup(row, actor=stranger, said="fulfilled")
    assert actions.answer_followup(row, actor=cast.chen, said="fulfilled").said_by == cast.chen


@pytest.mark.django_db
def test_outcomes_are_counted_with_the_meetings_nobody_said_anything_of(signed):
    assert [(code, number) for code, _, number in outcomes_of(signed.event) if number] == [("interested", 1)]
    Meeting.objects.update(outcome="")
    assert [(code, number) for code, _, number in outcomes_of(signed.event) if number] == [("", 1)]
