"""Dates and deadlines as the trade writes them: 12月15日前, 9月底之前, 国庆前, 两周内, 交期10天.

A date without a year is the next one on or after ``today``. Lunar festivals come from a table for 2024 to 2040; outside
these years they are not found.
"""

from chuanzhu.dates.cells import DateError, parse_date
from chuanzhu.dates.reading import FoundDate, find_deadline

__all__ = ["DateError", "FoundDate", "find_deadline", "parse_date"]
