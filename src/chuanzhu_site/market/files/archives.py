"""Workbooks and documents are archives: what is in them is checked before anybody opens one."""

from __future__ import annotations

import re
import stat
import zipfile
import zlib
from typing import IO, Final

from chuanzhu_site.market.files.refusals import FileRefused

_LARGEST_INFLATED: Final = 100 * 1024 * 1024
_MOST_PARTS: Final = 2_000
_MEGABYTE: Final = 1024 * 1024
_LEADS_OUT: Final = re.compile(r"^[/\\]|^[A-Za-z]:|\\|(?:^|/)\.\.(?:/|$)|[\x00-\x1f]")
_PACKED: Final = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_ENCRYPTED: Final = 0x1
_MACROS: Final = re.compile(r"(?i)vbaproject\.bin$|macrosheets/|activex/")


def check_parts(file: IO[bytes], *, name: str) -> frozenset[str]:
    """Return the names of an archive's parts. Raises FileRefused for a trap of any kind.

    The stated sizes bound what is then unpacked to compare its checksums, so that a part that is larger than it says
    is found out without being unpacked.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
            _check_listing(parts, name=name)
            damaged = archive.testzip()
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OSError, UnicodeError) as error:
        raise FileRefused(f"“{name}”打不开,可能损坏了;请重新保存后再传") from error
    if damaged is not None:
        raise FileRefused(f"“{name}”里面的“{damaged}”损坏了;请重新保存后再传")
    return frozenset(part.filename for part in parts)


def _check_listing(parts: list[zipfile.ZipInfo], *, name: str) -> None:
    size = sum(part.file_size for part in parts)
    if size > _LARGEST_INFLATED or len(parts) > _MOST_PARTS:
        raise FileRefused(
            f"“{name}”展开后有 {size / _MEGABYTE:.0f} MB、{len(parts)} 个部分,不像正常的文件;请只留下要给对方看的内容"
        )
    names = [part.filename for part in parts]
    for part in parts:
        if _LEADS_OUT.search(part.orig_filename) or stat.S_ISLNK(part.external_attr >> 16):
            raise FileRefused(f"“{name}”里有指向外面的路径“{part.filename[:40]}”,不能收;请用 Office 或 WPS 另存后再传")
        if _MACROS.search(part.filename):
            raise FileRefused(f"“{name}”带有宏;请另存为不带宏的 .xlsx 或 .docx 再传")
        if part.flag_bits & _ENCRYPTED or part.compress_type not in _PACKED:
            raise FileRefused(f"“{name}”加了密码,或用了少见的压缩方法;请去掉密码另存后再传")
    if len(set(names)) != len(names):
        raise FileRefused(f"“{name}”里有重名的部分,不能收;请用 Office 或 WPS 另存后再传")
