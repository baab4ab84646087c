"""One calendar file (.ics, RFC 5545) a participant, for the phone: each meeting with its table and whom one meets."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from typing import TYPE_CHECKING, Final

from chuanzhu.tables.writing import write_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from chuanzhu.tables.timetable import Sitting, TimetableSheets

CHINA: Final = dt.timezone(dt.timedelta(hours=8))
_LONGEST_LINE: Final = 75
_UNSAFE: Final = re.compile(r'[\\/:*?"<>|\x00-\x1f]+')
_LONGEST_NAME: Final = 60


def write_calendars(folder: Path, sheets: TimetableSheets) -> list[Path]:
    """Write a file for everybody who has a meeting, named by position and name; return the paths. Needs a day.

    Raises OutputError, and ValueError where the event has no day.
    """
    if sheets.day is None:
        raise ValueError("an event without a day has no calendars")
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for number, (name, own) in enumerate(sheets.days().items(), start=1):
        if own:
            path = folder / f"{number:03} {_UNSAFE.sub('_', name)[:_LONGEST_NAME]}.ics"
            write_bytes(path, calendar(sheets, own, day=sheets.day).encode())
            paths.append(path)
    return paths


def calendar(sheets: TimetableSheets, own: list[tuple[Sitting, str]], *, day: dt.date) -> str:
    """Return one person's calendar: times in UTC, lines folded at 75 octets and ended as the standard wants."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//chuanzhu//meetings//ZH"]
    for each, whom in own:
        lines += _entry(sheets, each, whom, day=day)
    return "".join(f"{part}\r\n" for line in [*lines, "END:VCALENDAR"] for part in _folded(line))


def _entry(sheets: TimetableSheets, each: Sitting, whom: str, *, day: dt.date) -> Iterator[str]:
    begin, end = (_utc(day, time) for time in sheets.times[each.slot - 1])
    key = hashlib.sha256(f"{sheets.title}|{day}|{each.first}|{each.second}|{whom}".encode()).hexdigest()[:32]
    yield "BEGIN:VEVENT"
    yield f"UID:{key}@chuanzhu"
    yield f"DTSTAMP:{_utc(day, dt.time())}"
    yield f"DTSTART:{begin}"
    yield f"DTEND:{end}"
    yield f"SUMMARY:{_escaped(f'见 {whom}(第{each.table}桌)')}"
    yield f"LOCATION:{_escaped(f'{sheets.title} 第{each.table}桌')}"
    yield "END:VEVENT"


def _utc(day: dt.date, time: dt.time) -> str:
    return dt.datetime.combine(day, time, CHINA).astimezone(dt.UTC).strftime("%Y%m%dT%H%M%SZ")


def _escaped(text: str) -> str:
    return re.sub(r"([\\;,])", r"\\\1", text).replace("\n", "\\n")


def _folded(line: str) -> Iterator[str]:
    """Break a line so that no part is longer than 75 octets and no character is torn."""
    part, size = "", 0
    for letter in line:
        octets = len(letter.encode())
        if size + octets > _LONGEST_LINE:
            yield part
            part, size = " ", 1
        part, size = part + letter, size + octets
    yield part
