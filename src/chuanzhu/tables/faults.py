"""What the reader of workbooks does not tell of an .xlsx: cells with a formula error (#N/A, #REF!), hidden rows.

The sheets' XML is searched as it streams out of the archive (ECMA-376 part 1, 18.3.1.4: a cell of type ``e``;
18.3.1.73: a row that is ``hidden``, by hand or by a filter).
"""

from __future__ import annotations

import html
import posixpath
import re
import zipfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_CHUNK: Final = 1 << 22
_OVERLAP: Final = 1 << 15
_ERRORS: Final = (b't="e"', b"t='e'")
_HIDDEN: Final = (b'hidden="1"', b'hidden="true"', b"hidden='1'", b"hidden='true'")
_ROW: Final = re.compile(rb"<(?:\w+:)?row\s(?:[^<>]*\s)?r=[\"']([0-9]+)[\"']")
_CELL: Final = re.compile(rb"<(?:\w+:)?c\s([^<>]*)>(?:(?!</(?:\w+:)?c>).)*?<(?:\w+:)?v>([^<]*)<", re.DOTALL)
_PLACE: Final = re.compile(rb"\br=[\"']([A-Z]+)([0-9]+)[\"']")
_SHEET: Final = re.compile(r"<(?:\w+:)?sheet\s([^<>]*)>")
_RELATION: Final = re.compile(r"<(?:\w+:)?Relationship\s([^<>]*)>")
_ATTRIBUTE: Final = re.compile(r"([\w:]+)\s*=\s*[\"']([^\"']*)[\"']")


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """A sheet's error cells, by (row, column) from 0, with what they show, and its hidden rows, from 0."""

    errors: Mapping[tuple[int, int], str] = field(default_factory=dict)
    hidden: frozenset[int] = frozenset()


def marked_cells(path: Path) -> Mapping[str, Marks]:
    """Return the marks of each sheet by its name; only .xlsx has any."""
    try:
        with zipfile.ZipFile(path) as archive:
            return {name: _marks_in(archive, part) for name, part in _sheet_parts(archive)}
    except (zipfile.BadZipFile, KeyError, UnicodeDecodeError):
        return {}


def _sheet_parts(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    targets = {found["Id"]: found["Target"] for found in _tags(archive, "xl/_rels/workbook.xml.rels", _RELATION)}
    for found in _tags(archive, "xl/workbook.xml", _SHEET):
        relation = next(value for key, value in found.items() if key.endswith(":id"))
        yield found["name"], posixpath.normpath(posixpath.join("/xl", targets[relation])).lstrip("/")


def _tags(archive: zipfile.ZipFile, part: str, pattern: re.Pattern[str]) -> list[dict[str, str]]:
    text = archive.read(part).decode("utf-8")
    return [
        {key: html.unescape(value) for key, value in _ATTRIBUTE.findall(attributes)}
        for attributes in pattern.findall(text)
    ]


def _marks_in(archive: zipfile.ZipFile, part: str) -> Marks:
    """Pieces overlap, so that a cell on the seam is found whole; one found twice is the same entry."""
    errors: dict[tuple[int, int], str] = {}
    hidden: set[int] = set()
    with archive.open(part) as file:
        tail = b""
        while piece := file.read(_CHUNK):
            window = tail + piece
            for mark in _ERRORS:
                errors.update(_errors(window, mark))
            for mark in _HIDDEN:
                hidden.update(_hidden(window, mark))
            tail = window[-_OVERLAP:]
    return Marks(errors=errors, hidden=frozenset(hidden))


def _hidden(window: bytes, mark: bytes) -> Iterator[int]:
    at = window.find(mark)
    while at >= 0:
        row = _ROW.match(window, max(window.rfind(b"<", 0, at), 0))
        if row:
            yield int(row[1]) - 1
        at = window.find(mark, at + 1)


def _errors(window: bytes, mark: bytes) -> Iterator[tuple[tuple[int, int], str]]:
    at = window.find(mark)
    while at >= 0:
        cell = _CELL.match(window, max(window.rfind(b"<", 0, at), 0))
        place = _PLACE.search(cell[1]) if cell else None
        if cell and place:
            yield (int(place[2]) - 1, _column(place[1])), cell[2].decode("utf-8")
        at = window.find(mark, at + 1)


def _column(letters: bytes) -> int:
    index = 0
    for letter in letters:
        index = index * 26 + letter - ord("A") + 1
    return index - 1
