import datetime as dt

import pytest
from django.urls import reverse

from chuanzhu_site.market.models import Listing
from chuanzhu_site.observatory import atlas, surveying
from chuanzhu_site.observatory.models import NodePlacement, Survey

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 22)


def test_a_survey_places_a_supplier_with_reasons_source_and_date(surveyed, cast):
    placed = NodePlacement.objects.filter(enterprise=cast.castings)
    assert placed
    assert all(one.reasons and one.source and one.since == surveyed.finished_at.date() for one in placed)
    assert sum(one.share for one in placed) == pytest.approx(1)


def test_a_survey_that_is_repeated_finds_the_same_rows(surveyed):
    before = set(NodePlacement.objects.values_list("pk", "since"))
    surveying.survey("henan")
    assert set(NodePlacement.objects.values_list("pk", "since")) == before


def test_what_no_longer_holds_keeps_its_row_and_gets_its_last_day(cast, castings):
    surveying.survey("henan", on=TODAY)
    Listing.objects.filter(pk=castings.pk).update(state="closed")
    surveying.survey("henan", on=TODAY + dt.timedelta(days=30))
    by_product = NodePlacement.objects.get(enterprise=cast.castings, node="construction_machinery-01")
    assert by_product.until == TODAY + dt.timedelta(days=29)


def test_every_page_of_the_map_opens_for_everybody(surveyed, client, cast):
    node = NodePlacement.objects.first().node
    addresses = [
        reverse("chains"),
        reverse("chains", args=["anyang"]),
        reverse("chain", args=["henan", "construction_machinery"]) + "?open=all",
        reverse("node", args=["henan", node.rsplit("-", 1)[0], node]),
    ]
    for user in (None, cast.lihua, cast.zhang):
        if user:
            client.force_login(user)
        assert [client.get(address).status_code for address in addresses] == [200] * len(addresses)


def test_a_region_without_enterprises_is_not_known_and_never_nought(surveyed, client):
    page = client.get(reverse("chain", args=["henan", "nylon"]) + "?region=411700").content.decode()
    assert "不清楚" in page
    assert "0 家" not in page
    assert "0%" not in page.split("环节清单")[0].split("最大堵点")[0]


def test_a_rate_is_known_only_where_somebody_stands_on_the_chain(surveyed):
    loaded = atlas.load("henan")
    assert loaded.outline("construction_machinery", "410526").rate.value == 1
    assert loaded.outline("construction_machinery", "410783").rate.value == 0
    assert loaded.outline("construction_machinery", "411700").rate.value is None
    rates = [one for one in loaded.report("construction_machinery", "410526").report.measures if "配套率" in one.name]
    assert any("只有 1 条,看个例可以,不能当比例用" in one.words for one in rates)


def test_names_are_for_staff_and_neighbours_and_totals_for_all_others(surveyed, client, cast):
    one = NodePlacement.objects.filter(enterprise=cast.castings).first()
    address = reverse("node", args=["henan", one.node.rsplit("-", 1)[0], one.node])
    assert cast.castings.name not in client.get(address).content.decode()
    for user in (cast.zhang, cast.lihua):
        client.force_login(user)
        assert cast.castings.name in client.get(address).content.decode()


def test_only_who_looks_after_a_region_may_ask_for_a_survey(client, cast):
    client.force_login(cast.lihua)
    assert client.post(reverse("survey", args=["henan"])).status_code == 403
    client.force_login(cast.wang)
    assert client.post(reverse("survey", args=["henan"])).status_code == 302
    assert not Survey.objects.exists()
