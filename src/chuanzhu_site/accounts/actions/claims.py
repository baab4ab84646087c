"""Claiming an enterprise, and the review of claims."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from chuanzhu.taxonomy.regions import region_path
from chuanzhu.text import squeeze
from chuanzhu_site.accounts import audit, policies
from chuanzhu_site.accounts.models import Claim, Enterprise, Membership, Verification
from chuanzhu_site.accounts.refusals import WrongState, need_reason
from chuanzhu_site.accounts.signals import claim_decided

if TYPE_CHECKING:
    from chuanzhu_site.accounts.models import User


@transaction.atomic
def submit_claim(enterprise: Enterprise, *, actor: User, position: str, grounds: str = "") -> Claim:
    """Ask to act for an enterprise. Raises WrongState for a member, and for a second claim while one is pending."""
    enterprise = Enterprise.objects.select_for_update().get(pk=enterprise.pk)
    if enterprise.merged_into_id:
        raise WrongState(f"“{enterprise}”已并入“{enterprise.merged_into}”;请认领后者")
    if policies.is_member(actor, enterprise, roles=policies.WRITERS):
        raise WrongState(f"您已经是“{enterprise}”的成员,不用再认领")
    if enterprise.claims.filter(user=actor, state=Claim.State.SUBMITTED).exists():
        raise WrongState(f"您对“{enterprise}”的认领正在审核;要改内容请先撤回")
    claim = Claim.objects.create(enterprise=enterprise, user=actor, position=position, grounds=grounds)
    audit.record(actor, "claim.submitted", claim, region=enterprise.region)
    return claim


@transaction.atomic
def claim_by_code(*, uscc: str, name: str, position: str, grounds: str, actor: User) -> Claim:
    """Claim the enterprise with this code. One that nobody knows yet is entered, its region read from the code.

    GB 32100-2015: characters 3 to 8 are the GB/T 2260 code of the registering authority's place. Raises WrongState
    where the known name is another one: a slip in the code must not lead to a stranger's enterprise.
    """
    region = uscc[2:8] if region_path(uscc[2:8]) else ""
    enterprise, is_new = Enterprise.objects.get_or_create(
        uscc=uscc, defaults={"name": name, "region": region, "source": f"{actor} 认领时填写"}
    )
    known = {enterprise.name, *enterprise.former_names.values_list("name", flat=True)}
    if not is_new and squeeze(name) not in map(squeeze, known):
        raise WrongState(f"代码 {uscc} 登记的企业名称与“{name}”不同;请对照营业执照核对代码和名称")
    if is_new:
        audit.record(actor, "enterprise.entered", enterprise, region=region)
    return submit_claim(enterprise, actor=actor, position=position, grounds=grounds)


@transaction.atomic
def withdraw_claim(claim: Claim, *, actor: User) -> Claim:
    """Take back one's own claim."""
    claim = _pending(claim, owner=actor)
    return _decide(claim, Claim.State.WITHDRAWN, actor=actor, reason="")


@transaction.atomic
def approve_claim(claim: Claim, *, actor: User, reason: str = "") -> Claim:
    """Let the person act for the enterprise: as its owner if it has none, else as a member.

    Whoever approves has seen the licence, so the enterprise's identity counts as verified from then on.
    """
    claim = _pending(claim)
    policies.may_review(actor, claim.enterprise.region)
    owners = claim.enterprise.memberships.filter(ended_at=None, role=Membership.Role.OWNER)
    role = Membership.Role.MEMBER if owners.exists() else Membership.Role.OWNER
    Membership.objects.create(user=claim.user, enterprise=claim.enterprise, role=role)
    identity = claim.enterprise.verifications.filter(what=Verification.What.IDENTITY, revoked_at=None)
    if not identity.exists():
        Verification.objects.create(
            enterprise=claim.enterprise,
            what=Verification.What.IDENTITY,
            evidence="审核认领时核对营业执照",
            verified_by=actor,
            verified_on=timezone.localdate(),
        )
    return _decide(claim, Claim.State.APPROVED, actor=actor, reason=reason)


@transaction.atomic
def refuse_claim(claim: Claim, *, actor: User, reason: str) -> Claim:
    """Refuse with a reason that the person is shown."""
    claim = _pending(claim)
    policies.may_review(actor, claim.enterprise.region)
    return _decide(claim, Claim.State.REFUSED, actor=actor, reason=need_reason(reason, of="不通过"))


def _pending(claim: Claim, *, owner: User | None = None) -> Claim:
    """Lock the enterprise before the claim, as every act on one does; hide a claim that is not the owner's."""
    Enterprise.objects.select_for_update().get(pk=claim.enterprise_id)
    mine = {"user": owner} if owner else {}
    claim = Claim.objects.select_for_update(of=("self",)).select_related("enterprise", "user").get(pk=claim.pk, **mine)
    if claim.state != Claim.State.SUBMITTED:
        raise WrongState(f"这份认领{claim.get_state_display()},不能再处理")
    return claim


def _decide(claim: Claim, state: Claim.State, *, actor: User, reason: str) -> Claim:
    claim.state, claim.reason = state, reason
    claim.decided_by, claim.decided_at = actor, timezone.now()
    claim.save()
    audit.record(actor, f"claim.{state}", claim, region=claim.enterprise.region, reason=reason)
    claim_decided.send(Claim, claim=claim)
    return claim
