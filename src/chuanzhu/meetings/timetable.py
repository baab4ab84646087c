"""What comes out: who meets whom in which slot at which table, and how far from the best it may be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chuanzhu.meetings.event import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """A meeting (its position in the event), with its slot and table from 1."""

    meeting: int
    slot: int
    table: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """How well one aim was reached: ``value``, and ``bound``, which nothing can pass. Equal means proved best.

    ``aim`` is "held" (meetings held, more is better), "fit" (sum of fit over them, a mutual wish before any score),
    "breaks" (fewer is better), "spread" (difference of two people's breaks) or "walks" (changes of table).
    """

    aim: str
    value: int
    bound: int

    @property
    def gap(self) -> float:
        """Distance to the bound as a share of the larger of the two; 0 is proved best."""
        return abs(self.bound - self.value) / max(abs(self.bound), abs(self.value), 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Timetable:
    """Placements by slot and table, and how well each aim was reached, in the order of the aims."""

    event: Event
    placements: tuple[Placement, ...]
    measures: tuple[Measure, ...] = ()

    def measure(self, aim: str) -> Measure:
        """Return the measure of an aim."""
        return next(each for each in self.measures if each.aim == aim)

    @property
    def slots(self) -> Mapping[int, int]:
        """The slot of each meeting that is held."""
        return {each.meeting: each.slot for each in self.placements}

    @property
    def unheld(self) -> tuple[int, ...]:
        """Wishes that found no place."""
        held = self.slots
        return tuple(number for number in range(len(self.event.meetings)) if number not in held)
