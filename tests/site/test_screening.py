import dataclasses

import pytest
from django.urls import reverse

from chuanzhu_site.accounts.models import Membership, Verification
from chuanzhu_site.market import actions
from chuanzhu_site.market.lifecycle import ListingState
from chuanzhu_site.market.models import Listing, Match
from chuanzhu_site.market.screening import core_of, marked, why_held


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("一三八零零一三八零零零 找我", "手机号"),
        ("138.0013.8000", "手机号"),
        ("(0372)5551234", "固定电话"),
        ("400-555-1234", "固定电话"),
        ("a.b(at)firm.com", "邮箱、网址"),
        ("薇信号:lihua88888", "微信或QQ号"),
        ("加我微信聊", "微信或QQ号"),
        ("微信同号", "微信或QQ号"),
        ("详见 lihua-zhuzao.com", "网址"),
        ("扫下方二维码联系", "二维码"),
        ("可代开发票", "敏感词(票证)"),
        ("求购扫码枪 20 台,二维码打印机 3 台", ""),
        ("国标 GB/T 13384-2008,货号 138001", ""),
        ("牌号 ZG35CrMo,厚 3.0cm,No.12,M20x1.5", ""),
    ],
)
def test_what_gives_a_contact_away_or_is_unwanted_is_held_and_what_only_looks_so_is_not(text, why):
    assert why_held(text) == why


def test_an_installation_holds_its_own_words_from_the_moment_they_are_saved(settings, tmp_path):
    settings.ENVIRONMENT = dataclasses.replace(settings.ENVIRONMENT, folder=tmp_path)
    assert why_held("转让土地指标") == ""
    (tmp_path / "words.txt").write_text("土地指标\n\n", "utf-8-sig")
    assert why_held("转让土地指标") == "敏感词(本地词)"


def test_the_text_is_cut_where_something_was_found_and_nothing_is_lost():
    text = "打13800138000或加微信,可代开发票"
    pieces = marked([text])
    assert "".join(piece for piece, _ in pieces) == text
    assert [piece for piece, name in pieces if name] == ["13800138000", "加微信", "代开发票"]


def test_the_name_people_call_an_enterprise_by_is_without_place_and_legal_form():
    names = ("河南省矿山起重机有限公司", "卫华集团有限公司", "某铸造厂(示例)")
    assert [core_of(name) for name in names] == ["矿山起重机", "卫华", "某铸造"]


@pytest.mark.django_db
@pytest.mark.parametrize("field", ["title", "text", "quantity", "place", "certificates"])
def test_every_public_field_is_looked_at(cast, write, field):
    values = {"title": "铸钢车轮", field: "电话13800138000"}
    listing = write("product-supply", by=cast.lihua, of=cast.castings, **values)
    assert (listing.state, listing.held_for) == (ListingState.SUBMITTED, "手机号")


@pytest.mark.django_db
def test_a_masked_buyer_that_writes_its_own_name_is_held_before_anybody_reads_it(cast, write):
    text = "某起重机公司求购铸钢车轮"
    masked = write("product-demand", by=cast.weihua, of=cast.crane, text=text, privacy="masked")
    assert (masked.state, masked.held_for) == (ListingState.SUBMITTED, "本企业名称")
    plain = write("product-demand", by=cast.weihua, of=cast.crane, text=text)
    assert plain.state == ListingState.OPEN


@pytest.mark.django_db
def test_who_only_fills_in_forms_cannot_change_what_is_shown_without_an_officer(cast, supply, person):
    clerk = person("clerk")
    Membership.objects.create(user=clerk, enterprise=cast.castings, role=Membership.Role.SUBMITTER)
    changed = actions.save_listing(supply, values={"title": "铸钢轮"}, actor=clerk, version=supply.version)
    assert changed.state == ListingState.SUBMITTED
    assert changed.events.last().reason == "修改后要重新审核"


@pytest.mark.django_db
def test_an_enterprise_that_is_no_longer_verified_has_its_changes_reviewed(cast, supply):
    Verification.objects.filter(enterprise=cast.castings).delete()
    changed = actions.save_listing(supply, values={"title": "铸钢轮"}, actor=cast.lihua, version=supply.version)
    assert changed.state == ListingState.SUBMITTED


@pytest.mark.django_db
def test_an_officer_reads_why_a_listing_waits_and_publishes_or_returns_it(cast, write, client):
    held = write("product-supply", by=cast.lihua, of=cast.castings, title="铸钢车轮,微信lihua88888")
    other = write("product-supply", by=cast.lihua, of=cast.castings, title="齿轮,电话13800138000")
    client.force_login(cast.zhang)
    page = client.get(reverse("review")).content.decode()
    assert "文字里有微信或QQ号" in page
    assert "<small>手机号</small></mark>" in page
    answer = client.post(reverse("listing-move", args=[held.reference, "return"]), {"reason": "去掉微信"})
    assert answer.headers["Location"] == reverse("review")
    client.post(reverse("listing-move", args=[other.reference, "publish"]))
    states = Listing.objects.in_bulk([held.pk, other.pk])
    assert [states[one.pk].state for one in (held, other)] == [ListingState.DRAFT, ListingState.OPEN]
    assert "没有等您审核的" in client.get(reverse("review")).content.decode()


@pytest.mark.django_db
def test_a_weak_match_stands_apart_as_a_near_one_and_is_not_said_to_be_able_to_supply(
    cast, demand, supply, write, client
):
    machine = write("product-supply", by=cast.lihua, of=cast.castings, title="桥式起重机")
    reason = {"code": "product", "text": "x", "asked": "", "offered": ""}
    for one, score in ((supply, 58.0), (machine, 27.0)):
        Match.objects.create(demand=demand, supply=one, score=score, rank=1, reasons=[{**reason, "points": score}])
    client.force_login(cast.weihua)
    page = client.get(demand.get_absolute_url()).content.decode()
    assert (
        page.index("能供的：1 条")
        < page.index("铸钢车轮</a>")
        < page.index("相近的：1 条")
        < page.index("桥式起重机</a>")
    )
