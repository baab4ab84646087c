"""The main job, the same for every command that runs it: read two lists, match, and tell what was done."""

from __future__ import annotations

import contextlib
import dataclasses
import sys
from typing import TYPE_CHECKING, Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from chuanzhu.matching import Matcher
from chuanzhu.tables import read_demands, read_supplies

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from chuanzhu.model import Answer, Demand, Problem, Supply
    from chuanzhu.tables import Table

ALL_USED, SOME_PROBLEMS = 0, 3
_WIDTH: Final = 100
_PROBLEMS_SHOWN: Final = 5


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """The two lists as read, and what the matcher said to each demand."""

    supplies: Table[Supply]
    demands: Table[Demand]
    answers: tuple[Answer, ...]

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Problems of both lists."""
        return (*self.supplies.problems, *self.demands.problems)

    @property
    def notes(self) -> tuple[str, ...]:
        """What to tell about how the lists were read."""
        return tuple(note for note in (self.supplies.note, self.demands.note) if note)


def run_job(supply: Path, demand: Path, *, top: int, today: dt.date) -> Job:
    """Read two lists and match them, showing progress."""
    with _progress("读供给清单") as progress:
        supplies = read_supplies(supply, today=today, progress=progress)
    with _progress("读需求清单") as progress:
        demands = read_demands(demand, today=today, progress=progress)
    with _progress("建立索引") as progress:
        total = len(supplies.records)
        matcher = Matcher.build(supplies.records, progress=lambda done: progress(done, total))
    answers: list[Answer] = []
    with _progress("逐条匹配") as progress:
        for answer in matcher.answers(demands.records, limit=top, today=today):
            answers.append(answer)
            progress(len(answers), len(demands.records))
    return Job(supplies=supplies, demands=demands, answers=tuple(answers))


def tell(job: Job, *, written: Sequence[Path]) -> int:
    """Say on standard error what was done with which rows, and return the exit code."""
    met = sum(bool(answer.matches) for answer in job.answers)
    for note in job.notes:
        print(note, file=sys.stderr)
    print(
        f"供给 {len(job.supplies.records)} 条,需求 {len(job.demands.records)} 条:{met} 条找到合适供给,"
        f"{len(job.answers) - met} 条没有。",
        file=sys.stderr,
    )
    for path in written:
        print(f"已写到 {path}", file=sys.stderr)
    for problem in job.problems[:_PROBLEMS_SHOWN]:
        print(_problem_line(problem), file=sys.stderr)
    if len(job.problems) > _PROBLEMS_SHOWN:
        is_listed = any(path.suffix.lower() == ".xlsx" for path in written)
        where = "全部列在“问题行”表里" if is_listed else "输出文件名以 .xlsx 结尾就能看到全部"
        print(f"……共 {len(job.problems)} 处问题,{where}。", file=sys.stderr)
    return SOME_PROBLEMS if job.problems else ALL_USED


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
def _progress(what: str) -> Iterator[Callable[[int, int], None]]:
    """Show a bar with the remaining time on a terminal, and nothing where standard error is a file."""
    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
