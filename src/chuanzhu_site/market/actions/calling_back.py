"""Asking afterwards whether it is true, opening a case again, and reports of what is junk or faked."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from chuanzhu_site.accounts import audit
from chuanzhu_site.accounts import policies as accounts
from chuanzhu_site.accounts.refusals import WrongState, need_reason
from chuanzhu_site.market import policies
from chuanzhu_site.market.actions.engaging import advance, locked
from chuanzhu_site.market.lifecycle import ENGAGEMENT_MOVES, LIVE, Party, Step, require_move
from chuanzhu_site.market.models import CallBack, Engagement, Listing, Report
from chuanzhu_site.market.telling import tell

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chuanzhu_site.accounts.models import User

ASKED: Final = ("asked", "with_whom", "outcome", "value", "without", "satisfaction", "note")
_TRY_AGAIN: Final = dt.timedelta(days=7)


@transaction.atomic
def call_back(engagement: Engagement, *, actor: User, values: Mapping[str, Any]) -> CallBack:
    """Put down what a call-back found. Who handled the case does not judge it: somebody else calls.

    What is true ends the thread, what never happened opens the case again, whoever was not reached is called in a week.
    """
    engagement = locked(engagement)
    policies.may_act(actor, engagement, party=Party.BROKER)
    require_move(ENGAGEMENT_MOVES, "follow", Step(engagement.step), by=Party.BROKER)
    if engagement.broker_id == actor.pk:
        raise WrongState("回访要由没经手这件对接的人做;请把回访转给同事,或请上级的专员、干部来做")
    given = {name: values[name] for name in ASKED if name in values}
    made = CallBack.objects.create(engagement=engagement, by=actor, **given)
    audit.record(actor, "engagement.called-back", engagement, region=engagement.buyer.region, outcome=made.outcome)
    if made.outcome == CallBack.Outcome.UNTRUE:
        _open_again(engagement, actor=actor, party=Party.BROKER, reason=made.note or "回访得知没有交付")
    elif made.outcome == CallBack.Outcome.UNREACHED:
        engagement.next_on = timezone.localdate() + _TRY_AGAIN
        engagement.save(update_fields=["next_on"])
    else:
        advance(engagement, "follow", actor=actor, party=Party.BROKER)
    return made


@transaction.atomic
def reopen(engagement: Engagement, *, actor: User, party: Party, reason: str) -> Engagement:
    """Open a case again that was said to be done: what both sides confirmed no longer counts."""
    engagement = locked(engagement)
    policies.may_act(actor, engagement, party=party)
    return _open_again(engagement, actor=actor, party=party, reason=reason)


def _open_again(engagement: Engagement, *, actor: User, party: Party, reason: str) -> Engagement:
    rivals = Engagement.objects.filter(demand=engagement.demand_id, supplier=engagement.supplier_id, step__in=LIVE)
    if rivals.exclude(pk=engagement.pk).exists():
        raise WrongState("这两家对这条需求已有一件新的对接在进行;请在那一件里继续")
    advance(engagement, "reopen", actor=actor, party=party, reason=reason)
    engagement.confirmations.filter(void_at=None).update(void_at=timezone.now())
    return engagement


@transaction.atomic
def report(listing: Listing, *, actor: User, about: str, text: str, engagement: Engagement | None = None) -> Report:
    """Report a listing as junk, or the result of an engagement as faked; one open report each."""
    visible = Listing.objects.visible_to(actor).select_for_update(of=("self",)).select_related("enterprise")
    listing = visible.get(pk=listing.pk)
    if engagement and not Engagement.objects.visible_to(actor).filter(pk=engagement.pk, demand=listing).exists():
        raise PermissionDenied
    if listing.reports.filter(by=actor, decided_at=None).exists():
        raise WrongState("您已经举报过,正在核实;有结果会告诉您")
    stated = need_reason(text, of="举报")
    made = Report.objects.create(listing=listing, engagement=engagement, by=actor, about=about, text=stated)
    audit.record(actor, "listing.reported", listing, region=listing.enterprise.region, about=about)
    return made


@transaction.atomic
def decide_report(made: Report, *, actor: User, is_upheld: bool, decision: str) -> Report:
    """Uphold or dismiss a report, as an officer of the region. Who reported is told; the reported never learn who."""
    made = Report.objects.select_for_update(of=("self",)).select_related("listing__enterprise", "by").get(pk=made.pk)
    region = made.listing.enterprise.region
    accounts.may_review(actor, region)
    if made.decided_at:
        raise WrongState("这份举报已经有人核实过了")
    made.decision = need_reason(decision, of="核实意见")
    made.is_upheld, made.decided_by, made.decided_at = is_upheld, actor, timezone.now()
    made.save()
    audit.record(actor, "report.decided", made.listing, region=region, is_upheld=is_upheld)
    said = "属实" if is_upheld else "不属实"
    text = f"您举报的“{made.listing}”经核实{said}:{made.decision}"
    tell([made.by], key=f"report:{made.pk}", text=text, address=made.listing.get_absolute_url())
    return made
