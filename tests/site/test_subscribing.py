import dataclasses
import datetime as dt
import re

import pytest
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from chuanzhu_site.accounts.refusals import Missing, WrongState
from chuanzhu_site.market import index, subscribing
from chuanzhu_site.market.models import Listing, Notification, SavedSearch, Topic
from chuanzhu_site.market.search import read_asked

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.ENVIRONMENT = dataclasses.replace(settings.ENVIRONMENT, folder=tmp_path)


@pytest.fixture
def wheels(cast):
    """Weihua is told of supplies that fit a demand's words."""
    return subscribing.save_search(cast.weihua, read_asked({"q": "求购铸钢车轮 200件/月,河南优先"}))


def look(*, rebuilt=("product-supply", "product-demand")):
    for kind in rebuilt:
        index.rebuild(kind)
    return subscribing.look_through.call()


def told(user):
    return [one.text for one in Notification.objects.filter(user=user, topic=Topic.SEARCH).order_by("pk")]


def test_who_saved_a_demands_words_is_told_of_each_new_fitting_supply_once(cast, wheels, write):
    write("product-supply", by=cast.lihua, of=cast.castings, title="铸钢车轮", place="滑县")
    write("product-supply", by=cast.lihua, of=cast.castings, title="速冻水饺")
    assert [look(), look()] == [1, 0]
    assert told(cast.weihua) == ["您订阅的“供给:求购铸钢车轮 200件/月,河南优先”有新的:“铸钢车轮”"]
    write("product-supply", by=cast.lihua, of=cast.castings, title="起重机铸钢车轮")
    assert look() == 1
    assert len(told(cast.weihua)) == 2


def test_what_was_there_before_is_not_told(cast, supply, write):
    subscribing.save_search(cast.weihua, read_asked({"q": "铸钢车轮"}))
    assert look() == 0


def test_what_comes_late_into_the_index_is_told_late_and_not_lost(cast, wheels, write):
    look()
    write("product-supply", by=cast.lihua, of=cast.castings, title="铸钢车轮")
    assert look(rebuilt=()) == 0
    assert look() == 1


def test_several_new_ones_are_one_notice_that_leads_to_the_search(cast, wheels, write):
    for number in range(3):
        write("product-supply", by=cast.lihua, of=cast.castings, title=f"铸钢车轮 {number} 号")
    assert look() == 3
    (notice,) = Notification.objects.filter(user=cast.weihua, topic=Topic.SEARCH)
    assert "有 3 条新的" in notice.text
    assert notice.address == subscribing.address_of(wheels)


def test_a_search_by_facets_alone_is_told_of_what_has_them_and_not_of_ones_own(cast, write):
    subscribing.save_search(cast.lihua, read_asked({"side": "demand", "region": "410000"}))
    write("product-demand", by=cast.weihua, of=cast.crane, text="求购减速机")
    assert look() == 1
    subscribing.save_search(cast.weihua, read_asked({"side": "demand", "kind": "product-demand"}))
    write("product-demand", by=cast.weihua, of=cast.crane, text="求购钢丝绳")
    look()
    assert told(cast.weihua) == []


def test_neither_drafts_nor_demands_for_the_invited_nor_masked_buyers_come_out(cast, write):
    subscribing.save_search(cast.lihua, read_asked({"q": "铸钢车轮", "side": "demand"}))
    common = {"by": cast.weihua, "of": cast.crane, "text": "求购铸钢车轮"}
    write("product-demand", is_open=False, **common)
    write("product-demand", privacy="invited", **common)
    assert look() == 0
    write("product-demand", privacy="masked", **common)
    assert look() == 1
    assert cast.crane.name not in told(cast.lihua)[0]


def test_what_expired_and_was_renewed_is_not_new(cast, wheels, write):
    made = write("product-supply", by=cast.lihua, of=cast.castings, title="铸钢车轮")
    look()
    Listing.objects.filter(pk=made.pk).update(opened_at=timezone.now() + dt.timedelta(minutes=1))
    assert look() == 0


def test_a_search_is_looked_through_only_where_something_was_published(cast, wheels, write):
    at = timezone.now()
    assert subscribing.look_again(at=at) == 0
    write("product-demand", by=cast.weihua, of=cast.crane, text="求购减速机")
    assert subscribing.look_again(at=at) == 0
    write("product-supply", by=cast.lihua, of=cast.castings, title="铸钢车轮")
    assert [subscribing.look_again(at=at), subscribing.look_again(at=at)] == [1, 0]
    DBTaskResult.objects.all().delete()
    look()
    SavedSearch.objects.update(seen_until=at + dt.timedelta(days=1))
    assert subscribing.look_again(at=at + dt.timedelta(days=1)) == 0


def test_a_search_of_everything_a_twin_and_one_too_many_are_refused(cast, wheels, monkeypatch):
    with pytest.raises(Missing):
        subscribing.save_search(cast.weihua, read_asked({}))
    with pytest.raises(WrongState, match="已经订阅"):
        subscribing.save_search(cast.weihua, subscribing.asked_of(wheels))
    monkeypatch.setattr(subscribing, "MOST", 1)
    with pytest.raises(WrongState, match="最多订阅 1 个"):
        subscribing.save_search(cast.weihua, read_asked({"q": "减速机"}))


def test_a_search_is_saved_from_its_page_listed_and_dropped(cast, client):
    address = f"{reverse('search')}?q=铸钢车轮&side=demand&region=410000"
    assert "登录后可以订阅" in client.get(address).content.decode()
    client.force_login(cast.weihua)
    page = client.get(address).content.decode()
    form = page[page.index('<form id="saving"') :]
    values = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form[: form.index("</form>")]))
    client.post(reverse("search-save"), values)
    search = SavedSearch.objects.get()
    assert (search.words, search.facets) == ("铸钢车轮", {"side": "demand", "region": "410000"})
    assert "订阅了 1 个搜索" in client.get(reverse("searches")).content.decode()
    client.force_login(cast.lihua)
    assert client.post(reverse("search-drop", args=[search.pk])).status_code == 404
    client.force_login(cast.weihua)
    client.post(reverse("search-drop", args=[search.pk]))
    assert not SavedSearch.objects.exists()


def test_the_page_of_searches_costs_the_same_whatever_it_lists(cast, client, django_assert_max_num_queries):
    for number in range(15):
        subscribing.save_search(cast.weihua, read_asked({"q": f"车轮{number}"}))
    client.force_login(cast.weihua)
    with django_assert_max_num_queries(15):
        client.get(reverse("searches"))
