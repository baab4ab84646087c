"""The broker's list: what is in it, in which order, for whom, and what happens to it when nobody acts."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from chuanzhu_site.accounts.models import Scope
from chuanzhu_site.market import actions, casework
from chuanzhu_site.market.escalation import escalate_cases, look_after_cases, name_persons
from chuanzhu_site.market.lifecycle import Party, Step
from chuanzhu_site.market.models import CaseNote, Engagement, Listing, Match, Notification
from chuanzhu_site.market.worklist import Wish, work_list

pytestmark = pytest.mark.django_db
MOST_QUERIES = 15
QUOTE = {"price": Decimal(820), "price_unit": "件", "quantity": "200件", "lead_days": 20}


@pytest.fixture
def engagement(cast, demand, supply):
    return actions.express_interest(demand, supplier=cast.castings, actor=cast.lihua, supply=supply)


@pytest.fixture
def buyers_broker(person):
    user = person("xinxiang")
    Scope.objects.create(user=user, role=Scope.Role.BROKER, region="410700")
    return user


def age(thing, **days):
    """Make a thing look as old as that: ``age(engagement, moved_at=9)``."""
    now = timezone.now()
    values = {name: now - dt.timedelta(days=number) for name, number in days.items()}
    type(thing).objects.filter(pk=thing.pk).update(**values)


def tasks(user, *, at=None, **wish):
    scopes = list(user.scopes.live())
    return work_list(user, scopes=scopes, wish=Wish(**wish), at=at or timezone.now())


def acts(user, **wish):
    return [(task.queue.code, task.act) for task in tasks(user, **wish).tasks]


def test_a_silent_buyer_is_called_by_its_own_region_and_not_by_the_suppliers(cast, engagement, buyers_broker):
    age(engagement, moved_at=9, answer_due_at=6)
    assert acts(buyers_broker) == [("unanswered", "打电话：买方 9 天没有答复 1 家")]
    assert acts(cast.wang) == []
    assert acts(cast.weihua) == []


@pytest.fixture
def join(demand, enterprise, person):
    """Let one more supplier express interest in the demand: ``join(5)``."""

    def make(number):
        owner = person(f"owner-{number}")
        firm = enterprise(f"某车轮厂{number}(示例)", number=number, region="410526", owner=owner)
        return actions.express_interest(demand, supplier=firm, actor=owner)

    return make


def test_several_suppliers_that_wait_for_one_answer_are_one_call(cast, engagement, buyers_broker, join):
    other = join(5)
    for one in (engagement, other):
        age(one, moved_at=9, answer_due_at=6)
    found = tasks(buyers_broker)
    assert (len(found.tasks), found.counts["unanswered"]) == (1, 1)
    assert found.tasks[0].act == "打电话：买方 9 天没有答复 2 家"


def test_a_silent_engagement_says_who_is_silent_and_in_which_step(cast, engagement):
    actions.move_engagement(engagement, "ask", actor=cast.weihua, party=Party.BUYER, reason="图纸")
    age(engagement, moved_at=4)
    assert acts(cast.wang) == []
    age(engagement, moved_at=6)
    assert acts(cast.wang) == [("quiet", "打电话：供方 6 天没有动静（等供方补充）")]


@pytest.mark.parametrize(
    ("days", "said"), [(0, "报价今天到期"), (2, "报价后天到期"), (3, "报价 3 天后到期"), (-2, "报价过期 2 天")]
)
def test_a_quote_about_to_expire_is_in_the_list(cast, engagement, days, said):
    for act in ("accept", "request"):
        actions.move_engagement(engagement, act, actor=cast.weihua, party=Party.BUYER)
    until = timezone.localdate() + dt.timedelta(days=days)
    actions.quote(engagement, actor=cast.lihua, values={**QUOTE, "valid_until": until})
    [(queue, act)] = acts(cast.wang)
    assert queue == "quote"
    assert said in act
    revised = {**QUOTE, "valid_until": timezone.localdate() + dt.timedelta(days=30)}
    actions.quote(engagement, actor=cast.lihua, values=revised)
    assert acts(cast.wang) == []


def test_a_call_back_is_due_thirty_days_after_both_confirmed(cast, engagement):
    Engagement.objects.filter(pk=engagement.pk).update(step=Step.CONFIRMED)
    age(engagement, moved_at=29)
    assert acts(cast.wang) == []
    age(engagement, moved_at=31)
    assert acts(cast.wang) == [("call-back", "回访：双方确认满 31 天")]


def test_a_demand_without_candidates_and_one_that_nobody_wants_are_different_tasks(cast, demand, supply, buyers_broker):
    age(demand, opened_at=8)
    assert acts(buyers_broker) == [("unmatched", "找候选：还没有合适的供给")]
    Match.objects.create(demand=demand, supply=supply, score=70, rank=1, reasons=[])
    assert acts(buyers_broker) == [("unwanted", "打电话：1 家候选，没有一家表达意向")]


def test_what_awaits_review_is_an_officers_task_and_no_brokers(cast, write):
    write("product-supply", by=cast.lihua, of=cast.castings, title="铸钢车轮,电话13800138000")
    assert [queue for queue, _ in acts(cast.zhang)] == ["review"]
    assert acts(cast.wang) == []


def test_a_case_rests_until_the_day_agreed_upon_and_then_comes_back(cast, engagement, buyers_broker):
    age(engagement, moved_at=9, answer_due_at=6)
    actions.note_case(engagement, actor=buyers_broker, text="约好", next_on=timezone.localdate() + dt.timedelta(days=2))
    assert acts(buyers_broker) == []
    later = timezone.now() + dt.timedelta(days=2)
    assert [task.queue.code for task in tasks(buyers_broker, at=later).tasks] == ["unanswered"]


def test_money_counts_as_days_of_waiting_and_an_unknown_value_is_not_nothing(cast, write, buyers_broker):
    texts = {"求购铸铁平台 3台": None, "求购石墨电极 5吨": 50_000, "求购氧化锆球 2吨": 20_000_000}
    for text, value in texts.items():
        values = {"value": Decimal(value)} if value else {}
        age(write("product-demand", by=cast.weihua, of=cast.crane, text=text, **values), opened_at=10)
    shown = [task.subject.value for task in tasks(buyers_broker).tasks]
    assert shown == [Decimal(20_000_000), None, Decimal(50_000)]


def test_one_sees_what_is_ones_own_or_nobodys_first_and_everything_if_one_asks(cast, engagement, client):
    Engagement.objects.filter(pk=engagement.pk).update(step=Step.CONFIRMED, broker=cast.zhang)
    age(engagement, moved_at=40)
    client.force_login(cast.wang)
    Engagement.objects.filter(pk=engagement.pk).update(step=Step.ACCEPTED)
    assert "今天没有要打的电话" in client.get("/work/").content.decode()
    page = client.get("/work/?whose=all").content.decode()
    assert "今天先打这 1 个电话" in page
    assert "双方 40 天没有动静（买方有意）" in page
    assert page.count('class="button main"') == 1


def test_a_masked_buyer_is_not_named_to_the_suppliers_broker(cast, engagement, client):
    Listing.objects.filter(pk=engagement.demand_id).update(privacy=Listing.Privacy.MASKED)
    Engagement.objects.filter(pk=engagement.pk).update(step=Step.ACCEPTED)
    age(engagement, moved_at=40)
    client.force_login(cast.wang)
    page = client.get("/work/").content.decode()
    assert "双方 40 天没有动静" in page
    assert "起重机公司" not in page
    client.force_login(cast.chen)
    assert "起重机公司" in client.get("/work/").content.decode()


def test_the_list_is_for_those_who_look_after_a_region(cast, client, rf):
    client.force_login(cast.weihua)
    assert client.get("/work/").status_code == 403
    with pytest.raises(PermissionDenied):
        casework.may_handle(cast.weihua, Listing(enterprise=cast.crane, side="demand"))


@pytest.mark.parametrize("wish", ["queue=x&whose=y&page=z", "page=0", "page=99999", "page=²"])
def test_a_forged_wish_is_read_as_none(cast, client, wish):
    client.force_login(cast.wang)
    assert client.get(f"/work/?{wish}").status_code == 200


def test_the_queries_of_the_desk_and_of_a_case_do_not_grow_with_the_rows(cast, join, client):
    counts = []
    client.force_login(cast.chen)
    client.get("/work/")
    for number in (1, 12):
        for one in range(number):
            last = join(100 * number + one)
            Engagement.objects.filter(pk=last.pk).update(step=Step.ACCEPTED, broker=cast.wang if one % 2 else None)
            age(last, moved_at=20)
            CaseNote.objects.create(engagement=last, by=cast.wang, text="x")
        for address in ("/work/", casework.address_of(last)):
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address).status_code == 200
            counts.append(len(queries))
    assert counts[:2] == counts[2:]
    assert max(counts) <= MOST_QUERIES


def test_a_due_case_gets_the_nearest_broker_with_the_fewest_cases(cast, engagement, buyers_broker, person):
    busy, county = person("busy"), person("county")
    Scope.objects.create(user=busy, role=Scope.Role.BROKER, region="410700")
    Scope.objects.create(user=county, role=Scope.Role.BROKER, region="410102")
    Engagement.objects.filter(pk=engagement.pk).update(broker=None)
    age(engagement, moved_at=9, answer_due_at=6)
    assert name_persons(at=timezone.now()) == 1
    engagement.refresh_from_db()
    assert engagement.broker == buyers_broker
    assert Notification.objects.filter(user=buyers_broker, text="有 1 件对接由您跟进").count() == 1
    assert name_persons(at=timezone.now()) == 0


def test_what_waits_a_week_too_long_goes_up_to_the_city_once(cast, engagement, buyers_broker):
    city = buyers_broker
    age(engagement, moved_at=9, answer_due_at=6)
    assert escalate_cases(at=timezone.now()) == 0
    age(engagement, moved_at=12, answer_due_at=8)
    assert escalate_cases(at=timezone.now()) == 1
    assert look_after_cases(at=timezone.now()) == 1
    assert escalate_cases(at=timezone.now()) == 0
    engagement.refresh_from_db()
    assert engagement.escalated_at
    assert engagement.case_notes.get().text == "超过 7 天没有处理，已报河南新乡"
    assert Notification.objects.filter(user=city, text__contains="超过 7 天没有处理").count() == 1
    assert [task.case.pk for task in tasks(city, is_escalated=True).tasks] == [engagement.pk]
    moved = actions.move_engagement(engagement, "accept", actor=cast.weihua, party=Party.BUYER)
    assert moved.escalated_at is None


def test_a_city_without_brokers_is_passed_over_and_the_province_is_told(cast, engagement):
    age(engagement, moved_at=12, answer_due_at=8)
    assert escalate_cases(at=timezone.now()) == 1
    assert Notification.objects.filter(user=cast.chen, text__contains="已报河南").count() == 1
    assert not Notification.objects.filter(user=cast.wang, text__contains="已报").exists()


def test_a_review_goes_up_only_after_it_has_waited(cast, write):
    held = write("product-supply", by=cast.lihua, of=cast.castings, title="铸钢车轮,电话13800138000")
    assert escalate_cases(at=timezone.now()) == 0
    age(held, changed_at=8)
    assert escalate_cases(at=timezone.now()) == 1
    assert Notification.objects.filter(user=cast.wang, text__contains="已报河南安阳").count() == 1


def test_a_call_back_is_shown_to_those_who_did_not_handle_the_case(cast, engagement, person):
    colleague = person("colleague")
    Scope.objects.create(user=colleague, role=Scope.Role.BROKER, region="410500")
    Engagement.objects.filter(pk=engagement.pk).update(step=Step.CONFIRMED, broker=cast.wang)
    age(engagement, moved_at=40)
    assert [len(acts(user, whose="ours")) for user in (cast.wang, colleague)] == [0, 1]
