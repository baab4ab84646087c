"""The thread as its pages let it be walked: what each side is offered, and what happens to wrong or late forms."""

import datetime as dt
import re

import pytest
from django.urls import reverse

from chuanzhu_site.market import actions
from chuanzhu_site.market.lifecycle import Party, Step
from chuanzhu_site.market.models import Engagement, Notification

pytestmark = pytest.mark.django_db
QUOTE = {
    "price": "820.50",
    "price_unit": "件",
    "has_tax": "on",
    "quantity": "200件/月",
    "lead_days": "20",
    "valid_until": (dt.datetime.now(tz=dt.UTC) + dt.timedelta(days=30)).date().isoformat(),
}
AWARD = {"reason": "价格和交期最好", "why_not": "价格高于中选的一家"}


@pytest.fixture
def engagement(cast, demand, supply):
    return actions.express_interest(demand, supplier=cast.castings, actor=cast.lihua, supply=supply)


@pytest.fixture
def rival(cast, demand, person, enterprise):
    owner = person("rival")
    firm = enterprise("某车轮厂(示例)", number=5, owner=owner)
    return actions.express_interest(demand, supplier=firm, actor=owner)


@pytest.fixture
def post(client):
    """Press a button of an engagement's page as somebody: ``post(cast.weihua, one, "accept")``."""

    def press(user, engagement, act, *, party, version=None, **values):
        client.force_login(user)
        engagement.refresh_from_db()
        given = {"party": party, "version": version or engagement.version, **values}
        answer = client.post(reverse("engagement-act", args=[engagement.reference, act]), given)
        engagement.refresh_from_db()
        return answer

    return press


@pytest.fixture
def acts(client):
    def offered(user, thing):
        client.force_login(user)
        page = client.get(thing.get_absolute_url()).content.decode()
        shown = set(re.findall(rf'action="{thing.get_absolute_url()}([\w-]+)/"', page))
        return shown - (
            {"say", "attach"} if isinstance(thing, Engagement) else {"ask", "attach"}
        )  # open at every step, and no move

    return offered


def quoted(post, cast, engagement):
    for act in ("accept", "request"):
        post(cast.weihua, engagement, act, party="buyer")
    return post(cast.lihua, engagement, "quote", party="supplier", **QUOTE)


def test_each_side_is_offered_what_the_state_machine_lets_it_do(cast, engagement, acts, post):
    assert acts(cast.weihua, engagement) == {"ask", "accept", "decline"}
    assert acts(cast.lihua, engagement) == {"end"}
    quoted(post, cast, engagement)
    assert acts(cast.weihua, engagement) == {"sample", "award", "end"}
    assert acts(cast.lihua, engagement) == {"quote", "end"}
    assert acts(cast.wang, engagement) == {"end"}


def test_the_whole_thread_is_walked_with_forms(cast, engagement, acts, post):
    quoted(post, cast, engagement)
    post(cast.weihua, engagement, "award", party="buyer", **AWARD)
    post(cast.weihua, engagement, "order", party="buyer")
    post(cast.lihua, engagement, "deliver", party="supplier")
    word = {"quantity": "200件", "value": "164100", "without": "no"}
    post(cast.lihua, engagement, "confirm", party="supplier", **word)
    assert "confirm" not in acts(cast.lihua, engagement)
    post(cast.weihua, engagement, "confirm", party="buyer", **word)
    assert engagement.step == Step.CONFIRMED
    post(cast.wang, engagement, "follow", party="broker", asked="buyer", outcome="real")
    assert engagement.step == Step.FOLLOWED


