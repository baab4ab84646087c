"""What a guest chooses from: whom it could meet, about what, and why they fit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chuanzhu_site.programme.policies import other_listing
from chuanzhu_site.programme.schedule import other_side, shown_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chuanzhu_site.accounts.models import Enterprise
    from chuanzhu_site.market.models import Listing
    from chuanzhu_site.programme.models import Participant, Wish
    from chuanzhu_site.programme.policies import Naming

_REASONS_SHOWN = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One possible meeting as one side sees it; ``enterprise`` is None where the name is not told yet.

    ``is_wanted`` is what was said, at first what the score suggests: everybody, because each was chosen to fit.
    """

    pk: int
    whom: str
    enterprise: Enterprise | None
    listing: Listing
    score: float
    reasons: tuple[str, ...]
    lacks: tuple[str, ...]
    is_wanted: bool
    wants_us: bool


def choices_of(person: Participant, wishes: Iterable[Wish], naming: Naming) -> list[Choice]:
    """Return all possible meetings of a guest in the order of the wishes."""
    return [_choice(person, wish, naming) for wish in wishes]


def _choice(person: Participant, wish: Wish, naming: Naming) -> Choice:
    is_buyer = wish.buyer_id == person.pk
    said = wish.by_buyer if is_buyer else wish.by_supplier
    reasons: list[dict[str, Any]] = wish.match.reasons if wish.match else []
    good = sorted((one for one in reasons if one["points"] > 0), key=lambda one: -one["points"])
    return Choice(
        pk=wish.pk,
        whom=shown_name(wish, person, naming),
        enterprise=None if naming.hides(wish, of=person) else other_side(wish, person).enterprise,
        listing=other_listing(person, wish) or wish.demand,
        score=wish.fit,
        reasons=tuple(one["text"] for one in good[:_REASONS_SHOWN]),
        lacks=tuple(one["text"] for one in reasons if one["points"] <= 0),
        is_wanted=person.answered_at is None or bool(said),
        wants_us=bool(wish.by_supplier if is_buyer else wish.by_buyer),
    )
