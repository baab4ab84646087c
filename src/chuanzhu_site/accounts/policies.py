"""Who may do what. Each rule raises PermissionDenied; none says whether a thing that is hidden exists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.core.exceptions import PermissionDenied

from chuanzhu.taxonomy.regions import is_within
from chuanzhu_site.accounts.models import Membership, Scope
from chuanzhu_site.accounts.standing import standing_of

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from chuanzhu_site.accounts.models import Enterprise, User

REVIEWERS: Final = (Scope.Role.OFFICER, Scope.Role.ADMINISTRATOR)
STAFF: Final = (Scope.Role.BROKER, *REVIEWERS)
PUBLISHERS: Final = (Membership.Role.OWNER, Membership.Role.MEMBER)
WRITERS: Final = (*PUBLISHERS, Membership.Role.SUBMITTER)


def has_scope(user: User | AnonymousUser, region: str, *, roles: tuple[Scope.Role, ...]) -> bool:
    """Tell whether a person has one of the roles in a region; where it is unknown, a scope of everything covers it."""
    scopes = [scope for scope in standing_of(user).scopes if scope.role in roles]
    return any(not scope.region or is_within(region, scope.region) for scope in scopes)


def is_member(user: User | AnonymousUser, enterprise: Enterprise, *, roles: tuple[Membership.Role, ...]) -> bool:
    """Tell whether a person acts for an enterprise in one of the roles, through any record merged with it."""
    return (enterprise.merged_into_id or enterprise.pk) in standing_of(user).enterprises(roles)


def may_review(user: User, region: str) -> None:
    """Officers review inside their region, administrators everywhere they are set over."""
    if not has_scope(user, region, roles=REVIEWERS):
        raise PermissionDenied


def may_administer(user: User, region: str) -> None:
    """Administrators grant and end scopes inside the region they are set over."""
    if not has_scope(user, region, roles=(Scope.Role.ADMINISTRATOR,)):
        raise PermissionDenied


def may_manage(user: User, enterprise: Enterprise) -> None:
    """Owners of an enterprise manage its page and its people."""
    if not is_member(user, enterprise, roles=(Membership.Role.OWNER,)):
        raise PermissionDenied


def may_write(user: User, enterprise: Enterprise) -> None:
    """Members of any role write drafts and submit them."""
    if not is_member(user, enterprise, roles=WRITERS):
        raise PermissionDenied


def may_publish(user: User, enterprise: Enterprise) -> None:
    """Owners and members publish; who only fills in forms does not."""
    if not is_member(user, enterprise, roles=PUBLISHERS):
        raise PermissionDenied
