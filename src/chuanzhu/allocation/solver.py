"""HiGHS as this package uses it: one programme, solved again and again inside changing bounds.

HiGHS: Q. Huangfu and J. A. J. Hall, "Parallelizing the dual revised simplex method", Mathematical Programming
Computation 10 (2018). It runs on one thread, so that the same input takes the same path.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import highspy
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from chuanzhu.allocation.problem import Floats
    from chuanzhu.allocation.programme import Programme

_NEVER: Final = 1e-9  # a gap in per one below which HiGHS need not go on


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """When to stop: at a moment of ``time.monotonic``, or when somebody no longer wants the answer."""

    deadline: float
    is_cancelled: Callable[[], bool] | None = None

    @property
    def seconds(self) -> float:
        """Seconds that are left."""
        return max(0.0, self.deadline - time.monotonic())

    @property
    def is_over(self) -> bool:
        """Whether to stop now."""
        return self.seconds <= 0 or (self.is_cancelled is not None and self.is_cancelled())


@dataclass(frozen=True, slots=True, kw_only=True)
class Solved:
    """Values of the columns, what no solution can exceed, and the price of each row's limit where there are prices."""

    values: Floats
    bound: float
    prices: Floats | None = None


class Solver:
    """Holds a programme inside HiGHS; a later solution starts from the one before."""

    def __init__(self, programme: Programme, limits: Limits) -> None:
        self._programme: Final = programme
        self._limits: Final = limits
        self._highs: Final = highspy.Highs()
        self._highs.silent()
        self._highs.setOptionValue("threads", 1)
        self._highs.passModel(_lp(programme))
        if limits.is_cancelled:
            for callback in (self._highs.cbSimplexInterrupt, self._highs.cbMipInterrupt):
                callback.subscribe(self._interrupt)

    def _interrupt(self, event: highspy.highs.HighsCallbackEvent) -> None:
        if self._limits.is_cancelled and self._limits.is_cancelled():
            event.interrupt()

    def relaxed(self, low: Floats, high: Floats) -> Solved | None:
        """Return the optimum with columns inside bounds, whole numbers forgotten; None where it was not reached."""
        columns = np.arange(len(low), dtype=np.int32)
        self._highs.changeColsBounds(len(low), columns, low, high)
        self._run()
        if self._highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        solution, bound = self._highs.getSolution(), self._highs.getInfo().objective_function_value
        prices = np.maximum(0.0, solution.row_dual)
        return Solved(values=np.array(solution.col_value), bound=bound, prices=prices)

    def whole(self, start: Floats, *, gap: float) -> Solved | None:
        """Return the best found with whole numbers, beginning with values ``start`` of all columns; None where none."""
        whole = self._programme.whole.astype(np.int32)
        kinds = np.full(len(whole), highspy.HighsVarType.kInteger)
        self._highs.changeColsIntegrality(len(whole), whole, kinds)
        self._highs.setOptionValue("mip_rel_gap", max(gap, _NEVER))
        self._highs.setOptionValue("mip_abs_gap", _NEVER)
        guess = highspy.HighsSolution()
        guess.col_value = start
        self._highs.setSolution(guess)
        self._run()
        info = self._highs.getInfo()
        values = np.array(self._highs.getSolution().col_value)
        if not values.size or not np.isfinite(info.mip_dual_bound):
            return None
        return Solved(values=values, bound=info.mip_dual_bound)

    def _run(self) -> None:
        self._highs.setOptionValue("time_limit", self._highs.getRunTime() + self._limits.seconds)
        self._highs.run()


def _lp(programme: Programme) -> highspy.HighsLp:
    lp, columns, rows = highspy.HighsLp(), len(programme.gain), len(programme.limit)
    lp.num_col_, lp.num_row_ = columns, rows
    lp.sense_ = highspy.ObjSense.kMaximize
    lp.col_cost_ = programme.gain
    lp.col_lower_, lp.col_upper_ = np.zeros(columns), np.ones(columns)
    lp.row_lower_, lp.row_upper_ = np.full(rows, -np.inf), programme.limit
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = np.searchsorted(programme.row, np.arange(rows + 1)).astype(np.int32)
    lp.a_matrix_.index_ = programme.column.astype(np.int32)
    lp.a_matrix_.value_ = programme.value
    return lp
