"""Listings: read, searched, written, and moved through their life."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from django.db.models import Q
from django.shortcuts import get_object_or_404
from ninja import Path, Query, Router
from pydantic import Field

from chuanzhu_site.accounts.models import Enterprise
from chuanzhu_site.accounts.regions import within
from chuanzhu_site.market import actions, policies
from chuanzhu_site.market.api.cursors import MOST, USUAL, Page, page_of
from chuanzhu_site.market.api.refusals import field_error, form_problem
from chuanzhu_site.market.api.routes import Given, operation
from chuanzhu_site.market.api.shapes import (
    KindCode,
    ListingShape,
    OwnListing,
    Reference,
    show_listing,
    show_listings,
)
from chuanzhu_site.market.forms import ListingForm, form_values
from chuanzhu_site.market.kinds import COMMON, KINDS
from chuanzhu_site.market.models import Listing
from chuanzhu_site.web.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from chuanzhu_site.accounts.models import User
    from chuanzhu_site.accounts.requests import UserRequest
    from chuanzhu_site.market.models.listings import ListingSet

router = Router(tags=["供给和需求"])
Act = Literal["submit", "withdraw", "reopen", "close", "renew"]
_ACTS: Final[Mapping[str, Callable[[Listing, User, str], Listing]]] = {
    "submit": lambda one, actor, _: actions.submit_listing(one, actor=actor),
    "close": lambda one, actor, reason: actions.close_listing(one, actor=actor, reason=reason),
    "renew": lambda one, actor, _: actions.renew_listing(one, actor=actor),
    "withdraw": lambda one, actor, _: actions.move_listing(one, "withdraw", actor=actor),
    "reopen": lambda one, actor, _: actions.move_listing(one, "reopen", actor=actor),
}


class Conditions(Given):
    """What narrows a list."""

    side: Literal["supply", "demand"] | None = None
    kind: KindCode | None = None
    state: Literal["draft", "submitted", "open", "matched", "closed", "expired"] | None = None
    mine: Annotated[bool, Field(description="只要本企业的")] = False
    region: Annotated[str, Field(pattern=r"^([0-9]{6})?$", description="供给所在地的行政区划代码,含下级")] = ""
    q: Annotated[str, Field(max_length=100, description="标题或说明里的字;按匹配找供给请用 POST /api/v1/match")] = ""
    limit: Annotated[int, Field(ge=1, le=MOST)] = USUAL
    cursor: Annotated[str, Field(max_length=200, description="上一页给的 next_cursor")] = ""


class Writing(Given):
    """What is written in a listing; ``attributes`` are those of its kind."""

    title: Annotated[str | None, Field(max_length=120)] = None
    text: Annotated[str | None, Field(max_length=4000)] = None
    quantity: Annotated[str | None, Field(max_length=60, examples=["200件/月"])] = None
    place: Annotated[str | None, Field(max_length=120)] = None
    certificates: Annotated[str | None, Field(max_length=200)] = None
    due: dt.date | None = None
    attributes: Annotated[
        dict[str, str | int], Field(default_factory=dict, description="本类别特有的项目,见 GET /api/v1/kinds")
    ]
    value: Annotated[Decimal | None, Field(ge=0, max_digits=16, decimal_places=2, description="元/年")] = None
    privacy: Literal["public", "masked", "invited"] | None = None


class NewListing(Writing):
    """A new listing; ``submit`` also submits it."""

    kind: KindCode
    submit: Annotated[bool, Field(description="写好就提交;否则存为草稿")] = False


class Edit(Writing):
    """Changes; what is not given stays. ``version`` is the one that was read."""

    version: Annotated[int, Field(ge=1, le=2**31 - 1)]


class Why(Given):
    """The reason of an act."""

    reason: Annotated[str, Field(max_length=400)] = ""


@operation(
    router,
    "GET",
    "",
    summary="供需列表",
    says="您看得到的供给和需求,新的在前。隐藏名称的买方不会给出企业。",
    needs="listings:read",
    gives=Page[ListingShape],
)
def listings(request: UserRequest, asked: Query[Conditions]) -> dict[str, Any]:
    """Return a page of what a person may read."""
    rows = Listing.objects.visible_to(request.user).filter(_narrowed(request, asked)).select_related("enterprise")
    return page_of(
        rows, request, cursor=asked.cursor, limit=asked.limit, show=lambda page: show_listings(page, request.user)
    )


def _narrowed(request: UserRequest, asked: Conditions) -> Q:
    """Return the conditions. None of them asks for an enterprise but one's own: who asked would unmask buyers."""
    given = {name: getattr(asked, name) for name in ("side", "kind", "state") if getattr(asked, name)}
    wanted = Q(**given)
    if asked.mine:
        own = list(Enterprise.objects.of(request.user).values_list("pk", flat=True))
        wanted &= Q(enterprise__in=own) | Q(enterprise__merged_into__in=own)
    if asked.region:
        wanted &= within("region", asked.region)
    for word in asked.q.split():
        wanted &= Q(title__icontains=word) | Q(text__icontains=word)
    return wanted


