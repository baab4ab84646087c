"""The broker's acts on a case: whose it is, notes, call-backs, opening again, reports."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from chuanzhu_site.accounts.models import AuditRecord, Scope
from chuanzhu_site.accounts.refusals import Missing, WrongState
from chuanzhu_site.market import actions, casework
from chuanzhu_site.market.lifecycle import Party, Step
from chuanzhu_site.market.models import Confirmation, Engagement, Listing, Notification, Report

pytestmark = pytest.mark.django_db
REAL = {"asked": "buyer", "outcome": "real", "without": "no", "satisfaction": 5}


@pytest.fixture
def engagement(cast, demand, supply):
    return actions.express_interest(demand, supplier=cast.castings, actor=cast.lihua, supply=supply)


@pytest.fixture
def confirmed(cast, engagement):
    Engagement.objects.filter(pk=engagement.pk).update(step=Step.DELIVERED)
    for actor, party in ((cast.weihua, Party.BUYER), (cast.lihua, Party.SUPPLIER)):
        word = {"quantity": "200件", "value": Decimal(164000), "without": Confirmation.Without.NO}
        actions.confirm(engagement, actor=actor, party=party, **word)
    engagement.refresh_from_db()
    return engagement


@pytest.fixture
def neighbour(person):
    """A broker of another city, with nothing to do with this case."""
    user = person("neighbour")
    Scope.objects.create(user=user, role=Scope.Role.BROKER, region="410300")
    return user


def test_a_case_is_taken_over_and_handed_over_and_both_are_told(cast, engagement, client):
    client.force_login(cast.wang)
    client.post(casework.address_of(engagement) + "assign/")
    engagement.refresh_from_db()
    assert engagement.broker == cast.wang
    client.post(casework.address_of(engagement) + "assign/", {"to": cast.zhang.pk})
    engagement.refresh_from_db()
    assert engagement.broker == cast.zhang
    assert "改由 zhang 跟进" in Notification.objects.filter(user=cast.zhang).latest("pk").text
    assert AuditRecord.objects.filter(verb="case.assigned").count() == 2


def test_a_case_goes_only_to_somebody_of_its_regions(cast, engagement, neighbour):
    with pytest.raises(WrongState, match="不负责这个地区"):
        actions.assign_case(engagement, to=neighbour, actor=cast.wang)
    with pytest.raises(PermissionDenied):
        actions.assign_case(engagement, to=cast.wang, actor=neighbour)
    with pytest.raises(PermissionDenied):
        actions.note_case(engagement, actor=cast.weihua, text="x")


def test_a_note_names_the_person_and_the_next_date_and_the_case_rests(cast, engagement, client):
    client.force_login(cast.wang)
    day = timezone.localdate() + dt.timedelta(days=3)
    answer = client.post(
        casework.address_of(engagement) + "note/", {"text": "采购说下周定", "way": "call", "next_on": day.isoformat()}
    )
    assert answer.status_code == 302
    engagement.refresh_from_db()
    assert (engagement.broker, engagement.next_on) == (cast.wang, day)
    assert "采购说下周定" in client.get(casework.address_of(engagement)).content.decode()


@pytest.mark.parametrize("days", [-1, 61])
def test_a_next_date_that_cannot_be_meant_is_refused_with_the_cure(cast, engagement, client, days):
    client.force_login(cast.wang)
    day = timezone.localdate() + dt.timedelta(days=days)
    answer = client.post(casework.address_of(engagement) + "note/", {"text": "x", "way": "call", "next_on": day})
    assert answer.status_code == 422
    assert "请写今天起 60 天以内的日期" in answer.content.decode()


def test_what_moves_the_case_ends_its_rest(cast, engagement):
    day = timezone.localdate() + dt.timedelta(days=9)
    actions.note_case(engagement, actor=cast.wang, text="约好", next_on=day)
    moved = actions.move_engagement(engagement, "accept", actor=cast.weihua, party=Party.BUYER)
    assert (moved.next_on, moved.escalated_at) == (None, None)


def test_a_telephone_number_is_shown_to_those_who_look_after_that_enterprise_only(cast, engagement, client):
    for user, phone in ((cast.weihua, "13900000001"), (cast.lihua, "13900000002")):
        type(user).objects.filter(pk=user.pk).update(phone=phone)
    client.force_login(cast.wang)
    page = client.get(casework.address_of(engagement)).content.decode()
    assert ("13900000002" in page, "13900000001" in page) == (True, False)
    assert "另一方不在您负责的地区" in page
    client.force_login(cast.chen)
    page = client.get(casework.address_of(engagement)).content.decode()
    assert "13900000002" in page
    assert "13900000001" in page


def test_a_case_of_another_region_is_not_there(cast, engagement, demand, neighbour, client):
    for user in (neighbour, cast.weihua, cast.root):
        client.force_login(user)
        assert client.get(casework.address_of(engagement)).status_code == 404
        assert client.get(casework.address_of(demand)).status_code == (200 if user == cast.root else 404)
        assert client.post(casework.address_of(engagement) + "note/", {"text": "x", "way": "call"}).status_code == 404
    client.force_login(cast.chen)
    assert client.get("/work/nothing/abc/").status_code == 404


def test_a_broker_who_may_not_know_a_masked_buyer_reads_no_note_that_could_name_it(cast, engagement, client):
    Listing.objects.filter(pk=engagement.demand_id).update(privacy=Listing.Privacy.MASKED)
    actions.note_case(engagement, actor=cast.chen, text="某起重机公司的采购在开会")
    actions.note_case(engagement, actor=cast.wang, text="铸造厂说图纸不清")
    client.force_login(cast.wang)
    page = client.get(casework.address_of(engagement)).content.decode()
    assert "铸造厂说图纸不清" in page
    assert "起重机公司" not in page


def test_who_handled_a_case_does_not_call_it_back(cast, confirmed):
    actions.assign_case(confirmed, to=cast.wang, actor=cast.wang)
    with pytest.raises(WrongState, match="没经手这件对接的人"):
        actions.call_back(confirmed, actor=cast.wang, values=REAL)
    assert actions.call_back(confirmed, actor=cast.zhang, values=REAL).outcome == "real"
    confirmed.refresh_from_db()
    assert confirmed.step == Step.FOLLOWED


def test_what_was_never_delivered_is_opened_again_and_its_confirmations_no_longer_count(cast, confirmed):
    values = {"asked": "buyer", "outcome": "untrue", "note": "货没有到"}
    actions.call_back(confirmed, actor=cast.zhang, values=values)
    confirmed.refresh_from_db()
    assert confirmed.step == Step.ORDERED
    assert list(confirmed.confirmations.filter(void_at=None)) == []
    assert confirmed.confirmations.count() == 2
    Engagement.objects.filter(pk=confirmed.pk).update(step=Step.DELIVERED)
    word = {"quantity": "200件", "value": Decimal(1), "without": Confirmation.Without.NO}
    again = actions.confirm(confirmed, actor=cast.weihua, party=Party.BUYER, **word)
    assert again.step == Step.DELIVERED


def test_whoever_was_not_reached_is_called_again_in_a_week(cast, confirmed):
    actions.call_back(confirmed, actor=cast.zhang, values={"asked": "supplier", "outcome": "unreached"})
    confirmed.refresh_from_db()
    assert (confirmed.step, confirmed.next_on) == (Step.CONFIRMED, timezone.localdate() + dt.timedelta(days=7))


def test_a_side_opens_a_case_again_with_a_reason_and_only_one_that_was_done(cast, confirmed, engagement):
    with pytest.raises(Missing):
        actions.reopen(confirmed, actor=cast.weihua, party=Party.BUYER, reason=" ")
    opened = actions.reopen(confirmed, actor=cast.weihua, party=Party.BUYER, reason="退货了")
    assert opened.step == Step.ORDERED
    with pytest.raises(WrongState):
        actions.reopen(confirmed, actor=cast.weihua, party=Party.BUYER, reason="再来一次")


def test_a_case_is_not_opened_again_beside_a_newer_one_of_the_same_two(cast, confirmed):
    actions.express_interest(confirmed.demand, supplier=cast.castings, actor=cast.lihua)
    with pytest.raises(WrongState, match="已有一件新的对接"):
        actions.reopen(confirmed, actor=cast.weihua, party=Party.BUYER, reason="退货了")
    confirmed.refresh_from_db()
    assert confirmed.step == Step.CONFIRMED


def test_a_call_back_is_given_on_the_page_and_needs_a_note_where_it_differs(cast, confirmed, client):
    client.force_login(cast.zhang)
    page = client.get(casework.address_of(confirmed)).content.decode()
    assert "交回访结果" in page
    assert "买方确认：200件，164000.00 元" in page
    given = {"version": confirmed.version, "party": "broker", "asked": "buyer", "outcome": "differs"}
    answer = client.post(f"/engagement/{confirmed.reference}/follow/", given)
    assert answer.status_code == 422
    assert "请写明哪里不一样" in answer.content.decode()
    client.post(f"/engagement/{confirmed.reference}/follow/", {**given, "note": "只到了 150 件", "value": "120000"})
    confirmed.refresh_from_db()
    assert confirmed.step == Step.FOLLOWED
    assert confirmed.call_backs.get().value == Decimal(120000)


def test_a_report_is_decided_by_an_officer_of_the_region_and_the_reported_never_learns_by_whom(cast, demand, client):
    client.force_login(cast.lihua)
    client.post(f"/listing/{demand.reference}/report/", {"about": "fake", "text": "打电话说没有这回事"})
    made = Report.objects.get()
    with pytest.raises(WrongState, match="正在核实"):
        actions.report(demand, actor=cast.lihua, about="fake", text="x")
    for user, code in ((cast.wang, 404), (cast.zhang, 404), (cast.weihua, 404)):
        client.force_login(user)
        given = {"is_upheld": "yes", "decision": "属实"}
        assert client.post(f"/work/report/{made.pk}/", given).status_code == code
    client.force_login(cast.chen)
    page = client.get(casework.address_of(demand)).content.decode()
    assert "打电话说没有这回事" in page
    assert "lihua" not in page
    assert client.post(f"/work/report/{made.pk}/", {"is_upheld": "yes"}).status_code == 422
    client.post(f"/work/report/{made.pk}/", {"is_upheld": "yes", "decision": "电话核实,没有这条需求"})
    made.refresh_from_db()
    assert (made.is_upheld, made.decided_by) == (True, cast.chen)
    assert "经核实属实" in Notification.objects.filter(user=cast.lihua).latest("pk").text
    with pytest.raises(WrongState, match="已经有人核实"):
        actions.decide_report(made, actor=cast.chen, is_upheld=False, decision="x")
