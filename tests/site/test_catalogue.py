import io

import openpyxl
import pytest
from django.urls import reverse

from chuanzhu_site.accounts import actions as acts
from chuanzhu_site.accounts.models import Enterprise, FormerName, Merge
from chuanzhu_site.market.models import Listing

pytestmark = pytest.mark.django_db


@pytest.fixture
def giant(cast, write):
    """The castings shop is a little giant with three offers; the crane maker has no tier and one."""
    Enterprise.objects.filter(pk=cast.castings.pk).update(tier="giant", industry="3391")
    cast.castings.refresh_from_db()
    for title in ("球墨铸铁件", "=铸铁件", "铸钢齿轮坯"):
        write("product-supply", by=cast.lihua, of=cast.castings, title=title, quantity="500件/月")
    write("product-supply", by=cast.weihua, of=cast.crane, title="铸钢件")
    return cast.castings


def roll(client, **query):
    return client.get(reverse("roll", args=["chain", "casting"]), query).content.decode()


def test_the_lists_count_enterprises_and_offers_and_lead_to_the_specialised_ones(giant, client):
    page = client.get(reverse("catalogue")).content.decode()
    assert "专精特新 1 家 3 条，全部 2 家 4 条" in page
    assert reverse("roll", args=["chain", "casting"]) + "?who=specialised" in page
    assert "33" in client.get(reverse("catalogue-by", args=["industry"])).content.decode()
    assert client.get(reverse("catalogue-by", args=["nonsense"])).status_code == 404


def test_a_list_holds_specialised_enterprises_unless_all_are_asked_for(cast, giant, client):
    assert cast.crane.name not in roll(client)
    assert cast.crane.name in roll(client, who="all")
    assert client.get(reverse("roll", args=["chain", "nowhere"])).status_code == 404


def test_who_hides_a_name_stands_in_no_list(cast, giant, write, client):
    write("product-supply", by=cast.lihua, of=cast.castings, title="铸钢秘密件", privacy="masked")
    write("product-supply", by=cast.lihua, of=cast.castings, title="铸钢受邀件", privacy="invited")
    page = roll(client, who="all")
    book = client.get(reverse("roll-workbook", args=["chain", "casting"])).content
    told = page + str(list(openpyxl.load_workbook(io.BytesIO(book)).active.values))
    assert "秘密" not in told
    assert "受邀" not in told


def test_the_workbook_holds_the_list_and_no_formula(giant, client):
    answer = client.get(reverse("roll-workbook", args=["chain", "casting"]))
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    cells = {cell.value: cell for row in sheet.iter_rows() for cell in row if cell.value}
    assert {"球墨铸铁件", "=铸铁件", giant.name, "专精特新小巨人"} <= set(cells)
    assert cells["=铸铁件"].data_type == "s"


def test_pages_of_a_list_follow_one_another(cast, giant, write, client):
    for number in range(60):
        write("product-supply", by=cast.lihua, of=cast.castings, title=f"铸钢件 {number}")
    first = client.get(reverse("roll", args=["chain", "casting"]))
    second = client.get(reverse("roll", args=["chain", "casting"]), {"after": first.context["after"]})
    seen = [one.pk for page in (first, second) for one, _ in page.context["rows"]]
    assert (len(seen), len(set(seen)), second.context["after"]) == (63, 63, "")
    assert len(client.get(reverse("roll", args=["chain", "casting"]), {"print": "1"}).context["rows"]) == 63


def test_the_page_of_an_enterprise_shows_what_is_public_and_never_a_masked_demand(cast, giant, write, client):
    FormerName.objects.create(enterprise=cast.crane, name="某老厂(示例)", source="测试")
    write("product-demand", by=cast.weihua, of=cast.crane, text="求购减速机 20台")
    write("product-demand", by=cast.weihua, of=cast.crane, text="求购制动器 30台", privacy="masked")
    write("product-demand", by=cast.weihua, of=cast.crane, text="求购电机 40台", privacy="invited")
    for visitor in (None, cast.lihua, cast.weihua):
        if visitor:
            client.force_login(visitor)
        page = client.get(reverse("enterprise", args=[cast.crane.pk])).content.decode()
        assert "减速机" in page
        assert "制动器" not in page
        assert "电机" not in page
        assert "某老厂(示例)" in page
        assert "营业执照已核验" in page


def test_what_a_merged_record_offers_stands_on_the_page_of_the_one_that_stands(cast, giant, client):
    twin = Enterprise.objects.create(name="某铸造(示例)", region="410526", source="导入")
    Listing.objects.filter(title="球墨铸铁件").update(enterprise=twin)
    acts.merge_enterprises(cast.castings, twin, actor=cast.zhang, reason="同一家")
    page = client.get(reverse("enterprise", args=[cast.castings.pk])).content.decode()
    assert "球墨铸铁件" in page
    assert "某铸造(示例)" in page


def test_an_officer_is_shown_likely_duplicates_merges_them_and_takes_it_back(cast, client):
    twin = Enterprise.objects.create(name="某铸造厂 （示例）", region="410526", source="导入")
    client.force_login(cast.zhang)
    page = client.get(reverse("merges"))
    assert [(pair.kept, pair.absorbed) for pair in page.context["pairs"]] == [(cast.castings, twin)]
    values = {"kept": cast.castings.pk, "absorbed": twin.pk}
    assert "要写明理由" in client.post(reverse("merges"), values, follow=True).content.decode()
    client.post(reverse("merges"), {**values, "reason": "电话问过,是同一家"})
    twin.refresh_from_db()
    assert twin.merged_into == cast.castings
    client.post(reverse("unmerge", args=[Merge.objects.get().pk]))
    twin.refresh_from_db()
    assert twin.merged_into is None


def test_only_officers_merge_and_only_inside_their_region(cast, client):
    twin = Enterprise.objects.create(name="某起重机公司", region="410783", source="导入")
    for stranger in (cast.lihua, cast.wang):
        client.force_login(stranger)
        assert client.get(reverse("merges")).status_code == 403
        assert client.post(reverse("merges"), {"kept": cast.crane.pk, "absorbed": twin.pk}).status_code == 403
    client.force_login(cast.zhang)
    assert not client.get(reverse("merges")).context["pairs"]
    assert client.post(reverse("merges"), {"kept": cast.crane.pk, "absorbed": "x"}).status_code == 404
    assert client.get(reverse("merges"), {"words": "起重机"}).context["found"] == []


def test_the_public_pages_cost_the_same_whatever_they_show(cast, giant, write, client, django_assert_max_num_queries):
    for number in range(20):
        write("product-supply", by=cast.lihua, of=cast.castings, title=f"铸钢件 {number}")
        Enterprise.objects.create(name=f"某铸造厂 {number}", region="410526", source="导入")
        Enterprise.objects.create(name=f"某铸造厂{number}", region="410526", source="导入")
    client.force_login(cast.zhang)
    addresses = [reverse(*one) for one in (("catalogue",), ("merges",))]
    addresses += [reverse("roll", args=["chain", "casting"]), reverse("enterprise", args=[cast.castings.pk])]
    for address in addresses:
        with django_assert_max_num_queries(15):
            assert client.get(address).status_code == 200
