import datetime as dt
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from chuanzhu_site.accounts.refusals import WrongState
from chuanzhu_site.market import actions, reminding, telling
from chuanzhu_site.market.actions.expiring import expire
from chuanzhu_site.market.lifecycle import ListingState, Party, Step
from chuanzhu_site.market.models import Engagement, Listing, Notification, Topic
from chuanzhu_site.settings import PERIODIC

pytestmark = pytest.mark.django_db
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


@pytest.fixture
def engagement(cast, demand, supply):
    return actions.express_interest(demand, supplier=cast.castings, actor=cast.lihua, supply=supply)


def told(user, kind):
    return [one.text for one in Notification.objects.filter(user=user, key__startswith=f"{kind}:").order_by("pk")]


def test_a_buyer_is_reminded_a_day_before_when_due_and_once_late_and_not_again(cast, engagement):
    due = engagement.answer_due_at
    counts = []
    for at in (due - 25 * HOUR, due - 23 * HOUR, due - HOUR, due + HOUR, due + 2 * DAY, due + 30 * DAY):
        reminding.answers(at=at)
        counts.append(len(told(cast.weihua, "owed")))
    assert counts == [0, 1, 1, 2, 3, 3]
    assert told(cast.lihua, "owed") == [f"“{engagement.demand}”:买方过了期限还没答复,已再次催办"]


def test_who_has_answered_is_not_reminded(cast, engagement):
    actions.move_engagement(engagement, "accept", actor=cast.weihua, party=Party.BUYER)
    assert reminding.answers(at=engagement.answer_due_at + DAY) == 0


def test_the_buyers_time_begins_anew_when_the_supplier_has_told_what_was_asked(cast, engagement):
    first = engagement.answer_due_at
    actions.move_engagement(engagement, "ask", actor=cast.weihua, party=Party.BUYER, reason="图纸号?")
    told_more = actions.move_engagement(engagement, "tell", actor=cast.lihua, party=Party.SUPPLIER, reason="见附件")
    assert told_more.answer_due_at > first


def quoted(cast, engagement, *, valid_until):
    for act in ("accept", "request"):
        actions.move_engagement(engagement, act, actor=cast.weihua, party=Party.BUYER)
    values = {"price": 820, "price_unit": "件", "quantity": "200件", "lead_days": 20, "valid_until": valid_until}
    actions.quote(engagement, actor=cast.lihua, values=values)
    engagement.refresh_from_db()


def test_both_sides_hear_of_an_offer_that_runs_out_and_a_revised_one_is_counted_anew(cast, engagement):
    now = timezone.now()
    quoted(cast, engagement, valid_until=timezone.localdate(now) + 10 * DAY)
    assert reminding.quotes(at=now) == 0
    for days in (7, 8, 11, 12):
        assert reminding.quotes(at=now + days * DAY) == 1
    assert len(told(cast.weihua, "quote")) == len(told(cast.lihua, "quote")) == 2
    longer = {"price": 800, "price_unit": "件", "quantity": "200件", "lead_days": 20}
    actions.quote(engagement, actor=cast.lihua, values={**longer, "valid_until": timezone.localdate(now) + 60 * DAY})
    assert reminding.quotes(at=now + 12 * DAY) == 0


def test_whose_turn_it_is_hears_of_the_silence_three_times_at_most(cast, engagement):
    actions.move_engagement(engagement, "ask", actor=cast.weihua, party=Party.BUYER, reason="图纸号?")
    now = timezone.now()
    for days in range(40):
        reminding.silence(at=now + days * DAY)
    assert len(told(cast.lihua, "silent")) == 3
    assert told(cast.weihua, "silent") == []


def test_a_message_or_a_day_agreed_upon_breaks_the_silence(cast, engagement):
    actions.move_engagement(engagement, "ask", actor=cast.weihua, party=Party.BUYER, reason="图纸号?")
    now = timezone.now()
    said = engagement.messages.create(sender=cast.lihua, party=Party.SUPPLIER, text="在找图纸")
    type(said).objects.filter(pk=said.pk).update(at=now + 2 * DAY)
    assert reminding.silence(at=now + 4 * DAY) == 0
    assert reminding.silence(at=now + 6 * DAY) == 1
    Engagement.objects.update(next_on=timezone.localdate(now) + 20 * DAY)
    assert reminding.silence(at=now + 10 * DAY) == 0


