"""In which slots the meetings of an event lie: all of them held, with the fewest breaks."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from chuanzhu.meetings.breaks import add_breaks, count_breaks
from chuanzhu.meetings.conflict import failure
from chuanzhu.meetings.counting import fewest_breaks
from chuanzhu.meetings.grid import build, hint, slots_in
from chuanzhu.meetings.rules import total
from chuanzhu.meetings.solver import FOUND, run
from chuanzhu.meetings.timetable import Measure

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ortools.sat.python import cp_model

    from chuanzhu.meetings.event import Event
    from chuanzhu.meetings.rules import Grid
    from chuanzhu.meetings.solver import Effort

_COUNTING, _FINDING, _TRYING_FIRST, _BOUNDING = 0.05, 0.05, 0.1, 0.1  # shares of the time, at most
_TRYING, _TRYING_FROM_HINTS = 0.5, 0.3  # share of the time that is over when asking ends and improving begins
_FINDERS: Final = ("no_lp", "default_lp")
_BOUNDERS: Final = ("default_lp", "objective_lb_search")
_IMPROVERS: Final = ("no_lp",)


def arrange(
    event: Event, *, effort: Effort, hints: Mapping[int, int] | None = None, is_explained: bool = True
) -> tuple[Mapping[int, int], list[Measure]]:
    """Give all meetings of an event slots with the fewest breaks, keeping the event's spread of breaks as a rule.

    ``hints`` are slots that keep all other rules; they are returned where nothing better is found in time. Counting and
    the relaxation bound the number of breaks from below; then "no more than the bound" is asked as a question of yes or
    no, which is answered far sooner than how few there are, and with each no the bound rises. Raises InfeasibleEvent
    (with a conflict in words if it ``is_explained``) and OutOfTime.
    """
    if not event.meetings:
        return {}, [Measure(aim="breaks", value=0, bound=0), Measure(aim="spread", value=0, bound=0)]
    ends = time.monotonic() + effort.seconds
    least = fewest_breaks(event, effort=effort.part(_COUNTING * effort.seconds))
    if least is None:
        raise failure(event, "INFEASIBLE", effort=effort, is_explained=is_explained)
    model, grid = build(event)
    value = total([each for own in add_breaks(model, grid) for each in own])
    search = _Search(
        effort=effort, ends=ends, model=model, grid=grid, value=value, least=least, found=dict(hints or {})
    )
    search.find()
    if search.status == "INFEASIBLE":
        raise failure(event, search.status, effort=effort, is_explained=is_explained)
    search.ask(until=time.monotonic() + _TRYING_FIRST * effort.seconds)
    search.bound()
    search.ask(until=ends - (1 - (_TRYING_FROM_HINTS if hints else _TRYING)) * effort.seconds)
    search.improve()
    if not search.found:
        raise failure(event, search.status, effort=effort, is_explained=is_explained)
    own = _breaks(event, search.found)
    spread = max(own, default=0) - min(own, default=0)
    breaks = Measure(aim="breaks", value=sum(own), bound=search.least)
    return search.found, [breaks, Measure(aim="spread", value=spread, bound=0)]


@dataclass(slots=True, kw_only=True)
class _Search:
    """What is known so far: slots that keep the rules (``found``), and that there are at ``least`` so many breaks."""

    effort: Effort
    ends: float
    model: cp_model.CpModel
    grid: Grid
    value: Any
    least: int
    found: dict[int, int] = field(default_factory=dict)
    status: str = "UNKNOWN"

    def find(self) -> None:
        """Find slots that keep the rules, however many breaks there are."""
        if not self.found:
            self._run(self.model, share=_FINDING, subsolvers=_FINDERS)

    def bound(self) -> None:
        """Raise the bound by the relaxation."""
        if self.is_open:
            self._minimize(share=_BOUNDING, subsolvers=_BOUNDERS)

    def ask(self, *, until: float) -> None:
        """Ask whether there is a timetable with no more breaks than the bound, while the answer is no."""
        while self.is_open and time.monotonic() < until:
            model = self.model.clone()
            model.add(self.value <= self.least)
            self._run(model, share=1.0, subsolvers=_FINDERS, until=until)
            self.least += self.status == "INFEASIBLE"

    def improve(self) -> None:
        """Use what time is left to come nearer."""
        if self.is_open and time.monotonic() < self.ends:
            self._minimize(share=1.0, subsolvers=_IMPROVERS)

    @property
    def is_open(self) -> bool:
        """Whether the slots found may not be the best, and nobody asked to stop."""
        return self._reached > self.least and not self.effort.is_cancelled

    @property
    def _reached(self) -> float:
        return sum(_breaks(self.grid.event, self.found)) if self.found else math.inf

    def _minimize(self, *, share: float, subsolvers: Sequence[str]) -> None:
        model = self.model.clone()
        model.add(self.value >= self.least)
        model.minimize(self.value)
        hint(model, self.grid, self.found)
        solver = self._run(model, share=share, subsolvers=subsolvers)
        if self.status in FOUND:
            self.least = max(self.least, round(solver.best_objective_bound))

    def _run(
        self, model: cp_model.CpModel, *, share: float, subsolvers: Sequence[str], until: float | None = None
    ) -> cp_model.CpSolver:
        seconds = min(share * self.effort.seconds, (until or self.ends) - time.monotonic())
        self.status, solver = run(model, self.effort.part(seconds), subsolvers=subsolvers)
        if self.status in FOUND:
            slots = slots_in(solver, self.grid)
            if sum(_breaks(self.grid.event, slots)) <= self._reached:
                self.found = slots
        return solver


def _breaks(event: Event, slots: Mapping[int, int]) -> list[int]:
    return [count_breaks([slots[each] for each in own]) for own in event.meetings_of()]
