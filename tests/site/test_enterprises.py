import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from chuanzhu.taxonomy.uscc import compose_uscc
from chuanzhu_site.accounts import actions, policies
from chuanzhu_site.accounts.models import AuditRecord, Claim, Enterprise, Membership, Scope
from chuanzhu_site.accounts.models.records import UnchangeableRecord
from chuanzhu_site.accounts.refusals import Missing, WrongState
from chuanzhu_site.accounts.regions import code_start

pytestmark = pytest.mark.django_db
NEW = compose_uscc("91410502MA0000009")


def test_a_code_with_a_wrong_check_character_is_refused_with_the_right_one(enterprise):
    firm = enterprise("某厂(示例)")
    firm.uscc = firm.uscc[:-1] + ("0" if firm.uscc[-1] != "0" else "1")
    with pytest.raises(ValidationError, match="校验不符"):
        firm.full_clean()


def test_two_enterprises_cannot_share_a_code_but_many_can_lack_one(enterprise):
    firm = enterprise("某厂(示例)")
    Enterprise.objects.create(name="甲(示例)", source="测试")
    Enterprise.objects.create(name="乙(示例)", source="测试")
    with pytest.raises(IntegrityError), transaction.atomic():
        Enterprise.objects.create(name="丙(示例)", uscc=firm.uscc, source="测试")


def test_a_claim_becomes_ownership_and_the_next_one_membership(cast, person, enterprise):
    firm = enterprise("某厂(示例)", number=7)
    for name, role in (("first", Membership.Role.OWNER), ("second", Membership.Role.MEMBER)):
        claim = actions.submit_claim(firm, actor=person(name), position="销售经理")
        actions.approve_claim(claim, actor=cast.zhang)
        assert firm.memberships.get(user__username=name).role == role
    assert firm.verifications.get().verified_by == cast.zhang


def test_an_officer_of_another_county_cannot_review_and_does_not_see_the_claim(cast, person, enterprise, client):
    claim = actions.submit_claim(
        enterprise("某厂(示例)", number=7, region="410102"), actor=person("new"), position="厂长"
    )
    with pytest.raises(PermissionDenied):
        actions.approve_claim(claim, actor=cast.zhang)
    assert not Claim.objects.reviewable_by(cast.zhang).exists()
    assert Claim.objects.reviewable_by(cast.chen).get() == claim
    client.force_login(cast.zhang)
    assert client.post(reverse("claim-decide", args=[claim.pk]), {"approve": "1"}).status_code == 404


def test_a_claim_is_not_decided_twice_and_not_refused_without_a_reason(cast, person, enterprise):
    claim = actions.submit_claim(enterprise("某厂(示例)", number=7), actor=person("new"), position="厂长")
    with pytest.raises(Missing, match="要写明理由"):
        actions.refuse_claim(claim, actor=cast.zhang, reason=" ")
    actions.refuse_claim(claim, actor=cast.zhang, reason="执照与姓名不符")
    with pytest.raises(WrongState, match="未通过"):
        actions.approve_claim(claim, actor=cast.zhang)


def test_a_second_claim_waits_for_the_first_and_a_member_needs_none(cast, person):
    new = person("new")
    actions.submit_claim(cast.castings, actor=new, position="厂长")
    with pytest.raises(WrongState, match="正在审核"):
        actions.submit_claim(cast.castings, actor=new, position="厂长")
    with pytest.raises(WrongState, match="已经是"):
        actions.submit_claim(cast.castings, actor=cast.lihua, position="厂长")


def test_a_code_nobody_knows_is_entered_with_the_region_it_names(cast, person):
    claim = actions.claim_by_code(uscc=NEW, name="某新厂(示例)", position="厂长", grounds="", actor=person("new"))
    assert claim.enterprise.region == "410502"


def test_a_slip_in_the_code_does_not_lead_to_a_strangers_enterprise(cast, person):
    code = cast.castings.uscc
    with pytest.raises(WrongState, match="登记的企业名称"):
        actions.claim_by_code(uscc=code, name="另一家(示例)", position="厂长", grounds="", actor=person("new"))


