"""Reading a cell of a list that should hold one date, or the time until one, and nothing else."""

from __future__ import annotations

import datetime as dt
import re
from typing import Final

from chuanzhu.dates.reading import LEAD, MONTH, QUARTER, SPAN, USES, WITHIN, YEAR, find_deadline
from chuanzhu.dates.resolving import after_span, date_of, part_of_month, part_of_year, quarter_end, resolved
from chuanzhu.model import ChuanzhuError
from chuanzhu.text import fold


class DateError(ChuanzhuError):
    """A date that cannot be read; the text names the value and the cure."""


_TIMELESS: Final = re.compile(
    r"[\-/\\~.。*?]*|长期(?:有效)?|面议|不限|待定|尽快|急|若干|无|未定|另议|可议|随时|n/?a|null|none|nan|tbd"
)
_SERIAL: Final = re.compile(r"([0-9]{5})(?:\.[0-9]+)?")
_SERIAL_START: Final = dt.date(1899, 12, 30)
_SERIALS: Final = range(36526, 73051)
_CURE: Final = "请写成“2026-12-15”或“12月15日”；没有定的写“长期”或留空。"
_COMPACT: Final = re.compile(r"(?P<year>(?:19|20)[0-9]{2})(?P<month>[0-9]{2})(?P<day>[0-9]{2})")
_ISO: Final = re.compile(
    r"(?P<year>(?:19|20)[0-9]{2})\s?[-/.年]\s?(?P<month>[0-9]{1,2})\s?[-/.月]\s?(?P<day>[0-9]{1,2})日?(?:[ t][0-9:.]+)?"
)
# A cell holds nothing else, so that here 30天, 合同签订后60天 and 2027年3月 need no word beside them.
_WHOLE: Final = (
    (re.compile(rf"{YEAR}{MONTH}(?P<part>)"), part_of_month),
    (re.compile(rf"(?:[^0-9]{{0,12}}后)?\s?(?:{LEAD})?{SPAN}(?:{WITHIN}|左右)?(?:{USES})?"), after_span),
    (re.compile(r"(?P<year>20[0-9]{2})\s?[-/.]\s?(?P<month>[0-9]{1,2})(?P<part>)(?P<which>)"), part_of_month),
    (re.compile(r"(?:(?P<year>20[0-9]{2})|(?P<which>[今明后]))年(?P<part>)"), part_of_year),
    (re.compile(rf"{YEAR}{QUARTER}"), quarter_end),
)


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


def _whole_date(folded: str, today: dt.date) -> dt.date | None:
    serial = _SERIAL.fullmatch(folded)
    if serial:
        return _SERIAL_START + int(serial[1]) * dt.timedelta(days=1) if int(serial[1]) in _SERIALS else None
    plain = _COMPACT.fullmatch(folded) or _ISO.fullmatch(folded)
    if plain:
        return date_of(int(plain["year"]), int(plain["month"]), int(plain["day"]))
    for pattern, resolve in _WHOLE:
        match = pattern.fullmatch(folded)
        if match:
            return resolved(resolve, match, today)
    found = find_deadline(folded, today=today)
    return found.date if found else None
