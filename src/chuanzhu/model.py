"""The words of the trade as frozen records: who supplies what, who needs what, and why they fit.

Nothing here computes. Parsing lives in :mod:`chuanzhu.quantity` and :mod:`chuanzhu.taxonomy`, judging in
:mod:`chuanzhu.matching`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt


class ChuanzhuError(Exception):
    """The root of every error this library raises on purpose; its text names the value and the cure, in Chinese."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """An amount with its unit, as a rate when ``per`` is given: ``Quantity(30, "t", per="month")``.

    ``maximum`` closes a range (20~25 t has amount 20 and maximum 25). ``at_least`` is set for "30吨以上",
    ``approximate`` for "约30吨". ``unit`` is a unit symbol and ``per`` a period of :mod:`chuanzhu.quantity`.
    """

    amount: float
    unit: str
    per: str = ""
    maximum: float | None = None
    approximate: bool = False
    at_least: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionWish:
    """Where a supplier should be. ``codes`` are GB/T 2260 codes; ``strict`` makes it a rule instead of a preference.

    ``excluded`` are codes where it must not be (不要山东的), a rule always.
    """

    codes: tuple[str, ...] = ()
    strict: bool = False
    excluded: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Supply:
    """What an enterprise offers (供给): one line of a supply list.

    ``region`` is a GB/T 2260 code or empty when unknown. ``certificates`` is None when the list says nothing about
    certificates, which is not the same as having none. ``extra`` carries columns this library does not know.
    """

    id: str
    enterprise: str
    product: str
    description: str = ""
    capacity: Quantity | None = None
    region: str = ""
    certificates: tuple[str, ...] | None = None
    uscc: str = ""
    valid_until: dt.date | None = None
    extra: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """What an enterprise needs (需求): free text, and whatever its list states in columns of their own.

    A column that is filled in wins over what is read from the text.
    """

    text: str
    id: str = ""
    enterprise: str = ""
    quantity: Quantity | None = None
    region: RegionWish | None = None
    certificates: tuple[str, ...] = ()
    deadline: dt.date | None = None
    extra: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A stretch ``text[start:end]`` of a demand and what it was understood as (wanted, quantity, region, ...)."""

    start: int
    end: int
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """A stretch of a demand's words, and how much it says of what is wanted, from 0 (chatter) to 1 (the thing itself).

    ``role`` is "wanted", "use" (what it is for or goes into) or "aside" (the rest).
    """

    text: str
    weight: float
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """What was understood of a demand: the wanted thing apart from the chatter, and the conditions.

    ``wanted`` is the product phrase in the buyer's words, ``phrases`` all words by weight; ``certificates``
    are demanded, ``wished_certificates`` only better to have; ``spans`` point into ``demand.text`` and never overlap.
    """

    demand: Demand
    wanted: str = ""
    use: str = ""
    phrases: tuple[Phrase, ...] = ()
    specs: tuple[str, ...] = ()
    quantity: Quantity | None = None
    certificates: tuple[str, ...] = ()
    wished_certificates: tuple[str, ...] = ()
    region: RegionWish = field(default_factory=RegionWish)
    deadline: dt.date | None = None
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One piece of evidence for or against a match: a code, points, and a sentence a person understands.

    ``asked`` and ``offered`` are the words on the buyer's and on the supplier's side that it rests on.
    """

    code: str
    points: float
    text: str
    asked: str = ""
    offered: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """One demand, one supply, and the reasons; the score is the sum of its reasons and nothing else."""

    need: Need
    supply: Supply
    reasons: tuple[Reason, ...]

    @property
    def score(self) -> float:
        """Points of all reasons, added up."""
        return sum(reason.points for reason in self.reasons)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmet:
    """Why a demand has no fitting supply, and the nearest miss where there is one."""

    why: str
    nearest: Match | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the matcher says to one demand: how it was read, and either matches, best first, or why there are none.

    ``chain`` is the industrial chain that the wanted thing belongs to, by its short name; empty when not known.
    """

    need: Need
    chain: str = ""
    matches: tuple[Match, ...] = ()
    unmet: Unmet | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something in an input file that could not be used as it stands: where it is, what is wrong, how to mend it.

    ``row`` and ``column`` are as Excel shows them (row 1 is the first row, column is a letter and the header's
    name); 0 and "" where the whole sheet or file is meant. ``used`` tells whether the rest of the row was used.
    """

    file: str
    sheet: str = ""
    row: int = 0
    column: str = ""
    value: str = ""
    wrong: str
    cure: str
    used: bool = True
