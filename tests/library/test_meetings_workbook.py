"""From an event's workbook to its timetable: what a clerk writes, what comes back, every slip named."""

import datetime as dt
import json

import openpyxl
import pytest

from chuanzhu.cli import meetings as command
from chuanzhu.cli.parsing import Parser
from chuanzhu.model import ChuanzhuError
from chuanzhu.tables import TableError
from chuanzhu.tables.calendars import calendar
from chuanzhu.tables.events import read_event
from chuanzhu.tables.timetable import Sitting, TimetableSheets, timetable_as_workbook

pytest.importorskip("ortools", reason="OR-Tools is an optional part")
SETTINGS = [
    ("项目", "值"),
    ("名称", "示例对接会"),
    ("日期", "2026-12-18"),
    ("场次", 4),
    ("上午场次", 2),
    ("桌数", 2),
    ("每场分钟", 20),
    ("间隔分钟", 5),
]
PEOPLE = [
    ("名称", "身份", "缺席场次", "固定桌号"),
    ("甲厂", "采购方", "1", ""),
    ("乙厂", "供应商", "", ""),
    ("丙厂", "供应商", "", ""),
]
WISHES = [
    ("甲方", "乙方", "得分", "时段"),
    ("甲厂", "乙厂", 80, ""),
    ("乙厂", "甲厂", 60, "下午"),
    ("甲厂", "丙厂", 70, ""),
]


@pytest.fixture
def event_book(book):
    def write(**sheets):
        return book({"设置": SETTINGS, "参会者": PEOPLE, "意愿": WISHES} | sheets, name="对接会.xlsx")

    return write


def run(*arguments):
    parser = Parser()
    command.add_to(parser.add_subparsers(parser_class=Parser))
    options = parser.parse_args(["meetings", *map(str, arguments)])
    return options.run(options)


def cells(path, sheet):
    return [row for row in openpyxl.load_workbook(path)[sheet].iter_rows(min_row=4, values_only=True) if any(row)]


def test_an_event_becomes_a_timetable_with_pages_and_calendars(event_book, tmp_path, capsys):
    out = tmp_path / "日程.xlsx"
    assert run(event_book(), "--output", out, "--calendars", tmp_path / "ics", "--seconds", 5, "--json") == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["measures"]["held"] == {"value": 2, "bound": 2}
    rows = cells(out, "按场次")
    assert {(row[3], row[4]) for row in rows} == {("甲厂", "乙厂"), ("甲厂", "丙厂")}
    assert all(row[0] >= 2 for row in rows)
    mutual = next(row for row in rows if row[4] == "乙厂")
    assert mutual[0] >= 3
    assert mutual[1] in {"13:30–13:50", "13:55–14:15"}
    assert "双方互选" in mutual[5]
    assert [row[0] for row in cells(out, "个人日程") if isinstance(row[0], str)] == [
        "甲厂　共 2 场",
        "乙厂　共 1 场",
        "丙厂　共 1 场",
    ]
    assert len(openpyxl.load_workbook(out)["个人日程"].row_breaks.brk) == 2
    assert len(list((tmp_path / "ics").glob("*.ics"))) == 3


def test_a_told_timetable_is_changed_only_where_it_must_be(event_book, tmp_path):
    first, second = tmp_path / "一.xlsx", tmp_path / "二.xlsx"
    run(event_book(), "--output", first, "--seconds", 3)
    gone = [PEOPLE[0], PEOPLE[1], ("乙厂", "供应商", "1-4", ""), PEOPLE[3]]
    run(event_book(参会者=gone), "--output", second, "--told", first, "--seconds", 3)
    kept = [row for row in cells(first, "按场次") if row[4] == "丙厂"]
    assert cells(second, "按场次") == kept
    assert [row[:2] for row in cells(second, "未排上")] == [("甲厂", "乙厂")]


