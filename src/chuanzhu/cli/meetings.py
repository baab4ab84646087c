"""``chuanzhu meetings EVENT.xlsx --output 日程.xlsx``: the timetable of a matchmaking event."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from chuanzhu.cli.job import tell_problems
from chuanzhu.cli.parsing import positive
from chuanzhu.meetings import Effort, Event, Meeting, Participant, Placement, plan, repair
from chuanzhu.model import ChuanzhuError
from chuanzhu.tables import check_output
from chuanzhu.tables.calendars import write_calendars
from chuanzhu.tables.events import read_event, read_told
from chuanzhu.tables.timetable import Sitting, TimetableSheets, timetable_as_workbook
from chuanzhu.tables.writing import write_bytes

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from chuanzhu.cli.parsing import Commands
    from chuanzhu.meetings import Timetable
    from chuanzhu.meetings.event import Half
    from chuanzhu.tables.events import EventTable

_AIMS: Final = {
    "kept": "保留原日程",
    "held": "排上会面",
    "breaks": "中间空档",
    "spread": "空档次数最多相差",
    "walks": "换桌",
}


def add_to(commands: Commands) -> None:
    """Add the command to the parser."""
    meetings = commands.add_parser("meetings", help="给对接会排日程:谁和谁、哪一场、哪一桌")
    meetings.add_argument("event", type=Path, metavar="EVENT", help="对接会工作簿(设置、参会者、意愿)")
    meetings.add_argument("--output", type=Path, required=True, metavar="OUT", help="日程写到这个文件(.xlsx)")
    meetings.add_argument("--told", type=Path, metavar="OLD", help="已通知的日程(.xlsx);有人缺席或加入时尽量少改它")
    meetings.add_argument("--calendars", type=Path, metavar="DIR", help="每家一份手机日历(.ics),写到这个文件夹")
    meetings.add_argument("--seconds", type=positive, default=60, metavar="N", help="最多算几秒(默认 60)")
    meetings.add_argument("--json", action="store_true", help="把结果以 JSON 打印到标准输出")
    meetings.set_defaults(run=_meetings)


def _meetings(options: argparse.Namespace) -> int:
    _check_files(options)
    table = read_event(options.event)
    if options.calendars and table.day is None:
        raise ChuanzhuError("“设置”里没有写日期,做不了日历文件;请加一行,如“日期 | 2026-12-18”")
    event = event_of(table)
    effort = Effort(seconds=options.seconds)
    if options.told:
        timetable = repair(event, told=list(_told(event, options.told)), effort=effort)
    else:
        timetable = plan(event, effort=effort)
    sheets = sheets_of(table, timetable)
    write_bytes(options.output, timetable_as_workbook(sheets, problems=table.problems))
    written = [options.output]
    if options.calendars:
        written += write_calendars(options.calendars, sheets)
    if options.json:
        print(_as_json(timetable))
    return _tell(table, sheets, written)


def _check_files(options: argparse.Namespace) -> None:
    inputs = [path for path in (options.event, options.told) if path]
    check_output(options.output, inputs=inputs)
    if options.output.suffix.lower() != ".xlsx":
        raise ChuanzhuError(f"日程只写成 .xlsx,不写“{options.output.suffix}”;请把输出文件名改成以 .xlsx 结尾")


def event_of(table: EventTable) -> Event:
    """Make the event that the planner takes from what the workbook tells."""
    numbers = table.numbers
    return Event(
        participants=tuple(
            Participant(name=row.name, absent=row.absent, table=row.table, most=row.most) for row in table.people
        ),
        meetings=tuple(
            Meeting(
                first=row.first,
                second=row.second,
                fit=row.fit,
                is_mutual=row.is_mutual,
                is_required=row.is_required,
                fixed=row.fixed,
                half=cast("Half", row.half),
                forbidden=row.forbidden,
            )
            for row in table.wishes
        ),
        slots=numbers["slots"],
        tables=numbers["tables"],
        morning=numbers.get("morning", numbers["slots"]),
        precedences=tuple(table.order),
        rivals=tuple(table.rivals),
        most=numbers.get("most"),
        least=numbers.get("least", 0),
        in_a_row=numbers.get("in_a_row"),
    )


def _told(event: Event, path: Path) -> Iterator[Placement]:
    """Find the told meetings among the event's; those no longer wished are left out."""
    places = {person.name: number for number, person in enumerate(event.participants)}
    meetings = {frozenset((one.first, one.second)): number for number, one in enumerate(event.meetings)}
    for first, second, slot, table in read_told(path):
        meeting = meetings.get(frozenset((places.get(first, -1), places.get(second, -1))))
        if meeting is not None:
            yield Placement(meeting=meeting, slot=slot, table=table)


def sheets_of(table: EventTable, timetable: Timetable) -> TimetableSheets:
    """Put a timetable into the words of its workbook."""
    people = [person.name for person in timetable.event.participants]
    wishes = timetable.event.meetings

    def pair(number: int) -> tuple[str, str, str]:
        wish = wishes[number]
        remarks = [f"得分 {wish.fit:g}"] * bool(wish.fit) + ["双方互选"] * wish.is_mutual
        return people[wish.first], people[wish.second], ";".join(remarks)

    sittings = []
    for each in timetable.placements:
        first, second, remark = pair(each.meeting)
        sittings.append(Sitting(slot=each.slot, table=each.table, first=first, second=second, remark=remark))
    return TimetableSheets(
        title=table.title,
        day=table.day,
        times=table.times(),
        people=people,
        sittings=sittings,
        unheld=[pair(number) for number in timetable.unheld],
        note=_note(timetable),
    )


def _note(timetable: Timetable) -> str:
    parts = []
    for measure in timetable.measures:
        if measure.aim not in _AIMS:
            continue
        proved = "(已证明最好)" if measure.value == measure.bound else f"(理论极限 {measure.bound})"
        parts.append(f"{_AIMS[measure.aim]} {measure.value} 次{proved}")
    return ";".join(parts) + "。"


def _as_json(timetable: Timetable) -> str:
    people = [person.name for person in timetable.event.participants]
    rows = [
        {
            "slot": each.slot,
            "table": each.table,
            "first": people[timetable.event.meetings[each.meeting].first],
            "second": people[timetable.event.meetings[each.meeting].second],
        }
        for each in timetable.placements
    ]
    measures = {each.aim: {"value": each.value, "bound": each.bound} for each in timetable.measures}
    return json.dumps({"sittings": rows, "unheld": len(timetable.unheld), "measures": measures}, ensure_ascii=False)


def _tell(table: EventTable, sheets: TimetableSheets, written: list[Path]) -> int:
    print(f"{len(table.people)} 家,{len(table.wishes)} 条意愿:{sheets.note}", file=sys.stderr)
    more = f"等 {len(written)} 个文件" if len(written) > 1 else ""
    print(f"已写出 {written[0]}{more}", file=sys.stderr)
    return tell_problems(table.problems, is_listed=True)
