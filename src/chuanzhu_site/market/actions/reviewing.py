"""An officer's word on questions and answers that were held: released, or sent back with a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from chuanzhu_site.accounts import audit
from chuanzhu_site.accounts import policies as accounts
from chuanzhu_site.accounts.refusals import WrongState, need_reason
from chuanzhu_site.market.actions.talking import locked_question
from chuanzhu_site.market.heralding import tell_of_answer, tell_of_question, tell_of_return

if TYPE_CHECKING:
    from chuanzhu_site.accounts.models import User
    from chuanzhu_site.market.models import Question


@transaction.atomic
def release_question(question: Question, *, actor: User) -> Question:
    """Show what was held, the question or its answer, and tell whom it concerns."""
    question = _held(question, actor=actor)
    audit.record(
        actor,
        "question.released",
        question,
        region=question.listing.enterprise.region,
        held_for=question.held_for or question.answer_held_for,
    )
    if question.held_for:
        question.held_for = ""
        question.save()
        tell_of_question(question)
    else:
        question.answer_held_for = ""
        question.save()
        tell_of_answer(question)
    return question


@transaction.atomic
def return_question(question: Question, *, actor: User, reason: str) -> Question:
    """Send back what was held: a question for good, an answer to be written anew. The record keeps what it said."""
    question, stated = _held(question, actor=actor), need_reason(reason, of="退回")
    is_question = bool(question.held_for)
    said = question.text if is_question else question.answer
    audit.record(
        actor, "question.returned", question, region=question.listing.enterprise.region, reason=stated, text=said
    )
    if is_question:
        question.returned_for, question.held_for = stated[:200], ""
    else:
        question.answer, question.answer_held_for = "", ""
        question.answered_by = question.answered_at = None
    question.save()
    tell_of_return(question, reason=stated, is_question=is_question)
    return question


def _held(question: Question, *, actor: User) -> Question:
    question = locked_question(question)
    accounts.may_review(actor, question.listing.enterprise.region)
    if not (question.held_for or question.answer_held_for):
        raise WrongState("这一条已经有人处理过了;请刷新页面看最新状态")
    return question
