"""The funnel: what is counted, for whom, and that nothing is counted as more than it is."""

import datetime as dt
import io
import json
import re
from decimal import Decimal

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from chuanzhu_site.accounts.models import Scope
from chuanzhu_site.market import actions, funnel
from chuanzhu_site.market.funnel import DIMENSIONS, Which
from chuanzhu_site.market.lifecycle import EndReason, ListingState, Party, Step
from chuanzhu_site.market.models import CallBack, Confirmation, Engagement, Listing, Match, Report

pytestmark = pytest.mark.django_db
MOST_QUERIES = 15
QUOTE = {"price": Decimal(820), "price_unit": "件", "quantity": "200件", "lead_days": 20}


@pytest.fixture
def engagement(cast, demand, supply):
    return actions.express_interest(demand, supplier=cast.castings, actor=cast.lihua, supply=supply)


@pytest.fixture
def walk(cast, engagement):
    """Walk the thread up to a step: ``walk("quote")``."""
    until = timezone.localdate() + dt.timedelta(days=30)
    give = {
        "quote": lambda: actions.quote(engagement, actor=cast.lihua, values={**QUOTE, "valid_until": until}),
        "award": lambda: actions.award(engagement, actor=cast.weihua, reason="好", why_not="贵"),
    }

    def go(last):
        for act in ("accept", "request", "quote", "award", "order", "deliver"):
            if act in give:
                give[act]()
            else:
                actions.move_engagement(engagement, act, actor=cast.weihua, party=Party.BUYER)
            if act == last:
                break
        return engagement

    return go


def reached(user, **which):
    demands = funnel.demands_of(list(user.scopes.live()), Which(**which))
    return funnel.total(funnel.groups(demands, DIMENSIONS["chain"]))


def results(user):
    return funnel.results(funnel.engagements_of(funnel.demands_of(list(user.scopes.live()), Which())))


def confirm(cast, engagement, *, buyer=164000, supplier=None):
    for actor, party, value in ((cast.weihua, Party.BUYER, buyer), (cast.lihua, Party.SUPPLIER, supplier)):
        if value is not None:
            word = {"quantity": "200件", "value": Decimal(value), "without": Confirmation.Without.NO}
            actions.confirm(engagement, actor=actor, party=party, **word)


def test_a_demand_counts_for_the_furthest_step_it_reached_and_all_before(cast, demand):
    assert reached(cast.chen).reached == [1, 0, 0, 0, 0, 0]


@pytest.mark.parametrize(
    ("last", "counts"),
    [
        ("accept", [1, 1, 1, 0, 0, 0]),
        ("quote", [1, 1, 1, 1, 0, 0]),
        ("award", [1, 1, 1, 1, 0, 0]),
        ("order", [1, 1, 1, 1, 1, 0]),
        ("deliver", [1, 1, 1, 1, 1, 1]),
    ],
)
def test_each_step_of_the_thread_moves_the_funnel(cast, walk, last, counts):
    walk(last)
    assert reached(cast.chen).reached == counts


def test_what_was_ordered_and_then_ended_stays_ordered_and_counts_as_failed_when_its_demand_closes(cast, walk):
    engagement = walk("order")
    actions.end_engagement(engagement, actor=cast.weihua, party=Party.BUYER, why=EndReason.TIME)
    Listing.objects.filter(pk=engagement.demand_id).update(state=ListingState.CLOSED)
    every = reached(cast.chen)
    assert (every.reached, every.failed) == ([1, 1, 1, 1, 1, 0], 1)
    demands = funnel.demands_of(list(cast.chen.scopes.live()), Which())
    assert funnel.failures(funnel.engagements_of(demands)) == [("交期赶不上", 1)]


def test_an_unknown_value_is_counted_as_unknown_and_not_as_zero(cast, write, client):
    write("product-demand", by=cast.weihua, of=cast.crane, text="求购石墨电极 5吨")
    client.force_login(cast.chen)
    page = client.get("/funnel/").content.decode()
    assert "1 条没有填，不当作零" in page
    row = re.search(r'data-name="步骤">公开</td>.*?</tr>', page, re.DOTALL)[0]
    assert "不知道" in row
    write("product-demand", by=cast.weihua, of=cast.crane, text="求购氧化锆球 2吨", value=Decimal(500_000))
    row = re.search(r'data-name="步骤">公开</td>.*?</tr>', client.get("/funnel/").content.decode(), re.DOTALL)[0]
    assert re.findall(r">([^<>\n]+)</td>", row) == ["公开", "2", "100%", "50", "1"]


def test_only_what_both_sides_confirmed_counts_in_money_and_the_lower_word_counts(cast, walk):
    engagement = walk("deliver")
    assert (results(cast.chen).delivered, results(cast.chen).yuan) == (1, 0)
    confirm(cast, engagement)
    assert (results(cast.chen).one_sided, results(cast.chen).yuan) == (1, 0)
    confirm(cast, engagement, buyer=None, supplier=160000)
    found = results(cast.chen)
    assert (found.confirmed, found.differing, found.yuan) == (1, 1, 160000)
    assert found.without == {("buyer", "no"): 1, ("supplier", "no"): 1}


def test_what_is_opened_again_no_longer_counts_as_delivered_nor_do_its_words(cast, walk):
    engagement = walk("deliver")
    confirm(cast, engagement, supplier=164000)
    actions.call_back(engagement, actor=cast.chen, values={"asked": "buyer", "outcome": "untrue", "note": "没到货"})
    found = results(cast.chen)
    assert (found.delivered, found.confirmed, found.yuan) == (0, 0, 0)
    assert found.called == {CallBack.Outcome.UNTRUE: 1}
    assert reached(cast.chen).reached[5] == 0


