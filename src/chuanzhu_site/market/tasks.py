"""What the worker of short tasks does for the market."""

from __future__ import annotations

from itertools import chain

from django_tasks import task

from chuanzhu_site.market import index, matching
from chuanzhu_site.market.models import Listing
from chuanzhu_site.market.models.listings import SHOWN

_BEHIND_EVERYTHING = -20


@task()
def match_listing(pk: int) -> None:
    """Find a listing's matches as it stands now; a later change has a task of its own."""
    matching.rematch(Listing.objects.select_related("enterprise").get(pk=pk))


def check_indexes() -> tuple[str, ...]:
    """Bring the indexes in line with the database, queue what had changed to be matched anew, return their kinds."""
    lacking = index.check()
    for pk in chain.from_iterable(lacking.values()):
        match_listing.enqueue(pk)
    return tuple(lacking)


@task(priority=_BEHIND_EVERYTHING)
def catch_up() -> None:
    """Match a piece of what lists brought in, and queue the next piece behind all that came meanwhile."""
    if matching.catch_up():
        catch_up.enqueue()


def queue_demands() -> int:
    """Queue every shown demand to be matched anew; return how many there are."""
    shown = Listing.objects.filter(side="demand", state__in=SHOWN).values_list("pk", flat=True)
    return sum(bool(match_listing.enqueue(pk)) for pk in shown)