def test_the_broker_of_the_case_or_else_of_the_smallest_region_is_told_to_call_back(cast, engagement, person):
    later = timezone.now() + 31 * DAY
    Engagement.objects.update(step=Step.CONFIRMED, moved_at=timezone.now())
    wide = person("wide")
    wide.scopes.create(role="broker", region="410000")
    assert reminding.call_backs(at=later - 2 * DAY) == 0
    assert [reminding.call_backs(at=later), reminding.call_backs(at=later)] == [1, 1]
    assert (len(told(wide, "call-back")), len(told(cast.wang, "call-back"))) == (1, 0)
    Engagement.objects.update(broker=cast.wang, version=9)
    reminding.call_backs(at=later)
    assert (len(told(wide, "call-back")), len(told(cast.wang, "call-back"))) == (1, 1)


def test_no_reminder_names_a_masked_buyer_to_the_supplier(cast, supply, write):
    asked = write("product-demand", by=cast.weihua, of=cast.crane, text="求购铸钢车轮", privacy="masked")
    one = actions.express_interest(asked, supplier=cast.castings, actor=cast.lihua, supply=supply)
    at = one.answer_due_at + 3 * DAY
    reminding.answers(at=at)
    quoted(cast, one, valid_until=timezone.localdate())
    for days in (1, 20):
        reminding.quotes(at=at + days * DAY)
        reminding.silence(at=at + days * DAY)
    texts = [one.text for one in Notification.objects.filter(user=cast.lihua)]
    assert len(texts) >= 4
    assert not any(cast.crane.name in text for text in texts)


def test_people_hear_two_weeks_and_three_days_before_a_listing_expires_once_for_all_of_a_day(cast, write, supply):
    write("product-supply", by=cast.lihua, of=cast.castings, title="铸铁件")
    last = Listing.objects.get(pk=supply.pk).expires_on
    noon = timezone.now().replace(hour=4)
    for left in (20, 14, 10, 3, 1, 0):
        days = (last - timezone.localdate(noon)).days - left
        reminding.expiring(at=noon + days * DAY)
    texts = told(cast.lihua, "expiring")
    assert len(texts) == 2
    assert all("等 2 条供需" in text for text in texts)


def test_what_expires_is_told_of_together(cast, write, supply):
    write("product-supply", by=cast.lihua, of=cast.castings, title="铸铁件")
    assert expire(at=timezone.now() + 91 * DAY) == 2
    assert expire(at=timezone.now() + 91 * DAY) == 0
    assert len(told(cast.lihua, "expired")) == 1


def test_what_is_about_to_expire_is_renewed_with_one_click_and_stays_engaged(cast, engagement, demand, client):
    Listing.objects.filter(pk=demand.pk).update(expires_on=timezone.localdate() + 5 * DAY)
    client.force_login(cast.weihua)
    page = client.get(reverse("expiring")).content.decode()
    assert re.search(rf'value="{demand.reference}"[^>]* checked>', page)
    assert "续期" in client.get(demand.get_absolute_url()).content.decode()
    client.post(reverse("expiring"), {"listing": [demand.reference]})
    demand.refresh_from_db()
    assert (demand.state, demand.expires_on) == (ListingState.MATCHED, timezone.localdate() + 90 * DAY)
    assert demand.reference not in client.get(reverse("expiring")).content.decode()
    with pytest.raises(WrongState, match="才要续期"):
        actions.renew_listing(demand, actor=cast.weihua)


def test_nobody_renews_what_is_not_theirs_nor_what_was_not_ticked(cast, supply, client):
    Listing.objects.update(expires_on=timezone.localdate() + 5 * DAY)
    client.force_login(cast.weihua)
    client.post(reverse("expiring"), {"listing": [supply.reference]})
    client.force_login(cast.lihua)
    client.post(reverse("expiring"), {})
    supply.refresh_from_db()
    assert supply.expires_on == timezone.localdate() + 5 * DAY


def test_every_reminder_is_in_the_table_of_the_clock_and_has_a_topic():
    jobs = {path for path in PERIODIC if path.startswith("chuanzhu_site.market.reminding.")}
    names = {"answers", "quotes", "silence", "call_backs", "expiring"}
    assert jobs == {f"chuanzhu_site.market.reminding.{name}" for name in names}
    kinds = ("owed", "quote", "silent", "call-back", "expiring", "expired")
    assert {telling.topic_of(f"{kind}:1") for kind in kinds} == {Topic.DUE}
