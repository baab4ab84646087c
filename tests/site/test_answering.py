import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from chuanzhu_site.market import actions
from chuanzhu_site.market.answering import answering
from chuanzhu_site.market.lifecycle import EndReason, Party
from chuanzhu_site.market.models import Engagement

pytestmark = pytest.mark.django_db
DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)
NOW = timezone.now()


@pytest.fixture
def interest(cast, demand, person, enterprise):
    """An interest of a further supplier, begun some days ago, answered after some hours where a number is given."""
    count = iter(range(100, 200))

    def make(*, days_ago, hours=None, asked=None, end=False):
        number = next(count)
        owner = person(f"seller{number}")
        firm = enterprise(f"某供方{number}(示例)", number=number, owner=owner)
        one = actions.express_interest(asked or demand, supplier=firm, actor=owner)
        if hours is not None:
            actions.move_engagement(one, "accept", actor=cast.weihua, party=Party.BUYER)
        if end:
            actions.end_engagement(one, actor=owner, party=Party.SUPPLIER, why=EndReason.SUPPLIER_LEFT)
        begun = NOW - days_ago * DAY
        values = {"started_at": begun, "answer_due_at": begun + 3 * DAY, "moved_at": begun + (hours or 0) * HOUR}
        if hours is not None:
            values["answered_at"] = begun + hours * HOUR
        Engagement.objects.filter(pk=one.pk).update(**values)
        return one

    return make


def test_answers_are_counted_against_those_whose_time_ran_out(cast, interest):
    for hours in (2, 6, 50):
        interest(days_ago=20, hours=hours)
    interest(days_ago=10)
    found = answering(cast.crane, at=NOW)
    assert (found.asked, found.answered, found.percent, found.median) == (4, 3, 75, 6 * HOUR)
    assert str(found) == "答复率 75%(4 次意向答复了 3 次,近一年),一般 6 小时内答复"


def test_neither_who_is_still_in_time_nor_who_left_in_time_nor_what_is_long_ago_is_counted(cast, interest):
    interest(days_ago=1)
    interest(days_ago=20, end=True)
    interest(days_ago=400, hours=1)
    assert answering(cast.crane, at=NOW).asked == 0
    assert answering(cast.crane, at=NOW + 3 * DAY).asked == 1


def test_who_left_after_waiting_too_long_counts_as_unanswered(cast, interest):
    one = interest(days_ago=20, end=True)
    Engagement.objects.filter(pk=one.pk).update(moved_at=NOW - 10 * DAY)
    found = answering(cast.crane, at=NOW)
    assert (found.asked, found.answered) == (1, 0)
    assert "暂不统计" in str(found)


def test_what_was_merged_counts_for_what_it_became(cast, interest, enterprise):
    interest(days_ago=20, hours=2)
    kept = enterprise("某起重机集团(示例)", number=77)
    cast.crane.merged_into = kept
    cast.crane.save()
    assert answering(kept, at=NOW).answered == 1


def test_the_figures_stand_on_the_demands_page_and_on_the_buyers(cast, demand, interest, client):
    for _ in range(3):
        interest(days_ago=20, hours=6)
    for address in (demand.get_absolute_url(), reverse("enterprise", args=[cast.crane.pk])):
        assert "答复率 100%(3 次意向" in client.get(address).content.decode()


def test_no_figure_gives_a_masked_buyer_away(cast, demand, interest, write, client):
    masked = write("product-demand", by=cast.weihua, of=cast.crane, text="求购减速机", privacy="masked")
    for _ in range(3):
        interest(days_ago=20, hours=6)
    before = client.get(reverse("enterprise", args=[cast.crane.pk])).content
    interest(days_ago=20, hours=1, asked=masked)
    assert client.get(reverse("enterprise", args=[cast.crane.pk])).content == before
    assert "答复率" not in client.get(masked.get_absolute_url()).content.decode()


def test_a_supply_says_nothing_of_answers(supply, client):
    assert "答复率" not in client.get(supply.get_absolute_url()).content.decode()
