"""Text tables (.csv, .tsv, .txt): bytes to text, text to rows."""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_UTF_8_MARK, _UTF_16_MARKS = b"\xef\xbb\xbf", (b"\xff\xfe", b"\xfe\xff")
_UTF_8, _GB, _EITHER, _DAMAGED = "utf-8", "gb18030", "either", "damaged"
_CHINESE: Final = re.compile("[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")
_BINARY_SHARE: Final = 0.05
_LONGEST_CELL_LINES: Final = 200
_LONGEST_CELL: Final = 1 << 27


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """A text, the encoding of most of its lines, and the lines (numbers from 1) that had another one."""

    text: str
    encoding: str
    foreign: Mapping[int, str] = field(default_factory=dict)


def decode(content: bytes) -> Decoded | None:
    r"""Decode a text file: UTF-16 by its byte order mark, else each line as UTF-8 or GB18030. None if it is none.

    Lines of two encodings in one file come from lists that were pasted or appended to one another; ``foreign`` names
    those that differ from most. Bytes that no Chinese encoding explains become U+FFFD each.

    >>> decode("甲,泵\n乙,尼龙管\n".encode() + "丙,阀\n".encode("gb18030"))
    Decoded(text='甲,泵\n乙,尼龙管\n丙,阀\n', encoding='utf-8', foreign={3: 'gb18030'})
    """
    if content.startswith(_UTF_16_MARKS):
        return Decoded(text=content.decode("utf-16", "replace"), encoding="utf-16")
    if _is_binary(content[:65536]):
        return None
    body = content.removeprefix(_UTF_8_MARK)
    try:
        return Decoded(text=body.decode("utf-8"), encoding="utf-8")
    except UnicodeDecodeError:
        return _decode_by_line(body, is_marked=len(body) < len(content))


def _decode_by_line(content: bytes, *, is_marked: bool) -> Decoded:
    lines = content.splitlines(keepends=True)
    found = [_encoding_of(line) for line in lines]
    counts = Counter(encoding for encoding in found if encoding in {_UTF_8, _GB})
    main = _GB if counts[_GB] > counts[_UTF_8] and not is_marked else _UTF_8
    texts: list[str] = []
    foreign: dict[int, str] = {}
    for number, (line, encoding) in enumerate(zip(lines, found, strict=True), start=1):
        if encoding == _DAMAGED:
            texts.append(_least_damage(line, main))
            continue
        texts.append(line.decode(encoding if encoding in {_UTF_8, _GB} else main, "replace"))
        if encoding in {_UTF_8, _GB} and encoding != main:
            foreign[number] = encoding
    return Decoded(text="".join(texts), encoding=main, foreign=foreign)


def _encoding_of(line: bytes) -> str:
    """Tell a line's encoding; a line that both explain, without any Chinese sign in UTF-8, is like the lines around it.

    Two Chinese characters in GB18030 can be two Latin or Greek letters in UTF-8, but hardly ever Chinese ones.
    """
    if line.isascii():
        return _EITHER
    try:
        text = line.decode(_UTF_8)
    except UnicodeDecodeError:
        return _GB if _is_readable(line, _GB) else _DAMAGED
    return _UTF_8 if _CHINESE.search(text) or not _is_readable(line, _GB) else _EITHER


def _is_readable(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _least_damage(line: bytes, main: str) -> str:
    texts = (line.decode(encoding, "replace") for encoding in (main, _GB if main == _UTF_8 else _UTF_8))
    return min(texts, key=lambda text: text.count("\ufffd"))


def separated_rows(
    text: str, *, delimiter: str, unpaired: list[int], ends: list[int] | None = None
) -> Iterator[list[str]]:
    r"""Rows of a text table; a quoted cell may hold delimiters and line breaks.

    A quotation mark that is opened and never closed would swallow the rows after it: such a line is read as if its
    quotation marks were ordinary characters, and its number (from 1) is appended to ``unpaired``. To ``ends`` is
    appended for each row the number of the line that it ends on.

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
        if ends is not None:
            ends.append(lines.number)
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
    """Lines of a text that remembers which were taken since last asked, and how many in all, and takes some back."""

    def __init__(self, text: str) -> None:
        self._lines: Final = io.StringIO(text, newline="")
        self._returned: list[str] = []
        self.taken: Final[list[str]] = []
        self.number = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._returned.pop() if self._returned else next(self._lines)
        self.taken.append(line)
        self.number += 1
        return line

    def give_back(self, lines: list[str]) -> None:
        """Make these the next lines."""
        self._returned.extend(reversed(lines))
        self.number -= len(lines)
