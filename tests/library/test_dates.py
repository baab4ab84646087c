"""Dates and deadlines: found in free text, read from cells, told apart from warranty and credit periods."""

import datetime as dt
import math
import random
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chuanzhu.dates import DateError, find_deadline, parse_date
from chuanzhu.dates.festivals import festival_day

TODAY = dt.date(2026, 3, 10)  # a Tuesday
ALPHABET = "0123456789一二三十两半年月日号天周内前底初中旬个季度工作小时交期到货国庆春节本下明今之以-/. ,"
DAYS = st.dates(dt.date(2024, 1, 1), dt.date(2039, 1, 1))

DEADLINES = {
    "12月15日前": "2026-12-15",
    "12.15前": "2026-12-15",
    "2026年12月15日": "2026-12-15",
    "2026-12-15": "2026-12-15",
    "2026/12/15前到货": "2026-12-15",
    "８月１５号前到周口": "2026-08-15",
    "十二月十五日前": "2026-12-15",
    "1月5日前": "2027-01-05",
    "今年1月5日": "2026-01-05",
    "2025年6月1日前": "2025-06-01",
    "3月10日前": "2026-03-10",
    "9月底之前必须到货": "2026-09-30",
    "5月中旬前": "2026-05-20",
    "5月上旬": "2026-05-10",
    "2月底前": "2027-02-28",
    "明年3月底前": "2027-03-31",
    "9月前": "2026-08-31",
    "6月上鸡不能耽误": "2026-06-30",
    "月底前": "2026-03-31",
    "本月内": "2026-03-31",
    "当月提车": "2026-03-31",
    "下月初": "2026-04-10",
    "下个月底前": "2026-04-30",
    "年底前": "2026-12-31",
    "2027年底前": "2027-12-31",
    "上半年": "2026-06-30",
    "三季度末": "2026-09-30",
    "年前到货": "2027-02-05",
    "春节前": "2027-02-05",
    "国庆前": "2026-09-30",
    "中秋节前": "2026-09-24",
    "端午前": "2026-06-18",
    "清明前": "2026-04-04",
    "元宵前": "2027-02-19",
    "五一前": "2026-04-30",
    "元旦前": "2026-12-31",
    "双十一前": "2026-11-10",
    "暑假期间必须装完": "2026-08-31",
    "汛期前": "2026-06-01",
    "供暖季前": "2026-11-14",
    "两周内": "2026-03-24",
    "10天内": "2026-03-20",
    "半个月内": "2026-03-25",
    "一个半月内": "2026-04-25",
    "三个月内": "2026-06-10",
    "2个月内进场": "2026-05-10",
    "15个工作日内": "2026-03-31",
    "48小时内": "2026-03-12",
    "交期10天内行不行": "2026-03-20",
    "工期不超过45天": "2026-04-24",
    "3-5天交货": "2026-03-15",
    "7天能出吗": "2026-03-17",
    "本周五前": "2026-03-13",
    "下周三前": "2026-03-18",
    "明天下班前": "2026-03-11",
}


@pytest.mark.parametrize("text", DEADLINES)
def test_a_deadline_is_the_last_day_that_the_words_allow(text):
    found = find_deadline(f"求购轴承,{text},郑州", today=TODAY)
    assert found is not None
    assert found.date == dt.date.fromisoformat(DEADLINES[text])


SATURDAY = dt.date(2026, 11, 21)
LATE = {
    "明年一季度交货": "2027-03-31",
    "Q1交货": "2027-03-31",
    "2027年Q1": "2027-03-31",
    "2027年一季度": "2027-03-31",
    "一季度前": "2027-03-31",
    "第二季度交付": "2027-06-30",
    "三季度末": "2027-09-30",
    "26年底": "2026-12-31",
    "2026年底": "2026-12-31",
    "27年3月底前": "2027-03-31",
    "本周五前": "2026-11-27",
    "周五前": "2026-11-27",
    "本周日前": "2026-11-22",
    "上半年": "2027-06-30",
    "2026年6月1日前": "2026-06-01",
    "合同签订后60天内": "2027-01-20",
    "收到预付款后20天内": "2026-12-11",
    "12月15日起,12月30日前": "2026-12-30",
    "12月1日至12月15日": "2026-12-15",
}


