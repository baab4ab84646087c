"""CP-SAT of OR-Tools as an optional part: loaded when first needed, stopped when asked, told what it has time for."""

from __future__ import annotations

import dataclasses
import functools
import importlib
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from chuanzhu.model import ChuanzhuError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ortools.sat.python import cp_model


FOUND: Final = frozenset({"OPTIMAL", "FEASIBLE"})


class SolverMissing(ChuanzhuError):  # noqa: N818 (as the other errors here)
    """OR-Tools is not installed; the text says how to install it."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """What a search may take: seconds, processors, the seed of its chances, and a flag that somebody can set to stop.

    The same seed gives the same timetable only where the search ends before its time is up and ``workers`` is 1.
    """

    seconds: float = 60.0
    workers: int = 2
    seed: int = 0
    cancel: threading.Event | None = None

    def part(self, seconds: float) -> Effort:
        """Return the same effort with other seconds, never less than a tenth of one."""
        return dataclasses.replace(self, seconds=max(0.1, seconds))

    @property
    def is_cancelled(self) -> bool:
        """Whether somebody asked to stop."""
        return self.cancel is not None and self.cancel.is_set()


@functools.cache
def sat() -> Any:  # noqa: ANN401 (a module)
    """Return OR-Tools' module ``cp_model``. Raises SolverMissing."""
    try:
        return importlib.import_module("ortools.sat.python.cp_model")
    except ModuleNotFoundError as error:
        raise SolverMissing(
            "排对接会要用 OR-Tools,这台电脑上还没有装;请运行:pip install 'chuanzhu[meetings]',装好后重做"
        ) from error


def run(model: cp_model.CpModel, effort: Effort, *, subsolvers: Sequence[str] = ()) -> tuple[str, cp_model.CpSolver]:
    """Solve a model within an effort; return how it ended (OPTIMAL, FEASIBLE, INFEASIBLE, UNKNOWN) and the solver.

    ``subsolvers`` are the only strategies used, in this order.
    """
    solver: cp_model.CpSolver = sat().CpSolver()
    solver.parameters.max_time_in_seconds = effort.seconds
    solver.parameters.num_workers = effort.workers
    solver.parameters.random_seed = effort.seed
    if subsolvers and effort.workers > 1:
        solver.parameters.subsolvers.extend(subsolvers)
    with _stoppable(solver, effort.cancel):
        status = solver.solve(model)
    return solver.status_name(status), solver


@contextmanager
def _stoppable(solver: cp_model.CpSolver, cancel: threading.Event | None) -> Iterator[None]:
    """While the search runs, a thread waits for the flag: the solver itself looks at nothing of Python's."""
    if cancel is None:
        yield
        return
    done = threading.Event()

    def watch() -> None:
        while not done.wait(0.05):
            if cancel.is_set():
                solver.stop_search()

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        done.set()
        watcher.join()
