"""Reminding people of what waits for them: each once a stage, for the key of a notice names the stage.

All of this runs once a day, before the digests leave: nobody is called at night. Who has acted since is not reminded.
No text names a buyer: the demand may be masked.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from django.db.models import Count, F, Max, Min, OuterRef, Q, Subquery
from django.db.models.functions import Greatest
from django.urls import reverse
from django.utils import timezone

from chuanzhu.taxonomy.regions import region_path
from chuanzhu_site.accounts.models import Scope, User
from chuanzhu_site.market.lifecycle import Party, Step
from chuanzhu_site.market.models import Engagement, Listing, Quote
from chuanzhu_site.market.models.listings import SHOWN
from chuanzhu_site.market.patience import CALL_BACK_DAYS, QUOTE_DAYS, SILENCE
from chuanzhu_site.market.progress import waits_for
from chuanzhu_site.market.telling import tell, tell_enterprise

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import QuerySet

    from chuanzhu_site.accounts.models import Enterprise

EXPIRY_NOTICE_DAYS: Final = (14, 3)
_ANSWER_STAGES: Final = ((dt.timedelta(days=2), "late"), (dt.timedelta(), "due"), (dt.timedelta(days=-1), "soon"))
_ANSWER_TEXTS: Final[Mapping[str, str]] = {
    "soon": "“{demand}”:{supplier} 想供货,请在 {due} 前答复",
    "due": "“{demand}”:{supplier} 想供货,答复期限到了,请今天答复",
    "late": "“{demand}”:{supplier} 已经多等了 2 天;不合适也请回一声,选个原因就行",
}
_TIMES_REMINDED: Final = 3


def answers(*, at: dt.datetime) -> int:
    """Remind buyers of the answer they owe: a day before it is due, when it is, and two days later; and say so then."""
    ahead = at - _ANSWER_STAGES[-1][0]
    waiting = Engagement.objects.filter(step=Step.EXPRESSED, answer_due_at__lte=ahead)
    return sum(_answer(one, at=at) for one in _with_sides(waiting))


def _answer(one: Engagement, *, at: dt.datetime) -> bool:
    stage = next(name for after, name in _ANSWER_STAGES if one.answer_due_at + after <= at)
    due = f"{timezone.localtime(one.answer_due_at):%m月%d日%H:%M}"
    text = _ANSWER_TEXTS[stage].format(demand=one.demand, supplier=one.supplier, due=due)
    key = f"owed:{one.pk}:{one.answer_due_at:%Y%m%d%H%M}:{stage}"
    tell_enterprise(one.buyer, key=key, text=text, address=one.get_absolute_url())
    if stage == "late":
        said = f"“{one.demand}”:买方过了期限还没答复,已再次催办"
        tell_enterprise(one.supplier, key=key, text=said, address=one.get_absolute_url())
    return True


def quotes(*, at: dt.datetime) -> int:
    """Remind both sides of a last offer that runs out within days, and of one that ran out."""
    today = timezone.localdate(at)
    last = Quote.objects.filter(engagement=OuterRef("pk")).order_by("-number")
    held = Engagement.objects.filter(step__in=(Step.QUOTED, Step.SAMPLING)).annotate(
        quote=Subquery(last.values("pk")[:1]), until=Subquery(last.values("valid_until")[:1])
    )
    ending = _with_sides(held.filter(until__lte=today + dt.timedelta(days=QUOTE_DAYS)))
    return sum(_quote(one, quote=one.quote, until=one.until, today=today) for one in ending)  # type: ignore[attr-defined]  # annotated


def _quote(one: Engagement, *, quote: int, until: dt.date, today: dt.date) -> bool:
    is_over = until < today
    when = "已经过期" if is_over else f"{until:%m月%d日}到期"
    key, address = f"quote:{quote}:{'over' if is_over else 'ends'}", one.get_absolute_url()
    to_buyer = f"“{one.demand}”:{one.supplier} 的报价{when},请选定,或请对方延期"
    tell_enterprise(one.buyer, key=key, text=to_buyer, address=address)
    to_supplier = f"“{one.demand}”:您的报价{when},买方还没有决定;还作数就更新报价"
    tell_enterprise(one.supplier, key=key, text=to_supplier, address=address)
    return True


def silence(*, at: dt.datetime) -> int:
    """Remind whose turn it is where nothing was done or said for days; again after as long, three times at most.

    An engagement for which a later day was agreed upon rests till then.
    """
    today = timezone.localdate(at)
    quiet = Q(pk__in=())
    for step, silence in SILENCE.items():
        quiet |= Q(step=step, since__lte=at - dt.timedelta(days=silence.remind))
    spoken = Max("messages__at", default=F("moved_at"))
    rows = Engagement.objects.filter(Q(next_on=None) | Q(next_on__lte=today)).alias(said=spoken)
    rows = rows.annotate(since=Greatest("moved_at", "said"))
    silent = _with_sides(rows.filter(quiet))
    return sum(_silent(one, since=one.since, at=at) for one in silent)  # type: ignore[attr-defined]  # annotated


def _silent(one: Engagement, *, since: dt.datetime, at: dt.datetime) -> bool:
    step = Step(one.step)
    days = (at - since).days
    number = min(days // SILENCE[step].remind, _TIMES_REMINDED)
    text = f"“{one.demand}”停在“{step.label}”{days} 天了,请处理;不做了就结束,写明原因"
    for party, enterprise in ((Party.BUYER, one.buyer), (Party.SUPPLIER, one.supplier)):
        if party in waits_for(step):
            key = f"silent:{one.pk}:{since:%Y%m%d}:{number}"
            tell_enterprise(enterprise, key=key, text=text, address=one.get_absolute_url())
    return True


def call_backs(*, at: dt.datetime) -> int:
    """Remind the broker of a confirmed delivery whose call-back is due; where there is none, those of the region."""
    since = at - dt.timedelta(days=CALL_BACK_DAYS)
    due = Engagement.objects.filter(step=Step.CONFIRMED, moved_at__lte=since)
    return sum(_call_back(one) for one in _with_sides(due))


def _call_back(one: Engagement) -> bool:
    text = f"“{one.demand}”双方确认已满 {CALL_BACK_DAYS} 天,该回访了"
    people = [one.broker] if one.broker else brokers_around(one.buyer)
    tell(people, key=f"call-back:{one.pk}:{one.version}", text=text, address=one.get_absolute_url())
    return bool(people)


def brokers_around(enterprise: Enterprise) -> list[User]:
    """Return the brokers of the smallest region around an enterprise that has any."""
    for code in (*reversed(region_path(enterprise.region)), ""):
        scopes = Scope.objects.live().filter(role=Scope.Role.BROKER, region=code)
        found = list(User.objects.filter(scopes__in=scopes, is_active=True).distinct())
        if found:
            return found
    return []


def expiring(*, at: dt.datetime) -> int:
    """Tell people two weeks and three days before their listings expire: one notice for all of one day."""
    today = timezone.localdate(at)
    until = today + dt.timedelta(days=max(EXPIRY_NOTICE_DAYS))
    soon = Listing.objects.filter(state__in=SHOWN, expires_on__gte=today, expires_on__lte=until)
    days = soon.order_by().values("enterprise", "expires_on").annotate(count=Count("pk"), first=Min("pk"))
    firsts = Listing.objects.select_related("enterprise__merged_into").in_bulk([one["first"] for one in days])
    for one in days:
        day: dt.date = one["expires_on"]  # type: ignore[assignment]  # filtered on above
        _expiring(firsts[one["first"]], count=one["count"], day=day, today=today)
    return len(days)


def _expiring(first: Listing, *, count: int, day: dt.date, today: dt.date) -> None:
    stage = min(days for days in EXPIRY_NOTICE_DAYS if (day - today).days <= days)
    what = f"“{first}”" if count == 1 else f"“{first}”等 {count} 条供需"
    text = f"{what}{day:%m月%d日}到期;还有效,点一下就能续期"
    key = f"expiring:{first.enterprise_id}:{day:%Y%m%d}:{stage}"
    tell_enterprise(first.enterprise, key=key, text=text, address=reverse("expiring"))


def _with_sides(rows: QuerySet[Engagement]) -> QuerySet[Engagement]:
    return rows.select_related("demand", "buyer__merged_into", "supplier__merged_into", "broker")
