"""Reading dates and deadlines: each way of writing one is a rule, a pattern with what it resolves to."""

from __future__ import annotations

import calendar
import datetime as dt
import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from chuanzhu.dates.festivals import FESTIVAL, SEASONS, festival_day
from chuanzhu.model import ChuanzhuError
from chuanzhu.text import fold

if TYPE_CHECKING:
    from collections.abc import Callable


class DateError(ChuanzhuError):
    """A date that cannot be read; the text names the value and the cure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundDate:
    """A date and where it stands: ``text`` is the stretch from ``start`` to ``end`` of what was searched."""

    start: int
    end: int
    text: str
    date: dt.date


class _Rule(NamedTuple):
    """A way to write a deadline; ``strength`` says how surely it is one when several are found."""

    pattern: re.Pattern[str]
    resolve: Callable[[re.Match[str], dt.date], dt.date | None]
    strength: int


_DAY: Final = dt.timedelta(days=1)
_DECEMBER: Final = 12

_DIGITS: Final = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_SMALL: Final = r"(?:[0-9]{1,3}|[一二两三四五六七八九十百]{1,5})"
_FREE: Final = r"(?<![0-9.一二两三四五六七八九十])"
_YEAR: Final = r"(?:(?P<year>20[0-9]{2})\s?年|(?P<which>今|明|后)年)?\s?"
_MONTH: Final = r"(?P<month>[0-9]{1,2}|十[一二]?|[一二三四五六七八九])\s?月份?"
_BEFORE: Final = r"(?:之前|以前|前)"
_USES: Final = r"(?:交货|到货|要货|交付|供货|发货|进场|完工|投产|开工|安装|上[\u4e00-\u9fff]|用上|使用|要用|到位|验收)"
_LEAD: Final = (
    r"(?:交货期|交付期|供货期|交期|货期|工期|交货|供货|到货|交付)(?:时间)?(?:要求|控制)?[在为:不超过最多约]{0,3}\s?"
)
_SPAN: Final = (
    r"(?P<count>(?:[0-9]{1,3}|[一二两三四五六七八九十百]{1,5}|半)(?:\s?[-~至到]\s?(?P<upto>[0-9]{1,3}|[一二两三四五六七八九十百]{1,5}))?)"
    r"\s?(?P<half>个半|个)?\s?(?P<span>工作日|天|日(?!处理)|周|星期|礼拜|月|季度|年|小时)(?P<tail>半)?"
)
_WITHIN: Final = r"(?:之内|以内|内)"

# Words that make a stretch of time something else than the time until delivery.
_OTHER_BEFORE: Final = re.compile(
    r"(?:质保|保修|保质|质量保证|[帐账]期|付款|月结|投资|回收|回本|回款|[保贮存]存|存储?|录像|延长|售后|响应|有效期|到付"
    r"|近|过去|成立|合同|租期|租|寿命|运行|试用|试运行|服务|维保|免费)[^,。;!?]{0,6}$"
)
_OTHER_AFTER: Final = re.compile(
    r"[^,。;!?]{0,2}(?:质保|保修|保质|付款|付清|结清|结款|响应|到达现场|回本|回款|回收|存储|录像|[帐账]期|不发霉|无故障|业绩|经验|案例|的?合同)"
)
_PAST: Final = re.compile(r"(?:去年|前年|上个?月|成立于|始于|始建于|截至)\s?$")
_TIMELESS: Final = re.compile(
    r"[\-/\\~.。*?]*|长期(?:有效)?|面议|不限|待定|尽快|急|若干|无|未定|另议|可议|随时|n/?a|null|none|nan|tbd"
)
_SERIAL: Final = re.compile(r"([0-9]{5})(?:\.[0-9]+)?")
_SERIAL_START: Final = dt.date(1899, 12, 30)
_SERIALS: Final = range(36526, 73051)
_CURE: Final = "请写成“2026-12-15”或“12月15日”；没有定的写“长期”或留空。"


def find_deadline(text: str, *, today: dt.date) -> FoundDate | None:
    """Return the date until which a text wants delivery, or None; positions refer to ``text`` as given. Never raises.

    Of several the surest counts (with 前 or 内), of equals the first. A period is read as its last day: 9月底 is 30
    September, 5月中旬 the 20th, 国庆前 30 September, 两周内 ``today`` and 14 days. Warranty, credit and storage periods
    are no deadlines, and neither is 尽快.

    >>> find_deadline("国庆前到货", today=dt.date(2026, 3, 1)).date
    datetime.date(2026, 9, 30)
    """
    folded = fold(text)
    best: tuple[int, int, int, dt.date] | None = None
    for rule in _RULES:
        for match in rule.pattern.finditer(folded):
            if _is_something_else(folded, match):
                continue
            date = _resolved(rule, match, today)
            if date is not None and (best is None or (-rule.strength, match.start()) < best[:2]):
                best = (-rule.strength, match.start(), match.end(), date)
    if best is None:
        return None
    _, start, end, date = best
    return FoundDate(start=start, end=end, text=text[start:end], date=date)


def parse_date(cell: str, *, today: dt.date) -> dt.date | None:
    """Read a cell of a date column; None where it says that no date is set (长期, 面议, empty).

    Takes ISO and Chinese dates, eight digits, an Excel serial day of 2000 to 2099, and what ``find_deadline`` finds.
    Raises DateError with the value and the cure for anything else.

    >>> parse_date("2026/12/15", today=dt.date(2026, 3, 1))
    datetime.date(2026, 12, 15)
    """
    folded = fold(cell).strip()
    if _TIMELESS.fullmatch(folded):
        return None
    date = _whole_date(folded, today)
    if date is None:
        shown = folded if len(folded) <= 40 else folded[:40] + "…"  # noqa: PLR2004 (about one line of a message)
        raise DateError(f"看不懂日期“{shown}”。{_CURE}")
    return date


_COMPACT: Final = re.compile(r"(?P<year>(?:19|20)[0-9]{2})(?P<month>[0-9]{2})(?P<day>[0-9]{2})")
_ISO: Final = re.compile(
    r"(?P<year>(?:19|20)[0-9]{2})\s?[-/.年]\s?(?P<month>[0-9]{1,2})\s?[-/.月]\s?(?P<day>[0-9]{1,2})日?(?:[ t][0-9:.]+)?"
)


def _whole_date(folded: str, today: dt.date) -> dt.date | None:
    serial = _SERIAL.fullmatch(folded)
    if serial:
        return _SERIAL_START + int(serial[1]) * _DAY if int(serial[1]) in _SERIALS else None
    plain = _COMPACT.fullmatch(folded) or _ISO.fullmatch(folded)
    if plain:
        return _date(int(plain["year"]), int(plain["month"]), int(plain["day"]))
    found = find_deadline(folded, today=today)
    return found.date if found else None


def _is_something_else(folded: str, match: re.Match[str]) -> bool:
    before, after = folded[max(0, match.start() - 14) : match.start()], folded[match.end() : match.end() + 12]
    if _PAST.search(before):
        return True
    return "span" in match.re.groupindex and bool(_OTHER_BEFORE.search(before) or _OTHER_AFTER.match(after))


def _resolved(rule: _Rule, match: re.Match[str], today: dt.date) -> dt.date | None:
    """Resolve, and give up on what lies outside the calendar."""
    try:
        return rule.resolve(match, today)
    except (OverflowError, ValueError):
        return None


def _date(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def _number(token: str) -> int:
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


def _stated_year(match: re.Match[str], today: dt.date) -> int | None:
    if match["year"]:
        return int(match["year"])
    return today.year + "今明后".index(match["which"]) if match["which"] else None


def _next(month: int, day: int, today: dt.date, *, year: int | None = None) -> dt.date | None:
    """Return the day in the stated year, or the next one on or after today; 29 February may be some years away."""
    if year is not None:
        return _date(year, month, day)
    days = (_date(today.year + ahead, month, day) for ahead in range(9))
    return next((date for date in days if date is not None and date >= today), None)


def _month_end(month: int, today: dt.date, *, year: int | None = None) -> dt.date:
    year = year if year is not None else today.year + (month < today.month)
    return dt.date(year, month, calendar.monthrange(year, month)[1])


def _months_on(today: dt.date, months: int) -> dt.date:
    """Return the same day some months later, or the last day of a month that is too short."""
    year, month = divmod(today.year * 12 + today.month - 1 + months, 12)
    return dt.date(year, month + 1, min(today.day, calendar.monthrange(year, month + 1)[1]))


def _day_of_month(match: re.Match[str], today: dt.date) -> dt.date | None:
    return _next(_number(match["month"]), _number(match["day"]), today, year=_stated_year(match, today))


def _full(match: re.Match[str], _: dt.date) -> dt.date | None:
    return _date(int(match["year"]), int(match["month"]), int(match["day"]))


def _dotted(match: re.Match[str], today: dt.date) -> dt.date | None:
    return _next(int(match["month"]), int(match["day"]), today)


_PARTS: Final = {"上旬": 10, "初": 10, "中旬": 20, "中": 15}


def _part_of_month(match: re.Match[str], today: dt.date) -> dt.date | None:
    month, year = _number(match["month"]), _stated_year(match, today)
    day = _PARTS.get(match["part"] or "")
    return _next(month, day, today, year=year) if day else _month_end(month, today, year=year)


def _before_month(match: re.Match[str], today: dt.date) -> dt.date | None:
    first = _next(_number(match["month"]), 1, today + _DAY, year=_stated_year(match, today))
    return first - _DAY if first else None


def _near_month(match: re.Match[str], today: dt.date) -> dt.date | None:
    """Resolve 月底, 本月底, 下月初, 下个月中旬."""
    first = _months_on(today.replace(day=1), 1 if (match["near"] or "").startswith("下") else 0)
    day = _PARTS.get(match["part"] or "")
    return first.replace(day=day) if day else _month_end(first.month, first, year=first.year)


def _part_of_year(match: re.Match[str], today: dt.date) -> dt.date | None:
    year = _stated_year(match, today) or today.year
    return dt.date(year, 6, 30) if match["part"] == "上半年" else dt.date(year, _DECEMBER, 31)


def _quarter(match: re.Match[str], today: dt.date) -> dt.date | None:
    return _month_end(3 * _number(match["quarter"]), today, year=_stated_year(match, today))


def _festival(match: re.Match[str], today: dt.date) -> dt.date | None:
    year, name = _stated_year(match, today), match["name"]
    years = [year] if year else [today.year, today.year + 1]
    last_days = (festival_day(name, each) for each in years)
    return next((day - _DAY for day in last_days if day and (year or day - _DAY >= today)), None)


def _before_new_year(_: re.Match[str], today: dt.date) -> dt.date | None:
    days = (festival_day("春节", year) for year in (today.year, today.year + 1))
    return next((day - _DAY for day in days if day and day - _DAY >= today), None)


def _season(match: re.Match[str], today: dt.date) -> dt.date | None:
    return _next(*SEASONS[match["season"]], today)


def _span(match: re.Match[str], today: dt.date) -> dt.date | None:
    """Resolve 两周, 10天, 一个半月, 15个工作日, 48小时 from today; of a range the later end."""
    count, kind = match["upto"] or match["count"], match["span"]
    amount = 0.5 if count == "半" else float(_number(count))
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


def _weekday(match: re.Match[str], today: dt.date) -> dt.date | None:
    weeks, day = match["week"], match["weekday"]
    number = "一二三四五六日".index({"天": "日", "末": "日"}.get(day, day)) if day else 6
    monday = today - today.weekday() * _DAY
    if not weeks:
        return today + (number - today.weekday()) % 7 * _DAY
    return monday + (7 * weeks.count("下") + number) * _DAY


def _near_day(match: re.Match[str], today: dt.date) -> dt.date | None:
    return today + "今明后".index(match["near"]) * _DAY


def _rule(pattern: str, resolve: Callable[[re.Match[str], dt.date], dt.date | None], strength: int) -> _Rule:
    return _Rule(re.compile(pattern), resolve, strength)


_RULES: Final = (
    _rule(rf"(?<![0-9]){_YEAR}{_FREE}{_MONTH}\s?(?P<day>{_SMALL})\s?[日号](?:{_BEFORE}|截止|止)?", _day_of_month, 3),
    _rule(
        rf"(?<![0-9])(?P<year>20[0-9]{{2}})\s?[-/.]\s?(?P<month>[0-9]{{1,2}})\s?[-/.]\s?(?P<day>[0-9]{{1,2}})(?![0-9]){_BEFORE}?",
        _full,
        3,
    ),
    _rule(rf"(?<![0-9./-])(?P<month>[0-9]{{1,2}})[./-](?P<day>[0-9]{{1,2}})[日号]?{_BEFORE}", _dotted, 3),
    _rule(rf"{_YEAR}{_FREE}{_MONTH}(?P<part>上旬|中旬|下旬|初|中|底|末)(?:{_BEFORE})?", _part_of_month, 3),
    _rule(rf"{_YEAR}{_FREE}{_MONTH}{_BEFORE}", _before_month, 3),
    _rule(rf"{_YEAR}{_FREE}{_MONTH}(?P<part>)(?:{_WITHIN}|(?={_USES}))", _part_of_month, 2),
    _rule(
        rf"(?:(?P<near>本|这个|当|下个|下)月|(?<![0-9一二三四五六七八九十个上每])月)(?P<part>上旬|中旬|下旬|初|中|底|末)(?:{_BEFORE})?",
        _near_month,
        3,
    ),
    _rule(rf"(?P<near>本|这个|当|下个|下)月(?P<part>)(?:{_WITHIN}|(?={_USES}|提))", _near_month, 2),
    _rule(
        rf"(?:(?P<year>20[0-9]{{2}})年?|(?P<which>今|明|后)?年|(?P<self>))(?P<part>底|末)(?:{_BEFORE})",
        _part_of_year,
        3,
    ),
    _rule(
        rf"(?<![0-9一二两三四五六七八九十]){_YEAR}(?P<part>年底|年末|年内|上半年|下半年)(?:{_BEFORE}|{_WITHIN})?",
        _part_of_year,
        2,
    ),
    _rule(rf"{_YEAR}(?<!每)第?(?P<quarter>[一二三四1-4])季度(?:末|底|{_BEFORE}|{_WITHIN})", _quarter, 3),
    _rule(
        rf"{_YEAR}(?<![0-9第一二三四五六七八九十])(?P<name>{FESTIVAL})(?:佳节|节)?(?:长假|放假|假期)?(?:{_BEFORE}|(?={_USES}))",
        _festival,
        3,
    ),
    _rule(r"(?<![0-9一二两三四五六七八九十百半几多数来往去今明后])年前", _before_new_year, 3),
    _rule(rf"(?P<season>暑假前|暑假|暑期)(?:期间|里|{_WITHIN}|结束{_BEFORE}|之前)?", _season, 2),
    _rule(rf"(?P<season>秋季开学|开学|汛期|供暖|采暖)(?:季|期)?(?:来临|到来|开始)?{_BEFORE}", _season, 3),
    _rule(rf"{_FREE}(?:{_LEAD})?{_SPAN}{_WITHIN}", _span, 3),
    _rule(rf"{_LEAD}{_SPAN}", _span, 2),
    _rule(rf"{_FREE}{_SPAN}(?=[能可就]?(?:出货|到货|交货|交付|发货|能出|能到|能交))", _span, 2),
    _rule(
        rf"(?<!每)(?P<week>本|这|下下|下)?(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天末])(?:{_BEFORE}|(?={_USES}))",
        _weekday,
        3,
    ),
    _rule(rf"(?P<week>本|这|下下|下)周(?P<weekday>)(?:{_WITHIN}|{_BEFORE}|(?={_USES}))", _weekday, 2),
    _rule(rf"(?P<near>今|明|后)[天日](?:下班|[上中下]午|晚上?)?(?:{_BEFORE}|{_WITHIN}|(?=必须|{_USES}))", _near_day, 3),
)
