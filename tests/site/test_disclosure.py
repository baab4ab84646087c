import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from chuanzhu_site.accounts.models import AuditRecord, Enterprise, Membership
from chuanzhu_site.accounts.refusals import Missing, WrongState
from chuanzhu_site.market import actions, policies
from chuanzhu_site.market.disclosure import facts
from chuanzhu_site.market.models import Listing, Notification, Reveal

pytestmark = pytest.mark.django_db
Step = Reveal.Step


@pytest.fixture
def masked(cast, write):
    Enterprise.objects.filter(pk=cast.crane.pk).update(industry="3432", is_small=False)
    cast.crane.refresh_from_db()
    return write("product-demand", by=cast.weihua, of=cast.crane, text="求购铸钢车轮 200件/月", privacy="masked")


@pytest.fixture
def invited(cast, write):
    return write("product-demand", by=cast.weihua, of=cast.crane, text="求购铸钢车轮 200件/月", privacy="invited")


def test_each_step_tells_a_little_more_and_no_step_tells_what_comes_after_it(cast, masked):
    seen = []
    for step in Step:
        actions.reveal(masked, to=cast.castings, step=step, actor=cast.weihua, contact="王工 0373-5551234")
        seen.append([value for _, value in facts(cast.lihua, masked)])
    assert seen[0] == ["河南新乡", "通用设备制造业"]
    assert seen[1][2:] == ["河南新乡长垣", "大中型企业"]
    assert seen[2][4:] == ["某起重机公司(示例)"]
    assert seen[3][5:] == ["王工 0373-5551234"]
    assert not any("长垣" in value for value in seen[0])


def test_a_later_step_writes_down_those_before_it_with_who_told_whom_and_when(cast, masked, client):
    actions.reveal(masked, to=cast.castings, step=Step.NAME, actor=cast.weihua)
    assert list(masked.reveals.order_by("step").values_list("step", "by__username", "enterprise__name")) == [
        (step, "weihua", cast.castings.name) for step in (1, 2, 3)
    ]
    record = AuditRecord.objects.get(verb="listing.revealed")
    assert record.details == {"to": cast.castings.name, "step": "企业名称"}
    client.force_login(cast.weihua)
    page = client.get(reverse("privacy", args=[masked.reference])).content.decode()
    assert f"weihua 告诉“{cast.castings}”：企业名称" in page


def test_what_was_told_is_not_told_again_and_a_contact_has_to_be_written(cast, masked):
    actions.reveal(masked, to=cast.castings, step=Step.NAME, actor=cast.weihua)
    with pytest.raises(WrongState, match="已经知道企业名称"):
        actions.reveal(masked, to=cast.castings, step=Step.OUTLINE, actor=cast.weihua)
    with pytest.raises(Missing, match="联系人和电话"):
        actions.reveal(masked, to=cast.castings, step=Step.CONTACT, actor=cast.weihua)
    with pytest.raises(WrongState, match="本企业自己"):
        actions.reveal(masked, to=cast.crane, step=Step.NAME, actor=cast.weihua)


def test_of_a_public_demand_only_the_contact_is_left_to_tell(cast, demand):
    with pytest.raises(WrongState, match="没有隐藏企业名称"):
        actions.reveal(demand, to=cast.castings, step=Step.NAME, actor=cast.weihua)
    actions.reveal(demand, to=cast.castings, step=Step.CONTACT, actor=cast.weihua, contact="王工")
    assert facts(cast.lihua, demand) == [("联系方式", "王工")]
    assert facts(cast.wang, demand) == []


def test_only_who_publishes_for_the_buyer_reveals_or_invites(cast, masked, invited, person):
    clerk = person("clerk")
    Membership.objects.create(user=clerk, enterprise=cast.crane, role=Membership.Role.SUBMITTER)
    for stranger in (cast.lihua, cast.wang, cast.zhang, cast.chen, cast.root, clerk):
        with pytest.raises(PermissionDenied):
            actions.reveal(masked, to=cast.castings, step=Step.NAME, actor=stranger)
        with pytest.raises(PermissionDenied):
            actions.invite(invited, enterprise=cast.castings, actor=stranger)


def test_the_notice_of_a_reveal_says_that_something_was_told_but_not_what(cast, masked):
    actions.reveal(masked, to=cast.castings, step=Step.CONTACT, actor=cast.weihua, contact="王工 0373-5551234")
    told = Notification.objects.get(user=cast.lihua, key__startswith="reveal")
    assert "联系方式" in told.text
    assert not any(secret in told.text for secret in (cast.crane.name, "王工", "长垣"))


def test_a_name_told_before_a_merger_is_known_to_the_enterprise_that_stands(cast, masked, enterprise, person):
    owner = person("bigger")
    bigger = enterprise("某集团(示例)", number=9, owner=owner)
    actions.reveal(masked, to=cast.castings, step=Step.NAME, actor=cast.weihua)
    assert not policies.named_to(owner, masked)
    Enterprise.objects.filter(pk=cast.castings.pk).update(merged_into=bigger)
    assert policies.named_to(owner, masked)


