"""When festivals and seasons fall: facts of the Chinese lunisolar and the civil calendar.

春节, 端午 and 中秋 are the first day of the first month, the fifth of the fifth and the fifteenth of the eighth month
of the Chinese lunisolar calendar (GB/T 33661-2017), for 2024 to 2040. 清明 follows the usual formula of the century.
"""

from __future__ import annotations

import datetime as dt
from typing import Final

# Chinese lunisolar calendar: (month, day) of 春节, 端午, 中秋. A test holds them against the new moons.
_LUNAR: Final = {
    2024: ((2, 10), (6, 10), (9, 17)),
    2025: ((1, 29), (5, 31), (10, 6)),
    2026: ((2, 17), (6, 19), (9, 25)),
    2027: ((2, 6), (6, 9), (9, 15)),
    2028: ((1, 26), (5, 28), (10, 3)),
    2029: ((2, 13), (6, 16), (9, 22)),
    2030: ((2, 3), (6, 5), (9, 12)),
    2031: ((1, 23), (6, 24), (10, 1)),
    2032: ((2, 11), (6, 12), (9, 19)),
    2033: ((1, 31), (6, 1), (9, 8)),
    2034: ((2, 19), (6, 20), (9, 27)),
    2035: ((2, 8), (6, 10), (9, 16)),
    2036: ((1, 28), (5, 30), (10, 4)),
    2037: ((2, 15), (6, 18), (9, 24)),
    2038: ((2, 4), (6, 7), (9, 13)),
    2039: ((1, 24), (5, 27), (10, 2)),
    2040: ((2, 12), (6, 14), (9, 20)),
}
_LUNAR_COLUMN: Final = {"春节": 0, "过年": 0, "端午": 1, "中秋": 2}
_FIXED: Final = {
    "元旦": (1, 1),
    "三八": (3, 8),
    "五一": (5, 1),
    "劳动节": (5, 1),
    "六一": (6, 1),
    "儿童节": (6, 1),
    "618": (6, 18),
    "国庆": (10, 1),
    "十一": (10, 1),
    "双十一": (11, 11),
    "双11": (11, 11),
    "双十二": (12, 12),
    "双12": (12, 12),
}
_LANTERN_DAYS: Final = 14
FESTIVAL: Final = "|".join(sorted([*_LUNAR_COLUMN, *_FIXED, "元宵", "清明"], key=lambda name: (-len(name), name)))

# Seasons of the trade and of the north: the last day on which the thing still comes in time.
SEASONS: Final = {
    "暑假前": (6, 30),
    "暑假": (8, 31),
    "暑期": (8, 31),
    "开学": (8, 31),
    "秋季开学": (8, 31),
    "汛期": (6, 1),
    "供暖": (11, 14),
    "采暖": (11, 14),
}


def festival_day(name: str, year: int) -> dt.date | None:
    """Return the day of a festival in a year; None for a lunar one outside 2024 to 2040.

    >>> festival_day("中秋", 2026)
    datetime.date(2026, 9, 25)
    """
    if name in _FIXED:
        return dt.date(year, *_FIXED[name])
    if year not in _LUNAR:
        return None
    if name == "清明":
        return dt.date(year, 4, int(year % 100 * 0.2422 + 4.81) - year % 100 // 4)
    if name == "元宵":
        return dt.date(year, *_LUNAR[year][0]) + dt.timedelta(days=_LANTERN_DAYS)
    return dt.date(year, *_LUNAR[year][_LUNAR_COLUMN[name]])
