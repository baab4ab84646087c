import datetime as dt
import json
import re

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from chuanzhu_site.accounts.models import Membership
from chuanzhu_site.market.models import Listing
from chuanzhu_site.walkin import job
from chuanzhu_site.walkin.models import Visit
from chuanzhu_site.walkin.publishing import KEPT, publish_demands, rows_of

pytestmark = pytest.mark.django_db
SUPPLY = "企业名称,产品,产能\n某铸造厂(示例),铸钢车轮,500件/月\n"
DEMAND = (
    "需求,企业名称,数量,地区,资质,截止日期\n"
    "求购铸钢车轮,,200件/月,限河南,ISO9001,2030-01-31\n"
    "求购减速机,某起重机公司(示例),5台,,,\n"
    "求购钢丝绳,另一家公司(示例),3吨,,,\n"
    "求购行车滑触线 联系电话13800138000,,,,,\n"
)


@pytest.fixture
def visit(db):
    """A job that was really done."""
    made = Visit.objects.create(today=dt.date(2026, 11, 21), expires_at=timezone.now() + dt.timedelta(hours=1))
    for side, text in (("supply", SUPPLY), ("demand", DEMAND)):
        (made.folder / side).mkdir(parents=True)
        (made.folder / side / "清单.csv").write_text(text, "utf-8")
    job.run(made)
    made.refresh_from_db()
    assert made.state == Visit.State.DONE, made.error
    return made


@pytest.fixture
def address(visit):
    return reverse("visit-publish", args=[visit.token])


def ticks(page):
    return re.findall(r'name="row" value="(\d+)"[^>]*?( checked)?>', page)


def publish(visit, cast, *numbers, actor=None, **options):
    rows = [row for row in rows_of(visit) if row.number in numbers]
    given = {"enterprise": cast.crane, "actor": actor or cast.weihua, "privacy": "public", "is_submitted": True}
    return publish_demands(visit, rows, **{**given, **options})


def test_the_result_leads_to_publishing_and_that_to_signing_in(client, visit, address):
    assert address in client.get(visit.get_absolute_url()).content.decode()
    answer = client.get(address)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/accounts/login/?next=/try/")
    assert answer.headers["Cache-Control"] == "no-store, private"


def test_what_is_ticked_is_published_and_nothing_else(cast, client, address):
    client.force_login(cast.weihua)
    assert [checked for _, checked in ticks(client.get(address).content.decode())] == ["", "", "", ""]
    page = client.post(address, {"enterprise": cast.crane.pk, "row": ["1"]}).content.decode()
    (listing,) = Listing.objects.all()
    assert (listing.state, listing.origin, listing.enterprise) == ("open", "walkin", cast.crane)
    assert (listing.text, listing.quantity, listing.due) == ("求购铸钢车轮", "200 件/月", dt.date(2030, 1, 31))
    assert listing.place == "限河南"
    assert "做好了 1 条:公开 1 条" in page
    assert [number for number, _ in ticks(page)] == ["2", "3", "4"]
    assert DBTaskResult.objects.filter(task_path__endswith="match_listing").exists()


def test_all_can_be_ticked_at_once_but_not_what_the_list_says_is_anothers(cast, client, address):
    client.force_login(cast.weihua)
    page = client.get(f"{address}?all").content.decode()
    assert ticks(page) == [("1", " checked"), ("2", " checked"), ("3", ""), ("4", " checked")]
    assert "清单里写的是 另一家公司(示例)" in page


def test_pressing_again_publishes_nothing_twice_whoever_presses(cast, visit, client, address):
    first = publish(visit, cast, 1, 2)
    again = publish(visit, cast, 1, 2, 3)
    by_another = publish(visit, cast, 1, actor=cast.lihua, enterprise=cast.castings)
    assert [first[1].is_new, again[1].is_new, again[3].is_new, by_another[1].is_new] == [True, False, True, False]
    assert Listing.objects.count() == 3
    assert Listing.objects.values("thread").distinct().count() == 3


def test_a_draft_of_a_stranger_is_not_shown_to_who_has_the_same_address(cast, visit, client, address):
    draft = publish(visit, cast, 1, is_submitted=False)[1].listing
    assert draft.state == "draft"
    client.force_login(cast.lihua)
    page = client.get(address).content.decode()
    assert draft.reference not in page
    assert "已经发布" in page


def test_who_only_fills_in_forms_submits_and_a_telephone_number_is_looked_at_first(cast, visit, person):
    clerk = person("clerk")
    Membership.objects.create(user=clerk, enterprise=cast.crane, role=Membership.Role.SUBMITTER)
    assert publish(visit, cast, 1, actor=clerk)[1].listing.state == "submitted"
    assert publish(visit, cast, 4)[4].listing.state == "submitted"


def test_a_row_that_cannot_be_published_says_why_and_stops_no_other(cast, visit, client, address):
    path = visit.folder / KEPT
    rows = json.loads(path.read_text("utf-8"))
    rows[0]["values"]["quantity"] = "许多许多"
    rows[1]["values"]["text"] = ""
    path.write_text(json.dumps(rows), "utf-8")
    client.force_login(cast.weihua)
    page = client.post(address, {"enterprise": cast.crane.pk, "row": ["1", "2", "3"]}).content.decode()
    assert Listing.objects.get().text == "求购钢丝绳"
    assert "没有做成：数量" in page
    assert "没有做成：需求" in page
    assert "2 条没有做成" in page
    assert ("1", " checked") in ticks(page)


def test_nobody_publishes_for_an_enterprise_of_others(cast, visit, client, address):
    client.force_login(cast.lihua)
    assert client.post(address, {"enterprise": cast.crane.pk, "row": ["1"]}).status_code == 404
    with pytest.raises(PermissionDenied):
        publish(visit, cast, 1, actor=cast.lihua)
    assert not Listing.objects.exists()


def test_who_has_no_enterprise_is_told_to_claim_one(cast, client, address):
    client.force_login(cast.wang)
    page = client.post(address, {"row": ["1"]}).content.decode()
    assert reverse("claim") in page
    assert not Listing.objects.exists()


def test_the_invented_demands_of_the_sample_cannot_be_published(cast, visit, client, address):
    Visit.objects.update(is_sample=True)
    assert address not in client.get(visit.get_absolute_url()).content.decode()
    client.force_login(cast.weihua)
    assert client.get(address).status_code == 404


def test_the_buyer_may_be_hidden_from_the_start(cast, client, address):
    client.force_login(cast.weihua)
    client.post(address, {"enterprise": cast.crane.pk, "row": ["1"], "privacy": "masked"})
    assert Listing.objects.get().privacy == "masked"


def test_the_page_costs_the_same_number_of_queries_whatever_it_lists(
    cast, visit, client, address, django_assert_max_num_queries
):
    publish(visit, cast, 1, 2, 3)
    client.force_login(cast.weihua)
    with django_assert_max_num_queries(15):
        client.get(address)
