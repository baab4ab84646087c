"""Public questions and their answers, and messages inside an engagement."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.utils import timezone

from chuanzhu_site.accounts import audit
from chuanzhu_site.accounts import policies as accounts
from chuanzhu_site.accounts.refusals import Missing, WrongState
from chuanzhu_site.market import policies
from chuanzhu_site.market.actions.engaging import locked
from chuanzhu_site.market.actions.listing import locked_listing
from chuanzhu_site.market.disclosure import require_untold
from chuanzhu_site.market.heralding import tell_of_answer, tell_of_message, tell_of_question
from chuanzhu_site.market.models import Listing, Message, Question, Reading
from chuanzhu_site.market.models.listings import SHOWN
from chuanzhu_site.market.screening import why_held

if TYPE_CHECKING:
    from chuanzhu_site.accounts.models import Enterprise, User
    from chuanzhu_site.market.lifecycle import Party
    from chuanzhu_site.market.models import Engagement

MOST_OPEN: Final = 5
_NAMES_ASKER: Final = "提问企业名称"


@transaction.atomic
def ask(listing: Listing, *, enterprise: Enterprise, actor: User, text: str) -> Question:
    """Ask in public, without being named. What gives away a contact or the asker waits for an officer."""
    visible = Listing.objects.visible_to(actor)
    listing = locked_listing(visible.get(pk=listing.pk))
    accounts.may_write(actor, enterprise)
    asker, said = enterprise.standing, text.strip()
    if asker == listing.enterprise.standing:
        raise WrongState("这是本企业自己的信息,不用提问")
    if listing.state not in SHOWN:
        raise WrongState("这条信息现在不公开,不能提问")
    if not said:
        raise Missing("请写上要问什么")
    if listing.questions.filter(enterprise=asker, answered_at=None, returned_for="").count() >= MOST_OPEN:
        raise WrongState(f"您有 {MOST_OPEN} 个问题还没有回答;等对方回答了再问")
    held = why_held(said, own=asker).replace("本企业名称", _NAMES_ASKER)
    question = Question.objects.create(listing=listing, enterprise=asker, asked_by=actor, text=said, held_for=held)
    audit.record(actor, "question.asked", question, region=listing.enterprise.region)
    if not held:
        tell_of_question(question)
    return question


@transaction.atomic
def answer(question: Question, *, actor: User, text: str) -> Question:
    """Answer a question once, to everybody who can read the listing."""
    question = locked_question(question)
    listing, said = question.listing, text.strip()
    accounts.may_publish(actor, listing.enterprise)
    if question.held_for or question.returned_for:
        raise WrongState("这个问题还没有公开,不用回答")
    if question.answered_at:
        raise WrongState("这个问题已经回答过了;请刷新页面看最新状态")
    if not said:
        raise Missing("请写上回答")
    own = listing.enterprise if listing.privacy == Listing.Privacy.MASKED else None
    question.answer, question.answered_by, question.answered_at = said, actor, timezone.now()
    question.answer_held_for = why_held(said, own=own)
    question.save()
    audit.record(actor, "question.answered", question, region=listing.enterprise.region)
    if not question.answer_held_for:
        tell_of_answer(question)
    return question


def locked_question(question: Question) -> Question:
    """Lock a question for the rest of the transaction and return it as it stands now."""
    rows = Question.objects.select_for_update(of=("self",)).select_related("listing__enterprise", "enterprise")
    return rows.get(pk=question.pk)


@transaction.atomic
def send_message(engagement: Engagement, *, actor: User, party: Party, text: str) -> Message:
    """Say something to the other side and the brokers; what the buyer keeps masked does not slip out here."""
    engagement = locked(engagement)
    policies.may_act(actor, engagement, party=party)
    said = text.strip()
    if not said:
        raise Missing("请写上要说什么")
    require_untold(engagement, said, by=party)
    message = Message.objects.create(engagement=engagement, sender=actor, party=party, text=said)
    mark_read(engagement, user=actor, up_to=message.pk)
    tell_of_message(message)
    return message


def mark_read(engagement: Engagement, *, user: User, up_to: int) -> None:
    """Remember up to which message a person has read; never back to an earlier one."""
    reading, _ = Reading.objects.get_or_create(engagement=engagement, user=user)
    Reading.objects.filter(pk=reading.pk, up_to__lt=up_to).update(up_to=up_to)
