"""What came of a meeting, said in a moment, and carried on in the market's thread."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from chuanzhu_site.accounts import audit
from chuanzhu_site.accounts.refusals import Missing, WrongState
from chuanzhu_site.market import actions as market
from chuanzhu_site.market.lifecycle import EndReason, Party
from chuanzhu_site.programme import policies
from chuanzhu_site.programme.models import Event, Meeting

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from chuanzhu_site.accounts.models import User
    from chuanzhu_site.market.models import Engagement

Outcome = Meeting.Outcome
REASONS: Final = (
    EndReason.NOT_SUITABLE,
    EndReason.PRICE,
    EndReason.QUANTITY,
    EndReason.TIME,
    EndReason.QUALITY,
    EndReason.CERTIFICATE,
    EndReason.PAYMENT,
    EndReason.OTHER,
)
_ACTS: Final[Mapping[str, tuple[str, ...]]] = {
    Outcome.INTERESTED: ("accept",),
    Outcome.SAMPLE: ("accept",),
    Outcome.QUOTE: ("accept", "request"),
    Outcome.UNSUITABLE: (),
}
_PARTIES: Final = {"buyer": Party.BUYER, "supplier": Party.SUPPLIER, "organiser": Party.BROKER}


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What somebody at the table says of a meeting; ``why`` belongs to "unsuitable", ``amount`` is in yuan."""

    outcome: Meeting.Outcome
    why: str = ""
    amount: Decimal | None = None
    note: str = ""


@transaction.atomic
def record_outcome(meeting: Meeting, said: Said, *, actor: User) -> Meeting:
    """Keep what came of a meeting and carry it on as an engagement; the last word counts.

    Raises Missing for "unsuitable" without a why, WrongState for a meeting that was taken back or went on already.
    """
    rows = Meeting.objects.select_for_update(of=("self",))
    meeting = rows.select_related("event", "wish__demand", "wish__match__supply").get(pk=meeting.pk)
    side = policies.side_in(actor, meeting)
    if not side:
        raise PermissionDenied
    _check(meeting, said)
    if said.outcome != Outcome.NOT_MET:
        meeting.engagement = _carried_on(meeting, said, actor=actor, party=_PARTIES[side])
    meeting.outcome, meeting.amount, meeting.note = said.outcome, _amount(said), said.note
    meeting.why = said.why if said.outcome == Outcome.UNSUITABLE else ""
    meeting.recorded_by, meeting.recorded_as, meeting.recorded_at = actor, side, timezone.now()
    meeting.save()
    audit.record(actor, "meeting.recorded", meeting, region=meeting.event.region, outcome=said.outcome)
    return meeting


def _check(meeting: Meeting, said: Said) -> None:
    if meeting.dropped_at or meeting.event.state not in {Event.State.PUBLISHED, Event.State.OVER}:
        raise WrongState("这场会面已经从日程里拿掉,或对接会已取消,不能记结果;请看最新日程")
    if said.outcome == Outcome.UNSUITABLE and said.why not in REASONS:
        raise Missing("请选一项哪里不合适,对方会看到原因")
    if said.outcome == Outcome.NOT_MET and meeting.engagement_id:
        raise WrongState(f"已经记为“{meeting.get_outcome_display()}”,对接在继续;要改,请在对接页面上结束它并写明原因")


def _amount(said: Said) -> Decimal | None:
    return said.amount if said.outcome not in {Outcome.UNSUITABLE, Outcome.NOT_MET} else None


def _carried_on(meeting: Meeting, said: Said, *, actor: User, party: Party) -> Engagement:
    wish = meeting.wish
    by = f",由主办方 {actor} 记录" if party == Party.BROKER else ""
    words = "" if said.outcome == Outcome.UNSUITABLE else f",{Outcome(said.outcome).label}"
    return market.meet(
        wish.demand,
        supplier=wish.supplier.enterprise,
        match=wish.match,
        actor=actor,
        party=party,
        reason=f"在“{meeting.event}”会面{words}{by}",
        acts=_ACTS[said.outcome],
        why=EndReason(said.why) if said.outcome == Outcome.UNSUITABLE else None,
    )
