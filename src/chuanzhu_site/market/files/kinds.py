"""Which kinds of files are taken, told by their content; a name only has to agree with it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO, TYPE_CHECKING, Final

from chuanzhu_site.market.files.archives import check_parts
from chuanzhu_site.market.files.refusals import FileRefused

if TYPE_CHECKING:
    from collections.abc import Mapping

_HEAD: Final = 64
_OFFICE: Final = {"xl/workbook.xml": "xlsx", "word/document.xml": "docx"}


@dataclass(frozen=True, slots=True, kw_only=True)
class FileKind:
    """A kind of file: how its content begins, which endings its name may have, as what it is served."""

    code: str
    name: str
    suffixes: tuple[str, ...]
    content_type: str
    begins: re.Pattern[bytes]
    is_picture: bool = False


_OPEN_XML: Final = "application/vnd.openxmlformats-officedocument"
_ZIP: Final = re.compile(rb"PK\x03\x04")

FILE_KINDS: Final[Mapping[str, FileKind]] = {
    kind.code: kind
    for kind in (
        FileKind(
            code="pdf",
            name="PDF",
            suffixes=(".pdf",),
            content_type="application/pdf",
            begins=re.compile(rb"%PDF-[12]\.[0-9]"),
        ),
        FileKind(
            code="png",
            name="PNG 图片",
            suffixes=(".png",),
            content_type="image/png",
            begins=re.compile(rb"\x89PNG\r\n\x1a\n"),
            is_picture=True,
        ),
        FileKind(
            code="jpg",
            name="JPG 图片",
            suffixes=(".jpg", ".jpeg"),
            content_type="image/jpeg",
            begins=re.compile(rb"\xff\xd8\xff"),
            is_picture=True,
        ),
        FileKind(
            code="xlsx",
            name="Excel 表格",
            suffixes=(".xlsx",),
            content_type=f"{_OPEN_XML}.spreadsheetml.sheet",
            begins=_ZIP,
        ),
        FileKind(
            code="docx",
            name="Word 文档",
            suffixes=(".docx",),
            content_type=f"{_OPEN_XML}.wordprocessingml.document",
            begins=_ZIP,
        ),
        FileKind(
            code="dwg",
            name="DWG 图纸",
            suffixes=(".dwg",),
            content_type="application/octet-stream",
            begins=re.compile(rb"AC10[0-9]{2}"),
        ),
        FileKind(
            code="step",
            name="STEP 模型",
            suffixes=(".step", ".stp"),
            content_type="application/octet-stream",
            begins=re.compile(rb"ISO-10303-21;"),
        ),
    )
}
TAKEN: Final = "、".join(kind.name for kind in FILE_KINDS.values())
SUFFIXES: Final = ",".join(suffix for kind in FILE_KINDS.values() for suffix in kind.suffixes)


def checked(file: IO[bytes], *, name: str) -> FileKind:
    """Return what a file is. Raises FileRefused where it is none of the kinds, not what its name says, or a trap."""
    file.seek(0)
    head = file.read(_HEAD)
    fits = [kind for kind in FILE_KINDS.values() if kind.begins.match(head)]
    if not fits:
        raise FileRefused(f"“{name}”不是能收的文件;可以传:{TAKEN}")
    if fits[0].begins is _ZIP:
        parts = check_parts(file, name=name)
        fits = [FILE_KINDS[code] for part, code in _OFFICE.items() if part in parts]
        if not fits:
            raise FileRefused(f"“{name}”是压缩包;请解开,把里面的文件一个一个传")
    kind = fits[0]
    if PurePosixPath(name).suffix.lower() not in kind.suffixes:
        raise FileRefused(f"“{name}”的内容是 {kind.name},和文件名的扩展名对不上;请改成 {kind.suffixes[0]} 再传")
    file.seek(0)
    return kind
