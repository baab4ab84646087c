"""The command line: ``chuanzhu match``, ``chuanzhu demo``, ``chuanzhu evaluate``.

Options are English, what is printed is Chinese. Results go to standard output, everything else to standard error. Exit
code 0: every row was used; 3: done, but some rows had problems; 2: nothing could be done.
"""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import datetime as dt
import json
import os
import sys
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Final, NoReturn

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from chuanzhu.matching import Matcher, evaluate, read_judgments, read_run
from chuanzhu.model import ChuanzhuError
from chuanzhu.report import render_report
from chuanzhu.tables import (
    answers_as_json,
    check_output,
    read_demands,
    read_supplies,
    terminal_table,
    write_answers,
    write_text,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from chuanzhu.model import Answer, Demand, Problem, Supply
    from chuanzhu.tables import Table

ALL_USED, NOTHING_DONE, SOME_PROBLEMS = 0, 2, 3
_WIDTH: Final = 100
_PROBLEMS_SHOWN: Final = 5
DEMO_WORKBOOK, DEMO_REPORT = "对接清单.xlsx", "对接报告.html"
DEMO_DAY: Final = dt.date(
    2026, 11, 21
)  # the day the illustrative demands were written for: their deadlines lie after it


_IN_CHINESE: Final = {
    "usage: ": "用法:",
    "positional arguments:": "参数:",
    "options:": "选项:",
    "show this help message and exit": "显示这份说明",
    "the following arguments are required: ": "缺少",
    "unrecognized arguments: ": "不认识的选项 ",
    "expected one argument": "后面要跟一个值",
    "argument ": "",
    "invalid choice: ": "没有这个命令:",
    "choose from": "可用的有",
}


class _Parser(argparse.ArgumentParser):
    """Says in Chinese how it is called and what is wrong with a call."""

    def error(self, message: str) -> NoReturn:
        self.exit(NOTHING_DONE, f"命令写得不对:{_chinese(message)};完整用法:{self.prog} --help\n")

    def format_help(self) -> str:
        return _chinese(super().format_help())


def _chinese(text: str) -> str:
    for english, chinese in _IN_CHINESE.items():
        text = text.replace(english, chinese)
    return text


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    options = _parser().parse_args(arguments)
    try:
        code: int = options.run(options)
        sys.stdout.flush()
    except ChuanzhuError as error:
        print(f"做不了:{error}", file=sys.stderr)
        return NOTHING_DONE
    except KeyboardInterrupt:
        print("已停止,没有留下写了一半的文件。", file=sys.stderr)
        return NOTHING_DONE
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nobody reads on, so nothing more is said
        return NOTHING_DONE
    except OSError as error:
        print(f"做不了:{error.strerror or error};请检查磁盘是否已满、输出位置能否写入", file=sys.stderr)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return NOTHING_DONE
    return code


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="chuanzhu", description="串珠:两份清单进,一份对接清单出。")
    commands = parser.add_subparsers(required=True, metavar="命令", parser_class=_Parser)
    match = commands.add_parser("match", help="按需求清单在供给清单里找供应商")
    match.add_argument("supply", type=Path, metavar="SUPPLY", help="供给清单(.xlsx 或 .csv)")
    match.add_argument("demand", type=Path, metavar="DEMAND", help="需求清单(.xlsx 或 .csv)")
    match.add_argument(
        "--output", type=Path, metavar="OUT", help="写到这个文件(.xlsx、.csv 或 .json);不写则打印每条需求的前三家"
    )
    match.add_argument("--top", type=_positive, default=10, metavar="N", help="每条需求最多列几家(默认 10)")
    match.add_argument(
        "--today", type=_day, default=None, metavar="YYYY-MM-DD", help="“国庆前”“两周内”从哪天算起(默认今天)"
    )
    match.add_argument("--json", action="store_true", help="把结果以 JSON 打印到标准输出")
    match.set_defaults(run=_match)
    demo = commands.add_parser("demo", help="用自带的河南企业清单演示一遍")
    demo.add_argument(
        "--today",
        type=_day,
        default=DEMO_DAY,
        metavar="YYYY-MM-DD",
        help=f"从哪天算起(默认 {DEMO_DAY},示例需求按这一天写成)",
    )
    demo.set_defaults(run=_demo)
    judge = commands.add_parser("evaluate", help="用人工评判检验一份对接清单的质量")
    judge.add_argument("run_file", type=Path, metavar="RUN", help="chuanzhu match 写出的 .csv")
    judge.add_argument("judgments", type=Path, metavar="QRELS", help="评判文件:需求编号、供给编号、等级,以制表符分隔")
    judge.add_argument("--json", action="store_true", help="以 JSON 打印")
    judge.set_defaults(run=_evaluate)
    return parser


