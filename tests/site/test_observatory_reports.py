import datetime as dt
import time

import pytest
from django.urls import reverse

from chuanzhu_site.observatory import printing, surveying
from chuanzhu_site.observatory.models import Entry

pytestmark = pytest.mark.django_db
CHAIN = ["henan", "construction_machinery"]
NODE = "construction_machinery-14"
MAPS = ["现状树", "全景图", "趋势图", "路径图", "技术图", "招商路线图"]
LISTS = ["重点事项清单", "重点园区清单", "重点企业清单", "重点项目清单", "创新平台清单", "薄弱环节需求清单"]


@pytest.fixture
def page(surveyed, cast, client):
    client.force_login(cast.chen)
    return client.get(reverse("report", args=CHAIN))


def test_the_report_has_six_maps_and_six_lists(page):
    made = page.context["report"]
    assert [one.name for one in made.maps] == MAPS
    assert [one.name for one in made.lists] == LISTS


def test_what_nobody_entered_is_said_with_the_place_where_to_enter_it(page):
    parks = page.context["report"].lists[1]
    assert (parks.rows, parks.nothing, parks.link) == ((), "没有数据:还没有登记", reverse("entries", args=CHAIN))
    assert all(one.rows or one.nothing or one.drawing for one in (*page.context["report"].maps, parks))


def test_what_was_entered_stands_in_its_list(surveyed, cast, client):
    mine = {"programme": "henan", "chain": CHAIN[1], "region": "410700", "source": "走访"}
    Entry.objects.create(kind="park", title="某产业园", owner="某管委会", source_date=dt.date(2026, 11, 1), **mine)
    client.force_login(cast.chen)
    parks = client.get(reverse("report", args=CHAIN)).context["report"].lists[1]
    assert parks.rows == (("某产业园", "园区", "某管委会", "未开始", "没填"),)
    assert client.get(reverse("report", args=CHAIN) + "?region=410500").context["report"].lists[1].rows == ()


def test_one_survey_is_no_trend_and_two_are(page, client):
    assert "看不出趋势" in page.context["report"].maps[2].nothing
    surveying.survey("henan")
    again = client.get(reverse("report", args=CHAIN)).context["report"].maps[2]
    assert (again.nothing, len(again.rows), len(again.curve)) == ("", 2, 2)


def test_the_pdf_is_one_with_its_font_inside(page, client):
    if not printing.chinese_font():
        pytest.skip("needs a Chinese font")
    answer = client.get(reverse("report-pdf", args=CHAIN))
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")
    assert b"/FontFile" in answer.content


def test_without_a_chinese_font_the_cure_is_said(page, client, monkeypatch):
    monkeypatch.setattr(printing, "_FONTS", ())
    monkeypatch.delenv("CHUANZHU_FONT", raising=False)
    answer = client.get(reverse("report-pdf", args=CHAIN))
    assert answer.status_code == 503
    assert "fonts-noto-cjk" in answer.content.decode()


def test_the_report_is_for_the_government_side(surveyed, cast, client):
    client.force_login(cast.weihua)
    assert client.get(reverse("report", args=CHAIN)).status_code == 403
    assert client.get(reverse("report-pdf", args=CHAIN)).status_code == 403


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (f"ask=node&node={NODE}", "停掉电动葫芦与卷筒车轮:"),
        (f"ask=demand&node={NODE}&factor=2", "要做到现在的 2 倍"),
        (f"ask=plant&node={NODE}&place=410526", "从无到有"),
        (f"ask=import&node={NODE}", "断了外购"),
        ("ask=imports", "所有环节断了外购"),
        ("ask=region&place=410526", "河南安阳滑县的企业全停"),
        ("ask=node&node=", "问的是哪个环节?"),
        ("ask=node&node=nowhere", "没有环节“nowhere”"),
        (f"ask=demand&node={NODE}&factor=许多", "需求的倍数“许多”不是数"),
        ("ask=region&place=999999", "没有代码为“999999”的地区"),
        ("ask=weather", "没有“weather”这种问法"),
        ("ask=firm&firm=", "停哪家企业只有工作人员能问"),
        ("region=320000", "“320000”不是河南里的地区"),
    ],
)
def test_what_if_is_answered_in_words_within_a_second(surveyed, client, asked, said):
    address = reverse("chain", args=CHAIN)
    client.get(address)
    started = time.perf_counter()
    answer = client.get(f"{address}?{asked}")
    assert time.perf_counter() - started < 1
    assert answer.status_code == 200
    assert said in answer.content.decode()


def test_a_stopped_firm_is_named_to_staff_only(surveyed, cast, client):
    address = f"{reverse('chain', args=CHAIN)}?ask=firm&firm={cast.crane.pk}"
    assert cast.crane.name not in client.get(address).content.decode()
    client.force_login(cast.chen)
    assert f"停掉{cast.crane.name}" in client.get(address).content.decode()


def test_what_a_question_moves_is_drawn_and_listed(surveyed, client):
    page = client.get(f"{reverse('chain', args=CHAIN)}?ask=node&node={NODE}")
    beads = {bead.key: bead for box in page.context["drawing"].boxes for bead in box.beads}
    assert (beads[NODE].level, beads[NODE].change) == (0, "停")
    moved = {bead.key for bead in beads.values() if bead.level is not None}
    listed = {row.key for family in page.context["families"] for row in family.rows if row.change}
    assert moved == listed
    assert len(moved) > 1
