"""Cells of an .xlsx workbook that hold a formula error (#N/A, #REF!): the reader gives them as empty.

The sheets' XML is searched as it streams out of the archive (ECMA-376 part 1, 18.3.1.4: a cell of type ``e``).
"""

from __future__ import annotations

import html
import posixpath
import re
import zipfile
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_CHUNK: Final = 1 << 22
_OVERLAP: Final = 1 << 15
_MARKS: Final = (b't="e"', b"t='e'")
_CELL: Final = re.compile(rb"<(?:\w+:)?c\s([^<>]*)>(?:(?!</(?:\w+:)?c>).)*?<(?:\w+:)?v>([^<]*)<", re.DOTALL)
_PLACE: Final = re.compile(rb"\br=[\"']([A-Z]+)([0-9]+)[\"']")
_SHEET: Final = re.compile(r"<(?:\w+:)?sheet\s([^<>]*)>")
_RELATION: Final = re.compile(r"<(?:\w+:)?Relationship\s([^<>]*)>")
_ATTRIBUTE: Final = re.compile(r"([\w:]+)\s*=\s*[\"']([^\"']*)[\"']")


def error_cells(path: Path) -> Mapping[str, Mapping[tuple[int, int], str]]:
    """Return for each sheet the (row, column), from 0, of its error cells and what they show; only .xlsx has any."""
    try:
        with zipfile.ZipFile(path) as archive:
            return {name: dict(_errors_in(archive, part)) for name, part in _sheet_parts(archive)}
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


def _errors_in(archive: zipfile.ZipFile, part: str) -> Iterator[tuple[tuple[int, int], str]]:
    """Pieces overlap, so that a cell on the seam is found whole; one found twice is the same entry."""
    with archive.open(part) as file:
        tail = b""
        while piece := file.read(_CHUNK):
            window = tail + piece
            for mark in _MARKS:
                yield from _errors(window, mark)
            tail = window[-_OVERLAP:]


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