def test_home_in_a_masked_demand_is_the_province_and_no_nearer(cast, write, client):
    text = "求购铸钢车轮 200件/月,本市优先,限本县"
    masked = write("product-demand", by=cast.weihua, of=cast.crane, text=text, privacy="masked")
    plain = write("product-demand", by=cast.weihua, of=cast.crane, text=text)
    client.force_login(cast.lihua)
    assert "新乡" in client.get(plain.get_absolute_url()).content.decode()
    page = client.get(masked.get_absolute_url()).content.decode()
    assert "新乡" not in page
    assert "长垣" not in page


def test_an_invitation_opens_the_demand_and_its_withdrawal_closes_it_again(cast, invited, client):
    address = invited.get_absolute_url()
    client.force_login(cast.lihua)
    assert client.get(address).status_code == 404
    actions.invite(invited, enterprise=cast.castings, actor=cast.weihua)
    assert client.get(address).status_code == 200
    assert Notification.objects.get(user=cast.lihua, key__startswith="invited").address == address
    with pytest.raises(WrongState, match="已经邀请过"):
        actions.invite(invited, enterprise=cast.castings, actor=cast.weihua)
    actions.withdraw_invitation(invited, enterprise=cast.castings, actor=cast.weihua)
    assert client.get(address).status_code == 404
    with pytest.raises(WrongState, match="已经撤回"):
        actions.withdraw_invitation(invited, enterprise=cast.castings, actor=cast.weihua)


def test_who_is_in_touch_is_not_shut_out_by_withdrawing_the_invitation(cast, invited):
    actions.invite(invited, enterprise=cast.castings, actor=cast.weihua)
    actions.express_interest(invited, supplier=cast.castings, actor=cast.lihua)
    with pytest.raises(WrongState, match="正在对接"):
        actions.withdraw_invitation(invited, enterprise=cast.castings, actor=cast.weihua)


def test_the_invited_are_told_when_the_demand_opens_and_not_before(cast, write):
    values = {"text": "求购铸钢车轮 200件/月", "privacy": "invited"}
    draft = write("product-demand", by=cast.weihua, of=cast.crane, is_open=False, **values)
    actions.invite(draft, enterprise=cast.castings, actor=cast.weihua)
    assert not Notification.objects.filter(user=cast.lihua).exists()
    actions.submit_listing(draft, actor=cast.weihua)
    assert Notification.objects.get(user=cast.lihua).text.startswith("您受邀")


def test_the_page_finds_enterprises_by_part_of_a_name_and_invites_them(cast, invited, client):
    client.force_login(cast.weihua)
    address = reverse("privacy", args=[invited.reference])
    page = client.get(address, {"q": "铸造"}).content.decode()
    assert str(cast.castings) in page
    assert "没有找到" in client.get(address, {"q": "不存在的"}).content.decode()
    client.post(reverse("invite", args=[invited.reference]), {"enterprise": cast.castings.pk})
    assert invited.invitations.get().enterprise == cast.castings
    client.post(reverse("uninvite", args=[invited.reference]), {"enterprise": cast.castings.pk})
    assert not invited.invitations.exists()


@pytest.mark.parametrize("given", ["", "x", "-1", "9" * 30, "0"])
def test_an_enterprise_that_is_none_is_a_page_that_is_none(cast, masked, client, given):
    client.force_login(cast.weihua)
    answer = client.post(reverse("reveal", args=[masked.reference]), {"enterprise": given, "step": 1})
    assert answer.status_code == 404


def test_the_page_reveals_and_refuses_a_step_that_is_none(cast, masked, client):
    client.force_login(cast.weihua)
    address = reverse("reveal", args=[masked.reference])
    client.post(address, {"enterprise": cast.castings.pk, "step": 7})
    assert not masked.reveals.exists()
    client.post(address, {"enterprise": cast.castings.pk, "step": 2})
    assert masked.reveals.count() == 2
    client.force_login(cast.lihua)
    assert client.post(address, {"enterprise": cast.castings.pk, "step": 3}).status_code == 403
    assert "河南新乡长垣" in client.get(masked.get_absolute_url()).content.decode()


def test_the_page_costs_the_same_whoever_stands_on_it(cast, invited, client, enterprise, django_assert_max_num_queries):
    for number in range(20, 28):
        actions.invite(invited, enterprise=enterprise(f"某铸造{number}厂", number=number), actor=cast.weihua)
    client.force_login(cast.weihua)
    with django_assert_max_num_queries(15):
        assert client.get(reverse("privacy", args=[invited.reference]), {"q": "铸造"}).status_code == 200
    assert Listing.objects.visible_to(cast.weihua).count() == 1
