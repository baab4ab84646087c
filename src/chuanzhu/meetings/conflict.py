"""Why an event has no timetable: a few of its rules that cannot all be kept, and of which none can be left out."""

from __future__ import annotations

import dataclasses
import time
from typing import TYPE_CHECKING, Final

from chuanzhu.meetings.grid import build_switched
from chuanzhu.meetings.solver import run
from chuanzhu.model import ChuanzhuError

if TYPE_CHECKING:
    from ortools.sat.python import cp_model

    from chuanzhu.meetings.event import Event
    from chuanzhu.meetings.solver import Effort

_SHOWN: Final = 12
_EXPLAINING: Final = 20.0


class InfeasibleEvent(ChuanzhuError):  # noqa: N818 (as the other errors here)
    """No timetable keeps all rules. ``rules`` is a conflict in words; ``is_minimal`` where each of them is needed."""

    def __init__(self, rules: tuple[str, ...], *, is_minimal: bool) -> None:
        self.rules = rules
        self.is_minimal = is_minimal
        shown = "".join(f"\n  {number}. {rule}" for number, rule in enumerate(rules[:_SHOWN], start=1))
        rest = f"\n  ……共 {len(rules)} 条" if len(rules) > _SHOWN else ""
        cure = "放宽其中任何一条" if is_minimal else "从中放宽几条(其中可能有几条并不相干)"
        super().__init__(f"排不出来:下面 {len(rules)} 条要求不能同时满足(一家一场只能见一家);请{cure}再排{shown}{rest}")


class OutOfTime(ChuanzhuError):  # noqa: N818 (as the other errors here)
    """Nothing was found in the time given, and nothing was proved either."""


def failure(event: Event, status: str, *, effort: Effort, is_explained: bool = True) -> ChuanzhuError:
    """Return the error that tells why a search ended without a timetable: a conflict in words, or too little time."""
    if effort.is_cancelled:
        return OutOfTime("已按要求停止,停止前还没有排出可用的日程")
    if status != "INFEASIBLE":
        return OutOfTime(f"{effort.seconds:.0f} 秒内没有排出可用的日程,也没能证明排不出来;请把 --seconds 调大再试")
    conflict = conflicting_rules(event, effort=effort.part(_EXPLAINING)) if is_explained else None
    if conflict:
        return conflict
    fairness = f"任何两家的空档次数相差不超过 {event.spread}"
    return InfeasibleEvent((fairness, "其余全部要求(它们本身能同时满足)"), is_minimal=False)


def conflicting_rules(event: Event, *, effort: Effort) -> InfeasibleEvent | None:
    """Return a conflict among the event's rules, None where they are consistent or where time did not suffice.

    The solver names rules that are inconsistent together; each is then left out in turn, and stays out where the rest
    are inconsistent still (deletion filtering: Chinneck and Dravnieks, ORSA J. Computing 3, 1991). Breaks and their
    fairness are not among the rules tried.
    """
    ends = time.monotonic() + effort.seconds
    model, words = build_switched(event)
    status, core = _core(model, list(words), effort)
    if status != "INFEASIBLE":
        return None
    needed: list[int] = []
    is_minimal = True
    while core:
        candidate = core.pop()
        left = effort.part(ends - time.monotonic())
        status, smaller = ("UNKNOWN", []) if effort.is_cancelled else _core(model, needed + core, left)
        if status == "INFEASIBLE":
            core = [switch for switch in core if switch in smaller]
            continue
        is_minimal &= status != "UNKNOWN"
        needed.append(candidate)
    return InfeasibleEvent(tuple(words[switch] for switch in sorted(needed)), is_minimal=is_minimal)


def _core(model: cp_model.CpModel, switches: list[int], effort: Effort) -> tuple[str, list[int]]:
    """Return how the search with these switches on ended, and where it proved a conflict, switches that make one."""
    model.clear_assumptions()
    model.add_assumptions([model.get_bool_var_from_proto_index(switch) for switch in switches])
    status, solver = run(model, dataclasses.replace(effort, workers=1))
    return status, list(solver.sufficient_assumptions_for_infeasibility()) if status == "INFEASIBLE" else []
