"""The workbook of an event (对接会): 设置, 参会者, 意愿, where wanted 先后 and 竞争对手; every problem by its row."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from chuanzhu.tables.fields import Reading
from chuanzhu.tables.headers import Column, Header, header_key
from chuanzhu.tables.rows import Log, mended_rows
from chuanzhu.tables.sheets import TableError, read_sheets
from chuanzhu.text import squeeze

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from chuanzhu.model import Problem
    from chuanzhu.tables.sheets import Sheet

_PEOPLE, _WISHES, _ORDER, _RIVALS, _SETTINGS = "参会者", "意愿", "先后", "竞争对手", "设置"
_TOLD: Final = "按场次"
_TITLES: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    _PEOPLE: {
        "name": ("名称", "企业名称", "企业", "单位", "参会者", "参会单位", "姓名"),
        "role": ("身份", "角色", "类型"),
        "absent": ("缺席场次", "不在场次", "不能参加的场次"),
        "table": ("固定桌号", "桌号", "固定桌"),
        "most": ("最多会面", "会面上限"),
    },
    _WISHES: {
        "first": ("甲方", "采购方", "提出方", "买方"),
        "second": ("乙方", "供应商", "对方", "卖方"),
        "fit": ("得分", "匹配分", "分数"),
        "mutual": ("双向", "互选", "双方都想见"),
        "required": ("必须", "必须安排"),
        "fixed": ("指定场次", "固定场次"),
        "half": ("时段", "上午下午"),
        "forbidden": ("不能场次", "排除场次"),
        "id": ("编号", "序号"),
    },
    _ORDER: {"first": ("先", "先开", "先开编号"), "second": ("后", "后开", "后开编号")},
    _RIVALS: {"first": ("企业一", "甲", "企业"), "second": ("企业二", "乙", "对手")},
    _TOLD: {"first": ("甲方",), "second": ("乙方",), "slot": ("场次",), "table": ("桌号",)},
    _SETTINGS: {"first": ("项目", "设置", "名目"), "second": ("值", "内容", "数值")},
}
_NEEDED: Final = {
    _PEOPLE: ("name",),
    _WISHES: ("first", "second"),
    _TOLD: ("first", "second", "slot", "table"),
    **dict.fromkeys((_ORDER, _RIVALS, _SETTINGS), ("first", "second")),
}
_YES: Final = frozenset({"是", "1", "y", "yes", "true", "√", "✓", "对"})
_HALVES: Final = {"": "", "上午": "morning", "下午": "afternoon", "不限": "", "全天": ""}
_RANGE: Final = re.compile(r"(\d{1,4})(?:\s*[-\u2014\u2013\uff5e~至到]\s*(\d{1,4}))?")
_LONGEST: Final = 1000
_NUMBERS: Final = {
    **dict.fromkeys(("场次", "场数", "总场次"), "slots"),
    "桌数": "tables",
    "上午场次": "morning",
    "每人最多会面": "most",
    "每人最少会面": "least",
    "连续几场后休息": "in_a_row",
    "每场分钟": "minutes",
    "间隔分钟": "pause",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRow:
    """A row of 参会者: slots and the table from 1, 0 and None where nothing is written."""

    name: str
    role: str = ""
    absent: frozenset[int] = frozenset()
    table: int = 0
    most: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WishRow:
    """A row of 意愿: ``first`` and ``second`` are positions in the list of participants."""

    first: int
    second: int
    fit: float = 0.0
    is_mutual: bool = False
    is_required: bool = False
    fixed: int = 0
    half: str = ""
    forbidden: frozenset[int] = frozenset()


@dataclass(slots=True, kw_only=True)
class EventTable:
    """An event as its workbook tells it; pairs in ``order`` are wishes, in ``rivals`` participants, by position."""

    title: str = "对接会"
    day: dt.date | None = None
    starts: tuple[dt.time, dt.time] = (dt.time(9, 0), dt.time(13, 30))
    numbers: dict[str, int] = field(default_factory=dict)
    people: list[PersonRow] = field(default_factory=list)
    wishes: list[WishRow] = field(default_factory=list)
    order: list[tuple[int, int]] = field(default_factory=list)
    rivals: list[tuple[int, int]] = field(default_factory=list)
    problems: tuple[Problem, ...] = ()

    def times(self) -> list[tuple[dt.time, dt.time]]:
        """Return when each slot begins and ends: the morning from the first start on, the rest from the second."""
        minutes, pause = self.numbers.get("minutes", 20), self.numbers.get("pause", 5)
        slots = self.numbers["slots"]
        morning = self.numbers.get("morning", slots)
        found = []
        for slot in range(slots):
            start, place = (self.starts[0], slot) if slot < morning else (self.starts[1], slot - morning)
            begin = dt.datetime.combine(dt.date.min, start) + dt.timedelta(minutes=place * (minutes + pause))
            found.append((begin.time(), (begin + dt.timedelta(minutes=minutes)).time()))
        return found


def read_event(path: Path) -> EventTable:
    """Read an event's workbook. Rows that cannot be used become problems and stop nothing else.

    Two wishes of the same pair in opposite directions are one mutual wish. Raises TableError where a needed sheet,
    column or setting is missing.
    """
    sheets = {squeeze(sheet.name): sheet for sheet in read_sheets(path, rate=lambda _: 0.0)}
    missing = [name for name in (_SETTINGS, _PEOPLE, _WISHES) if name not in sheets]
    if missing:
        raise TableError(
            f"“{path.name}”缺少工作表{'、'.join(f'“{name}”' for name in missing)};请补上,或把已有的表改成这个名字"
        )
    log = Log(file=path.name, sheets=tuple(_TITLES))
    event = EventTable()
    _read_settings(event, sheets[_SETTINGS], log)
    ids: dict[str, int] = {}
    places = _read_people(event, sheets[_PEOPLE], log)
    _read_wishes(event, sheets[_WISHES], log, places=places, ids=ids)
    for name, pairs, known in ((_ORDER, event.order, ids), (_RIVALS, event.rivals, places)):
        if name in sheets:
            pairs.extend(_read_pairs(sheets[name], log, name=name, known=known))
    event.problems = log.in_order()
    return event


def read_told(path: Path) -> list[tuple[str, str, int, int]]:
    """Read what people were told from a timetable's sheet 按场次: who, whom, slot and table. Raises TableError."""
    log = Log(file=path.name, sheets=tuple(_TITLES))
    sheet = next((each for each in read_sheets(path, rate=lambda _: 0.0) if squeeze(each.name) == _TOLD), None)
    if sheet is None:
        raise TableError(f"“{path.name}”里没有工作表“{_TOLD}”;请给出上次排好的日程")
    found = []
    for reading in _rows(sheet, _TOLD, log):
        slot, table = _whole(reading, "slot"), _whole(reading, "table")
        if slot and table:
            found.append((reading.line("first"), reading.line("second"), slot, table))
    return found


