"""How much of each demand each supply should deliver: the best there is, or the best found with its gap."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from chuanzhu.allocation.ledger import Ledger
from chuanzhu.allocation.programme import relaxation, whole_programme
from chuanzhu.allocation.rounding import Rounding, best_first
from chuanzhu.allocation.solver import Limits, Solver

if TYPE_CHECKING:
    from collections.abc import Callable

    from chuanzhu.allocation.problem import AllocationProblem, Floats
    from chuanzhu.allocation.programme import Programme
    from chuanzhu.allocation.solver import Solved

OPTIMAL, WITHIN_GAP, OUT_OF_TIME, CANCELLED = "optimal", "within_gap", "out_of_time", "cancelled"
_PROVED: Final = 1e-6
_ZERO: Final = 2e-6  # a whole number of HiGHS may be off by 1e-6, and what it opens by as much


@dataclass(frozen=True, slots=True, kw_only=True)
class Allocation:
    """``share`` (P,) is what each pair delivers, as a share of its demand.

    ``objective`` is the sum of fit × share, ``bound`` what no allocation can exceed, ``status`` one of "optimal" (the
    two agree to one part in a million), "within_gap", "out_of_time" and "cancelled". Prices are what the objective
    would gain at the margin: ``capacity_price`` (S,) by doubling a capacity, ``reserve_price`` by one demand more that
    is open to all; None where time ran out before they were known.
    """

    share: Floats
    objective: float
    bound: float
    status: str
    capacity_price: Floats | None = None
    reserve_price: float | None = None

    @property
    def gap(self) -> float:
        """How much better than this an allocation could at most be, in per one; infinite where nothing was found."""
        if self.bound <= self.objective:
            return 0.0
        return self.bound / self.objective - 1 if self.objective > 0 else float("inf")


def allocate(
    problem: AllocationProblem,
    *,
    seconds: float = 60.0,
    gap: float = 0.0,
    is_cancelled: Callable[[], bool] | None = None,
) -> Allocation:
    """Share capacities out to demands so that the sum of fit × delivered share is largest.

    The search ends when the result is proved to be within ``gap`` (in per one) of the best, after ``seconds``, or when
    ``is_cancelled`` says so; what was found by then is returned. Without lots, numbers of suppliers and exclusive
    buyers this is a linear programme, solved to the optimum; with them, its optimum is rounded and improved by branch
    and cut (HiGHS), against the bound of the relaxation.

    >>> from chuanzhu.allocation import problem_from_amounts
    >>> problem = problem_from_amounts(demand=[0, 0], supply=[0, 1], fit=[0.9, 0.5], quantity=[20], capacity=[15, 30])
    >>> allocate(problem).share
    array([0.75, 0.25])
    """
    return _Search(problem, Limits(deadline=time.monotonic() + seconds, is_cancelled=is_cancelled), gap).run()


class _Search:
    """One search, from a first guess to the proof or the end of the time."""

    def __init__(self, problem: AllocationProblem, limits: Limits, gap: float) -> None:
        self._problem: Final = problem
        self._limits: Final = limits
        self._gap: Final = max(gap, _PROVED)
        self._order: Final = np.flatnonzero(problem.usable)[best_first(problem.fit[problem.usable])].tolist()
        self._best = Allocation(share=np.zeros(len(problem.demand)), objective=0.0, bound=_bound(problem), status="")
        self._keep(self._best.share)

    def run(self) -> Allocation:
        """Search, and say how the search ended."""
        programme = relaxation(self._problem)
        rounding = Rounding(self._problem, programme, Solver(programme, self._limits))
        relaxed = rounding.solve() if programme.pairs.size else None
        if relaxed is not None:
            self._lower(relaxed.bound)
            self._keep_solved(rounding.run(relaxed), programme)
            if self._best.gap > self._gap and not self._limits.is_over:
                self._prove(rounding, programme)
        return replace(self._best, status=self._status())

    def _prove(self, rounding: Rounding, programme: Programme) -> None:
        """Branch and cut from the best so far; its decisions are solved once more for exact shares and prices."""
        whole = whole_programme(self._problem)
        start = whole.complete(self._best.share[whole.pairs] / self._problem.most[whole.pairs])
        found = Solver(whole, self._limits).whole(start, gap=self._gap)
        if found is None:
            return
        self._lower(found.bound)
        self._keep_solved(found, programme)
        self._keep_solved(rounding.fix(self._best.share[programme.pairs] > 0), programme)

    def _lower(self, bound: float) -> None:
        self._best = replace(self._best, bound=max(min(bound, self._best.bound), self._best.objective))

    def _keep_solved(self, solved: Solved | None, programme: Programme) -> None:
        if solved is None:
            return
        share, demands = np.zeros(len(self._problem.demand)), len(self._problem.buyer)
        z = solved.values[: len(programme.pairs)]
        share[programme.pairs] = np.where(z > _ZERO, z, 0.0) * self._problem.most[programme.pairs]
        if self._keep(share) and solved.prices is not None:
            supplies = len(self._problem.seller)
            reserve = solved.prices[demands + supplies] if self._problem.reserved else 0.0
            self._best = replace(
                self._best, capacity_price=solved.prices[demands : demands + supplies], reserve_price=float(reserve)
            )

    def _keep(self, share: Floats) -> bool:
        """Keep shares where they are as good as the best, cut to what the rules allow to the last digit."""
        ledger = Ledger(self._problem)
        ledger.give_all(np.flatnonzero(share), share)
        ledger.fill(self._order)
        given = np.array(ledger.given)
        objective = float(self._problem.fit @ given)
        if objective < self._best.objective * (1 - _PROVED):
            return False
        self._best = replace(self._best, share=given, objective=objective, bound=max(objective, self._best.bound))
        return True

    def _status(self) -> str:
        if self._best.gap <= _PROVED:
            return OPTIMAL
        if self._best.gap <= self._gap:
            return WITHIN_GAP
        return OUT_OF_TIME if self._limits.seconds <= 0 else CANCELLED


def _bound(problem: AllocationProblem) -> float:
    """Return what could be reached if every demand had all capacities to itself: a bound that needs no solver."""
    pairs = np.flatnonzero(problem.usable)
    pairs = pairs[np.lexsort((-problem.fit[pairs], problem.demand[pairs]))]
    demand, most = problem.demand[pairs], problem.most[pairs]
    before = np.cumsum(most) - most
    before -= before[np.searchsorted(demand, demand)]
    return float(problem.fit[pairs] @ np.clip(1 - before, 0, most))
