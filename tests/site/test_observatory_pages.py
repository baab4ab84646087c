import re

import pytest
from django.urls import reverse

from chuanzhu_site.accounts.models import Enterprise
from chuanzhu_site.market.models import Listing
from chuanzhu_site.observatory import actions, surveying
from chuanzhu_site.observatory.models import Entry, Lead, NodePlacement

pytestmark = pytest.mark.django_db
CHAIN = ["henan", "construction_machinery"]
CRANE = "construction_machinery-20"
MOST = 15


def grow(user):
    """Add enterprises with supplies, placements, leads and entries."""
    firms = [Enterprise(name=f"某起重机厂{n}(示例)", region="410526", source="测试") for n in range(30)]
    Enterprise.objects.bulk_create(firms)
    common = {"kind": "product-supply", "side": "supply", "state": "open", "author": user}
    Listing.objects.bulk_create([Listing(enterprise=firm, title="起重机", **common) for firm in firms])
    surveying.survey("henan")
    mine = {"programme": "henan", "chain": CHAIN[1], "node": CRANE, "opened_by": user, "act": "demand"}
    Lead.objects.bulk_create([Lead(region="410526", node_name="起重机", candidate=firm, **mine) for firm in firms])
    given = {"programme": "anyang", "chain": "ay-steel", "work": "工业技改", "region": "410526", "owner": "某单位"}
    dated = {"source": "测试", "source_date": "2026-11-22"}
    Entry.objects.bulk_create([Entry(title=f"事项{n}", **given, **dated) for n in range(30)])


@pytest.mark.parametrize(
    "address",
    [
        reverse("chains", args=["henan"]),
        reverse("chains-whole", args=["henan"]),
        reverse("chains-sheet", args=["henan"]),
        reverse("chain", args=CHAIN) + "?open=all",
        reverse("chain", args=CHAIN) + f"?ask=node&node={CRANE}",
        reverse("node", args=[*CHAIN, CRANE]),
        reverse("report", args=CHAIN),
        reverse("matrix", args=["anyang"]),
        reverse("entries", args=["anyang", "ay-steel"]),
        reverse("leads"),
        reverse("unplaced", args=["henan"]),
    ],
)
def test_a_page_asks_the_database_as_often_however_many_rows_there_are(
    surveyed, cast, client, address, django_assert_max_num_queries
):
    client.force_login(cast.chen)
    with django_assert_max_num_queries(MOST):
        assert client.get(address).status_code == 200
    grow(cast.chen)
    with django_assert_max_num_queries(MOST):
        assert client.get(address).status_code == 200


def test_a_firm_sees_its_own_neighbours_one_step_away_and_nobody_else(surveyed, cast, client):
    client.force_login(cast.weihua)
    page = client.get(reverse("mine")).content.decode()
    assert "智能起重机" in page
    assert "电动葫芦与卷筒车轮" in page
    assert "本地没有" in page
    far = reverse("node", args=["henan", "steel", "steel-29"])
    assert cast.castings.name not in client.get(far).content.decode()


def test_a_firm_that_stands_nowhere_is_told_what_to_do(cast, client):
    client.force_login(cast.weihua)
    assert "还没有归到环节上" in client.get(reverse("mine")).content.decode()


def test_the_whole_map_holds_every_node_once_and_no_name_of_an_enterprise(surveyed, cast, client):
    page = client.get(reverse("chains-whole", args=["henan"])).content.decode()
    address = re.search(r'data-sheet="([^"]+)"', page)[1].replace("&amp;", "&")
    answer = client.get(address)
    sheet = answer.json()
    assert "private" in answer["Cache-Control"]
    assert (len(sheet["nodes"]), len(sheet["links"])) == (893, 1860)
    assert len({(node[0], node[1]) for node in sheet["nodes"]}) == 893
    assert cast.crane.name not in page + answer.content.decode()
    firms = {node[6]: node[3] for node in sheet["nodes"]}
    assert firms[CRANE] == NodePlacement.objects.filter(node=CRANE).count() == 1


def test_a_correction_gives_the_sheet_another_address(surveyed, cast, client):
    address = reverse("chains-whole", args=["henan"])
    before = re.search(r"version=([\d.]+)", client.get(address).content.decode())[1]
    placed = NodePlacement.objects.filter(enterprise=cast.castings).first()
    actions.decide_placement(placed, is_right=True, actor=cast.zhang)
    assert re.search(r"version=([\d.]+)", client.get(address).content.decode())[1] != before


def test_an_enterprise_that_says_nothing_of_its_trade_is_listed_as_not_placed(cast, enterprise, client):
    enterprise("豫信服务有限公司", number=9, region="410526")
    surveying.survey("henan")
    client.force_login(cast.zhang)
    page = client.get(reverse("unplaced", args=["henan"])).content.decode()
    assert "豫信服务有限公司" in page
    assert "请写明生产什么" in page


def test_an_own_programme_of_a_city_is_found_in_its_folder(client, settings, tmp_path):
    (tmp_path / "luoyang").mkdir()
    dated = "行业常识,2026-11-22,待核"
    files = {
        "programme.csv": f"项,值,来源,日期,状态\n名称,洛阳方案,{dated}\n地区,410300,{dated}\n",
        "chains.csv": f"产业链,名称,集群,来源,日期,状态\nly,轴承,装备,{dated}\n",
        "ly-nodes.csv": "编号,环节,引自,阶段,家族,产品,行业,资质,说明,来源,日期,状态\n"
        f"ly-1,轴承钢,,上游,材料,轴承钢,3130,,,{dated}\nly-2,轴承,,下游,制品,轴承,3451,,,{dated}\n",
        "ly-links.csv": f"从环节,到环节,类别,强度,依据,来源,日期,状态\n轴承钢,轴承,原料,强,滚道,{dated}\n",
    }
    for name, text in files.items():
        (tmp_path / "luoyang" / name).write_text(text, "utf-8")
    settings.PROGRAMMES_ROOT = tmp_path
    page = client.get(reverse("chains")).content.decode()
    assert "洛阳方案" in page
    assert "还没有盘点" in page
    assert "不清楚" in client.get(reverse("chain", args=["luoyang", "ly"])).content.decode()
