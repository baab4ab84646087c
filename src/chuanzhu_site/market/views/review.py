"""What waits for an officer: listings and questions that were held, each with why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from chuanzhu.model import ChuanzhuError
from chuanzhu_site.market import actions
from chuanzhu_site.market.models import Listing, Question
from chuanzhu_site.market.screening import marked
from chuanzhu_site.market.views.reading import text_of

if TYPE_CHECKING:
    from django.http import HttpResponse

    from chuanzhu_site.accounts.models import Enterprise
    from chuanzhu_site.accounts.requests import UserRequest

_SHOWN: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Something to decide on: what it is, whose, why it waits, and its text cut where something was found."""

    row: Listing | Question
    what: str
    enterprise: Enterprise
    why: str
    pieces: list[tuple[str, str]]


@login_required
@require_GET
def waiting(request: UserRequest) -> HttpResponse:
    """List what is held inside one's regions, the oldest first."""
    visible = Listing.objects.visible_to(request.user).reviewable_by(request.user)
    listings = visible.select_related("enterprise").order_by("changed_at")[:_SHOWN]
    rows = Question.objects.reviewable_by(request.user).select_related("listing__enterprise", "enterprise")
    held = [_listing(one) for one in listings]
    said = [_question(one) for one in rows.order_by("pk")[:_SHOWN]]
    context = {"listings": held, "questions": said, "many": len(held) + len(said)}
    return render(request, "market/review.html", context)


def _listing(row: Listing) -> Waiting:
    own = row.enterprise if row.privacy == Listing.Privacy.MASKED else None
    why = f"文字里有{row.held_for}" if row.held_for else "企业未核验,或由填报员提交、修改"
    pieces = marked(_apart(row.public_texts), own=own)
    return Waiting(row=row, what=row.get_kind_display(), enterprise=row.enterprise, why=why, pieces=pieces)


def _apart(texts: list[str]) -> list[str]:
    return [f"{text}\n" for text in texts]


def _question(row: Question) -> Waiting:
    is_question = bool(row.held_for)
    masked = row.listing.privacy == Listing.Privacy.MASKED
    own = row.enterprise if is_question else row.listing.enterprise if masked else None
    return Waiting(
        row=row,
        what="提问" if is_question else "回答",
        enterprise=row.enterprise if is_question else row.listing.enterprise,
        why=f"文字里有{row.held_for or row.answer_held_for}",
        pieces=marked([row.text if is_question else row.answer], own=own),
    )


@login_required
@require_POST
def decide(request: UserRequest, pk: int) -> HttpResponse:
    """Release a question or answer, or send it back with a reason."""
    question = get_object_or_404(Question.objects.reviewable_by(request.user), pk=pk)
    try:
        if "release" in request.POST:
            actions.release_question(question, actor=request.user)
            messages.success(request, "已公开")
        else:
            actions.return_question(question, actor=request.user, reason=text_of(request, "reason", longest=200))
            messages.success(request, "已退回，并告诉了对方理由")
    except ChuanzhuError as error:
        messages.error(request, str(error))
    return redirect("review")
