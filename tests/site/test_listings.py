import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from chuanzhu_site.accounts.models import Membership
from chuanzhu_site.accounts.refusals import Missing, StaleForm, WrongState
from chuanzhu_site.market import actions, policies
from chuanzhu_site.market.lifecycle import ListingState
from chuanzhu_site.market.models import Listing, Notification, Reveal
from chuanzhu_site.market.screening import contacts_in

pytestmark = pytest.mark.django_db


def test_a_verified_enterprises_listing_opens_at_once_and_is_understood(demand):
    demand.refresh_from_db()
    assert demand.state == ListingState.OPEN
    assert ["数量", "200 件/月"] in demand.understood["parts"]
    assert demand.expires_on


def test_who_only_fills_in_forms_submits_and_an_officer_publishes(cast, person, write):
    clerk = person("clerk")
    Membership.objects.create(user=clerk, enterprise=cast.castings, role=Membership.Role.SUBMITTER)
    listing = write("product-supply", by=clerk, of=cast.castings, title="铸钢车轮")
    assert listing.state == ListingState.SUBMITTED
    with pytest.raises(PermissionDenied):
        actions.move_listing(listing, "publish", actor=clerk)
    with pytest.raises(PermissionDenied):
        actions.move_listing(listing, "publish", actor=cast.wang)
    assert actions.move_listing(listing, "publish", actor=cast.zhang).state == ListingState.OPEN
    assert Notification.objects.filter(user=cast.lihua, text__contains="公开").exists()


def test_a_return_names_its_reason_to_the_enterprise(cast, write):
    listing = write("product-supply", by=cast.lihua, of=cast.castings, title="铸钢车轮,电话13800138000")
    assert (listing.state, listing.held_for) == (ListingState.SUBMITTED, "手机号")
    with pytest.raises(Missing):
        actions.move_listing(listing, "return", actor=cast.zhang)
    returned = actions.move_listing(listing, "return", actor=cast.zhang, reason="公开文字里不要写电话")
    assert returned.state == ListingState.DRAFT
    assert returned.events.last().reason == "公开文字里不要写电话"


def test_a_contact_written_in_later_takes_the_listing_back_to_review(cast, supply):
    values = {"title": "铸钢车轮", "text": "微信:lihua88888"}
    saved = actions.save_listing(supply, values=values, actor=cast.lihua, version=supply.version)
    assert saved.state == ListingState.SUBMITTED


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("电话 0372-5551234", ("固定电话",)),
        ("138-0013-8000", ("手机号",)),
        ("a.b@firm.com.cn", ("邮箱",)),
        ("vx:abc12345", ("微信或QQ号",)),
        ("看 www.firm.cn", ("网址",)),
        ("国标GB13800 1380件", ()),
    ],
)
def test_ways_of_contact_are_found(text, found):
    assert contacts_in(text) == found


def test_of_two_edits_of_the_same_form_the_second_is_told(cast, supply):
    version = supply.version
    actions.save_listing(supply, values={"title": "车轮A"}, actor=cast.lihua, version=version)
    with pytest.raises(StaleForm, match="没有保存"):
        actions.save_listing(supply, values={"title": "车轮B"}, actor=cast.lihua, version=version)
    supply.refresh_from_db()
    assert supply.title == "车轮A"
    assert supply.events.last().changes == {"title": ["铸钢车轮", "车轮A"]}


def test_only_its_own_people_edit_a_listing(cast, supply):
    for stranger in (cast.weihua, cast.wang, cast.zhang):
        with pytest.raises(PermissionDenied):
            actions.save_listing(supply, values={"title": "x"}, actor=stranger, version=supply.version)


def test_what_is_required_is_asked_before_submitting(cast, write):
    listing = write("product-supply", by=cast.lihua, of=cast.castings, is_open=False, text="无名")
    with pytest.raises(WrongState, match="还没有填产品"):
        actions.submit_listing(listing, actor=cast.lihua)


