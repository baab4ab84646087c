"""The main job, in the steps that commands share: read two lists, match, and tell what was done."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import sys
from typing import TYPE_CHECKING, Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from chuanzhu.matching import Matcher
from chuanzhu.tables import read_demands, read_supplies

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from chuanzhu.model import Answer, Demand, Problem, Supply
    from chuanzhu.tables import Table
    from chuanzhu.tables.fields import Heeded

ALL_USED, SOME_PROBLEMS = 0, 3
_WIDTH: Final = 100
_PROBLEMS_SHOWN: Final = 5
_MANY_SUPPLIES, _MANY_DEMANDS = 50_000, 1_000


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A list of supplies ready to be asked, the demands to ask, and what reading them gave rise to."""

    matcher: Matcher
    demands: tuple[Demand, ...]
    problems: tuple[Problem, ...]
    notes: tuple[str, ...]


def prepare_job(supply: Path, demand: Path, *, today: dt.date, heeded: Mapping[str, Heeded] | None = None) -> Job:
    """Read two lists and index the supplies, showing progress; ``supply`` may be the folder of an index.

    ``heeded`` are by side the further columns that will be read (:func:`chuanzhu.tables.fields.note_unreadable`).
    """
    further = heeded or {}
    matcher, problems, note = open_supplies(supply, today=today, heeded=further.get("supply"))
    with showing_progress("读需求清单") as progress:
        demands = read_demands(demand, today=today, progress=progress, heeded=further.get("demand") or {})
    return Job(
        matcher=matcher,
        demands=demands.records,
        problems=(*problems, *demands.problems),
        notes=tuple(each for each in (note, demands.note) if each),
    )


def open_supplies(
    supply: Path, *, today: dt.date, heeded: Heeded | None = None
) -> tuple[Matcher, tuple[Problem, ...], str]:
    """Open an index by its folder, or read a list and index it; with the problems of the list and the note on it."""
    if supply.is_dir():
        return Matcher.open(supply), (), ""
    supplies = read_listed(supply, today=today, heeded=heeded)
    with showing_progress("建立索引") as progress:
        total = len(supplies.records)
        matcher = Matcher.build(
            supplies.records, workers=workers_for(total, _MANY_SUPPLIES), progress=lambda done: progress(done, total)
        )
    return matcher, supplies.problems, supplies.note


def read_listed(supply: Path, *, today: dt.date, heeded: Heeded | None = None) -> Table[Supply]:
    """Read a supply list, showing progress."""
    with showing_progress("读供给清单") as progress:
        return read_supplies(supply, today=today, progress=progress, heeded=heeded or {})


def answers_of(job: Job, *, top: int, today: dt.date, skip: int = 0) -> Iterator[Answer]:
    """Answer the demands in order but for the first ``skip``, showing progress and the remaining time."""
    left = job.demands[skip:]
    with showing_progress("逐条匹配") as progress:
        answers = job.matcher.answers(left, limit=top, today=today, workers=workers_for(len(left), _MANY_DEMANDS))
        for done, answer in enumerate(answers, start=1):
            yield answer
            progress(skip + done, len(job.demands))


def workers_for(size: int, many: int) -> int:
    """Return how many processes are worth their start: one a core for a long list, else this one alone."""
    return os.cpu_count() or 1 if size >= many else 1


def tell(job: Job, *, met: int, written: Sequence[Path]) -> int:
    """Say on standard error what was done with which rows, and return the exit code."""
    for note in job.notes:
        print(note, file=sys.stderr)
    print(
        f"供给 {len(job.matcher)} 条,需求 {len(job.demands)} 条:{met} 条找到合适供给,{len(job.demands) - met} 条没有。",
        file=sys.stderr,
    )
    for path in written:
        print(f"已写到 {path}", file=sys.stderr)
    return tell_problems(job.problems, is_listed=any(path.suffix.lower() == ".xlsx" for path in written))


def tell_problems(problems: Sequence[Problem], *, is_listed: bool) -> int:
    """Say on standard error which rows had problems, the first few of them, and return the exit code."""
    for problem in problems[:_PROBLEMS_SHOWN]:
        print(_problem_line(problem), file=sys.stderr)
    if len(problems) > _PROBLEMS_SHOWN:
        where = "全部列在“问题行”表里" if is_listed else "输出文件名以 .xlsx 结尾就能看到全部"
        print(f"……共 {len(problems)} 处问题,{where}。", file=sys.stderr)
    return SOME_PROBLEMS if problems else ALL_USED


def _problem_line(problem: Problem) -> str:
    place = "".join(
        (
            problem.file,
            f" 表“{problem.sheet}”" if problem.sheet else "",
            f" 第{problem.row}行" if problem.row else "",
            f" {problem.column}列" if problem.column else "",
        )
    )
    return f"  {place}:{problem.wrong};{problem.cure}"


def terminal_width() -> int | None:
    """Return the width to print at: the terminal's own, or a fixed one where the output is a file."""
    return None if sys.stdout.isatty() else _WIDTH


@contextlib.contextmanager
def showing_progress(what: str) -> Iterator[Callable[[int, int], None]]:
    """Show a bar with the remaining time on a terminal, and nothing where standard error is a file."""
    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
