"""``chuanzhu place ENTERPRISES --output OUT``: which classes or nodes the enterprises of a list belong to."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from chuanzhu.cli.job import tell_problems
from chuanzhu.cli.parsing import day, positive
from chuanzhu.model import Problem
from chuanzhu.placing import ClassPlacer, NodePlacer, Profile
from chuanzhu.tables import check_output
from chuanzhu.tables.enterprises import (
    UNPLACED,
    PlacedRow,
    placements_as_csv,
    placements_as_json,
    read_enterprises,
    write_placements,
)
from chuanzhu.taxonomy.programmes import bundled_programme, load_programme

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence

    from chuanzhu.cli.parsing import Commands
    from chuanzhu.placing import Placement
    from chuanzhu.tables.enterprises import ListedEnterprise

_CLASSES: Final = "gbt4754"
_PROGRAMME: Final = "henan"


def add_to(commands: Commands) -> None:
    """Add the command to the parser."""
    place = commands.add_parser("place", help="把企业归到产业链环节或国民经济行业小类")
    place.add_argument("enterprises", type=Path, metavar="ENTERPRISES", help="企业名单(.xlsx、.csv 或 .jsonl)")
    place.add_argument(
        "--output", type=Path, metavar="OUT", help="写到这个文件(.xlsx、.csv 或 .json);不写则以 CSV 打印"
    )
    place.add_argument(
        "--to",
        default=_PROGRAMME,
        metavar="TARGET",
        help=f"归到哪里:{_CLASSES}(行业小类),或产业链方案的名字、文件夹(默认 {_PROGRAMME})",
    )
    place.add_argument("--top", type=positive, default=5, metavar="N", help="每家企业最多列几处(默认 5)")
    place.add_argument("--today", type=day, default=None, metavar="YYYY-MM-DD", help="结果上写的日期(默认今天)")
    place.add_argument("--json", action="store_true", help="把结果以 JSON 打印到标准输出")
    place.set_defaults(run=_place)


def _place(options: argparse.Namespace) -> int:
    today = options.today or dt.date.today()  # noqa: DTZ011 (the calendar day where the clerk sits)
    if options.output:
        check_output(options.output, inputs=(options.enterprises,))
    placer = _placer(options.to)
    table = read_enterprises(options.enterprises)
    placements = [placer.place(_profile(record), limit=options.top) for record in table.records]
    rows = [row for placement in placements for row in _rows(placement)]
    doubts = _doubts(table.file, table.records, placements)
    problems, notes = (*table.problems, *doubts), (table.note,)
    if options.output:
        write_placements(options.output, rows, today=today, problems=problems, notes=notes)
    if options.json:
        print(placements_as_json(rows, problems=problems, notes=notes), end="")
    elif not options.output:
        print(placements_as_csv(rows).removeprefix("\ufeff"), end="")
    return _tell(placements, problems, written=options.output)


def _placer(target: str) -> ClassPlacer | NodePlacer:
    if target == _CLASSES:
        return ClassPlacer()
    folder = Path(target)
    return NodePlacer(load_programme(folder) if folder.is_dir() else bundled_programme(target))


def _profile(record: ListedEnterprise) -> Profile:
    return Profile(
        id=record.id, name=record.name, products=record.products, scope=record.scope, industry=record.industry
    )


def _rows(placement: Placement) -> Iterator[PlacedRow]:
    firm = placement.profile
    if not placement.spots:
        yield PlacedRow(
            id=firm.id,
            enterprise=firm.name,
            code="",
            name=UNPLACED,
            score=0.0,
            share=0.0,
            reasons=((placement.why, 0.0),),
        )
    for spot in placement.spots:
        yield PlacedRow(
            id=firm.id,
            enterprise=firm.name,
            code=spot.code,
            name=spot.name,
            score=round(spot.score, 1),
            share=spot.share,
            reasons=tuple((reason.text, reason.points) for reason in spot.reasons),
        )


def _doubts(file: str, records: Sequence[ListedEnterprise], placements: Sequence[Placement]) -> tuple[Problem, ...]:
    return tuple(
        Problem(
            file=file,
            row=record.row,
            column="行业代码",
            value=record.industry,
            wrong=placement.doubt,
            cure="请核对行业代码、产品和经营范围;归位以名称、产品和经营范围为准",
        )
        for record, placement in zip(records, placements, strict=True)
        if placement.doubt
    )


def _tell(placements: Sequence[Placement], problems: Sequence[Problem], *, written: Path | None) -> int:
    """Say on standard error how many were placed and what was wrong, and return the exit code."""
    placed = sum(bool(placement.spots) for placement in placements)
    print(f"企业 {len(placements)} 家:{placed} 家归了位,{len(placements) - placed} 家未归位。", file=sys.stderr)
    if written:
        print(f"已写到 {written}", file=sys.stderr)
    return tell_problems(problems, is_listed=written is not None and written.suffix.lower() == ".xlsx")