def _rows(sheet: Sheet, name: str, log: Log) -> Iterator[Reading]:
    header = _header(sheet, name)
    if header is None:
        wanted = "、".join(f"“{_TITLES[name][needed][0]}”" for needed in _NEEDED[name])
        raise TableError(f"“{log.file}”的表“{sheet.name}”里没有列{wanted};请补上这些列名")
    for row in mended_rows(sheet, header, order=log.sheets.index(name), log=log):
        yield Reading(row=row, header=header, log=log)


def _header(sheet: Sheet, name: str) -> Header | None:
    for at, cells in enumerate(sheet.head()):
        keys = [header_key(cell)[0] for cell in cells]
        columns = tuple(Column(index=index, name=" ".join(cell.split())) for index, cell in enumerate(cells))
        fields = {
            field: columns[keys.index(alias)]
            for field, aliases in _TITLES[name].items()
            for alias in reversed(aliases)
            if alias in keys
        }
        if all(needed in fields for needed in _NEEDED[name]):
            used = frozenset(column.index for column in fields.values())
            return Header(row=at, columns=columns, fields=fields, used=used, score=1.0)
    return None


def _read_settings(event: EventTable, sheet: Sheet, log: Log) -> None:
    for reading in _rows(sheet, _SETTINGS, log):
        name, value = squeeze(reading.text("first")), reading.line("second")
        if name in _NUMBERS:
            number = _whole(reading, "second")
            if number is not None:
                event.numbers[_NUMBERS[name]] = number
        elif value and name in {"名称", "活动名称"}:
            event.title = value
        elif value and name in {"日期", "上午开始", "下午开始"}:
            _read_moment(event, reading, name, value)
        elif value:
            _refuse(
                reading, "first", f"不认识设置“{name}”", f"可以写:{'、'.join(_NUMBERS)}、名称、日期、上午开始、下午开始"
            )
    lacking = [name for name, key in (("场次", "slots"), ("桌数", "tables")) if key not in event.numbers]
    if lacking:
        raise TableError(f"“{log.file}”的表“{_SETTINGS}”里没有写{'、'.join(lacking)};请各加一行,如“场次 | 20”")
    if not 1 <= event.numbers["slots"] <= _LONGEST:
        raise TableError(f"“{log.file}”的场次是 {event.numbers['slots']};应在 1 到 {_LONGEST} 之间,请改正")


def _read_moment(event: EventTable, reading: Reading, name: str, value: str) -> None:
    try:
        if name == "日期":
            event.day = dt.date.fromisoformat(value)
        else:
            time = dt.time.fromisoformat(value.replace(":", ":").zfill(5))
            event.starts = (time, event.starts[1]) if name == "上午开始" else (event.starts[0], time)
    except ValueError:
        example = "2026-12-18" if name == "日期" else "09:00"
        _refuse(reading, "second", f"{name}“{value}”看不懂", f"请写成 {example} 这样;这一项没有用")


