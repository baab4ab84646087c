"""Saved searches: who keeps one is told of listings that were published since and that it finds.

What it has found is kept, so that a listing is told of once, however late it comes into the index. The looking runs in
the queue of long work: many searches must not keep anybody from being matched.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from chuanzhu.tables.wording import LIKELY_POINTS
from chuanzhu_site.accounts.models import Enterprise, User
from chuanzhu_site.accounts.refusals import Missing, WrongState
from chuanzhu_site.market.models import Listing, SavedSearch
from chuanzhu_site.market.search import FACETS, newer, read_asked
from chuanzhu_site.market.telling import tell

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chuanzhu_site.market.search import Asked

MOST: Final = 20
_LONGEST_NAME: Final = 60
_INDEX_LAG: Final = dt.timedelta(hours=6)
_TOLD_AT_ONCE: Final = 50


def name_of(asked: Asked) -> str:
    """Return how a search is called: its words, or what was chosen."""
    chosen = "、".join(facet.name(asked.chosen[facet.code]) for facet in FACETS if facet.code in asked.chosen)
    side = {"supply": "供给", "demand": "需求"}[asked.side]
    return f"{side}:{';'.join(part for part in (asked.words, chosen) if part)}"[:_LONGEST_NAME]


def asked_of(search: SavedSearch) -> Asked:
    """Return what a saved search asks."""
    return read_asked({"q": search.words, **search.facets})


def address_of(search: SavedSearch) -> str:
    """Return the page on which a saved search can be looked at."""
    return f"{reverse('search')}?{asked_of(search).query()}"


@transaction.atomic
def save_search(user: User, asked: Asked) -> SavedSearch:
    """Keep a search of one's own. Raises Missing for one of everything, WrongState for a twin and for one too many."""
    if not asked.words and not asked.chosen:
        raise Missing("先写要找什么,或选一个条件,再订阅")
    User.objects.select_for_update().get(pk=user.pk)
    name = name_of(asked)
    if user.saved_searches.filter(name=name).exists():
        raise WrongState(f"已经订阅了“{name}”")
    if user.saved_searches.count() >= MOST:
        raise WrongState(f"最多订阅 {MOST} 个;请先退订不用的")
    return SavedSearch.objects.create(user=user, name=name, words=asked.words, facets=asked.facets)


def drop_search(user: User, pk: int) -> bool:
    """Forget a search of one's own; say whether there was one."""
    return bool(user.saved_searches.filter(pk=pk).delete()[0])


def look_again(*, at: dt.datetime) -> int:
    """Have the saved searches looked through, unless that is queued already; a job of the clock."""
    queued = DBTaskResult.objects.filter(task_path=look_through.module_path, status="READY")
    if queued.exists() or not _due(at):
        return 0
    look_through.enqueue()
    return 1


@task(queue_name="long")
def look_through() -> int:
    """Tell of what is new for every saved search."""
    now = timezone.now()
    return sum(tell_new(search, at=now) for search in _due(now))


def _due(at: dt.datetime) -> Sequence[SavedSearch]:
    """Return the searches on whose side something was published, or came into the index, since they were looked at."""
    latest = dict(Listing.objects.public().order_by().values_list("side").annotate(Max("opened_at")))
    searches = SavedSearch.objects.filter(user__is_active=True).select_related("user").order_by("pk")
    return [one for one in searches if _is_behind(one, latest.get(asked_of(one).side), at=at)]


def _is_behind(search: SavedSearch, latest: dt.datetime | None, *, at: dt.datetime) -> bool:
    if latest is None or latest < search.created_at:
        return False
    return search.seen_until is None or latest > min(search.seen_until, at) - _INDEX_LAG


@transaction.atomic
def tell_new(search: SavedSearch, *, at: dt.datetime) -> int:
    """Tell a search's owner of what it newly finds, one's own listings left out; return how many listings that is."""
    search = SavedSearch.objects.select_for_update(of=("self",)).select_related("user").get(pk=search.pk)
    known = SavedSearch.found.through.objects.filter(savedsearch=search, listing=OuterRef("pk"))
    since = Q(opened_at__gt=search.created_at) & ~Q(Exists(known))
    mine = Enterprise.objects.of(search.user)
    fresh = newer(asked_of(search), since=since, least=LIKELY_POINTS)
    fresh = fresh.exclude(enterprise__in=mine).exclude(enterprise__merged_into__in=mine)
    new = list(fresh.order_by("pk")[:_TOLD_AT_ONCE])
    if new:
        search.found.add(*new)
        _tell(search, new)
    SavedSearch.objects.filter(pk=search.pk).update(seen_until=at)
    return len(new)


def _tell(search: SavedSearch, new: Sequence[Listing]) -> None:
    first, address = new[0], new[0].get_absolute_url()
    text = f"您订阅的“{search.name}”有新的:“{first}”"
    if len(new) > 1:
        text, address = f"您订阅的“{search.name}”有 {len(new)} 条新的:“{first}”等", address_of(search)
    tell([search.user], key=f"search:{search.pk}:{new[-1].pk}", text=text, address=address)
