"""Who sees names on the map, who may correct it, and from which region it is looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied

from chuanzhu.taxonomy.regions import is_within, region_path
from chuanzhu_site.accounts import policies as accounts
from chuanzhu_site.accounts.models import Enterprise, Scope

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from chuanzhu_site.accounts.models import User


def scopes_of(user: User | AnonymousUser) -> tuple[Scope, ...]:
    """Return what a person looks after; asked once a request and kept with the user."""
    if not user.is_authenticated:
        return ()
    kept: tuple[Scope, ...] | None = getattr(user, "_live_scopes", None)
    if kept is None:
        kept = tuple(user.scopes.live())
        user._live_scopes = kept  # type: ignore[attr-defined]  # noqa: SLF001 (ours, for this request only)
    return kept


def is_staff(user: User | AnonymousUser) -> bool:
    """Tell whether a person works for the government side: only they see who stands where beyond their own step."""
    return bool(scopes_of(user))


def is_firm(user: User | AnonymousUser) -> bool:
    """Tell whether a person acts for an enterprise and not for the government side."""
    return user.is_authenticated and not is_staff(user) and Enterprise.objects.of(user).exists()


def need_staff(user: User | AnonymousUser) -> None:
    """Raise PermissionDenied for everybody else."""
    if not is_staff(user):
        raise PermissionDenied


def may_correct(user: User | AnonymousUser, enterprise: Enterprise) -> None:
    """Officers confirm and correct placements of the enterprises of their region."""
    if not accounts.has_scope(user, enterprise.region, roles=accounts.REVIEWERS):
        raise PermissionDenied


def leads(user: User | AnonymousUser, region: str) -> bool:
    """Tell the same as :func:`can_lead` from what was asked once for the page."""
    return any(not scope.region or is_within(region, scope.region) for scope in scopes_of(user))


def can_lead(user: User | AnonymousUser, region: str) -> bool:
    """Tell whether :func:`may_lead` would let a person pass."""
    return accounts.has_scope(user, region, roles=accounts.STAFF)


def may_lead(user: User | AnonymousUser, region: str) -> None:
    """Brokers and officers open leads for the regions they look after."""
    if not can_lead(user, region):
        raise PermissionDenied


def may_edit_entry(user: User | AnonymousUser, region: str) -> None:
    """Officers keep the cells of the matrix for their region."""
    if not accounts.has_scope(user, region, roles=accounts.REVIEWERS):
        raise PermissionDenied


def home_of(user: User | AnonymousUser, whole: str) -> str:
    """Return the region a person looks from: that of the scope or enterprise where inside the programme, else all."""
    regions = [scope.region for scope in scopes_of(user)]
    if user.is_authenticated and not regions:
        regions = [one.region for one in Enterprise.objects.of(user)[:1]]
    inside = [region for region in regions if region_path(region) and is_within(region, whole)]
    return inside[0] if inside else whole