@pytest.mark.parametrize("text", LATE)
def test_a_deadline_is_never_past_unless_its_year_is_stated(text):
    found = find_deadline(f"求购轴承,{text},郑州", today=SATURDAY)
    assert found is not None
    assert found.date == dt.date.fromisoformat(LATE[text])


@pytest.mark.parametrize(
    "text",
    [
        "12月15日以后交货",
        "12月15日之后",
        "12月15日后到货",
        "12月15日起",
        "2026-12-15以后",
        "9月底以后",
        "2026年底之后",
        "本月中旬前",
    ],
)
def test_the_day_from_which_on_something_comes_and_a_day_that_is_over_are_no_deadlines(text):
    assert find_deadline(f"求购轴承,{text}", today=SATURDAY) is None


NO_DEADLINES = [
    *("尽快", "急", "长期合作", "质保三年", "质保2年内", "帐期60天", "账期90天内", "投资回收期5年内", "90天存储"),
    *("带夜视存90天", "保修18个月内", "去年6月底那批", "三年前成立", "近三年内业绩", "2月30日前", "每周一交货"),
    *("延长到45天不发霉", "2小时内响应", "二十一前", "ISO9001:2015", "周边200公里内", "日处理150吨以上", "3年内付清"),
]


@pytest.mark.parametrize("text", NO_DEADLINES)
def test_warranty_credit_storage_and_past_times_are_no_deadlines(text):
    assert find_deadline(f"求购轴承,{text}", today=TODAY) is None


def test_the_deadline_is_told_from_the_warranty_beside_it():
    found = find_deadline("质保2年内免费,交期20天,账期60天", today=TODAY)
    assert found is not None
    assert (found.text, found.date) == ("交期20天", dt.date(2026, 3, 30))


def test_a_date_with_before_wins_over_a_date_in_passing():
    found = find_deadline("上半年开会定的,国庆前到货", today=TODAY)
    assert found is not None
    assert found.text == "国庆前"


def test_a_lunar_festival_outside_the_table_is_not_found():
    assert find_deadline("春节前", today=dt.date(2041, 3, 1)) is None


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("春节", "2024-02-10"),
        ("春节", "2025-01-29"),
        ("春节", "2026-02-17"),
        ("端午", "2024-06-10"),
        ("端午", "2025-05-31"),
        ("中秋", "2024-09-17"),
        ("中秋", "2025-10-06"),
        ("清明", "2024-04-04"),
        ("清明", "2026-04-05"),
        ("元宵", "2025-02-12"),
    ],
)
def test_festivals_fall_as_the_holiday_notices_say(name, day):
    assert festival_day(name, int(day[:4])) == dt.date.fromisoformat(day)


def new_moon_days(year):
    """Days of new moon in Beijing, from the largest terms of Meeus, Astronomical Algorithms, chapter 49."""
    days = set()
    for k in range(int((year - 2000) * 12.3685) - 1, int((year - 1999) * 12.3685) + 2):
        sun, moon = math.radians(2.5534 + 29.1053567 * k), math.radians(201.5643 + 385.81693528 * k)
        node = math.radians(160.7108 + 390.67050284 * k)
        shift = -0.4072 * math.sin(moon) + 0.1724 * math.sin(sun) + 0.0161 * math.sin(2 * moon)
        shift += 0.0104 * math.sin(2 * node) + 0.0074 * math.sin(moon - sun) - 0.0051 * math.sin(moon + sun)
        hours_from_midnight = 2451550.09766 + 29.530588861 * k + shift + 8 / 24 + 0.5 - 2451545
        days.update(
            dt.date(2000, 1, 1) + dt.timedelta(days=math.floor(hours_from_midnight + slack)) for slack in (-0.01, 0.01)
        )
    return days


@pytest.mark.parametrize("year", range(2024, 2041))
def test_lunar_festivals_keep_their_distance_from_the_new_moon(year):
    moons = new_moon_days(year)
    for name, days in (("春节", 0), ("端午", 4), ("中秋", 14)):
        assert festival_day(name, year) - dt.timedelta(days=days) in moons


CELLS = {
    "2026-12-15": "2026-12-15",
    "2026/12/15": "2026-12-15",
    "2026.12.15": "2026-12-15",
    "20261215": "2026-12-15",
    "2026年12月15日": "2026-12-15",
    "2026-12-15 00:00:00": "2026-12-15",
    "12月15日": "2026-12-15",
    "46371": "2026-12-15",
    "46371.0": "2026-12-15",
    "国庆前": "2026-09-30",
    "两周内": "2026-03-24",
    "２０２６－１２－１５": "2026-12-15",
}


