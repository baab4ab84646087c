"""The broker's acts on a case (an engagement, or a demand that has none yet): whose it is, what was said, when next."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.utils import timezone

from chuanzhu_site.accounts import audit
from chuanzhu_site.accounts.refusals import WrongState, need_reason
from chuanzhu_site.market import casework
from chuanzhu_site.market.actions.engaging import locked
from chuanzhu_site.market.casework import subject_of
from chuanzhu_site.market.models import CaseNote, Engagement, Listing
from chuanzhu_site.market.telling import tell

if TYPE_CHECKING:
    from chuanzhu_site.accounts.models import User
    from chuanzhu_site.market.casework import Case

LONGEST_REST: Final = dt.timedelta(days=60)


@transaction.atomic
def assign_case(case: Case, *, to: User, actor: User) -> Case:
    """Name the person behind a case: oneself (taking over) or a colleague (handing over). Both are told.

    Raises WrongState for somebody who does not look after this region.
    """
    case = lock_case(case)
    casework.may_handle(actor, case)
    if not casework.colleagues(case).filter(pk=to.pk).exists():
        raise WrongState(f"{to} 不负责这个地区;请转给本地或上级的专员、干部")
    before, case.broker = case.broker, to
    case.save(update_fields=["broker"])
    audit.record(actor, "case.assigned", case, region=casework.region_of(case), to=to.pk)
    key = f"case:{case.reference}:{to.pk}:{timezone.now():%Y%m%d%H%M}"
    told = {person for person in (before, to) if person and person != actor}
    tell(told, key=key, text=f"“{subject_of(case)}”改由 {to} 跟进", address=casework.address_of(case))
    return case


@transaction.atomic
def note_case(
    case: Case,
    *,
    actor: User,
    text: str,
    way: str = CaseNote.Way.CALL,
    outcome: str = "",
    with_whom: str = "",
    next_on: dt.date | None = None,
) -> CaseNote:
    """Put down what was said and when to go on; who notes a case that has nobody takes it over."""
    case = lock_case(case)
    casework.may_handle(actor, case)
    if next_on and not timezone.localdate() <= next_on <= timezone.localdate() + LONGEST_REST:
        raise WrongState(f"下次联系的日期 {next_on} 不行;请写今天起 {LONGEST_REST.days} 天以内的日期")
    note = CaseNote.objects.create(
        **case_field(case),
        by=actor,
        text=need_reason(text, of="跟进记录"),
        way=way,
        outcome=outcome,
        with_whom=with_whom,
        next_on=next_on,
    )
    case.next_on, case.broker = next_on, case.broker or actor
    case.save(update_fields=["next_on", "broker"])
    audit.record(actor, "case.noted", case, region=casework.region_of(case))
    return note


def lock_case(case: Case) -> Case:
    """Lock a case as every act on it does."""
    if isinstance(case, Engagement):
        return locked(case)
    rows = Listing.objects.select_for_update(of=("self",)).select_related("enterprise")
    return rows.get(pk=case.pk)


def case_field(case: Case) -> dict[str, Case]:
    """Return the case under the name that a note has for it."""
    return {"engagement" if isinstance(case, Engagement) else "listing": case}
