"""Finding deadlines in free text: each way of writing one is a rule, a pattern with what it resolves to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from chuanzhu.dates.festivals import FESTIVAL
from chuanzhu.dates.resolving import (
    after_span,
    before_month,
    day_of_month,
    dotted_date,
    eve_of_festival,
    eve_of_new_year,
    full_date,
    near_day,
    near_month,
    part_of_month,
    part_of_year,
    quarter_end,
    resolved,
    season_end,
    states_year,
    weekday,
)
from chuanzhu.text import fold

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable


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


_SMALL: Final = r"(?:[0-9]{1,3}|[一二两三四五六七八九十百]{1,5})"
_FREE: Final = r"(?<![0-9.一二两三四五六七八九十])"
_YEAR_NUMBER: Final = r"(?<![0-9])(?P<year>20[0-9]{2}|[23][0-9])"
YEAR: Final = rf"(?:{_YEAR_NUMBER}\s?年|(?P<which>今|明|后)年)?\s?"
QUARTER: Final = r"(?:第?(?P<quarter>[一二三四1-4])季度|(?<![a-z0-9])q(?P<q>[1-4])(?![0-9a-z]))"
MONTH: Final = r"(?P<month>[0-9]{1,2}|十[一二]?|[一二三四五六七八九])\s?月份?"
_BEFORE: Final = r"(?:之前|以前|前)"
USES: Final = r"(?:交货|到货|要货|交付|供货|发货|进场|完工|投产|开工|安装|上[\u4e00-\u9fff]|用上|使用|要用|到位|验收)"
LEAD: Final = (
    r"(?:交货期|交付期|供货期|交期|货期|工期|交货|供货|到货|交付)(?:时间)?(?:要求|控制)?[在为:不超过最多约]{0,3}\s?"
)
SPAN: Final = (
    r"(?P<count>(?:[0-9]{1,3}|[一二两三四五六七八九十百]{1,5}|半)(?:\s?[-~至到]\s?(?P<upto>[0-9]{1,3}|[一二两三四五六七八九十百]{1,5}))?)"
    r"\s?(?P<half>个半|个)?\s?(?P<span>工作日|天|日(?!处理)|周|星期|礼拜|月|(?<=个)季度|年|小时)(?P<tail>半)?"
)
WITHIN: Final = r"(?:之内|以内|内)"

# Words that make a stretch of time something else than the time until delivery.
_OTHER_BEFORE: Final = re.compile(
    r"(?:质保|保修|保质|质量保证|[帐账]期|付款(?!后)|月结|投资|回收|回本|回款|[保贮存]存|存储?|录像|延长|售后|响应|有效期|到付"
    r"|近|过去|成立|合同(?![签生]|后)|租期|租|寿命|运行|试用|试运行|服务|维保|免费)[^,。;!?]{0,6}$"
)
_OTHER_AFTER: Final = re.compile(
    r"[^,。;!?]{0,2}(?:质保|保修|保质|付款|付清|结清|结款|响应|到达现场|回本|回款|回收|存储|录像|[帐账]期|不发霉|无故障|业绩|经验|案例|的?合同)"
)
_PAST: Final = re.compile(r"(?:去年|前年|上个?月|成立于|始于|始建于|截至)\s?$")
# What follows a date from which on something may come: the first day, not the last.
_AFTERWARDS: Final = re.compile(
    r"\s?(?:以后|之后|往后|过后|后|起(?![重吊码])|开始|(?:[-~至到]|开始到)\s?(?:20[0-9]{2}年|[今明]年)?[0-9]{1,2}\s?月\s?[0-9底末初中上下])"
)


def find_deadline(text: str, *, today: dt.date) -> FoundDate | None:
    """Return the date until which a text wants delivery, or None; positions refer to ``text`` as given. Never raises.

    Of several the surest counts (with 前 or 内), of equals the first. A period is read as its last day: 9月底 is 30
    September, 5月中旬 the 20th, 明年一季度 31 March, 国庆前 30 September, 两周内 ``today`` and 14 days. Warranty,
    credit and storage periods are no deadlines, and neither are 尽快 and 12月15日以后. What lies before ``today`` is
    found only where the text states the year.

    >>> import datetime as dt
    >>> find_deadline("国庆前到货", today=dt.date(2026, 3, 1)).date
    datetime.date(2026, 9, 30)
    """
    folded = fold(text)
    best: tuple[int, int, int, dt.date] | None = None
    for rule in _RULES:
        for match in rule.pattern.finditer(folded):
            if _is_something_else(folded, match):
                continue
            date = resolved(rule.resolve, match, today)
            if date is None or (date < today and not states_year(match)):
                continue
            if best is None or (-rule.strength, match.start()) < best[:2]:
                best = (-rule.strength, match.start(), match.end(), date)
    if best is None:
        return None
    _, start, end, date = best
    return FoundDate(start=start, end=end, text=text[start:end], date=date)


def _is_something_else(folded: str, match: re.Match[str]) -> bool:
    before, after = folded[max(0, match.start() - 14) : match.start()], folded[match.end() : match.end() + 12]
    if _PAST.search(before) or (match.group()[-1] not in "前内止" and _AFTERWARDS.match(after)):
        return True
    return "span" in match.re.groupindex and bool(_OTHER_BEFORE.search(before) or _OTHER_AFTER.match(after))


def _rule(pattern: str, resolve: Callable[[re.Match[str], dt.date], dt.date | None], strength: int) -> _Rule:
    return _Rule(re.compile(pattern), resolve, strength)


_PART_OF_YEAR: Final = (
    rf"(?:(?:{_YEAR_NUMBER}|(?P<which>[今明后]))\s?年?|(?<![0-9一二两三四五六七八九十去前每]))"
    r"(?P<part>年[底末内]|[上下]半年)"
)
_RULES: Final = (
    _rule(rf"(?<![0-9]){YEAR}{_FREE}{MONTH}\s?(?P<day>{_SMALL})\s?[日号](?:{_BEFORE}|截止|止)?", day_of_month, 3),
    _rule(
        rf"(?<![0-9])(?P<year>20[0-9]{{2}})\s?[-/.]\s?(?P<month>[0-9]{{1,2}})\s?[-/.]\s?(?P<day>[0-9]{{1,2}})(?![0-9]){_BEFORE}?",
        full_date,
        3,
    ),
    _rule(rf"(?<![0-9./-])(?P<month>[0-9]{{1,2}})[./-](?P<day>[0-9]{{1,2}})[日号]?{_BEFORE}", dotted_date, 3),
    _rule(rf"{YEAR}{_FREE}{MONTH}(?P<part>上旬|中旬|下旬|初|中|底|末)(?:{_BEFORE})?", part_of_month, 3),
    _rule(rf"{YEAR}{_FREE}{MONTH}{_BEFORE}", before_month, 3),
    _rule(rf"{YEAR}{_FREE}{MONTH}(?P<part>)(?:{WITHIN}|(?={USES}))", part_of_month, 2),
    _rule(
        rf"(?:(?P<near>本|这个|当|下个|下)月|(?<![0-9一二三四五六七八九十个上每])月)(?P<part>上旬|中旬|下旬|初|中|底|末)(?:{_BEFORE})?",
        near_month,
        3,
    ),
    _rule(rf"(?P<near>本|这个|当|下个|下)月(?P<part>)(?:{WITHIN}|(?={USES}|提))", near_month, 2),
    _rule(rf"{_PART_OF_YEAR}{_BEFORE}", part_of_year, 3),
    _rule(rf"{_PART_OF_YEAR}{WITHIN}?", part_of_year, 2),
    _rule(rf"{YEAR}(?<!每){QUARTER}(?:末|底)?(?:{_BEFORE}|{WITHIN}|(?<=[末底]))", quarter_end, 3),
    _rule(rf"{YEAR}(?<!每){QUARTER}(?={USES})", quarter_end, 2),
    _rule(rf"(?:{YEAR}(?<=年)|(?=q)){QUARTER}", quarter_end, 1),
    _rule(
        rf"{YEAR}(?<![0-9第一二三四五六七八九十])(?P<name>{FESTIVAL})(?:佳节|节)?(?:长假|放假|假期)?(?:{_BEFORE}|(?={USES}))",
        eve_of_festival,
        3,
    ),
    _rule(r"(?<![0-9一二两三四五六七八九十百半几多数来往去今明后])年前", eve_of_new_year, 3),
    _rule(rf"(?P<season>暑假前|暑假|暑期)(?:期间|里|{WITHIN}|结束{_BEFORE}|之前)?", season_end, 2),
    _rule(rf"(?P<season>秋季开学|开学|汛期|供暖|采暖)(?:季|期)?(?:来临|到来|开始)?{_BEFORE}", season_end, 3),
    _rule(rf"{_FREE}(?:{LEAD})?{SPAN}{WITHIN}", after_span, 3),
    _rule(rf"{LEAD}{SPAN}", after_span, 2),
    _rule(rf"{_FREE}{SPAN}(?=[能可就]?(?:出货|到货|交货|交付|发货|能出|能到|能交))", after_span, 2),
    _rule(
        rf"(?<!每)(?P<week>本|这|下下|下)?(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天末])(?:{_BEFORE}|(?={USES}))",
        weekday,
        3,
    ),
    _rule(rf"(?P<week>本|这|下下|下)周(?P<weekday>)(?:{WITHIN}|{_BEFORE}|(?={USES}))", weekday, 2),
    _rule(rf"(?P<near>今|明|后)[天日](?:下班|[上中下]午|晚上?)?(?:{_BEFORE}|{WITHIN}|(?=必须|{USES}))", near_day, 3),
)
