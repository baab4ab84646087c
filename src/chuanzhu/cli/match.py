"""``chuanzhu match SUPPLY DEMAND``: the main job."""

from __future__ import annotations

import datetime as dt
import hashlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from chuanzhu.cli.job import answers_of, prepare_job, tell, terminal_width
from chuanzhu.cli.parsing import day, positive
from chuanzhu.cli.sharing import HEEDED, add_options, check_options, share_out
from chuanzhu.model import ChuanzhuError
from chuanzhu.tables import GrowingList, answers_as_json, check_output, terminal_table, write_answers
from chuanzhu.tables.writing import is_same_file

if TYPE_CHECKING:
    import argparse

    from chuanzhu.cli.job import Job
    from chuanzhu.cli.parsing import Commands


def add_to(commands: Commands) -> None:
    """Add the command to the parser."""
    match = commands.add_parser("match", help="按需求清单在供给清单里找供应商")
    match.add_argument(
        "supply", type=Path, metavar="SUPPLY", help="供给清单(.xlsx 或 .csv),或 chuanzhu index 建的索引文件夹"
    )
    match.add_argument("demand", type=Path, metavar="DEMAND", help="需求清单(.xlsx 或 .csv)")
    match.add_argument(
        "--output", type=Path, metavar="OUT", help="写到这个文件(.xlsx、.csv 或 .json);不写则打印每条需求的前三家"
    )
    match.add_argument("--top", type=positive, default=10, metavar="N", help="每条需求最多列几家(默认 10)")
    match.add_argument(
        "--today", type=day, default=None, metavar="YYYY-MM-DD", help="“国庆前”“两周内”从哪天算起(默认今天)"
    )
    add_options(match)
    match.add_argument("--json", action="store_true", help="把结果以 JSON 打印到标准输出")
    match.set_defaults(run=_match)


def _match(options: argparse.Namespace) -> int:
    today = options.today or dt.date.today()  # noqa: DTZ011 (the calendar day where the clerk sits)
    _check_files(options.supply, options.demand, options.output)
    check_options(options)
    job = prepare_job(options.supply, options.demand, today=today, heeded=HEEDED if options.allocate else None)
    if options.output and options.output.suffix.lower() == ".csv" and not options.json:
        return tell(job, met=_stream(job, options, today=today), written=[options.output])
    answers = tuple(answers_of(job, top=options.top, today=today))
    allocation = share_out(answers, options) if options.allocate else None
    if options.output:
        write_answers(
            options.output, answers, problems=job.problems, notes=job.notes, today=today, allocation=allocation
        )
    if options.json:
        print(answers_as_json(answers, problems=job.problems, notes=job.notes, allocation=allocation), end="")
    elif not options.output:
        terminal_table(answers, console=Console(width=terminal_width()))
    met = sum(bool(answer.matches) for answer in answers)
    return tell(job, met=met, written=[options.output] if options.output else [])


def _stream(job: Job, options: argparse.Namespace, *, today: dt.date) -> int:
    """Write the match list while it is being made, going on from where an earlier run of this job was stopped."""
    mark = _mark(options.supply, options.demand, f"{job.matcher.mark} {options.top} {today}")
    with GrowingList(options.output, job=mark) as growing:
        if growing.done:
            print(f"接着上次做:前 {growing.done} 条需求已经匹配过。", file=sys.stderr)
        try:
            for answer in answers_of(job, top=options.top, today=today, skip=growing.done):
                growing.add(answer)
        except KeyboardInterrupt as stop:
            growing.note_down()
            raise KeyboardInterrupt(
                f"已停止:{len(job.demands)} 条需求匹配了 {growing.done} 条,存在 {growing.part};"
                "再运行同一条命令会接着做。"
            ) from stop
        growing.finish()
        return growing.met


def _mark(supply: Path, demand: Path, options: str) -> str:
    """Return a digest of all that the result depends on."""
    digest = hashlib.blake2b(options.encode(), digest_size=16)
    for path in (supply, demand):
        if path.is_dir():
            files = sorted((str(each), each.stat().st_size, each.stat().st_mtime_ns) for each in path.rglob("*"))
            digest.update(repr(files).encode())
        else:
            digest.update(path.read_bytes())
    return digest.hexdigest()


def _check_files(supply: Path, demand: Path, output: Path | None) -> None:
    if is_same_file(supply, demand):
        raise ChuanzhuError(f"供给清单和需求清单是同一个文件({supply});请给出两个不同的文件")
    if output:
        check_output(output, inputs=(supply, demand))
