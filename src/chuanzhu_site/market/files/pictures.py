"""Taking out of a picture what is not the picture: who took it, where, with what, and whatever hangs behind its end.

Nothing is decoded and nothing is compressed anew, so no picture loses quality and none can unpack into a bomb here.
"""

from __future__ import annotations

import re
import struct
import zlib
from typing import TYPE_CHECKING, Final

from chuanzhu_site.market.files.refusals import FileRefused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_MOST_PIXELS: Final = 100_000_000
_PNG_KEPT: Final = frozenset(
    {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"sBIT", b"bKGD", b"pHYs"}
)
_PNG_START: Final = b"\x89PNG\r\n\x1a\n"
_MARK, _EOI, _SOS, _APP0, _EXIF, _ADOBE, _COMMENT = 0xFF, 0xD9, 0xDA, 0xE0, 0xE1, 0xEE, 0xFE
_APPLICATION: Final = range(0xE0, 0xF0)
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_NEXT_MARKER: Final = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_ORIENTATION, _TURNED = 0x0112, range(2, 9)


class BadPicture(FileRefused):
    """A picture that ends in its middle, or is none behind its first bytes."""


def bare(data: bytes, *, code: str, name: str) -> bytes:
    """Return the picture alone. Raises BadPicture, FileRefused where it has more pixels than anybody can open."""
    try:
        return b"".join(_BARE[code](data, name))
    except (struct.error, IndexError) as error:
        raise BadPicture(f"“{name}”不完整,打不开;请重新保存或截图后再传") from error


def _require_size(width: int, height: int, name: str) -> None:
    if not 0 < width * height <= _MOST_PIXELS:
        raise FileRefused(f"“{name}”有 {width}×{height} 点,太大了;请缩小到一亿点以内再传")


def _png(data: bytes, name: str) -> Iterator[bytes]:
    yield _PNG_START
    at = len(_PNG_START)
    while True:
        length, kind = struct.unpack_from(">I4s", data, at)
        chunk = data[at : at + 12 + length]
        if len(chunk) < 12 + length or zlib.crc32(chunk[4:-4]) != struct.unpack(">I", chunk[-4:])[0]:
            raise BadPicture(f"“{name}”不完整,打不开;请重新保存或截图后再传")
        if kind == b"IHDR":
            width, height = struct.unpack_from(">II", chunk, 8)
            _require_size(width, height, name)
        if kind in _PNG_KEPT:
            yield chunk
        if kind == b"IEND":
            return
        at += 12 + length


def _jpeg(data: bytes, name: str) -> Iterator[bytes]:
    yield data[:2]
    turned = next((_turn(body) for marker, body in _segments(data, name) if marker == _EXIF), 0)
    if turned in _TURNED:
        yield _exif_of(turned)
    for marker, body in _segments(data, name):
        if marker in _FRAMES:
            height, width = struct.unpack_from(">HH", body, 5)
            _require_size(width, height, name)
        if marker == _APP0:
            if body[4:9] == b"JFIF\0":
                yield b"\xff\xe0\x00\x10" + body[4:16] + b"\x00\x00"  # without the small picture it may carry
        elif marker == _ADOBE or (marker not in _APPLICATION and marker != _COMMENT):
            yield body


def _segments(data: bytes, name: str) -> Iterator[tuple[int, bytes]]:
    """Yield (marker, bytes) up to the end of the picture; what a scan consists of comes with its header."""
    at = 2
    while True:
        if data[at] != _MARK:
            raise BadPicture(f"“{name}”不是完整的 JPG 图片;请重新保存或截图后再传")
        marker = data[at + 1]
        if marker == _MARK:
            at += 1
            continue
        if marker == _EOI:
            yield marker, data[at : at + 2]
            return
        end = at + 2 + struct.unpack_from(">H", data, at + 2)[0]
        if marker == _SOS:
            following = _NEXT_MARKER.search(data, end)
            end = following.start() if following else len(data)
        if end > len(data) or end < at + 4:
            raise BadPicture(f"“{name}”不完整,打不开;请重新保存或截图后再传")
        yield marker, data[at:end]
        at = end


def _turn(body: bytes) -> int:
    """Return how an EXIF segment says the picture is to be turned; 0 where it does not say, or cannot be read."""
    if body[4:10] != b"Exif\0\0":
        return 0
    tiff = body[10:]
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2], "")
    if not order:
        return 0
    try:
        (first,) = struct.unpack_from(f"{order}I", tiff, 4)
        (entries,) = struct.unpack_from(f"{order}H", tiff, first)
        for number in range(entries):
            tag, _, _, value = struct.unpack_from(f"{order}HHIH", tiff, first + 2 + 12 * number)
            if tag == _ORIENTATION:
                return int(value)
    except struct.error:
        return 0
    return 0


def _exif_of(turned: int) -> bytes:
    """Return an EXIF segment that says nothing but how to turn the picture: phones keep their photographs lying."""
    tiff = struct.pack(">2sHIHHHIHHI", b"MM", 42, 8, 1, _ORIENTATION, 3, 1, turned, 0, 0)
    return b"\xff\xe1" + struct.pack(">H", len(tiff) + 8) + b"Exif\0\0" + tiff


_BARE: Final[Mapping[str, Callable[[bytes, str], Iterator[bytes]]]] = {"png": _png, "jpg": _jpeg}
