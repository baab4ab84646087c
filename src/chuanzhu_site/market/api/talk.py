"""Public questions on listings, and messages inside engagements."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated, Any

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from ninja import Path, Query, Router, Schema
from pydantic import Field

from chuanzhu_site.accounts.models import Enterprise
from chuanzhu_site.accounts.standing import standing_of
from chuanzhu_site.market import actions, policies
from chuanzhu_site.market.api.cursors import MOST, USUAL, Page, page_of
from chuanzhu_site.market.api.routes import Given, operation
from chuanzhu_site.market.api.shapes import Reference
from chuanzhu_site.market.models import Engagement, Listing
from chuanzhu_site.market.offers import SIDES

if TYPE_CHECKING:
    from chuanzhu_site.accounts.models import User
    from chuanzhu_site.accounts.requests import UserRequest
    from chuanzhu_site.market.models import Message, Question

questions = Router(tags=["问答和私信"])
messages = Router(tags=["问答和私信"])
Number = Annotated[int, Field(ge=1, le=2**63 - 1)]


class Paging(Given):
    """Which page."""

    limit: Annotated[int, Field(ge=1, le=MOST)] = USUAL
    cursor: Annotated[str, Field(max_length=200, description="上一页给的 next_cursor")] = ""


class QuestionShape(Schema):
    """A question with its answer; who asked is said to nobody."""

    id: int
    text: str
    asked_at: dt.datetime
    mine: Annotated[bool, Field(description="本企业问的")]
    answer: str
    answered_at: dt.datetime | None
    waits_for: Annotated[str, Field(description="为什么还没有公开;只有写的人看得到")]


class Asking(Given):
    """A question."""

    text: Annotated[str, Field(min_length=1, max_length=400)]


class Answering(Given):
    """An answer."""

    text: Annotated[str, Field(min_length=1, max_length=800)]


class MessageShape(Schema):
    """A message; ``party`` says from which side."""

    id: int
    party: str
    mine: Annotated[bool, Field(description="令牌主人本人写的")]
    text: str
    at: dt.datetime


class Saying(Given):
    """A message."""

    text: Annotated[str, Field(min_length=1, max_length=2000)]


@operation(
    questions,
    "GET",
    "/{reference}/questions",
    summary="公开问答",
    says="这条供需下面的问题和回答,新的在前;不说是谁问的。",
    needs="messages:read",
    gives=Page[QuestionShape],
)
def list_questions(request: UserRequest, reference: Path[Reference], asked: Query[Paging]) -> dict[str, Any]:
    """Return a page of the questions on a listing that a person may read."""
    listing = _listing(request, reference)
    rows = listing.questions.readable_by(request.user)
    is_owner = policies.can_edit(request.user, listing)

    def show(page: Any) -> list[dict[str, Any]]:  # noqa: ANN401 (rows)
        return [_question(one, request.user, is_owner=is_owner) for one in page]

    return page_of(rows, request, cursor=asked.cursor, limit=asked.limit, show=show)


@operation(
    questions,
    "POST",
    "/{reference}/questions",
    summary="公开提问",
    says="以本企业的名义问,但不公开是谁问的。文字里有联系方式等内容的,审核后才公开,原因在 waits_for 里。",
    needs="messages:write",
    gives=QuestionShape,
    status=201,
)
def ask_question(request: UserRequest, reference: Path[Reference], given: Asking) -> dict[str, Any]:
    """Ask in public for the token's enterprise."""
    asker = Enterprise.objects.of(request.user).get()
    asked = actions.ask(_listing(request, reference), enterprise=asker, actor=request.user, text=given.text)
    return _question(asked, request.user, is_owner=False)


@operation(
    questions,
    "PUT",
    "/{reference}/questions/{number}/answer",
    summary="回答",
    says="回答本企业供需下面的问题,只能回答一次。",
    needs="messages:write",
    gives=QuestionShape,
)
def answer_question(
    request: UserRequest, reference: Path[Reference], number: Path[Number], given: Answering
) -> dict[str, Any]:
    """Answer a question on one's own listing."""
    listing = _listing(request, reference)
    policies.may_edit(request.user, listing)
    question = get_object_or_404(listing.questions.shown(), pk=number)
    return _question(actions.answer(question, actor=request.user, text=given.text), request.user, is_owner=True)


@operation(
    messages,
    "GET",
    "/{reference}/messages",
    summary="私信",
    says="这次对接里的私信,新的在前。读取不会标为已读。",
    needs="messages:read",
    gives=Page[MessageShape],
)
def list_messages(request: UserRequest, reference: Path[Reference], asked: Query[Paging]) -> dict[str, Any]:
    """Return a page of the messages of an engagement."""
    rows = _engagement(request, reference).messages.all()

    def show(page: Any) -> list[dict[str, Any]]:  # noqa: ANN401 (rows)
        return [_message(one, request.user) for one in page]

    return page_of(rows, request, cursor=asked.cursor, limit=asked.limit, show=show)


@operation(
    messages,
    "POST",
    "/{reference}/messages",
    summary="发私信",
    needs="messages:write",
    gives=MessageShape,
    status=201,
)
def send_message(request: UserRequest, reference: Path[Reference], given: Saying) -> dict[str, Any]:
    """Say something to the other side."""
    engagement = _engagement(request, reference)
    party = next(iter(SIDES & policies.parties(request.user, engagement)), None)
    if not party:
        raise PermissionDenied
    sent = actions.send_message(engagement, actor=request.user, party=party, text=given.text)
    return _message(sent, request.user)


def _listing(request: UserRequest, reference: str) -> Listing:
    rows = Listing.objects.visible_to(request.user).select_related("enterprise")
    return get_object_or_404(rows, reference=reference)


def _engagement(request: UserRequest, reference: str) -> Engagement:
    rows = Engagement.objects.visible_to(request.user).select_related("buyer", "supplier")
    return get_object_or_404(rows, reference=reference)


def _question(one: Question, user: User, *, is_owner: bool) -> dict[str, Any]:
    is_mine = one.enterprise_id in standing_of(user).enterprises()
    may_read = is_owner or not one.answer_held_for
    return {
        **{name: getattr(one, name) for name in ("id", "text", "asked_at")},
        "mine": is_mine,
        "answer": one.answer if may_read else "",
        "answered_at": one.answered_at if may_read else None,
        "waits_for": one.held_for or one.returned_for if is_mine else one.answer_held_for if is_owner else "",
    }


def _message(one: Message, user: User) -> dict[str, Any]:
    return {**{name: getattr(one, name) for name in ("id", "party", "text", "at")}, "mine": one.sender_id == user.pk}
