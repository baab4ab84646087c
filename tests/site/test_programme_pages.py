"""The pages of an event: what each shows to whom, what is refused and in which words, what they cost."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook
from programme_cast import computed, fitting, make_event, participant, published, settings_of

from chuanzhu_site.market.models import Listing
from chuanzhu_site.programme import actions
from chuanzhu_site.programme.actions.attending import arrival_token
from chuanzhu_site.programme.models import Event, FollowUp, Meeting, Timetable

pytestmark = pytest.mark.django_db
pytest.importorskip("ortools", reason="OR-Tools is an optional part")
ORGANISERS = ("event", "event-edit", "event-guests", "event-wishes", "event-timetable", "event-results", "event-print")


@pytest.fixture
def fitted(demand, supply):
    fitting(demand, supply)
    return demand


@pytest.fixture
def machines(enterprise):
    return enterprise("某机床厂(示例)", number=9)


@pytest.fixture
def event(cast, fitted):
    return make_event(cast.chen, [fitted])


@pytest.fixture
def told(cast, event):
    return published(event, cast.chen, cast.weihua, cast.lihua)


@pytest.fixture
def get(client):
    def open_page(user, name, /, *args, status=200, **query):
        client.force_login(user)
        answer = client.get(reverse(name, args=args), query)
        assert answer.status_code == status
        return answer.content.decode() if "text/html" in answer["Content-Type"] else answer.content

    return open_page


@pytest.fixture
def post(client):
    def send(user, name, /, *args, **values):
        client.force_login(user)
        answer = client.post(reverse(name, args=args), values, follow=True)
        return answer.content.decode()

    return send


def creating(demand, **values):
    given = settings_of(**{"region": "410000", "candidates": 5, "has_hosts": "on", "least": 1, **values})
    plain = {"minutes": 20, "pause": 5, "morning_start": "09:00", "afternoon_start": "13:30"}
    return {**plain, **given, "demand": [demand.reference]}


def test_an_officer_makes_an_event_on_the_page(cast, demand, supply, get, post):
    fitting(demand, supply)
    page = get(cast.chen, "event-new")
    assert "1 家候选" in page
    assert "看过名单，就发邀请" in post(cast.chen, "event-new", **creating(demand))
    assert Event.objects.get().participants.count() == 2


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"tables": 0}, "桌数至少是 1,请改正"),
        ({"slots": 0}, "场次至少是 1,请改正"),
        ({"morning": 5}, "上午 5 场多于全天 4 场"),
        ({"slots": 60, "morning": 2}, "最后一场过了半夜"),
        ({"slots": 20, "morning": 20, "afternoon_start": "10:00"}, None),
        ({"slots": 14, "morning": 13}, "下午已经开始"),
        ({"day": dt.date(2020, 1, 1)}, "2020-01-01 已经过了"),
        ({"wishes_until": dt.date(2100, 1, 1)}, "意愿截止日不能晚于对接会当天"),
        ({"demand": []}, "请至少选一条需求"),
        ({"demand": ["nonsense"]}, "有的需求已经关闭"),
        ({"region": "310000"}, "选择一个有效的选项"),
    ],
)
def test_bad_settings_are_refused_in_words_and_make_no_event(cast, fitted, post, values, said):
    page = post(cast.chen, "event-new", **{**creating(fitted), **values})
    assert said is None or said in page
    assert Event.objects.exists() is (said is None)


@pytest.mark.parametrize("name", ORGANISERS)
def test_pages_of_the_organiser_are_hidden_from_everybody_else(cast, told, client, get, name):
    get(cast.chen, name, told.reference)
    for stranger in (cast.lihua, cast.zhang, cast.wang):
        client.force_login(stranger)
        answer = client.get(reverse(name, args=[told.reference]))
        assert answer.status_code == (302 if name == "event" else 404)


def test_a_guest_is_shown_whom_it_could_meet_and_why(cast, event, get, post):
    get(cast.lihua, "event-mine", event.reference, status=404)
    actions.invite(event, actor=cast.chen)
    page = get(cast.lihua, "event-mine", event.reference)
    assert "某起重机公司(示例)" in page
    assert "供的就是铸钢车轮" in page
    assert "没写资质" in page
    wish = event.wishes.get()
    page = post(cast.lihua, "event-mine", event.reference, wanted=[wish.pk], absent=["2"])
    assert "您选好了" in page
    wish.refresh_from_db()
    assert wish.by_supplier is True
    assert participant(event, cast.lihua).absent == [2]


@pytest.mark.parametrize("values", [{"wanted": ["999"]}, {"wanted": ["我"]}, {"absent": ["99"]}, {"absent": ["x"]}])
def test_what_no_page_offers_is_refused_in_words(cast, event, post, values):
    actions.invite(event, actor=cast.chen)
    page = post(cast.lihua, "event-mine", event.reference, **values)
    assert "请刷新页面再选" in page
    assert participant(event, cast.lihua).answered_at is None


def test_a_masked_buyer_stays_masked_until_the_two_have_met(cast, demand, supply, get):
    Listing.objects.filter(pk=demand.pk).update(privacy=Listing.Privacy.MASKED)
    demand.refresh_from_db()
    fitting(demand, supply)
    event = make_event(cast.chen, [demand])
    actions.invite(event, actor=cast.chen)
    assert "某起重机公司" not in get(cast.lihua, "event-mine", event.reference)
    told = published(make_event(cast.chen, [demand], name="第二场"), cast.chen, cast.weihua, cast.lihua)
    for name in ("event-mine", "event-mine-print", "event-calendar"):
        shown = get(cast.lihua, name, told.reference)
        text = shown if isinstance(shown, str) else shown.decode().replace("\r\n ", "")
        assert "采购方(名称未公开)" in text
        assert "某起重机公司" not in text
    meeting = told.meetings.get()
    assert "某起重机公司" not in get(cast.lihua, "meeting", meeting.reference)
    assert "某起重机公司" in get(cast.chen, "event-timetable", told.reference)
    actions.record_outcome(meeting, actions.Said(outcome=Meeting.Outcome.INTERESTED), actor=cast.weihua)
    assert "某起重机公司(示例)" in get(cast.lihua, "event-mine", told.reference)
    assert "某起重机公司(示例)" in get(cast.lihua, "engagement", told.meetings.get().engagement.reference)


def test_a_masked_buyer_out_of_the_organisers_region_cannot_be_listed(cast, demand, supply, get):
    Listing.objects.filter(pk=demand.pk).update(privacy=Listing.Privacy.MASKED)
    fitting(demand, supply)
    assert demand.reference not in get(cast.wang, "event-new")
    assert demand.reference in get(cast.chen, "event-new")


def test_a_masked_buyer_out_of_the_events_region_is_not_shown_to_those_who_organise_there(cast, fitted, post):
    Listing.objects.filter(pk=fitted.pk).update(privacy=Listing.Privacy.MASKED)
    cast.chen.scopes.create(role="officer", region="410500")
    page = post(cast.chen, "event-new", **creating(fitted, region="410500"))
    assert "采购方的名称不公开、又不在主办地区" in page
    assert not Event.objects.exists()


def test_the_handed_out_workbook_names_nobody_who_is_masked(cast, demand, supply, get, tmp_path):
    Listing.objects.filter(pk=demand.pk).update(privacy=Listing.Privacy.MASKED)
    fitting(demand, supply)
    told = published(make_event(cast.chen, [demand]), cast.chen, cast.weihua, cast.lihua)
    (tmp_path / "日程.xlsx").write_bytes(get(cast.chen, "event-workbook", told.reference))
    book = load_workbook(tmp_path / "日程.xlsx")
    cells = [str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell]
    assert any("某铸造厂(示例)" in cell for cell in cells)
    assert any("采购方01(名称未公开)" in cell for cell in cells)
    assert not any("某起重机公司" in cell for cell in cells)


def test_the_silent_and_the_thin_are_on_the_phone_list_with_what_is_thin(cast, event, get, post):
    cast.weihua.phone = "0373-5551234"
    cast.weihua.save()
    actions.invite(event, actor=cast.chen)
    page = get(cast.chen, "event-guests", event.reference)
    assert "先打这 2 个电话" in page
    assert 'href="tel:0373-5551234"' in page
    assert "没有留手机号" in page
    assert "供给里没写资质" in page
    assert "没有企业简介" in page
    guest = participant(event, cast.weihua)
    page = post(cast.chen, "guest-act", event.reference, guest.reference, "call", note="答应今天选")
    assert "答应今天选" in page


def test_numbers_of_firms_outside_ones_regions_are_not_shown(cast, fitted, get):
    for user in (cast.weihua, cast.lihua):
        user.phone = f"0373-{user.pk:07d}"
        user.save()
    event = make_event(cast.wang, [fitted], region="410500")
    page = get(cast.wang, "event-guests", event.reference)
    assert cast.lihua.phone in page
    assert cast.weihua.phone not in page
    assert "外地企业，请河南新乡长垣的对接专员联系" in page


def test_a_firm_nobody_claimed_is_on_the_phone_list_first_of_all(cast, event, demand, machines, get):
    actions.add_wish(event, demand=demand, supplier=machines, actor=cast.chen)
    assert "还没有人认领,通知送不到,只能打电话" in get(cast.chen, "event-guests", event.reference)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"supplier": "没有这家厂"}, "没有叫“没有这家厂”的企业;请核对全称"),
        ({"supplier": "某起重机公司(示例)"}, "不能和自己会面"),
        ({"supplier": "某铸造厂(示例)"}, "已经在意愿里了"),
        ({"demand": "nonsense", "supplier": "某铸造厂(示例)"}, "这条需求不在这次对接会里"),
        ({"supplier": "某机床厂(示例)", "fixed": "9"}, "指定在第 9 场,可是只有 4 场"),
    ],
)
@pytest.mark.usefixtures("machines")
def test_a_meeting_that_cannot_be_is_refused_in_words(cast, event, post, values, said):
    demand = event.wishes.get().demand.reference
    page = post(cast.chen, "event-wishes", event.reference, **{"demand": demand, **values})
    assert said in page
    assert event.wishes.count() == 1


def test_a_conflict_is_shown_as_a_list_of_rules(cast, event, get):
    wish = event.wishes.get()
    actions.set_wish(wish, actor=cast.chen, is_required=True, fixed=0)
    wish.supplier.absent = [1, 2, 3, 4]
    wish.supplier.save()
    computed(event, cast.chen)
    page = get(cast.chen, "event-timetable", event.reference)
    assert "排不出来" in page
    assert "<li>会面“某起重机公司(示例)—某铸造厂(示例)”必须安排</li>" in page


def test_a_computation_shows_how_far_it_is_and_can_be_stopped(cast, event, get, post):
    page = post(cast.chen, "timetable-start", event.reference, seconds="30")
    assert "排队中" in page
    run = event.timetables.get()
    assert run.seconds == 30
    assert "排队中" in get(cast.chen, "timetable-progress", event.reference)
    assert "正在停止" in post(cast.chen, "timetable-act", event.reference, run.reference, "stop")
    Timetable.objects.filter(pk=run.pk).update(state="done")
    client_told = get(cast.chen, "timetable-progress", event.reference)
    assert client_told == ""


def test_the_best_found_in_time_is_shown_with_its_gap(cast, told, get):
    told.timetables.update(measures=[["held", 97, 100], ["breaks", 5, 2]])
    page = get(cast.chen, "event-timetable", told.reference)
    assert "(上限 100,最多还差 3.0%)" in page
    assert "(最少也要 2)" in page


def test_the_code_at_the_door_leads_staff_to_a_button_and_nobody_else(cast, told, client, get):
    assert b"<svg" in get(cast.lihua, "event-code", told.reference)
    guest = participant(told, cast.lihua)
    address = reverse("event-arrive", args=[told.reference, arrival_token(guest)])
    client.force_login(cast.lihua)
    assert client.get(address).status_code == 404
    client.force_login(cast.chen)
    assert "确认到会" in client.get(address).content.decode()
    assert "已签到" in client.post(address).content.decode()
    again = client.post(address)
    assert (again.status_code, "已经签到" in again.content.decode()) == (422, True)
    guest.refresh_from_db()
    assert guest.arrived_by == cast.chen
    forged = client.get(address.replace(guest.reference, "forgedforged"))
    assert "这个签到码不对" in forged.content.decode()


def test_a_code_of_another_event_is_refused(cast, told, demand, client):
    other = make_event(cast.chen, [demand], name="另一场")
    token = arrival_token(participant(told, cast.lihua))
    client.force_login(cast.chen)
    page = client.get(reverse("event-arrive", args=[other.reference, token])).content.decode()
    assert "这个签到码不是“另一场”的" in page


def test_an_outcome_is_one_press(cast, told, get, post):
    meeting = told.meetings.get()
    page = get(cast.weihua, "meeting", meeting.reference)
    buttons = re.findall(r'name="said" value="([\w:-]+)"', page)
    assert (buttons[:3], buttons[-1]) == (["interested", "sample", "quote"], "not-met")
    page = post(cast.weihua, "meeting", meeting.reference, said="unsuitable:price")
    assert "记下了:不合适" in page
    assert told.meetings.get().why == "price"


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({}, "请按一个按钮"),
        ({"said": "wonderful"}, "请按页面上的一个按钮"),
        ({"said": "interested", "amount": "-1"}, "金额不能是负数"),
        ({"said": "interested", "amount": "许多"}, "金额请写成数字"),
    ],
)
def test_an_outcome_that_makes_no_sense_is_refused_in_words(cast, told, post, values, said):
    meeting = told.meetings.get()
    assert said in post(cast.weihua, "meeting", meeting.reference, **values)
    assert told.meetings.get().outcome == ""


def test_each_guest_has_a_calendar_and_a_page_to_print(cast, told, get):
    calendar = get(cast.lihua, "event-calendar", told.reference).decode()
    assert calendar.startswith("BEGIN:VCALENDAR")
    assert calendar.count("BEGIN:VEVENT") == 1
    printed = get(cast.chen, "event-print", told.reference)
    assert printed.count('class="card sheet"') == 2
    assert get(cast.lihua, "event-mine-print", told.reference).count('class="card sheet"') == 1


def test_lists_of_events_are_those_of_ones_region_and_invitations(cast, told, get):
    assert told.name in get(cast.chen, "events")
    assert told.name in get(cast.lihua, "events")
    assert told.name not in get(cast.zhang, "events")
    assert "办一场对接会" in get(cast.zhang, "events")


def test_one_who_only_fills_in_forms_does_not_answer_for_the_firm(cast, event, person, client):
    actions.invite(event, actor=cast.chen)
    clerk = person("clerk")
    cast.castings.memberships.create(user=clerk, role="submitter")
    client.force_login(clerk)
    assert client.get(reverse("event-mine", args=[event.reference])).status_code == 404


@pytest.fixture
def crowd(cast, fitted, write, person, enterprise):
    """Make an event with so many suppliers more, all told."""

    def make(size):
        for number in range(size):
            owner = person(f"owner{size}{number}")
            firm = enterprise(f"某厂{size}{number}(示例)", number=100 * size + number, owner=owner)
            made = write("product-supply", by=owner, of=firm, title="车轮", quantity="3件/月", place="郑州市")
            fitting(fitted, made, score=50, rank=9)
        event = make_event(cast.chen, [fitted], candidates=10, name=f"第{size}场", slots=10)
        actions.invite(event, actor=cast.chen)
        actions.publish_timetable(computed(event, cast.chen, seconds=3), actor=cast.chen)
        return event

    return make


@pytest.mark.parametrize("name", [*ORGANISERS, "event-new", "events", "event-workbook"])
def test_a_page_costs_the_same_however_many_guests_there_are(cast, crowd, client, name):
    costs = []
    client.force_login(cast.chen)
    for size in (1, 4):
        event = crowd(size)
        address = reverse(name, args=[] if name in {"event-new", "events"} else [event.reference])
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        costs.append(len(queries))
    assert costs[0] == costs[1] <= 15


def test_a_follow_up_is_asked_on_a_page(cast, told, get, post):
    meeting = told.meetings.get()
    said = actions.Said(outcome=Meeting.Outcome.INTERESTED, amount=1000)
    actions.record_outcome(meeting, said, actor=cast.weihua)
    Event.objects.filter(pk=told.pk).update(day=timezone.localdate() - dt.timedelta(days=100))
    actions.ask_followups(at=timezone.now())
    row = FollowUp.objects.get(asked__enterprise=cast.castings)
    assert "谈定 1000 元" in get(cast.lihua, "followup", row.reference)
    get(cast.weihua, "followup", row.reference, status=404)
    assert "部分履约请写已履约多少元" in post(cast.lihua, "followup", row.reference, said="partly")
    assert "谢谢,记下了" in post(cast.lihua, "followup", row.reference, said="partly", amount="400")
    assert "不知道" in get(cast.chen, "event-results", told.reference)
