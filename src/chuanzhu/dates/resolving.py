"""What a way of writing a date means: a match of its pattern, and today, to a day of the calendar."""

from __future__ import annotations

import calendar
import datetime as dt
import math
from typing import TYPE_CHECKING, Final

from chuanzhu.dates.festivals import SEASONS, festival_day

if TYPE_CHECKING:
    import re
    from collections.abc import Callable

_DAY: Final = dt.timedelta(days=1)
_DECEMBER: Final = 12
_DIGITS: Final = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}


def resolved(
    resolve: Callable[[re.Match[str], dt.date], dt.date | None], match: re.Match[str], today: dt.date
) -> dt.date | None:
    """Resolve, and give up on what lies outside the calendar."""
    try:
        return resolve(match, today)
    except (OverflowError, ValueError):
        return None


def date_of(year: int, month: int, day: int) -> dt.date | None:
    """Return the day, or None where the calendar has none such."""
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def read_count(token: str) -> int:
    """Read 1 to 999 in digits or Chinese numerals."""
    if token.isdigit():
        return int(token)
    total = digit = 0
    for character in token:
        if character in _DIGITS:
            digit = _DIGITS[character]
        else:
            total, digit = total + (digit or 1) * (100 if character == "百" else 10), 0
    return total + digit


def states_year(match: re.Match[str]) -> bool:
    """Tell whether the words name a year, so that a day in the past is meant as it stands."""
    groups = match.groupdict()
    return bool(groups.get("year") or groups.get("which"))


def _stated_year(match: re.Match[str], today: dt.date) -> int | None:
    if match["year"]:
        return int(match["year"]) % 100 + 2000
    return today.year + "今明后".index(match["which"]) if match["which"] else None


def _next(month: int, day: int, today: dt.date, *, year: int | None = None) -> dt.date | None:
    """Return the day in the stated year, or the next one on or after today; 29 February may be some years away."""
    if year is not None:
        return date_of(year, month, day)
    days = (date_of(today.year + ahead, month, day) for ahead in range(9))
    return next((date for date in days if date is not None and date >= today), None)


def _month_end(month: int, today: dt.date, *, year: int | None = None) -> dt.date:
    year = year if year is not None else today.year + (month < today.month)
    return dt.date(year, month, calendar.monthrange(year, month)[1])


def _months_on(today: dt.date, months: int) -> dt.date:
    """Return the same day some months later, or the last day of a month that is too short."""
    year, month = divmod(today.year * 12 + today.month - 1 + months, 12)
    return dt.date(year, month + 1, min(today.day, calendar.monthrange(year, month + 1)[1]))


def day_of_month(match: re.Match[str], today: dt.date) -> dt.date | None:
    """Resolve 12月15日, 明年3月5日."""
    return _next(read_count(match["month"]), read_count(match["day"]), today, year=_stated_year(match, today))


def full_date(match: re.Match[str], _: dt.date) -> dt.date | None:
    """Resolve 2026-12-15."""
    return date_of(int(match["year"]), int(match["month"]), int(match["day"]))


def dotted_date(match: re.Match[str], today: dt.date) -> dt.date | None:
    """Resolve 12.15前."""
    return _next(int(match["month"]), int(match["day"]), today)


_PARTS: Final = {"上旬": 10, "初": 10, "中旬": 20, "中": 15}


def part_of_month(match: re.Match[str], today: dt.date) -> dt.date | None:
    """Resolve 9月底, 5月中旬, and a month alone to its last day."""
    month, year = read_count(match["month"]), _stated_year(match, today)
    day = _PARTS.get(match["part"] or "")
    return _next(month, day, today, year=year) if day else _month_end(month, today, year=year)


def before_month(match: re.Match[str], today: dt.date) -> dt.date | None:
    """Resolve 9月前 to the last day of August."""
    first = _next(read_count(match["month"]), 1, today + _DAY, year=_stated_year(match, today))
    return first - _DAY if first else None


