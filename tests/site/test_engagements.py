import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from chuanzhu_site.accounts.refusals import WrongState
from chuanzhu_site.market import actions
from chuanzhu_site.market.lifecycle import EndReason, ListingState, Party, Step
from chuanzhu_site.market.models import Confirmation, Engagement, Notification

pytestmark = pytest.mark.django_db
QUOTE = {
    "price": Decimal(820),
    "price_unit": "件",
    "quantity": "200件/月",
    "lead_days": 20,
    "valid_until": dt.date(2030, 1, 1),
}


@pytest.fixture
def engagement(cast, demand, supply):
    return actions.express_interest(demand, supplier=cast.castings, actor=cast.lihua, supply=supply)


@pytest.fixture
def rival(cast, demand, person, enterprise):
    owner = person("rival")
    firm = enterprise("某车轮厂(示例)", number=5, region="410102", owner=owner)
    return actions.express_interest(demand, supplier=firm, actor=owner)


def buyer(cast, engagement, *acts):
    for act in acts:
        engagement = actions.move_engagement(engagement, act, actor=cast.weihua, party=Party.BUYER)
    return engagement


def quoted(cast, engagement, owner):
    buyer(cast, engagement, "accept", "request")
    actions.quote(engagement, actor=owner, values=QUOTE)
    return engagement


def award(cast, engagement):
    return actions.award(engagement, actor=cast.weihua, reason="价格和交期最好", why_not="价格高于中选的一家")


def deliver(cast, engagement):
    award(cast, quoted(cast, engagement, cast.lihua))
    actions.move_engagement(engagement, "order", actor=cast.weihua, party=Party.BUYER)
    return actions.move_engagement(engagement, "deliver", actor=cast.lihua, party=Party.SUPPLIER)


def confirm(engagement, actor, party, value="164000"):
    without = Confirmation.Without.NO
    return actions.confirm(
        engagement, actor=actor, party=party, quantity="200件", value=Decimal(value), without=without
    )


def test_the_whole_thread_from_interest_to_the_call_back(cast, demand, engagement):
    assert engagement.thread == demand.thread
    deliver(cast, engagement)
    assert confirm(engagement, cast.lihua, Party.SUPPLIER).step == Step.DELIVERED
    assert confirm(engagement, cast.weihua, Party.BUYER).step == Step.CONFIRMED
    actions.call_back(engagement, actor=cast.wang, values={"asked": "buyer", "outcome": "real"})
    done = Engagement.objects.get(pk=engagement.pk)
    assert done.step == Step.FOLLOWED
    acts = list(done.events.values_list("act", flat=True))
    assert acts == ["express", "accept", "request", "quote", "award", "order", "deliver", "confirm", "follow"]


def test_interest_marks_the_demand_and_starts_the_buyers_clock(cast, demand, engagement):
    demand.refresh_from_db()
    assert demand.state == ListingState.MATCHED
    assert engagement.answer_due_at - engagement.moved_at == dt.timedelta(days=3)
    assert Notification.objects.get(user=cast.weihua).text.endswith("请在 3 天内答复")


def test_the_same_supplier_is_not_interested_twice_nor_in_its_own_demand(cast, demand, engagement):
    with pytest.raises(WrongState, match="已经表达过意向"):
        actions.express_interest(demand, supplier=cast.castings, actor=cast.lihua)
    with pytest.raises(WrongState, match="自己的需求"):
        actions.express_interest(demand, supplier=cast.crane, actor=cast.weihua)


def test_nobody_acts_for_the_other_side(cast, engagement):
    with pytest.raises(PermissionDenied):
        actions.move_engagement(engagement, "accept", actor=cast.lihua, party=Party.BUYER)
    with pytest.raises(WrongState, match="不是供方做的事"):
        actions.move_engagement(engagement, "accept", actor=cast.lihua, party=Party.SUPPLIER)
    with pytest.raises(PermissionDenied):
        actions.move_engagement(engagement, "confirm", actor=cast.lihua, party=Party.SUPPLIER)


