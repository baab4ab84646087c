"""Two people at the same moment: one wins, the other is told, nothing is half done. Threads on the real database."""

import threading
from decimal import Decimal

import pytest
from django.db import connection, connections

from chuanzhu_site.accounts.refusals import StaleForm, WrongState
from chuanzhu_site.market import actions
from chuanzhu_site.market.lifecycle import WON, ListingState, Party, Step
from chuanzhu_site.market.models import Confirmation, Engagement, Listing, Notification

pytestmark = pytest.mark.django_db(transaction=True)
QUOTE = {
    "price": Decimal(820),
    "price_unit": "件",
    "quantity": "200件/月",
    "lead_days": 20,
    "valid_until": "2030-01-01",
}
PATIENCE = 30


@pytest.fixture(autouse=True)
def _one_file():
    """In memory, SQLite answers a second writer with an error instead of letting it wait, as it does in a file."""
    if connection.vendor == "sqlite" and connection.is_in_memory_db():
        pytest.fail("the tests' database has to be a file: see TEST in conftest.py")


def together(*acts):
    """Start all acts at one moment, each in a thread with a connection of its own; return what each gave or raised."""
    gate, outcomes = threading.Barrier(len(acts), timeout=PATIENCE), [None] * len(acts)

    def run(number, act):
        try:
            gate.wait()
            outcomes[number] = act()
        except Exception as error:  # noqa: BLE001 (whatever it was is compared with what should be)
            outcomes[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=given) for given in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
        assert not thread.is_alive()
    return outcomes


def refusals(outcomes):
    return [one for one in outcomes if isinstance(one, Exception)]


@pytest.fixture
def bidders(cast, demand, person, enterprise):
    """Two suppliers, each with an offer on the table."""
    rival = person("rival")
    firms = ((cast.castings, cast.lihua), (enterprise("某车轮厂(示例)", number=5, owner=rival), rival))
    made = []
    for firm, owner in firms:
        one = actions.express_interest(demand, supplier=firm, actor=owner)
        for act in ("accept", "request"):
            actions.move_engagement(one, act, actor=cast.weihua, party=Party.BUYER)
        actions.quote(one, actor=owner, values=QUOTE)
        made.append(one)
    return made


def test_of_two_awards_of_one_demand_at_the_same_time_one_wins_and_the_other_is_told(cast, bidders):
    def award(one):
        return lambda: actions.award(one, actor=cast.weihua, reason="价格好", why_not="价格高")

    refused = refusals(together(*map(award, bidders)))
    assert len(refused) == 1
    assert isinstance(refused[0], WrongState)
    assert sorted(Engagement.objects.values_list("step", flat=True)) == [Step.AWARDED, Step.ENDED]
    lost = Engagement.objects.get(step=Step.ENDED)
    owner = lost.supplier.memberships.get().user
    assert Notification.objects.filter(user=owner, text__contains="价格高").count() == 1


def test_of_one_award_pressed_twice_one_counts(cast, bidders):
    def award():
        return actions.award(bidders[0], actor=cast.weihua, reason="价格好", why_not="价格高")

    refused = refusals(together(award, award))
    assert [type(one) for one in refused] == [WrongState]
    assert Engagement.objects.filter(step__in=WON).count() == 1
    assert bidders[0].events.filter(act="award").count() == 1


@pytest.fixture
def delivered(cast, bidders):
    one = actions.award(bidders[0], actor=cast.weihua, reason="价格好", why_not="价格高")
    actions.move_engagement(one, "order", actor=cast.weihua, party=Party.BUYER)
    return actions.move_engagement(one, "deliver", actor=cast.lihua, party=Party.SUPPLIER)


def confirm(engagement, actor, party, value="164000"):
    given = {"quantity": "200件", "value": Decimal(value), "without": Confirmation.Without.NO}
    return lambda: actions.confirm(engagement, actor=actor, party=party, **given)


def test_both_sides_confirm_at_the_same_time_and_it_is_confirmed_once(cast, delivered):
    sides = ((cast.weihua, Party.BUYER), (cast.lihua, Party.SUPPLIER))
    assert refusals(together(*(confirm(delivered, *side) for side in sides))) == []
    delivered.refresh_from_db()
    assert delivered.step == Step.CONFIRMED
    assert delivered.events.filter(act="confirm").count() == 1
    assert sorted(delivered.confirmations.values_list("party", flat=True)) == ["buyer", "supplier"]


def test_of_two_confirmations_of_one_side_at_the_same_time_one_counts(cast, delivered):
    figures = ("164000", "1")
    refused = refusals(together(*(confirm(delivered, cast.lihua, Party.SUPPLIER, value) for value in figures)))
    assert [str(one) for one in refused] == ["供方已经确认过了"]
    assert delivered.confirmations.count() == 1


def test_of_two_edits_at_the_same_time_one_is_kept_and_the_other_is_told(cast, supply):
    version = Listing.objects.get(pk=supply.pk).version

    def edit(title):
        return lambda: actions.save_listing(supply, values={"title": title}, actor=cast.lihua, version=version)

    refused = refusals(together(edit("车轮A"), edit("车轮B")))
    assert [type(one) for one in refused] == [StaleForm]
    supply.refresh_from_db()
    assert supply.title in {"车轮A", "车轮B"}
    assert supply.events.filter(act="edit").count() == 1


def test_of_two_interests_of_one_supplier_at_the_same_time_one_is_an_engagement(cast, demand):
    def interest():
        return actions.express_interest(demand, supplier=cast.castings, actor=cast.lihua)

    refused = refusals(together(interest, interest))
    assert [str(one) for one in refused] == ["已经表达过意向,正在对接中"]
    assert demand.engagements.count() == 1


def test_of_two_answers_to_one_question_at_the_same_time_one_is_shown(cast, demand):
    asked = actions.ask(demand, enterprise=cast.castings, actor=cast.lihua, text="要淬火吗?")

    def answer(text):
        return lambda: actions.answer(asked, actor=cast.weihua, text=text)

    refused = refusals(together(answer("要"), answer("不要")))
    assert [type(one) for one in refused] == [WrongState]
    asked.refresh_from_db()
    assert asked.answer in {"要", "不要"}


def test_an_award_while_the_demand_is_closed_leaves_no_contradiction(cast, demand, bidders):
    def award():
        return actions.award(bidders[0], actor=cast.weihua, reason="价格好", why_not="价格高")

    def close():
        return actions.close_listing(demand, actor=cast.weihua, reason="不买了")

    together(award, close)
    demand.refresh_from_db()
    assert demand.state == ListingState.CLOSED
    assert Engagement.objects.filter(step__in=WON).count() <= 1