SPANS = {
    "2026年底": "2026-12-31",
    "30天": "2026-04-09",
    "30天内": "2026-04-09",
    "合同签订后60天": "2026-05-09",
    "45个工作日": "2026-05-12",
    "两个月": "2026-05-10",
    "3月": "2026-03-31",
    "2027年3月": "2027-03-31",
    "2027-03": "2027-03-31",
    "2027年": "2027-12-31",
    "四季度": "2026-12-31",
}


@pytest.mark.parametrize("cell", SPANS)
def test_a_cell_needs_no_words_beside_a_length_of_time_or_a_month(cell):
    assert parse_date(cell, today=TODAY) == dt.date.fromisoformat(SPANS[cell])


@pytest.mark.parametrize("cell", CELLS)
def test_a_cell_is_read_as_one_date(cell):
    assert parse_date(cell, today=TODAY) == dt.date.fromisoformat(CELLS[cell])


@pytest.mark.parametrize("cell", ["长期", "长期有效", "面议", "", " ", "-", "/", "待定", "尽快", "N/A"])
def test_a_cell_that_sets_no_date_is_no_mistake(cell):
    assert parse_date(cell, today=TODAY) is None


@pytest.mark.parametrize(
    "cell", ["abc", "12月15日以后", "2026-13", "2026-13-01", "99999", "2026-02-30", "20261301", "看情况"]
)
def test_an_unreadable_date_is_named_with_its_cure(cell):
    with pytest.raises(DateError) as caught:
        parse_date(cell, today=TODAY)
    assert str(caught.value) == f"看不懂日期“{cell}”。请写成“2026-12-15”或“12月15日”；没有定的写“长期”或留空。"


@given(DAYS, DAYS)
def test_a_month_and_day_mean_the_next_such_day(day, today):
    found = find_deadline(f"{day.month}月{day.day}日前", today=today)
    assert found is not None
    assert found.date >= today
    assert (found.date.month, found.date.day) == (day.month, day.day)
    assert (found.date - today).days < 366 or (day.month, day.day) == (2, 29)


@given(DAYS, st.integers(1, 300))
def test_a_number_of_days_is_counted_from_today(today, days):
    assert parse_date(f"{days}天内", today=today) == today + dt.timedelta(days=days)


@given(DAYS, DAYS)
def test_a_written_date_is_read_back_whatever_the_day(day, today):
    written = [
        day.isoformat(),
        day.strftime("%Y%m%d"),
        f"{day.year}年{day.month}月{day.day}日",
        str((day - dt.date(1899, 12, 30)).days),
    ]
    assert [parse_date(cell, today=today) for cell in written] == [day] * 4


@given(st.one_of(st.text(max_size=200), st.text(ALPHABET, max_size=60)), DAYS)
@example("百百百百百天内", TODAY)
@example("9999年12月31日", TODAY)
def test_any_text_is_searched_without_error_and_its_span_is_true(text, today):
    found = find_deadline(text, today=today)
    assert found is None or text[found.start : found.end] == found.text != ""


@given(st.text(ALPHABET, max_size=20))
@example("0月0日")
@example("20260000")
def test_any_cell_is_read_or_refused_with_a_message(cell):
    try:
        parse_date(cell, today=TODAY)
    except DateError as error:
        shown = str(error)
    else:
        shown = cell.strip()
    assert cell.strip() in shown


@pytest.mark.parametrize(
    "text",
    ["12月" * 16_000, "1" * 50_000, "一" * 50_000, "交期" * 25_000, " " * 50_000, "年" * 50_000, "10天内" * 12_500],
)
def test_no_long_text_takes_longer_than_a_second(text):
    started = time.process_time()
    find_deadline(text, today=TODAY)
    assert time.process_time() - started < 1


def test_no_long_noise_takes_longer_than_a_second():
    noise = "".join(random.Random(7).choices(ALPHABET, k=50_000))  # noqa: S311 (noise for a test)
    started = time.process_time()
    find_deadline(noise, today=TODAY)
    assert time.process_time() - started < 1