@pytest.mark.parametrize(
    ("sheet", "row", "wrong"),
    [
        ("意愿", ("甲厂", "丁厂", 1, ""), "名单上没有“丁厂”"),
        ("意愿", ("甲厂", "甲厂", 1, ""), "两边写的是同一个"),
        ("意愿", ("甲厂", "乙厂", 1, ""), "这一对的意愿前面已有"),
        ("意愿", ("乙厂", "丙厂", "高", ""), "得分“高”不是数字"),
        ("意愿", ("乙厂", "丙厂", 1, "晚上"), "时段“晚上”看不懂"),
        ("参会者", ("甲厂", "", "", ""), "“甲厂”在名单上已有"),
        ("参会者", ("丁厂", "", "3、9", ""), "场次“3、9”不全在 1 到 4 之间"),
        ("参会者", ("丁厂", "", "", "三号"), "“三号”不是整数"),
        ("设置", ("午饭", "12点"), "不认识设置“午饭”"),
        ("设置", ("下午开始", "午后"), "下午开始“午后”看不懂"),
    ],
)
def test_a_faulty_row_is_named_and_stops_no_other(event_book, sheet, row, wrong):
    rows = {"设置": SETTINGS, "参会者": PEOPLE, "意愿": WISHES}[sheet]
    event = read_event(event_book(**{sheet: [*rows, row]}))
    assert [problem.wrong for problem in event.problems] == [wrong]
    assert event.problems[0].row == len(rows) + 1
    assert len(event.wishes) >= 2


def test_orders_and_rivals_are_read_by_number_and_name(event_book):
    orders = [("先", "后"), ("3", "1"), ("9", "1")]
    event = read_event(event_book(先后=orders, 竞争对手=[("企业一", "企业二"), ("乙厂", "丙厂")]))
    assert (event.order, event.rivals) == ([(1, 0)], [(1, 2)])
    assert [problem.wrong for problem in event.problems] == ["意愿表里没有编号“9”"]


@pytest.mark.parametrize(
    ("sheets", "words"),
    [
        ({"意愿": [("谁", "什么"), ("甲厂", "乙厂")]}, "没有列“甲方”、“乙方”"),
        ({"设置": SETTINGS[:5]}, "没有写桌数"),
        ({"设置": [*SETTINGS, ("场次", 100000)]}, "场次是 100000"),
    ],
)
def test_a_workbook_without_what_is_needed_says_what(event_book, sheets, words):
    with pytest.raises(TableError, match=words):
        read_event(event_book(**sheets))


def test_a_workbook_without_the_sheets_says_which(book):
    with pytest.raises(TableError, match="缺少工作表“参会者”、“意愿”"):
        read_event(book({"设置": SETTINGS}))


def test_zero_tables_in_the_workbook_are_told_with_the_cure(event_book, tmp_path):
    none = [row if row[0] != "桌数" else ("桌数", 0) for row in SETTINGS]
    with pytest.raises(ChuanzhuError, match="桌数是 0;桌数至少是 1"):
        run(event_book(设置=none), "--output", tmp_path / "日程.xlsx")


def test_calendars_need_a_date_and_the_input_is_never_overwritten(event_book, tmp_path):
    undated = [row for row in SETTINGS if row[0] != "日期"]
    path = event_book(设置=undated)
    with pytest.raises(ChuanzhuError, match="没有写日期"):
        run(path, "--output", tmp_path / "日程.xlsx", "--calendars", tmp_path / "ics")
    with pytest.raises(ChuanzhuError, match="就是输入的文件"):
        run(path, "--output", path)


def sheets():
    sitting = Sitting(slot=1, table=7, first="甲,乙;" + "很长的名字" * 12, second="乙厂")
    times = [(dt.time(9, 0), dt.time(9, 20))]
    return TimetableSheets(
        title="示例",
        day=dt.date(2026, 12, 18),
        times=times,
        people=[sitting.first, sitting.second],
        sittings=[sitting],
        unheld=[],
        note="",
    )


def test_a_calendar_is_folded_and_in_utc():
    own = sheets().days()["乙厂"]
    text = calendar(sheets(), own, day=dt.date(2026, 12, 18))
    assert "DTSTART:20261218T010000Z\r\nDTEND:20261218T012000Z\r\n" in text
    assert max(len(line.encode()) for line in text.split("\r\n")) <= 75
    assert "见 甲\\,乙\\;很长的名字" in text.replace("\r\n ", "")


def test_the_same_timetable_gives_the_same_bytes():
    assert timetable_as_workbook(sheets()) == timetable_as_workbook(sheets())
