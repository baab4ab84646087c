"""An event from open demands to meetings held: who is invited, who meets whom, what becomes of it."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from programme_cast import computed, fitting, make_event, participant, published, settings_of, wished

from chuanzhu.meetings import OutOfTime
from chuanzhu_site.accounts.models import AuditRecord
from chuanzhu_site.accounts.refusals import Missing, StaleForm, WrongState
from chuanzhu_site.market import actions as market
from chuanzhu_site.market import funnel
from chuanzhu_site.market.lifecycle import EndReason, ListingState, Step
from chuanzhu_site.market.models import EngagementEvent, Listing, Match, Notification
from chuanzhu_site.programme import actions, computing
from chuanzhu_site.programme.models import Event, Meeting, Participant, Timetable, Wish

pytestmark = pytest.mark.django_db
pytest.importorskip("ortools", reason="OR-Tools is an optional part")


@pytest.fixture
def rival(person, enterprise):
    owner = person("rival")
    return enterprise("某车轮厂(示例)", number=5, owner=owner), owner


@pytest.fixture
def rival_supply(rival, write):
    firm, owner = rival
    return write("product-supply", by=owner, of=firm, title="车轮", quantity="300件/月", place="郑州市")


@pytest.fixture
def rival_demand(rival, write):
    firm, owner = rival
    return write("product-demand", by=owner, of=firm, text="求购铸钢件 20吨/月", due=dt.date(2030, 1, 1))


@pytest.fixture
def event(cast, demand, supply, rival_supply):
    fitting(demand, supply)
    fitting(demand, rival_supply, score=60, rank=2)
    return make_event(cast.chen, [demand])


def record(meeting, user, outcome, **values):
    return actions.record_outcome(meeting, actions.Said(outcome=outcome, **values), actor=user)


def told(user):
    return list(Notification.objects.filter(user=user).order_by("pk").values_list("text", flat=True))


def test_an_event_is_filled_from_a_demand_and_its_candidates(cast, event, demand):
    assert {str(one): one.side for one in event.participants.all()} == {
        "某起重机公司(示例)": "buyer",
        "某铸造厂(示例)": "supplier",
        "某车轮厂(示例)": "supplier",
    }
    assert event.participants.get(side="buyer").table == 1
    assert sorted(event.wishes.values_list("fit", "demand")) == [(60.0, demand.pk), (80.0, demand.pk)]


def test_only_the_best_candidates_of_a_demand_come(cast, demand, supply, rival_supply):
    fitting(demand, supply)
    fitting(demand, rival_supply, score=60, rank=2)
    event = make_event(cast.chen, [demand], candidates=1)
    assert [str(one) for one in event.participants.filter(side="supplier")] == ["某铸造厂(示例)"]


def test_a_demand_without_candidates_makes_no_event(cast, demand):
    Match.objects.all().delete()
    with pytest.raises(Missing, match="都还没有候选供应商"):
        make_event(cast.chen, [demand])
    assert not Event.objects.exists()


def test_more_hosts_than_tables_are_refused_with_the_cure(cast, demand, supply, rival_demand):
    fitting(demand, supply)
    fitting(rival_demand, supply)
    with pytest.raises(Missing, match=r"有 2 家采购方.*现在只有 1 张;请加桌"):
        make_event(cast.chen, [demand, rival_demand], tables=1)


def test_a_firm_that_buys_and_sells_comes_once(cast, demand, supply, rival_demand, rival_supply):
    fitting(demand, rival_supply)
    fitting(rival_demand, supply)
    event = make_event(cast.chen, [demand, rival_demand])
    assert event.participants.count() == 3
    assert event.wishes.count() == 2


@pytest.mark.parametrize("stranger", ["weihua", "lihua", "zhang", "wang"])
def test_nobody_outside_the_region_and_no_firm_organises(cast, demand, supply, stranger):
    fitting(demand, supply)
    with pytest.raises(PermissionDenied):
        make_event(getattr(cast, stranger), [demand])


def test_a_broker_organises_inside_the_own_region(cast, demand, supply):
    fitting(demand, supply)
    assert make_event(cast.wang, [demand], region="410500").made_by == cast.wang


def test_everybody_is_invited_once_and_can_say_whom_to_meet(cast, event):
    assert actions.invite(event, actor=cast.chen) == 3
    assert len([text for text in told(cast.weihua) if text.startswith("邀请您参加")]) == 1
    with pytest.raises(WrongState, match="都已经邀请过了"):
        actions.invite(event, actor=cast.chen)
    wished(event, cast.weihua, cast.lihua)
    assert event.wishes.get(fit=80).is_mutual
    assert not event.wishes.get(fit=60).is_mutual
    assert [one.is_silent for one in event.participants.order_by("pk")].count(True) == 1


def test_a_wish_for_somebody_unknown_is_refused_and_changes_nothing(cast, event):
    actions.invite(event, actor=cast.chen)
    with pytest.raises(Missing, match="有不在您名单上的企业"):
        actions.answer(participant(event, cast.weihua), actor=cast.weihua, wanted={10**9})
    assert not event.wishes.exclude(by_buyer=None).exists()


def test_nobody_answers_for_another_firm(cast, event):
    actions.invite(event, actor=cast.chen)
    with pytest.raises(PermissionDenied):
        actions.answer(participant(event, cast.weihua), actor=cast.lihua, wanted=())


def test_a_demand_for_invited_firms_is_shown_to_no_other_guest(cast, event, demand, enterprise):
    Listing.objects.filter(pk=demand.pk).update(privacy=Listing.Privacy.INVITED)
    demand.refresh_from_db()
    stranger = enterprise("某机床厂(示例)", number=9)
    with pytest.raises(Missing, match="只给受邀企业看;请采购方先邀请"):
        actions.add_wish(event, demand=demand, supplier=stranger, actor=cast.chen)
    demand.invitations.create(enterprise=stranger, invited_by=cast.weihua)
    assert actions.add_wish(event, demand=demand, supplier=stranger, actor=cast.chen).supplier.enterprise == stranger


def test_a_computation_that_nobody_works_on_does_not_stand_in_the_way(cast, event):
    lost = actions.start_timetable(event, actor=cast.chen)
    Timetable.objects.filter(pk=lost.pk).update(made_at=timezone.now() - dt.timedelta(hours=1))
    assert computed(event, cast.chen).state == Timetable.State.DONE
    lost.refresh_from_db()
    assert "可能是后台任务停了" in lost.error


def test_a_firm_cannot_be_put_down_to_meet_itself(cast, event, demand):
    with pytest.raises(WrongState, match="不能和自己会面;请选另一家"):
        actions.add_wish(event, demand=demand, supplier=cast.crane, actor=cast.chen)


def test_more_meetings_that_must_be_held_than_slots_are_refused_at_once(cast, demand, supply, rival_supply):
    fitting(demand, supply)
    fitting(demand, rival_supply, score=60, rank=2)
    event = make_event(cast.chen, [demand], slots=1, morning=1)
    first, second = event.wishes.all()
    actions.set_wish(first, actor=cast.chen, is_required=True, fixed=0)
    with pytest.raises(WrongState, match="有 2 场必须安排的会面,可是只有 1 场;请减少几场"):
        actions.set_wish(second, actor=cast.chen, is_required=True, fixed=0)
    assert not Wish.objects.get(pk=second.pk).is_required


def test_the_timetable_is_computed_with_its_bound_and_told_to_everybody_in_it(cast, event, rival):
    event = published(event, cast.chen, cast.weihua, cast.lihua, rival[1])
    timetable = event.timetables.get()
    assert (timetable.state, timetable.measures[0][:3]) == ("done", ["held", 2, 2])
    meetings = list(event.meetings.all())
    assert {meeting.table for meeting in meetings} == {1}
    assert len({meeting.slot for meeting in meetings}) == 2
    assert event.state == Event.State.PUBLISHED
    for user in (cast.weihua, cast.lihua, rival[1]):
        assert any("日程出来了" in text for text in told(user))


def test_who_does_not_wish_to_meet_is_not_put_together(cast, event, rival):
    actions.invite(event, actor=cast.chen)
    wished(event, cast.weihua, cast.lihua)
    actions.answer(participant(event, rival[1]), actor=rival[1], wanted=())
    assert [pk for pk, _, _ in computed(event, cast.chen).placements] == [event.wishes.get(fit=80).pk]


def test_slots_in_which_somebody_cannot_come_stay_free(cast, event):
    actions.invite(event, actor=cast.chen)
    person = participant(event, cast.lihua)
    own = event.wishes.filter(supplier=person).values_list("pk", flat=True)
    actions.answer(person, actor=cast.lihua, wanted=own, absent={1, 2, 3})
    slots = {pk: slot for pk, slot, _ in computed(event, cast.chen).placements}
    assert slots[own[0]] == 4


def test_a_conflict_is_told_as_the_few_rules_that_make_it(cast, event):
    wish = event.wishes.get(fit=80)
    actions.set_wish(wish, actor=cast.chen, is_required=True, fixed=0)
    Participant.objects.filter(pk=wish.supplier_id).update(absent=[1, 2, 3, 4])
    failed = computed(event, cast.chen)
    assert failed.state == Timetable.State.FAILED
    assert "不能同时满足" in failed.error
    assert failed.rules == [
        "会面“某起重机公司(示例)—某铸造厂(示例)”必须安排",
        "“某铸造厂(示例)”第 1、2、3、4 场不在",
    ]


def test_a_search_that_is_stopped_keeps_the_best_that_it_has_found(cast, event):
    timetable = actions.start_timetable(event, actor=cast.chen)
    with pytest.raises(WrongState, match="正在排"):
        actions.start_timetable(event, actor=cast.chen)
    actions.stop_timetable(timetable, actor=cast.chen)
    timetable = rerun(timetable)
    assert (timetable.state, timetable.is_cancelled, len(timetable.placements)) == ("done", True, 2)
    with pytest.raises(WrongState, match="已经算完了"):
        actions.stop_timetable(timetable, actor=cast.chen)


@pytest.mark.parametrize(("is_stopped", "said"), [(False, "秒内没有排出可用的日程"), (True, "已按要求停止")])
def test_nothing_found_says_whether_time_was_up_or_somebody_stopped_it(cast, event, monkeypatch, is_stopped, said):
    def out_of_time(*_, **__):
        Timetable.objects.update(is_cancelled=is_stopped)
        raise OutOfTime("")

    monkeypatch.setattr(computing, "plan", out_of_time)
    failed = computed(event, cast.chen)
    assert failed.state == Timetable.State.FAILED
    assert said in failed.error


def test_a_programming_error_is_told_as_such_and_leaves_no_computation_running(cast, event, monkeypatch):
    monkeypatch.setattr(computing, "plan", lambda *_, **__: 1 / 0)
    failed = computed(event, cast.chen)
    assert (failed.state, "系统出了差错" in failed.error) == (Timetable.State.FAILED, True)


def rerun(timetable):
    from chuanzhu_site.programme import tasks  # noqa: PLC0415 (its registration needs the settings)

    tasks.compute.call(timetable.pk)
    tasks.compute.call(timetable.pk)
    timetable.refresh_from_db()
    return timetable


def test_a_timetable_is_not_published_over_a_newer_one(cast, event):
    actions.invite(event, actor=cast.chen)
    older = computed(event, cast.chen)
    newer = computed(event, cast.chen)
    actions.publish_timetable(newer, actor=cast.chen)
    with pytest.raises(StaleForm, match="另一份日程已经发布"):
        actions.publish_timetable(older, actor=cast.chen)


def test_a_no_show_changes_only_the_own_meetings_and_is_told_only_to_those_concerned(cast, event, rival):
    event = published(event, cast.chen, cast.weihua, cast.lihua, rival[1])
    kept = event.meetings.get(wish__supplier__enterprise=cast.castings)
    place = (kept.slot, kept.table)
    before = len(told(cast.lihua))
    gone = participant(event, rival[1])
    actions.mark_missing(gone, actor=cast.chen, at=timezone.localtime())
    repaired = computed(event, cast.chen)
    assert repaired.purpose == Timetable.Purpose.REPAIR
    assert [change[0] for change in repaired.changes] == ["dropped"]
    actions.publish_timetable(repaired, actor=cast.chen)
    kept.refresh_from_db()
    assert (kept.slot, kept.table, kept.dropped_at) == (*place, None)
    assert event.meetings.get(wish__supplier=gone).dropped_at
    assert len(told(cast.lihua)) == before
    assert any("日程有变" in text for text in told(rival[1]))


def test_a_no_show_who_had_a_right_to_meetings_leaves_a_timetable_all_the_same(cast, event, rival):
    actions.change_event(event, settings_of(least=1), actor=cast.chen)
    actions.set_wish(event.wishes.get(fit=60), actor=cast.chen, is_required=True, fixed=2)
    event = published(event, cast.chen, cast.weihua, cast.lihua, rival[1])
    actions.mark_missing(participant(event, rival[1]), actor=cast.chen, at=timezone.localtime())
    repaired = computed(event, cast.chen)
    assert (repaired.state, [change[0] for change in repaired.changes]) == ("done", ["dropped"])


def test_a_late_registration_gets_a_slot_without_moving_anybody(cast, demand, supply, rival, rival_supply):
    fitting(demand, supply)
    event = published(make_event(cast.chen, [demand]), cast.chen, cast.weihua, cast.lihua)
    first = event.meetings.get()
    actions.add_wish(event, demand=demand, supplier=rival[0], actor=cast.chen)
    assert any(text.startswith("邀请您参加") for text in told(rival[1]))
    repaired = computed(event, cast.chen)
    assert [change[0] for change in repaired.changes] == ["added"]
    actions.publish_timetable(repaired, actor=cast.chen)
    again = event.meetings.get(pk=first.pk)
    assert (again.slot, again.table) == (first.slot, first.table)
    assert event.meetings.count() == 2


def test_slots_that_are_over_stay_as_they_were(cast, event, rival):
    event = published(event, cast.chen, cast.weihua, cast.lihua, rival[1])
    noon = dt.datetime.combine(event.day, event.times[2][0], timezone.get_current_timezone())
    before = {meeting.wish_id: meeting.slot for meeting in event.meetings.all()}
    repaired = computed(event, cast.chen, at=noon)
    now = {wish: slot for wish, slot, _ in repaired.placements}
    assert repaired.from_slot == 4
    assert {wish: slot for wish, slot in now.items() if slot < 4} == {w: s for w, s in before.items() if s < 4}


def test_a_meeting_becomes_an_engagement_of_the_demands_thread(cast, event, demand, rival):
    event = published(event, cast.chen, cast.weihua, cast.lihua, rival[1])
    meeting = event.meetings.get(wish__supplier__enterprise=cast.castings)
    meeting = record(meeting, cast.weihua, Meeting.Outcome.QUOTE, amount=Decimal(120000))
    engagement = meeting.engagement
    assert (engagement.thread, engagement.step, engagement.supplier) == (demand.thread, Step.QUOTING, cast.castings)
    assert engagement.match == meeting.wish.match
    acts = list(EngagementEvent.objects.filter(engagement=engagement).values_list("act", "reason"))
    assert acts[0] == ("meet", f"在“{event}”会面,要报价")
    demand.refresh_from_db()
    assert demand.state == ListingState.MATCHED
    assert AuditRecord.objects.filter(verb="meeting.recorded").exists()


def test_an_engagement_that_runs_already_is_carried_on_and_not_doubled(cast, event, demand, supply, rival):
    running = market.express_interest(demand, supplier=cast.castings, actor=cast.lihua, supply=supply)
    event = published(event, cast.chen, cast.weihua, cast.lihua, rival[1])
    meeting = event.meetings.get(wish__supplier__enterprise=cast.castings)
    assert record(meeting, cast.chen, Meeting.Outcome.INTERESTED).engagement == running
    running.refresh_from_db()
    assert running.step == Step.ACCEPTED
    last = running.events.last()
    assert (last.actor, last.party) == (cast.chen, "buyer")
    assert "由主办方 chen 记录" in last.reason


def test_a_suppliers_word_leaves_the_answer_with_the_buyer(cast, event, rival):
    event = published(event, cast.chen, cast.weihua, cast.lihua, rival[1])
    meeting = event.meetings.get(wish__supplier__enterprise=cast.castings)
    assert record(meeting, cast.lihua, Meeting.Outcome.INTERESTED).engagement.step == Step.EXPRESSED
    assert any("对方有意向" in text for text in told(cast.weihua))


def test_the_funnel_shows_what_was_said_at_a_meeting(cast, event, rival):
    event = published(event, cast.chen, cast.weihua, cast.lihua, rival[1])
    demands = funnel.demands_of(list(cast.chen.scopes.all()), funnel.Which())
    first, second = event.meetings.order_by("wish__fit")
    record(first, cast.weihua, Meeting.Outcome.UNSUITABLE, why=EndReason.PRICE)
    record(second, cast.weihua, Meeting.Outcome.QUOTE)
    whole = funnel.total(funnel.groups(demands, funnel.DIMENSIONS["month"]))
    assert whole.reached == [1, 1, 1, 0, 0, 0]
    assert funnel.failures(funnel.engagements_of(demands)) == [("价格谈不拢", 1)]


def test_unsuitable_ends_it_with_the_reason_and_needs_one(cast, event, rival):
    event = published(event, cast.chen, cast.weihua, cast.lihua, rival[1])
    meeting = event.meetings.get(wish__supplier__enterprise=cast.castings)
    with pytest.raises(Missing, match="哪里不合适"):
        record(meeting, cast.weihua, Meeting.Outcome.UNSUITABLE)
    ended = record(meeting, cast.weihua, Meeting.Outcome.UNSUITABLE, why=EndReason.PRICE, amount=Decimal(5))
    assert (ended.engagement.step, ended.engagement.end_reason) == (Step.ENDED, EndReason.PRICE)
    assert ended.amount is None


def test_a_meeting_that_was_not_held_is_no_engagement(cast, event, rival):
    event = published(event, cast.chen, cast.weihua, cast.lihua, rival[1])
    meeting = event.meetings.get(wish__supplier__enterprise=cast.castings)
    assert record(meeting, cast.chen, Meeting.Outcome.NOT_MET).engagement is None
    assert not record(meeting, cast.chen, Meeting.Outcome.NOT_MET).was_held


def test_what_goes_on_already_cannot_be_called_not_met(cast, event, rival):
    event = published(event, cast.chen, cast.weihua, cast.lihua, rival[1])
    meeting = record(event.meetings.first(), cast.weihua, Meeting.Outcome.SAMPLE)
    with pytest.raises(WrongState, match="已经记为“要样品”"):
        record(meeting, cast.weihua, Meeting.Outcome.NOT_MET)


def test_a_stranger_records_nothing(cast, event, rival):
    event = published(event, cast.chen, cast.weihua, cast.lihua, rival[1])
    meeting = event.meetings.get(wish__supplier__enterprise=cast.castings)
    with pytest.raises(PermissionDenied):
        record(meeting, rival[1], Meeting.Outcome.INTERESTED)


def test_after_publication_wishes_and_times_stand_fast(cast, event, rival):
    event = published(event, cast.chen, cast.weihua, cast.lihua, rival[1])
    with pytest.raises(WrongState, match="意愿不能再改;有变动请给主办方打电话"):
        wished(event, cast.weihua)
    with pytest.raises(WrongState, match="日期和时间不能再改"):
        actions.change_event(event, settings_of(day=event.day + dt.timedelta(days=1)), actor=cast.chen)


def test_a_cancelled_event_tells_everybody_why_and_takes_nothing_more(cast, event):
    actions.invite(event, actor=cast.chen)
    with pytest.raises(Missing, match="要写明原因"):
        actions.cancel_event(event, actor=cast.chen, reason=" ")
    actions.cancel_event(event, actor=cast.chen, reason="会场停电")
    assert any("取消了:会场停电" in text for text in told(cast.weihua))
    with pytest.raises(WrongState, match="已取消,不能再改"):
        actions.invite(event, actor=cast.chen)
