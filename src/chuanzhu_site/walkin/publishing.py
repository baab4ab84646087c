"""From a walk-in's result to demands that stay: the rows that a person ticks become listings of an enterprise.

Each row keeps a thread of its own, drawn from the job and the row, so that the same row is published once however often
the button is pressed, and by whomever.
"""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction

from chuanzhu.model import ChuanzhuError
from chuanzhu.quantity import describe
from chuanzhu.tables.wording import region_wish, standing
from chuanzhu.taxonomy.certificates import certificate_name
from chuanzhu_site.market import actions
from chuanzhu_site.market.forms import ListingForm
from chuanzhu_site.market.kinds import KINDS
from chuanzhu_site.market.models import Listing
from chuanzhu_site.walkin.models import Visit

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from pathlib import Path

    from chuanzhu.model import Answer, Demand
    from chuanzhu_site.accounts.models import Enterprise, User

KEPT: Final = "demands.json"
_KIND: Final = KINDS["product-demand"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A demand of the list: its place in it, whose it is by the list, what its form would hold, how it was met."""

    number: int
    enterprise: str
    values: Mapping[str, str]
    standing: str

    def thread_in(self, visit: Visit) -> uuid.UUID:
        """Return the id of the thread that begins with this row."""
        return uuid.uuid5(uuid.NAMESPACE_URL, f"{visit.get_absolute_url()}{self.number}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a row: a listing, new or there already, or why there is none."""

    listing: Listing | None = None
    error: str = ""
    is_new: bool = False


def keep_demands(folder: Path, answers: Sequence[Answer]) -> None:
    """Keep the demands of a finished job beside its result, as the form of a demand takes them."""
    rows = [
        {
            "number": number,
            "enterprise": answer.need.demand.enterprise,
            "values": _values(answer.need.demand),
            "standing": standing(answer),
        }
        for number, answer in enumerate(answers, start=1)
    ]
    (folder / KEPT).write_text(json.dumps(rows, ensure_ascii=False), "utf-8")


def _values(demand: Demand) -> dict[str, str]:
    return {
        "text": demand.text,
        "quantity": describe(demand.quantity) if demand.quantity else "",
        "place": region_wish(demand.region) if demand.region else "",
        "certificates": ";".join(map(certificate_name, demand.certificates)),
        "due": demand.deadline.isoformat() if demand.deadline else "",
    }


def rows_of(visit: Visit) -> list[Row]:
    """Return the demands of a job; none where it is a sample, for nobody has those."""
    path = visit.folder / KEPT
    if visit.is_sample or not path.is_file():
        return []
    return [Row(**row) for row in json.loads(path.read_text("utf-8"))]


def published(visit: Visit, rows: Collection[Row], *, user: User) -> dict[int, Outcome]:
    """Return by number the rows that were published already; one that this person may not read has no listing."""
    threads = {row.thread_in(visit): row.number for row in rows}
    made = Listing.objects.filter(thread__in=threads, origin=Listing.Origin.WALKIN)
    seen = {one.thread: one for one in made.visible_to(user)}
    return {threads[thread]: Outcome(listing=seen.get(thread)) for thread in made.values_list("thread", flat=True)}


@transaction.atomic
def publish_demands(
    visit: Visit, rows: Collection[Row], *, enterprise: Enterprise, actor: User, privacy: str, is_submitted: bool
) -> dict[int, Outcome]:
    """Make listings of some rows, each for itself: one that cannot be published says why and stops no other.

    They are drafts, or submitted as if each had been written by hand. Two presses at once wait for each other.
    """
    Visit.objects.select_for_update().get(pk=visit.pk)
    outcomes = published(visit, rows, user=actor)
    for row in rows:
        if row.number not in outcomes:
            listing = Listing(
                kind=_KIND.code, enterprise=enterprise, thread=row.thread_in(visit), origin=Listing.Origin.WALKIN
            )
            values = {**row.values, "privacy": privacy}
            outcomes[row.number] = _publish(listing, values, actor=actor, is_submitted=is_submitted)
    return outcomes


def _publish(listing: Listing, values: Mapping[str, Any], *, actor: User, is_submitted: bool) -> Outcome:
    form = ListingForm(values, kind=_KIND)
    if not form.is_valid():
        return Outcome(error=";".join(f"{form.fields[name].label}:{said[0]}" for name, said in form.errors.items()))
    try:
        with transaction.atomic():
            saved = actions.save_listing(listing, values=form.values(), actor=actor)
            return Outcome(listing=actions.submit_listing(saved, actor=actor) if is_submitted else saved, is_new=True)
    except ChuanzhuError as error:
        return Outcome(error=str(error))
