"""From the relaxed optimum to whole decisions: round what is nearly decided, solve again, until no rule is broken.

Rounding in batches with the simplex method started warm, as in the diving heuristics of T. Berthold, "Primal
Heuristics for Mixed Integer Programs" (2006).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from chuanzhu.allocation.ledger import Ledger
from chuanzhu.allocation.programme import services

if TYPE_CHECKING:
    from chuanzhu.allocation.problem import AllocationProblem, Bools, Floats, Ints
    from chuanzhu.allocation.programme import Programme
    from chuanzhu.allocation.solver import Solved, Solver

_OPEN: Final = 1.01
_ZERO: Final = 1e-7  # what the solver may miss a bound by
_HALF: Final = 0.6  # of a lot: what is filled as far goes up to the lot, the rest is shut; ADR 0003 has the trials
_BATCH, _FEWEST = 0.5, 10  # share of the undecided pairs that are decided before the next solution
_REFILLS: Final = 3


class Rounding:
    """Bounds of the columns of a relaxation, tightened until its optimum keeps every rule.

    Open columns may go to a little over the 1 that the rows imply, so that all prices go to the rows. They do have a
    bound, because the dual simplex method starts ten times faster from columns that do (ADR 0003).
    """

    def __init__(self, problem: AllocationProblem, programme: Programme, solver: Solver) -> None:
        self._problem: Final = problem
        self._pairs: Final = programme.pairs
        self._solver: Final = solver
        self._lot: Final = problem.lot[programme.pairs] / problem.most[programme.pairs]
        self._service, self._demand_of = services(problem, programme.pairs)
        self._promised: Final = Ledger(problem)
        self.low: Final = np.zeros(len(programme.gain))
        self.high: Final = np.full(len(programme.gain), _OPEN)

    def solve(self) -> Solved | None:
        """Return the optimum inside the bounds; None where time ran out."""
        return self._solver.relaxed(self.low, self.high)

    def run(self, solved: Solved) -> Solved:
        """Round until the optimum inside the bounds keeps every rule, and return it, or how far it came in time."""
        while self._tighten(solved):
            following = self.solve()
            if following is None:
                return solved
            solved = following
        for _ in range(_REFILLS):
            following = self.solve() if self._reopen(solved) else None
            if following is None:
                return solved
            solved = following
        return solved

    def fix(self, opened: Bools) -> Solved | None:
        """Return the optimum where exactly the pairs of ``opened`` may deliver, each at least its lot."""
        self._open_only(opened)
        return self.solve()

    def _open_only(self, opened: Bools) -> None:
        self.low[: len(opened)] = np.where(opened, self._lot, 0.0)
        self.high[: len(opened)] = np.where(opened, _OPEN, 0.0)

    def _tighten(self, solved: Solved) -> bool:
        """Decide what the solution leaves undecided; tell whether there was anything."""
        z = solved.values[: len(self._pairs)]
        shares = z * self._problem.most[self._pairs]
        off = (z > _ZERO) & (self._torn(shares) | self._surplus(shares))
        undecided = (z > _ZERO) & ~off & (self.low[: len(z)] == 0)
        small = np.flatnonzero(undecided & (z < self._lot - _ZERO))
        up, down = self._nearly_decided(small, z[small] / self._lot[small])
        for at in up:
            off[at] = not self._promise(int(at))
        off[down] = True
        self.high[: len(z)][off] = 0.0
        return bool(small.size or off.any())

    @staticmethod
    def _nearly_decided(small: Ints, filled: Floats) -> tuple[Ints, Ints]:
        """Return the fullest and the emptiest of the pairs below their lot, which ``filled`` measures."""
        order = np.argsort(-filled, kind="stable")
        batch = max(_FEWEST, round(len(small) * _BATCH))
        up, down = order[:batch], order[::-1][:batch]
        return small[up[filled[up] >= _HALF]], small[down[filled[down] < _HALF]]

    def _promise(self, at: int) -> bool:
        """Keep a pair at its lot or more, where all that is promised leaves room for it."""
        pair, lot = int(self._pairs[at]), float(self._problem.lot[self._pairs[at]])
        room = self._promised.room(pair)
        if room <= 0:
            return False
        self._promised.give(pair, min(room, lot))
        self.low[at] = self._lot[at]
        return True

    def _surplus(self, shares: Floats) -> Bools:
        """Tell which pairs belong to enterprises beyond the number that a demand may have, the largest kept."""
        totals = np.bincount(self._service, shares, minlength=len(self._demand_of)).astype(float)
        totals[np.unique(self._service[self.low[: len(shares)] > 0])] += 1.0
        order = np.lexsort((-totals, self._demand_of))
        demands = self._demand_of[order]
        rank = np.arange(len(order)) - np.searchsorted(demands, demands)
        limit = self._problem.most_suppliers[demands]
        surplus = np.zeros(len(order), bool)
        surplus[order] = (limit > 0) & (rank >= limit)
        found: Bools = surplus[self._service]
        return found

    def _torn(self, shares: Floats) -> Bools:
        """Tell which pairs serve another buyer than the one to whom their enterprise delivers most, exclusively."""
        seller, group = self._problem.seller[self._problem.supply[self._pairs]], self._problem.groups[self._pairs]
        if (group < 0).all():
            return np.zeros(len(shares), bool)
        weight = shares * self._problem.fit[self._pairs] + (self.low[: len(shares)] > 0)
        choices, choice = np.unique(np.stack([seller, group]), axis=1, return_inverse=True)
        totals = np.bincount(choice, weight)
        order = np.lexsort((-totals, choices[0]))
        best = np.zeros(len(order), bool)
        best[order[np.searchsorted(choices[0], np.unique(choices[0]))]] = True
        found: Bools = ~best[choice]
        return found

    def _reopen(self, solved: Solved) -> bool:
        """Let pairs that were shut deliver where the solution leaves room for them; tell whether any could."""
        shares = solved.values[: len(self._pairs)] * self._problem.most[self._pairs]
        ledger, all_shares = Ledger(self._problem), np.zeros(len(self._problem.demand))
        all_shares[self._pairs] = shares
        ledger.give_all(self._pairs[shares > _ZERO].tolist(), all_shares)
        before = np.array(ledger.given)[self._pairs] > 0
        ledger.fill(self._pairs[best_first(self._problem.fit[self._pairs])].tolist())
        opened = np.array(ledger.given)[self._pairs] > 0
        if (opened == before).all():
            return False
        self._open_only(opened)
        return True


def best_first(fit: Floats) -> Ints:
    """Return the order of pairs by how well they fit, the first listed first where equal."""
    return np.argsort(-fit, kind="stable")