def _positive(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"“{text}”应为正整数,例如 10")
    return int(text)


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"“{text}”应为日期,例如 2026-11-21") from error


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class _Job:
    """The two lists as read, and what the matcher said to each demand."""

    supplies: Table[Supply]
    demands: Table[Demand]
    answers: tuple[Answer, ...]

    @property
    def problems(self) -> tuple[Problem, ...]:
        return (*self.supplies.problems, *self.demands.problems)

    @property
    def notes(self) -> tuple[str, ...]:
        return tuple(note for note in (self.supplies.note, self.demands.note) if note)


def _run_job(supply: Path, demand: Path, *, top: int, today: dt.date) -> _Job:
    with _progress("读供给清单") as progress:
        supplies = read_supplies(supply, today=today, progress=progress)
    with _progress("读需求清单") as progress:
        demands = read_demands(demand, today=today, progress=progress)
    with _progress("建立索引") as progress:
        matcher = Matcher.build(supplies.records, progress=progress)
    answers: list[Answer] = []
    with _progress("逐条匹配") as progress:
        for answer in matcher.answers(demands.records, limit=top, today=today):
            answers.append(answer)
            progress(len(answers), len(demands.records))
    return _Job(supplies=supplies, demands=demands, answers=tuple(answers))


def _match(options: argparse.Namespace) -> int:
    today = options.today or dt.date.today()  # noqa: DTZ011 (the calendar day where the clerk sits)
    _check_files(options.supply, options.demand, options.output)
    job = _run_job(options.supply, options.demand, top=options.top, today=today)
    if options.output:
        write_answers(options.output, job.answers, problems=job.problems, notes=job.notes, today=today)
    if options.json:
        print(answers_as_json(job.answers, problems=job.problems, notes=job.notes), end="")
    elif not options.output:
        terminal_table(job.answers, console=Console(width=_terminal_width()))
    return _tell(job, written=[options.output] if options.output else [])


def _check_files(supply: Path, demand: Path, output: Path | None) -> None:
    if _is_same(supply, demand):
        raise ChuanzhuError(f"供给清单和需求清单是同一个文件({supply});请给出两个不同的文件")
    if output is None:
        return
    check_output(output)
    if _is_same(output, supply) or _is_same(output, demand):
        raise ChuanzhuError(f"输出文件 {output} 就是输入的清单,写进去会毁掉它;请换一个输出文件名")


def _is_same(one: Path, other: Path) -> bool:
    return one.exists() and other.exists() and one.samefile(other)


def _demo(options: argparse.Namespace) -> int:
    today: dt.date = options.today
    with contextlib.ExitStack() as stack:
        lists = resources.files("chuanzhu") / "data" / "demo"
        supply, demand = (
            stack.enter_context(resources.as_file(lists / f"{name}.csv")) for name in ("supply", "demand")
        )
        job = _run_job(supply, demand, top=5, today=today)
    workbook, report = Path(DEMO_WORKBOOK), Path(DEMO_REPORT)
    title = "河南供需对接演示"
    write_answers(workbook, job.answers, problems=job.problems, notes=job.notes, title=title, today=today)
    page = render_report(job.answers, problems=job.problems, notes=job.notes, title=title, today=today)
    write_text(report, page)
    terminal_table(job.answers, console=Console(width=_terminal_width()))
    return _tell(job, written=[workbook, report])


def _tell(job: _Job, *, written: Sequence[Path]) -> int:
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


def _evaluate(options: argparse.Namespace) -> int:
    quality = evaluate(read_run(options.run_file), read_judgments(options.judgments))
    if options.json:
        print(json.dumps(dataclasses.asdict(quality), ensure_ascii=False))
        return ALL_USED
    print(f"评判过的需求  {quality.demands}")
    for name, value in (
        ("nDCG@10", quality.ndcg_10),
        ("recall@50(等级2)", quality.recall_50),
        ("success@1", quality.success_1),
        ("MRR", quality.mrr),
    ):
        print(f"{name:<18}{value:.4f}")
    return ALL_USED


def _terminal_width() -> int | None:
    return None if sys.stdout.isatty() else _WIDTH


@contextlib.contextmanager
def _progress(what: str) -> Iterator[Callable[[int, int], None]]:
    """Show a bar with the remaining time on a terminal, and nothing where standard error is a file."""
    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


if __name__ == "__main__":
    sys.exit(main())
