"""``chuanzhu demo``: the main job on the bundled lists."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from chuanzhu.cli.job import answers_of, prepare_job, tell, terminal_width
from chuanzhu.cli.parsing import day
from chuanzhu.report import render_report
from chuanzhu.tables import terminal_table, write_answers, write_text
from chuanzhu.tables.samples import DEMO_DAY, demo_list

if TYPE_CHECKING:
    import argparse
    import datetime as dt

    from chuanzhu.cli.parsing import Commands

DEMO_WORKBOOK, DEMO_REPORT = "对接清单.xlsx", "对接报告.html"


def add_to(commands: Commands) -> None:
    """Add the command to the parser."""
    demo = commands.add_parser("demo", help="用自带的河南企业清单演示一遍")
    demo.add_argument(
        "--today",
        type=day,
        default=DEMO_DAY,
        metavar="YYYY-MM-DD",
        help=f"从哪天算起(默认 {DEMO_DAY},示例需求按这一天写成)",
    )
    demo.set_defaults(run=_demo)


def _demo(options: argparse.Namespace) -> int:
    today: dt.date = options.today
    with demo_list("supply") as supply, demo_list("demand") as demand:
        job = prepare_job(supply, demand, today=today)
        answers = tuple(answers_of(job, top=5, today=today))
    workbook, report = Path(DEMO_WORKBOOK), Path(DEMO_REPORT)
    title = "河南供需对接演示"
    write_answers(workbook, answers, problems=job.problems, notes=job.notes, title=title, today=today)
    page = render_report(answers, problems=job.problems, notes=job.notes, title=title, today=today)
    write_text(report, page)
    terminal_table(answers, console=Console(width=terminal_width()))
    return tell(job, met=sum(bool(answer.matches) for answer in answers), written=[workbook, report])