def near_month(match: re.Match[str], today: dt.date) -> dt.date | None:
    """Resolve 月底, 本月底, 下月初, 下个月中旬."""
    first = _months_on(today.replace(day=1), 1 if (match["near"] or "").startswith("下") else 0)
    day = _PARTS.get(match["part"] or "")
    return first.replace(day=day) if day else _month_end(first.month, first, year=first.year)


def part_of_year(match: re.Match[str], today: dt.date) -> dt.date | None:
    """Resolve 年底, 上半年, 2027年内."""
    month, day = (6, 30) if match["part"] == "上半年" else (_DECEMBER, 31)
    return _next(month, day, today, year=_stated_year(match, today))


def quarter_end(match: re.Match[str], today: dt.date) -> dt.date | None:
    """Resolve 明年一季度, 2027年Q1, 三季度末 to the last day of the quarter."""
    return _month_end(3 * read_count(match["quarter"] or match["q"]), today, year=_stated_year(match, today))


def eve_of_festival(match: re.Match[str], today: dt.date) -> dt.date | None:
    """Resolve 国庆前 to the day before."""
    year, name = _stated_year(match, today), match["name"]
    years = [year] if year else [today.year, today.year + 1]
    last_days = (festival_day(name, each) for each in years)
    return next((day - _DAY for day in last_days if day and (year or day - _DAY >= today)), None)


def eve_of_new_year(_: re.Match[str], today: dt.date) -> dt.date | None:
    """Resolve 年前 to the day before 春节."""
    days = (festival_day("春节", year) for year in (today.year, today.year + 1))
    return next((day - _DAY for day in days if day and day - _DAY >= today), None)


def season_end(match: re.Match[str], today: dt.date) -> dt.date | None:
    """Resolve 暑假, 汛期前, 供暖季前."""
    return _next(*SEASONS[match["season"]], today)


def after_span(match: re.Match[str], today: dt.date) -> dt.date | None:
    """Resolve 两周, 10天, 一个半月, 15个工作日, 48小时 from today; of a range the later end."""
    count, kind = match["upto"] or match["count"], match["span"]
    amount = 0.5 if count == "半" else float(read_count(count))
    amount += 0.5 if match["half"] == "个半" or match["tail"] else 0.0
    if kind == "工作日":
        return _working_days_on(today, int(amount))
    if kind in _MONTHS_OF:
        months = amount * _MONTHS_OF[kind]
        return _months_on(today, int(months)) + round((months - int(months)) * 30) * _DAY
    return today + math.ceil(amount * _DAYS_OF[kind]) * _DAY


_MONTHS_OF: Final = {"月": 1, "季度": 3, "年": 12}
_DAYS_OF: Final = {"天": 1.0, "日": 1.0, "周": 7.0, "星期": 7.0, "礼拜": 7.0, "小时": 1 / 24}
_FRIDAY: Final = 4


def _working_days_on(today: dt.date, days: int) -> dt.date:
    """Count Mondays to Fridays; public holidays are set anew each year and not known here."""
    date = today
    while days > 0:
        date += _DAY
        days -= date.weekday() <= _FRIDAY
    return date


def weekday(match: re.Match[str], today: dt.date) -> dt.date | None:
    """Resolve 本周五前, 下周三前; a day of this week that is over means the next one."""
    weeks, day = match["week"], match["weekday"]
    number = "一二三四五六日".index({"天": "日", "末": "日"}.get(day, day)) if day else 6
    monday = today - today.weekday() * _DAY
    if not weeks:
        return today + (number - today.weekday()) % 7 * _DAY
    date = monday + (7 * weeks.count("下") + number) * _DAY
    return date if date >= today else date + 7 * _DAY


def near_day(match: re.Match[str], today: dt.date) -> dt.date | None:
    """Resolve 今天, 明天, 后天."""
    return today + "今明后".index(match["near"]) * _DAY
