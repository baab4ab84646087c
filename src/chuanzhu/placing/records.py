"""What is known of an enterprise, and where it was placed."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from chuanzhu.model import ChuanzhuError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chuanzhu.model import Reason


class PlacingError(ChuanzhuError):
    """Data that placing rests on and that cannot be used: names the file, the row, the value and the cure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """An enterprise as its list describes it.

    ``products`` are in its own order, the main one first; ``scope`` is the registered business scope (经营范围);
    ``industry`` is the GB/T 4754 code it is registered under, empty where the list has none.
    """

    id: str
    name: str = ""
    products: tuple[str, ...] = ()
    scope: str = ""
    industry: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """One place of an enterprise: a class or a node. ``share`` in (0, 1] is how much of the firm is taken to be here.

    For a class that is the estimated probability that it is the registered one, for a node its share of the points.
    """

    code: str
    name: str
    share: float
    reasons: tuple[Reason, ...]

    @property
    def score(self) -> float:
        """Points of all reasons, added up."""
        return math.fsum(reason.points for reason in self.reasons)


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """Where an enterprise was placed, best first; without any spot ``why`` says why not.

    ``doubt`` says where the registered industry and what the firm makes contradict each other, empty otherwise.
    """

    profile: Profile
    spots: tuple[Spot, ...] = ()
    why: str = ""
    doubt: str = ""


def best_first(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    """Order reasons by their points, rounded to one decimal so that what is printed adds up, without those of none."""
    rounded = (replace(reason, points=round(reason.points, 1)) for reason in reasons)
    return tuple(sorted((reason for reason in rounded if reason.points > 0), key=lambda reason: -reason.points))