def _read_people(event: EventTable, sheet: Sheet, log: Log) -> dict[str, int]:
    places: dict[str, int] = {}
    for reading in _rows(sheet, _PEOPLE, log):
        name = reading.line("name")
        if not name or name in places:
            wrong = f"“{name}”在名单上已有" if name else "没有写名称"
            _refuse(reading, "name", wrong, "这一行没有用;请补上或删去")
            continue
        places[name] = len(event.people)
        row = PersonRow(
            name=name,
            role=reading.line("role"),
            absent=_slots(reading, "absent", event),
            table=_whole(reading, "table") or 0,
            most=_whole(reading, "most"),
        )
        event.people.append(row)
    return places


def _read_wishes(event: EventTable, sheet: Sheet, log: Log, *, places: Mapping[str, int], ids: dict[str, int]) -> None:
    seen: dict[tuple[int, int], int] = {}
    for count, reading in enumerate(_rows(sheet, _WISHES, log), start=1):
        pair = _pair(reading, places, unknown="名单上没有“{}”", cure="请先把它加到“参会者”表,或改正名称;这一行没有用")
        if pair is None:
            continue
        earlier = seen.get(pair, seen.get((pair[1], pair[0])))
        if earlier is not None:
            _merge(event, reading, earlier, is_opposite=pair not in seen)
        else:
            seen[pair] = len(event.wishes)
            event.wishes.append(_wish(reading, pair, event))
        ids[reading.line("id") or str(count)] = seen.get(pair, earlier or 0)


def _merge(event: EventTable, reading: Reading, earlier: int, *, is_opposite: bool) -> None:
    if not is_opposite:
        _refuse(reading, "second", "这一对的意愿前面已有", "只算一次;请删去这一行")
        return
    one = event.wishes[earlier]
    wish = _wish(reading, (one.first, one.second), event)
    event.wishes[earlier] = WishRow(
        first=one.first,
        second=one.second,
        fit=max(one.fit, wish.fit),
        is_mutual=True,
        is_required=one.is_required or wish.is_required,
        fixed=one.fixed or wish.fixed,
        half=one.half or wish.half,
        forbidden=one.forbidden | wish.forbidden,
    )


def _wish(reading: Reading, pair: tuple[int, int], event: EventTable) -> WishRow:
    half = reading.line("half")
    if half not in _HALVES:
        _refuse(reading, "half", f"时段“{half}”看不懂", "请写“上午”或“下午”;这一项没有用")
    return WishRow(
        first=pair[0],
        second=pair[1],
        fit=_score(reading),
        is_mutual=reading.line("mutual").lower() in _YES,
        is_required=reading.line("required").lower() in _YES,
        fixed=_whole(reading, "fixed") or 0,
        half=_HALVES.get(half, ""),
        forbidden=_slots(reading, "forbidden", event),
    )


def _read_pairs(sheet: Sheet, log: Log, *, name: str, known: Mapping[str, int]) -> Iterator[tuple[int, int]]:
    unknown = "名单上没有“{}”" if name == _RIVALS else "意愿表里没有编号“{}”"
    for reading in _rows(sheet, name, log):
        pair = _pair(reading, known, unknown=unknown, cure="请改正;这一行没有用")
        if pair is not None:
            yield pair


def _pair(reading: Reading, known: Mapping[str, int], *, unknown: str, cure: str) -> tuple[int, int] | None:
    for side in ("first", "second"):
        if reading.line(side) not in known:
            _refuse(reading, side, unknown.format(reading.line(side)), cure)
            return None
    one, other = known[reading.line("first")], known[reading.line("second")]
    if one == other:
        _refuse(reading, "second", "两边写的是同一个", "请改成不同的两个;这一行没有用")
        return None
    return one, other


def _score(reading: Reading) -> float:
    cell = reading.line("fit")
    try:
        return min(100.0, max(0.0, float(cell))) if cell else 0.0
    except ValueError:
        _refuse(reading, "fit", f"得分“{cell}”不是数字", "请写 0 到 100 的数;这一行按 0 分算")
        return 0.0


def _whole(reading: Reading, field: str) -> int | None:
    cell = reading.line(field)
    if not cell:
        return None
    if not re.fullmatch(r"-?\d{1,9}", cell, re.ASCII):
        _refuse(reading, field, f"“{cell}”不是整数", "请写整数,如 3;这一项没有用")
        return None
    return int(cell)


def _slots(reading: Reading, field: str, event: EventTable) -> frozenset[int]:
    """Read "3、5-7": slots and ranges of slots."""
    cell = reading.line(field)
    slots: set[int] = set()
    for first, last in _RANGE.findall(cell):
        slots.update(range(int(first), int(last or first) + 1))
    outside = [slot for slot in slots if not 1 <= slot <= event.numbers["slots"]]
    if outside or (cell and not slots):
        _refuse(
            reading, field, f"场次“{cell}”不全在 1 到 {event.numbers['slots']} 之间", "请写成“3、5-7”这样;多出的没有用"
        )
    return frozenset(slots.difference(outside))


def _refuse(reading: Reading, field: str, wrong: str, cure: str) -> None:
    reading.log.note(reading.row, reading.column(field), value=reading.text(field), wrong=wrong, cure=cure, used=False)
