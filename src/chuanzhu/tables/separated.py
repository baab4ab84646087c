"""Text tables (.csv, .tsv, .txt): bytes to text, text to rows."""

from __future__ import annotations

import csv
import io
import itertools
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_BOMS: Final = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_BINARY_SHARE: Final = 0.05
_LONGEST_CELL_LINES: Final = 200
_LONGEST_CELL: Final = 1 << 27


def decode(content: bytes) -> str | None:
    """Decode a text file: by its byte order mark, else UTF-8, else GB18030. Returns None for what is no text.

    Bytes that no Chinese encoding explains become U+FFFD each.
    """
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            return content.decode(encoding, "replace")
    if _is_binary(content[:65536]):
        return None
    for encoding in ("utf-8", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    damaged = (content.decode(encoding, "replace") for encoding in ("utf-8", "gb18030"))
    return min(damaged, key=lambda text: text.count("\ufffd"))


def separated_rows(text: str, *, delimiter: str, unpaired: list[int]) -> Iterator[list[str]]:
    r"""Rows of a text table; a quoted cell may hold delimiters and line breaks.

    A quotation mark that is opened and never closed would swallow the rows after it: such a line is read as if its
    quotation marks were ordinary characters, and its number (from 1) is appended to ``unpaired``.

    >>> list(separated_rows('a,"b,c"\nd,"e\n', delimiter=",", unpaired=[]))
    [['a', 'b,c'], ['d', '"e']]
    """
    lines = _Lines(text)
    csv.field_size_limit(_LONGEST_CELL)
    reader = csv.reader(lines, delimiter=delimiter)
    for number in itertools.count(1):
        lines.taken.clear()
        row = next(reader, None)
        if row is None:
            return
        if _is_suspicious(lines.taken) and _is_unpaired(lines.taken, delimiter=delimiter):
            unpaired.append(number)
            first, *rest = lines.taken
            lines.give_back(rest)
            row = first.rstrip("\r\n").split(delimiter)
            reader = csv.reader(lines, delimiter=delimiter)
        yield row


def _is_suspicious(lines: list[str]) -> bool:
    return len(lines) > 1 or lines[0].count('"') % 2 == 1


def _is_unpaired(lines: list[str], *, delimiter: str) -> bool:
    if len(lines) > _LONGEST_CELL_LINES:
        return True
    try:
        list(csv.reader(lines, delimiter=delimiter, strict=True))
    except csv.Error:
        return True
    return False


def _is_binary(sample: bytes) -> bool:
    controls = sum(sample.count(byte) for byte in (*range(9), *range(14, 32)))
    return controls > _BINARY_SHARE * len(sample)


class _Lines:
    """Lines of a text that remembers which were taken since last asked, and takes some back."""

    def __init__(self, text: str) -> None:
        self._lines: Final = io.StringIO(text, newline="")
        self._returned: list[str] = []
        self.taken: Final[list[str]] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._returned.pop() if self._returned else next(self._lines)
        self.taken.append(line)
        return line

    def give_back(self, lines: list[str]) -> None:
        """Make these the next lines."""
        self._returned.extend(reversed(lines))