def test_a_result_proved_to_be_faked_and_a_demand_proved_to_be_junk_do_not_count(cast, walk):
    engagement = walk("deliver")
    made = actions.report(
        engagement.demand, actor=cast.lihua, about=Report.About.RESULT, text="没发过货", engagement=engagement
    )
    assert reached(cast.chen).reached[5] == 1
    actions.decide_report(made, actor=cast.chen, is_upheld=True, decision="属实")
    assert reached(cast.chen).reached == [1, 1, 1, 1, 1, 0]
    made = actions.report(engagement.demand, actor=cast.lihua, about=Report.About.FAKE, text="假的")
    actions.decide_report(made, actor=cast.chen, is_upheld=True, decision="属实")
    assert reached(cast.chen).reached[0] == 0


def test_nobody_out_of_scope_can_tell_from_any_number_that_a_masked_buyer_is_there(cast, walk, client, person):
    """Wang looks after the supplier's city only; each page and the workbook read as if the demand did not exist."""
    client.force_login(cast.wang)
    addresses = [f"/funnel/?by={by}&period={period}" for by in DIMENSIONS for period in ("3", "all")]
    before = [main_of(client, address) for address in addresses]
    assert all("0 条需求" in page for page in before)
    sheets = cells(client.get("/funnel.xlsx").content)
    engagement = walk("deliver")
    Listing.objects.filter(pk=engagement.demand_id).update(privacy=Listing.Privacy.MASKED)
    confirm(cast, engagement, supplier=164000)
    assert [main_of(client, address) for address in addresses] == before
    assert cells(client.get("/funnel.xlsx").content) == sheets
    client.force_login(cast.chen)
    assert "1 条需求，1 条已交付" in client.get("/funnel/?by=region&period=all").content.decode()
    other = person("other")
    Scope.objects.create(user=other, role=Scope.Role.OFFICER, region="420000")
    client.force_login(other)
    assert "0 条需求" in client.get("/funnel/?period=all").content.decode()


def main_of(client, address):
    """Return the page without what differs from one request to the next: the mark in the sign-out form."""
    return client.get(address).content.decode().split("<main")[1]


def cells(content):
    book = openpyxl.load_workbook(io.BytesIO(content))
    return {sheet.title: [[cell.value for cell in row] for row in sheet.iter_rows()] for sheet in book}


def test_it_is_divided_by_chain_city_county_month_and_tier(cast, demand, client):
    Listing.objects.filter(pk=demand.pk).update(chain="")
    client.force_login(cast.chen)
    month = f"{timezone.localtime(Listing.objects.get().opened_at):%Y-%m}"
    labels = {"chain": "未归入", "region": "河南新乡", "county": "河南新乡长垣", "month": month, "tier": "未入梯度"}
    for by, label in labels.items():
        page = client.get(f"/funnel/?by={by}").content.decode()
        option = json.loads(re.search(rf'<script id="by-{by}"[^>]*>(.*?)</script>', page, re.DOTALL)[1])
        assert option["yAxis" if by != "month" else "xAxis"]["data"] == [label]
        assert f">{label}</td>" in page


def test_the_workbook_holds_every_table_and_no_text_becomes_a_formula(cast, write, client):
    write("product-demand", by=cast.weihua, of=cast.crane, text="求购石墨电极 5吨")
    Listing.objects.update(chain="=cmd|' /C calc'!A0")
    client.force_login(cast.chen)
    answer = client.get("/funnel.xlsx?period=all")
    assert "attachment" in answer.headers["Content-Disposition"]
    sheets = cells(answer.content)
    assert list(sheets) == [
        "需求走到了哪一步",
        *("按产业链分", "按市分", "按县分", "按公开月份分", "按买方梯度分"),
        *("没成的原因", "交付由谁确认", "没有平台会成吗", "回访查到什么"),
    ]
    assert sheets["需求走到了哪一步"][3][:4] == ["公开", 1, "100%", "不知道"]
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    assert all(cell.data_type != "f" for sheet in book for row in sheet.iter_rows() for cell in row)


def test_the_funnel_is_for_those_who_look_after_a_region_and_a_forged_wish_is_read_as_none(cast, client):
    for user in (cast.weihua, cast.root):
        client.force_login(user)
        assert client.get("/funnel/").status_code == 403
        assert client.get("/funnel.xlsx").status_code == 403
    client.force_login(cast.wang)
    assert client.get("/funnel/?by=password&period=-1").status_code == 200


def test_the_queries_of_the_funnel_and_the_desk_do_not_grow_with_the_rows(cast, write, client, supply):
    client.force_login(cast.chen)
    counts = []
    for number in (1, 8):
        for _ in range(number):
            one = write("product-demand", by=cast.weihua, of=cast.crane, text="求购石墨电极 5吨")
            Match.objects.create(demand=one, supply=supply, score=60, rank=1, reasons=[])
            made = actions.express_interest(one, supplier=cast.castings, actor=cast.lihua)
            Engagement.objects.filter(pk=made.pk).update(step=Step.DELIVERED, answered_at=timezone.now())
        for address in ("/funnel/", "/work/"):
            client.get(address)
            with CaptureQueriesContext(connection) as queries:
                client.get(address)
            counts.append(len(queries))
    assert counts[:2] == counts[2:]
    assert max(counts) <= MOST_QUERIES