def test_an_award_of_an_offer_that_changed_meanwhile_is_refused(cast, engagement, post):
    quoted(post, cast, engagement)
    seen = engagement.version
    post(cast.lihua, engagement, "quote", party="supplier", **{**QUOTE, "price": "990"})
    post(cast.weihua, engagement, "award", party="buyer", version=seen, **AWARD)
    assert engagement.step == Step.QUOTED


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"price": "0"}, "单价要大于 0"),
        ({"valid_until": "2020-01-01"}, "报价有效期已经过了"),
        ({"quantity": "许多"}, "许多"),
        ({"lead_days": "-1"}, "errorlist"),
    ],
)
def test_a_quote_that_cannot_be_right_is_shown_again_with_the_cure(cast, engagement, post, wrong, said):
    for act in ("accept", "request"):
        post(cast.weihua, engagement, act, party="buyer")
    answer = post(cast.lihua, engagement, "quote", party="supplier", **{**QUOTE, **wrong})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not engagement.quotes.exists()


def test_nobody_acts_by_a_forged_form_for_a_side_that_is_not_theirs(cast, engagement, post):
    assert post(cast.lihua, engagement, "accept", party="buyer").status_code == 403
    assert post(cast.lihua, engagement, "accept", party="").status_code == 403
    assert post(cast.weihua, engagement, "lose", party="buyer").status_code == 404
    assert post(cast.root, engagement, "accept", party="buyer").status_code == 404
    assert engagement.step == Step.EXPRESSED


def test_a_buyer_sees_all_offers_side_by_side_and_a_bidder_only_its_own(cast, engagement, rival, post, client):
    quoted(post, cast, engagement)
    owner = rival.supplier.memberships.get().user
    for act in ("accept", "request"):
        actions.move_engagement(rival, act, actor=cast.weihua, party=Party.BUYER)
    post(owner, rival, "quote", party="supplier", **{**QUOTE, "price": "777"})
    post(owner, rival, "quote", party="supplier", **{**QUOTE, "price": "766"})
    client.force_login(cast.weihua)
    page = client.get(engagement.get_absolute_url()).content.decode()
    assert ("820.5 元/件" in page, "766 元/件" in page, "777 元/件" in page) == (True, True, False)
    client.force_login(cast.lihua)
    page = client.get(engagement.get_absolute_url()).content.decode()
    assert ("820.5 元/件" in page, "766 元/件" in page) == (True, False)


def test_the_buyer_is_not_told_of_the_losers_that_its_own_award_made(cast, engagement, rival, post):
    quoted(post, cast, engagement)
    before = Notification.objects.filter(user=cast.weihua).count()
    post(cast.weihua, engagement, "award", party="buyer", **AWARD)
    rival.refresh_from_db()
    assert rival.step == Step.ENDED
    assert Notification.objects.filter(user=cast.weihua).count() == before
    told = Notification.objects.filter(user__memberships__enterprise=rival.supplier).latest("pk")
    assert "价格高于中选的一家" in told.text


def test_the_buttons_of_a_listing_are_those_its_state_allows(cast, supply, acts, person, write):
    assert acts(cast.lihua, supply) == {"close"}
    assert acts(cast.zhang, supply) == {"close", "hold"}
    assert acts(cast.weihua, supply) == set()
    held = write("product-supply", by=cast.lihua, of=cast.castings, title="铸钢车轮,电话13800138000")
    assert acts(cast.lihua, held) == {"withdraw"}
    assert acts(cast.zhang, held) == {"publish", "return"}


def test_the_desk_shows_an_officer_what_waits_and_a_notice_once(cast, write, client, engagement):
    write("product-supply", by=cast.lihua, of=cast.castings, title="铸钢车轮,电话13800138000")
    client.force_login(cast.zhang)
    assert "今天先审核这 1 条" in client.get(reverse("desk")).content.decode()
    told = Notification.objects.filter(user=cast.weihua).latest("pk")
    client.force_login(cast.weihua)
    assert client.post(reverse("told", args=[told.pk])).headers["Location"] == told.address
    assert told.text not in client.get(reverse("desk")).content.decode()
    client.force_login(cast.lihua)
    assert client.post(reverse("told", args=[told.pk])).status_code == 404
