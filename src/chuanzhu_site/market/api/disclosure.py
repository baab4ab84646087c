"""Letting a supplier know more of a masked buyer, and inviting suppliers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from django.shortcuts import get_object_or_404
from ninja import Path, Router, Schema
from pydantic import Field

from chuanzhu_site.accounts.models import Enterprise
from chuanzhu_site.market import actions, policies
from chuanzhu_site.market.api.routes import Given, operation
from chuanzhu_site.market.api.shapes import Firm, Reference, show_firm
from chuanzhu_site.market.models import Listing, Reveal

if TYPE_CHECKING:
    from chuanzhu_site.accounts.requests import UserRequest

router = Router(tags=["供给和需求"])
FirmNumber = Annotated[int, Field(ge=1, le=2**63 - 1, description="企业的 id")]


class Told(Schema):
    """One supplier and the last step it was told."""

    enterprise: Firm
    step: Annotated[int, Field(description="1 市和行业,2 县区和规模,3 名称,4 联系方式")]


class Circle(Schema):
    """Who was invited, and who was told how much."""

    invited: list[Firm]
    told: list[Told]


class Telling(Given):
    """Whom to tell how much."""

    enterprise: FirmNumber
    step: Annotated[int, Field(ge=min(Reveal.Step), le=max(Reveal.Step))]
    contact: Annotated[str, Field(max_length=120, description="告诉联系方式时写")] = ""


class Inviting(Given):
    """Whom to invite."""

    enterprise: FirmNumber


@operation(router, "GET", "/{reference}/circle", summary="告诉了谁、邀请了谁", needs="listings:read", gives=Circle)
def circle(request: UserRequest, reference: Path[Reference]) -> dict[str, Any]:
    """Return who was invited to a listing of one's own, and who was told how much of its buyer."""
    return _circle(_own(request, reference))


@operation(
    router,
    "POST",
    "/{reference}/reveals",
    summary="多告诉一家供方一步",
    says="隐藏名称的需求,由买方一步步告诉某一家:1 市和行业,2 县区和规模,3 名称,4 联系方式。告诉了就收不回。",
    needs="listings:write",
    gives=Circle,
    status=201,
)
def reveal(request: UserRequest, reference: Path[Reference], given: Telling) -> dict[str, Any]:
    """Let one supplier know more."""
    found = _own(request, reference)
    to = get_object_or_404(Enterprise, pk=given.enterprise)
    actions.reveal(found, to=to, step=Reveal.Step(given.step), actor=request.user, contact=given.contact)
    return _circle(found)


@operation(
    router, "POST", "/{reference}/invitations", summary="邀请供方", needs="listings:write", gives=Circle, status=201
)
def invite(request: UserRequest, reference: Path[Reference], given: Inviting) -> dict[str, Any]:
    """Invite a supplier to a listing of one's own."""
    found = _own(request, reference)
    actions.invite(found, enterprise=get_object_or_404(Enterprise, pk=given.enterprise), actor=request.user)
    return _circle(found)


def _own(request: UserRequest, reference: str) -> Listing:
    rows = Listing.objects.visible_to(request.user).select_related("enterprise")
    found = get_object_or_404(rows, reference=reference)
    policies.may_edit(request.user, found)
    return found


def _circle(found: Listing) -> dict[str, Any]:
    told: dict[int, dict[str, Any]] = {}
    for row in found.reveals.select_related("enterprise").order_by("step"):
        told[row.enterprise_id] = {"enterprise": show_firm(row.enterprise), "step": row.step}
    invited = found.invitations.select_related("enterprise").order_by("pk")
    return {"invited": [show_firm(one.enterprise) for one in invited], "told": list(told.values())}