def test_merging_keeps_every_row_and_unmerging_restores_all(cast, person):
    duplicate = Enterprise.objects.create(name="某铸造(示例)", region="410526", source="导入")
    older = Enterprise.objects.create(name="某铸造旧(示例)", region="410526", source="导入")
    member = person("member")
    Membership.objects.create(user=member, enterprise=duplicate, role=Membership.Role.MEMBER)
    actions.merge_enterprises(duplicate, older, actor=cast.zhang, reason="同一家")
    merge = actions.merge_enterprises(cast.castings, duplicate, actor=cast.zhang, reason="同一家,名称写法不同")
    assert list(Enterprise.objects.of(member)) == [cast.castings]
    assert policies.is_member(member, cast.castings, roles=policies.WRITERS)
    older.refresh_from_db()
    assert older.merged_into == cast.castings
    actions.unmerge_enterprises(merge, actor=cast.zhang)
    older.refresh_from_db()
    assert older.merged_into == duplicate
    assert list(Enterprise.objects.of(member)) == [duplicate]
    assert not policies.is_member(member, cast.castings, roles=policies.WRITERS)


def test_two_different_codes_are_two_enterprises_and_are_not_merged(cast):
    with pytest.raises(WrongState, match="是两家企业"):
        actions.merge_enterprises(cast.castings, cast.crane, actor=cast.chen, reason="名称相近")


def test_the_last_merge_is_taken_back_first(cast):
    one, two = (Enterprise.objects.create(name=f"{name}(示例)", region="410526", source="导入") for name in "甲乙")
    first = actions.merge_enterprises(one, two, actor=cast.zhang, reason="同一家")
    actions.merge_enterprises(cast.castings, one, actor=cast.zhang, reason="同一家")
    with pytest.raises(WrongState, match="先撤销那一次"):
        actions.unmerge_enterprises(first, actor=cast.zhang)


def test_the_last_owner_stays(cast, person):
    with pytest.raises(WrongState, match="只有这一个管理员"):
        actions.end_membership(cast.castings.memberships.get(), actor=cast.lihua)
    actions.add_member(cast.castings, person("next"), role=Membership.Role.OWNER, actor=cast.lihua)
    actions.end_membership(cast.castings.memberships.get(user=cast.lihua), actor=cast.lihua)
    assert not policies.is_member(cast.lihua, cast.castings, roles=policies.WRITERS)


def test_only_an_administrator_of_the_region_grants_scopes(cast, person):
    for actor in (cast.chen, cast.wang, cast.lihua):
        with pytest.raises(PermissionDenied):
            actions.grant_scope(person(f"x{actor.pk}"), role=Scope.Role.BROKER, region="410526", actor=actor)
    scope = actions.grant_scope(person("new"), role=Scope.Role.BROKER, region="410526", actor=cast.root)
    with pytest.raises(WrongState, match="已经有"):
        actions.grant_scope(scope.user, role=Scope.Role.BROKER, region="410526", actor=cast.root)
    actions.end_scope(scope, actor=cast.root)
    assert not policies.has_scope(scope.user, "410526", roles=policies.STAFF)


@pytest.mark.parametrize(
    ("region", "start"),
    [("410000", "41"), ("410500", "4105"), ("410526", "410526"), ("419001", "419001"), ("999900", "999900")],
)
def test_a_region_holds_the_codes_that_begin_like_it_and_an_unknown_one_holds_nothing_else(region, start):
    assert code_start(region) == start


def test_an_audit_record_cannot_be_changed_or_deleted(cast):
    actions.submit_claim(cast.castings, actor=cast.wang, position="专员")
    record = AuditRecord.objects.get(verb="claim.submitted")
    assert record.actor == cast.wang
    for act in (
        record.save,
        record.delete,
        AuditRecord.objects.all().delete,
        lambda: AuditRecord.objects.update(verb="x"),
    ):
        with pytest.raises(UnchangeableRecord):
            act()


def test_an_enterprise_page_says_who_verified_what_and_when(client, cast):
    page = client.get(reverse("enterprise", args=[cast.castings.pk])).content.decode()
    assert "营业执照已核验" in page
    assert "由 lihua 核验" in page


def test_the_address_of_a_merged_record_leads_to_the_one_that_stands(client, cast):
    duplicate = Enterprise.objects.create(name="某铸造(示例)", region="410526", source="导入")
    actions.merge_enterprises(cast.castings, duplicate, actor=cast.zhang, reason="同一家")
    answer = client.get(reverse("enterprise", args=[duplicate.pk]))
    assert answer.headers["Location"] == reverse("enterprise", args=[cast.castings.pk])