def test_a_listing_expires_after_its_last_day_and_can_be_renewed(cast, supply):
    supply.refresh_from_db()
    assert actions.expire_listings(on=supply.expires_on) == 0
    day_after = supply.expires_on + dt.timedelta(days=1)
    assert actions.expire_listings(on=day_after) == 1
    assert actions.expire_listings(on=day_after) == 0
    supply.refresh_from_db()
    assert supply.state == ListingState.EXPIRED
    assert actions.renew_listing(supply, actor=cast.lihua).state == ListingState.OPEN


def test_closing_needs_a_reason(cast, supply):
    with pytest.raises(Missing):
        actions.close_listing(supply, actor=cast.lihua, reason="")
    assert actions.close_listing(supply, actor=cast.lihua, reason="产能满了").state == ListingState.CLOSED


def test_a_draft_is_seen_by_its_own_people_only(cast, write):
    draft = write("product-supply", by=cast.lihua, of=cast.castings, is_open=False, title="铸钢车轮")
    seen = {
        name: Listing.objects.visible_to(getattr(cast, name)).filter(pk=draft.pk).exists()
        for name in vars(cast)
        if name not in {"crane", "castings"}
    }
    assert {name for name, sees in seen.items() if sees} == {"lihua"}


def test_a_demand_for_the_invited_is_hidden_from_everybody_else(cast, write, client):
    demand = write("product-demand", by=cast.weihua, of=cast.crane, text="求购铸钢车轮", privacy="invited")
    client.force_login(cast.lihua)
    assert client.get(demand.get_absolute_url()).status_code == 404
    demand.invitations.create(enterprise=cast.castings, invited_by=cast.weihua)
    assert client.get(demand.get_absolute_url()).status_code == 200


def test_a_masked_buyer_is_named_only_to_its_people_its_officers_and_whom_it_told(cast, write, client):
    demand = write("product-demand", by=cast.weihua, of=cast.crane, text="求购铸钢车轮", privacy="masked")
    named = {
        name for name in ("weihua", "lihua", "wang", "zhang", "chen") if policies.named_to(getattr(cast, name), demand)
    }
    assert named == {"weihua", "chen"}
    client.force_login(cast.lihua)
    page = client.get(demand.get_absolute_url()).content.decode()
    assert "企业名称隐藏" in page
    assert cast.crane.name not in page
    assert reverse("enterprise", args=[cast.crane.pk]) not in page
    demand.reveals.create(enterprise=cast.castings, step=Reveal.Step.PLACE, by=cast.weihua)
    assert not policies.named_to(cast.lihua, demand)
    demand.reveals.create(enterprise=cast.castings, step=Reveal.Step.NAME, by=cast.weihua)
    assert policies.named_to(cast.lihua, demand)


def test_references_are_not_counted_up(demand, supply):
    assert demand.reference != supply.reference
    assert len(demand.reference) == 12


def test_a_form_saves_and_publishes(client, cast):
    client.force_login(cast.weihua)
    values = {"text": "求购铸钢车轮 200件/月", "drawing": "有图纸", "due": "2030-01-31", "submit": "1"}
    answer = client.post(reverse("listing-new", args=["product-demand"]), values)
    listing = Listing.objects.get()
    assert answer.headers["Location"] == listing.get_absolute_url()
    assert (listing.state, listing.attributes, listing.due) == ("open", {"drawing": "有图纸"}, dt.date(2030, 1, 31))
    page = client.get(listing.get_absolute_url()).content.decode()
    assert "有图纸" in page


def test_a_stale_form_is_shown_again_with_what_was_typed(client, cast, supply):
    client.force_login(cast.lihua)
    address = reverse("listing-edit", args=[supply.reference])
    answer = client.post(address, {"title": "改了", "version": supply.version - 1})
    assert answer.status_code == 422
    assert "刚刚被别人改过" in answer.content.decode()
    assert "改了" in answer.content.decode()
