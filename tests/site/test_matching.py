import dataclasses
import shutil
from unittest import mock

import pytest
from django.urls import reverse
from django_tasks_db.models import DBTaskResult

from chuanzhu import Demand
from chuanzhu.matching import IndexFault
from chuanzhu_site.accounts.refusals import Missing
from chuanzhu_site.market import actions, index, matching, tasks
from chuanzhu_site.market.kinds import KINDS
from chuanzhu_site.market.lifecycle import ListingState
from chuanzhu_site.market.models import Judgment, Listing, Match, Notification

pytestmark = pytest.mark.django_db
WRONG, RIGHT = Judgment.Verdict.WRONG, Judgment.Verdict.RIGHT


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.ENVIRONMENT = dataclasses.replace(settings.ENVIRONMENT, folder=tmp_path)
    return tmp_path


def work():
    """Do what a worker would do: every task that is queued, in order."""
    for queued in DBTaskResult.objects.filter(status="READY", task_path="chuanzhu_site.market.tasks.match_listing"):
        tasks.match_listing.call(*queued.args_kwargs["args"])
        queued.delete()


@pytest.fixture
def match(demand, supply):
    work()
    return Match.objects.get()


@pytest.mark.parametrize("first", ["demand", "supply"])
def test_a_published_listing_is_matched_in_both_directions(request, first):
    for name in (first, "supply" if first == "demand" else "demand"):
        request.getfixturevalue(name)
        work()
    found = Match.objects.get()
    assert found.stale_at is None
    assert sum(reason["points"] for reason in found.reasons) == pytest.approx(found.score)


def test_both_sides_are_told_once_however_often_the_task_runs(cast, demand, supply, match):
    for _ in range(2):
        tasks.match_listing.call(demand.pk)
        tasks.match_listing.call(supply.pk)
    told = Notification.objects.filter(key__regex="^(found|wanted):")
    assert {(one.user, one.address) for one in told} == {
        (cast.weihua, match.get_absolute_url()),
        (cast.lihua, match.get_absolute_url()),
    }
    assert told.count() == 2


def test_a_closed_supply_is_matched_no_more_and_a_renewed_one_again(cast, supply, match):
    actions.close_listing(supply, actor=cast.lihua, reason="产能满了")
    work()
    match.refresh_from_db()
    assert match.stale_at
    Listing.objects.filter(pk=supply.pk).update(state=ListingState.EXPIRED)
    actions.renew_listing(supply, actor=cast.lihua)
    work()
    match.refresh_from_db()
    assert match.stale_at is None


def test_what_is_edited_is_matched_as_it_now_reads(cast, supply, match):
    supply.refresh_from_db()
    actions.save_listing(supply, values={"title": "速冻水饺"}, actor=cast.lihua, version=supply.version)
    work()
    match.refresh_from_db()
    assert match.stale_at


def test_an_enterprise_is_not_matched_with_itself(cast, demand, write):
    write("product-supply", by=cast.weihua, of=cast.crane, title="铸钢车轮")
    work()
    assert not Match.objects.exists()


def test_a_demand_for_the_invited_is_told_to_nobody_else(cast, supply, write):
    asked = write("product-demand", by=cast.weihua, of=cast.crane, text="求购铸钢车轮", privacy="invited")
    work()
    found = Match.objects.get(demand=asked)
    assert not Notification.objects.filter(user=cast.lihua, key__startswith="wanted").exists()
    assert not Match.objects.visible_to(cast.lihua).exists()
    assert Match.objects.visible_to(cast.weihua).get() == found


def test_a_masked_buyer_is_not_named_on_the_page_of_the_match_nor_in_the_index(cast, supply, write, client):
    write("product-demand", by=cast.weihua, of=cast.crane, text="求购铸钢车轮 200件/月", privacy="masked")
    work()
    client.force_login(cast.lihua)
    page = client.get(Match.objects.get().get_absolute_url()).content.decode()
    assert cast.crane.name not in page
    assert "企业名称隐藏" in page
    filed = index.matcher_of("product-demand").match(Demand(text="铸钢车轮"))
    assert [one.supply.enterprise for one in filed] == [""]


def test_a_stranger_sees_neither_the_match_nor_its_listing_row(cast, person, match, supply, client):
    client.force_login(person("stranger"))
    assert client.get(match.get_absolute_url()).status_code == 404
    assert match.reference not in client.get(supply.get_absolute_url()).content.decode()


def test_the_page_of_a_match_shows_the_reasons_as_a_bar_that_adds_up(cast, match, client):
    client.force_login(cast.weihua)
    page = client.get(match.get_absolute_url()).content.decode()
    spoken = [reason for reason in match.reasons if reason["points"] > 0]
    assert page.count('<i class="s') == len(spoken)
    for reason in spoken:
        assert f"width:{reason['points']:.1f}%" in page


