"""Giving people a part in an enterprise or a region, and taking it away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from chuanzhu_site.accounts import audit, policies
from chuanzhu_site.accounts.models import Enterprise, Membership, Scope
from chuanzhu_site.accounts.refusals import WrongState

if TYPE_CHECKING:
    from chuanzhu_site.accounts.models import User


@transaction.atomic
def add_member(enterprise: Enterprise, user: User, *, role: Membership.Role, actor: User) -> Membership:
    """Let a person act for the enterprise; its owners decide. Raises WrongState for one who already does."""
    enterprise = Enterprise.objects.select_for_update().get(pk=enterprise.pk)
    policies.may_manage(actor, enterprise)
    if enterprise.memberships.filter(user=user, ended_at=None).exists():
        raise WrongState(f"{user} 已经是“{enterprise}”的成员")
    membership = Membership.objects.create(enterprise=enterprise, user=user, role=role)
    audit.record(actor, "member.added", membership, region=enterprise.region, role=role)
    return membership


@transaction.atomic
def end_membership(membership: Membership, *, actor: User) -> Membership:
    """End a membership. The last owner stays, or nobody could let anybody in."""
    enterprise = Enterprise.objects.select_for_update().get(pk=membership.enterprise_id)
    policies.may_manage(actor, enterprise)
    membership = enterprise.memberships.select_for_update().get(pk=membership.pk)
    if membership.ended_at:
        raise WrongState("这个成员已经退出")
    owners = enterprise.memberships.filter(ended_at=None, role=Membership.Role.OWNER)
    if membership.role == Membership.Role.OWNER and owners.count() == 1:
        raise WrongState(f"“{enterprise}”只有这一个管理员;请先把另一个成员设为管理员")
    membership.ended_at = timezone.now()
    membership.save()
    audit.record(actor, "member.ended", membership, region=enterprise.region)
    return membership


@transaction.atomic
def grant_scope(user: User, *, role: Scope.Role, region: str, actor: User) -> Scope:
    """Set a person over a region; an administrator of that region, or of one around it, decides."""
    policies.may_administer(actor, region)
    scope, is_new = Scope.objects.get_or_create(
        user=user, role=role, region=region, ended_at=None, defaults={"granted_by": actor}
    )
    if not is_new:
        raise WrongState(f"{user} 已经有这个权限")
    audit.record(actor, "scope.granted", scope, region=region, role=role)
    return scope


@transaction.atomic
def end_scope(scope: Scope, *, actor: User) -> Scope:
    """Take a scope away."""
    policies.may_administer(actor, scope.region)
    scope = Scope.objects.select_for_update().get(pk=scope.pk)
    if scope.ended_at:
        raise WrongState("这个权限已经收回")
    scope.ended_at = timezone.now()
    scope.save()
    audit.record(actor, "scope.ended", scope, region=scope.region, role=scope.role)
    return scope