@operation(
    router,
    "POST",
    "",
    summary="写一条供给或需求",
    says="以本企业的名义写。类别要填的项目见 GET /api/v1/kinds;submit 为 true 时同时提交,已核验的企业提交后马上公开。",
    needs="listings:write",
    gives=OwnListing,
    status=201,
)
def create_listing(request: UserRequest, given: NewListing) -> dict[str, Any]:
    """Write a new listing of the token's enterprise."""
    enterprise = Enterprise.objects.of(request.user).get()
    draft = Listing(kind=given.kind, enterprise=enterprise)
    saved = actions.save_listing(draft, values=check_values(draft, given), actor=request.user)
    if given.submit:
        saved = actions.submit_listing(saved, actor=request.user)
    return show_listing(saved, request.user)


@operation(
    router, "GET", "/{reference}", summary="一条供给或需求", needs="listings:read", gives=ListingShape | OwnListing
)
def read_listing(request: UserRequest, reference: Path[Reference]) -> dict[str, Any]:
    """Return one listing; of one's own also what only its people know."""
    return show_listing(_visible(request, reference), request.user)


@operation(
    router,
    "PATCH",
    "/{reference}",
    summary="修改",
    says="只写要改的项目。version 要与刚读到的一致;别人先改过就返回 409,什么都不改。",
    needs="listings:write",
    gives=OwnListing,
)
def edit_listing(request: UserRequest, reference: Path[Reference], given: Edit) -> dict[str, Any]:
    """Change a listing of one's own."""
    found = _visible(request, reference)
    policies.may_edit(request.user, found)
    values = check_values(found, given, before=form_values(found))
    return show_listing(
        actions.save_listing(found, values=values, actor=request.user, version=given.version), request.user
    )


@operation(
    router,
    "POST",
    "/{reference}/acts/{act}",
    summary="提交、撤回、关闭、重新公开、续期",
    says="submit 提交,withdraw 撤回,close 关闭(要写 reason),reopen 重新公开,renew 续期。状态不允许时返回 409。",
    needs="listings:write",
    gives=OwnListing,
)
def move_listing(request: UserRequest, reference: Path[Reference], act: Path[Act], given: Why) -> dict[str, Any]:
    """Move a listing of one's own through its life."""
    found = _visible(request, reference)
    policies.may_edit(request.user, found)
    return show_listing(_ACTS[act](found, request.user, given.reason), request.user)


def _visible(request: UserRequest, reference: str) -> Listing:
    return get_object_or_404(_rows(request), reference=reference)


def _rows(request: UserRequest) -> ListingSet:
    return Listing.objects.visible_to(request.user).select_related("enterprise")


def check_values(listing: Listing, given: Writing, *, before: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Pass what is given through the form of its kind, as the page does. Raises Problem where that finds fault."""
    kind = KINDS[listing.kind]
    sent = given.model_dump(exclude_unset=True, exclude={"kind", "submit", "version", "limit", "attributes"})
    special = {one.code for one in kind.special}
    known = special | {one.code for one in kind.attributes} | {"value", "privacy"}
    unknown = [name for name, value in sent.items() if name in COMMON - known and value]
    unknown += [f"attributes.{code}" for code in given.attributes if code not in special]
    if unknown:
        names = "、".join(one.code for one in kind.attributes)
        raise Problem(
            "invalid", errors=[field_error(name, f"“{kind.name}”没有这一项;可以填 {names}") for name in unknown]
        )
    form = ListingForm({**(before or {}), **sent, **given.attributes}, kind=kind)
    if not form.is_valid():
        raise form_problem(form)
    return form.values()