def test_a_supplier_cannot_be_declined_without_being_told_why(cast, engagement):
    note = "要的是锻件,不是铸件"
    ended = actions.end_engagement(
        engagement, actor=cast.weihua, party=Party.BUYER, why=EndReason.NOT_SUITABLE, note=note
    )
    assert (ended.step, ended.end_reason) == (Step.ENDED, EndReason.NOT_SUITABLE)
    assert ended.answered_at
    assert note in Notification.objects.filter(user=cast.lihua).latest("pk").text


def test_a_question_back_counts_as_the_answer_and_gives_the_turn_to_the_supplier(cast, engagement):
    asked = actions.move_engagement(engagement, "ask", actor=cast.weihua, party=Party.BUYER, reason="请补图纸")
    assert asked.answered_at
    told = actions.move_engagement(engagement, "tell", actor=cast.lihua, party=Party.SUPPLIER, reason="已上传")
    assert told.step == Step.EXPRESSED


def test_every_other_bidder_is_told_why_not(cast, engagement, rival):
    owner = rival.supplier.memberships.get().user
    quoted(cast, rival, owner)
    award(cast, quoted(cast, engagement, cast.lihua))
    rival.refresh_from_db()
    assert (rival.step, rival.end_reason) == (Step.ENDED, EndReason.ANOTHER)
    assert "价格高于中选的一家" in Notification.objects.filter(user=owner).latest("pk").text


def test_of_two_awards_of_one_demand_one_wins(cast, engagement, rival):
    quoted(cast, rival, rival.supplier.memberships.get().user)
    award(cast, quoted(cast, engagement, cast.lihua))
    Engagement.objects.filter(pk=rival.pk).update(step=Step.QUOTED, end_reason="")
    with pytest.raises(WrongState, match="已经选定了另一家"):
        award(cast, rival)
    with pytest.raises(IntegrityError), transaction.atomic():
        Engagement.objects.filter(pk=rival.pk).update(step=Step.AWARDED)


def test_each_side_confirms_once_and_only_after_delivery(cast, engagement):
    with pytest.raises(WrongState, match="交付之后"):
        confirm(engagement, cast.lihua, Party.SUPPLIER)
    deliver(cast, engagement)
    confirm(engagement, cast.lihua, Party.SUPPLIER)
    with pytest.raises(WrongState, match="供方已经确认过了"):
        confirm(engagement, cast.lihua, Party.SUPPLIER, value="1")
    assert engagement.confirmations.get().value == Decimal(164000)


def test_a_revised_quote_is_a_further_row(cast, engagement):
    quoted(cast, engagement, cast.lihua)
    actions.quote(engagement, actor=cast.lihua, values={**QUOTE, "price": Decimal(800)})
    assert list(engagement.quotes.values_list("number", "price")) == [(1, Decimal(820)), (2, Decimal(800))]


def test_an_engagement_is_seen_by_its_sides_and_their_broker_only(cast, engagement, client):
    seen = {
        name
        for name in ("weihua", "lihua", "wang", "zhang", "chen", "root")
        if Engagement.objects.visible_to(getattr(cast, name)).exists()
    }
    assert seen == {"weihua", "lihua", "wang", "zhang", "chen"}
    client.force_login(cast.root)
    assert client.get(engagement.get_absolute_url()).status_code == 404
    client.force_login(cast.lihua)
    assert "等买方答复" in client.get(engagement.get_absolute_url()).content.decode()


def test_the_desk_says_what_to_do_next(client, cast, engagement, person):
    client.force_login(cast.weihua)
    page = client.get("/desk/").content.decode()
    assert "请在 3 天内答复" in page
    client.force_login(person("new"))
    assert "先认领您的企业" in client.get("/desk/").content.decode()
