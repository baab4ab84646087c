"""A person's word on a match."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from chuanzhu_site.accounts import audit
from chuanzhu_site.accounts.refusals import Missing
from chuanzhu_site.market.models import Judgment, Match

if TYPE_CHECKING:
    from chuanzhu_site.accounts.models import User


@transaction.atomic
def judge(match: Match, *, actor: User, verdict: Judgment.Verdict, why: str = "", note: str = "") -> Judgment:
    """Say whether a match is right; one's last word counts. Raises Missing for "wrong" without a why."""
    match = Match.objects.visible_to(actor).select_related("demand__enterprise").get(pk=match.pk)
    if verdict != Judgment.Verdict.RIGHT and not why:
        raise Missing("请选一项哪里不对,以后匹配时会改进")
    values = {"verdict": verdict, "why": "" if verdict == Judgment.Verdict.RIGHT else why, "note": note}
    judgment, _ = Judgment.objects.update_or_create(match=match, user=actor, defaults=values)
    audit.record(actor, "match.judged", match, region=match.demand.enterprise.region, verdict=int(verdict), why=why)
    return judgment