def test_a_judgment_is_kept_and_the_last_word_counts(cast, match, client):
    client.force_login(cast.lihua)
    address = reverse("judge", args=[match.reference])
    refused = client.post(address, {"verdict": WRONG, "why": "", "note": ""})
    assert refused.status_code == 422
    assert "请选一项哪里不对" in refused.content.decode()
    client.post(address, {"verdict": WRONG, "why": "spec", "note": "直径不够"})
    client.post(address, {"verdict": RIGHT, "why": "spec", "note": ""})
    kept = match.judgments.get()
    assert (kept.verdict, kept.why) == (RIGHT, "")
    with pytest.raises(Missing):
        actions.judge(match, actor=cast.lihua, verdict=WRONG)


def test_a_lost_index_is_rebuilt_from_the_database(folder, demand, supply, match):
    assert set(tasks.check_indexes()) == KINDS.keys() - {"product-supply", "product-demand"}
    assert tasks.check_indexes() == ()
    shutil.rmtree(folder / "index" / "product-supply")
    assert tasks.check_indexes() == ("product-supply",)
    assert len(index.matcher_of("product-supply")) == 1


def test_an_index_that_differs_from_the_database_is_rebuilt(demand, supply, match):
    index.check()
    index.matcher_of("product-supply").remove([supply.reference])
    assert index.check() == {"product-supply": (supply.pk,)}


def test_changes_that_leave_the_number_as_it_was_are_seen_and_only_they_are_mended_and_matched(
    cast, write, demand, supply, match
):
    other = write("product-supply", by=cast.lihua, of=cast.castings, title="铸铁件")
    work()
    index.check()
    Listing.objects.filter(pk=supply.pk).update(title="速冻水饺")
    Listing.objects.filter(pk=other.pk).update(state=ListingState.CLOSED)
    third = write("product-supply", by=cast.lihua, of=cast.castings, title="法兰")
    DBTaskResult.objects.all().delete()
    with mock.patch.object(index, "rebuild", side_effect=AssertionError):
        assert tasks.check_indexes() == ("product-supply",)
        assert tasks.check_indexes() == ()
    queued = [row.args_kwargs["args"] for row in DBTaskResult.objects.all()]
    assert sorted(queued) == [[supply.pk], [third.pk]]
    work()
    match.refresh_from_db()
    assert match.stale_at
    held = {one.id: one.product for one in index.matcher_of("product-supply").supplies()}
    assert held == {supply.reference: "速冻水饺", third.reference: "法兰"}


def test_an_index_of_which_much_differs_is_built_anew(demand, supply, match, monkeypatch):
    index.check()
    monkeypatch.setattr(index, "_MENDED_AT_MOST", 0)
    Listing.objects.filter(pk=supply.pk).update(title="速冻水饺")
    assert index.check() == {"product-supply": ()}
    assert [one.product for one in index.matcher_of("product-supply").supplies()] == ["速冻水饺"]


def test_an_index_that_cannot_be_written_is_rebuilt_and_the_listing_still_matched(demand, supply):
    matcher = index.matcher_of("product-supply")
    with mock.patch.object(type(matcher), "add", side_effect=IndexFault("磁盘满")):
        assert matching.rematch(Listing.objects.select_related("enterprise").get(pk=supply.pk))


def test_queueing_all_demands_counts_those_that_are_shown(cast, demand, supply, write):
    write("product-demand", by=cast.weihua, of=cast.crane, is_open=False, text="求购轴承")
    assert tasks.queue_demands() == 1


def test_interest_grows_from_a_match_and_points_back_to_it(cast, match, client):
    client.force_login(cast.lihua)
    values = {"enterprise": cast.castings.pk, "supply": match.supply.reference}
    answer = client.post(reverse("interest", args=[match.demand.reference]), values)
    grown = match.engagements.get()
    assert answer.headers["Location"] == grown.get_absolute_url()
    assert grown.supply == match.supply


def test_nobody_is_interested_for_an_enterprise_of_others(cast, match, client):
    client.force_login(cast.wang)
    address = reverse("interest", args=[match.demand.reference])
    assert client.post(address, {"enterprise": cast.castings.pk}).status_code == 404


def test_pages_cost_the_same_number_of_queries_whatever_they_list(
    cast, demand, write, client, django_assert_max_num_queries
):
    for number in range(8):
        write("product-supply", by=cast.lihua, of=cast.castings, title=f"铸钢车轮 {number} 号")
    work()
    client.force_login(cast.weihua)
    pages = (demand.get_absolute_url(), Match.objects.first().get_absolute_url(), reverse("desk"))
    for page in pages:
        with django_assert_max_num_queries(15):
            assert client.get(page).status_code == 200
