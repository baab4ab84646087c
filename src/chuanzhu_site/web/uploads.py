"""Checking what is uploaded before anything reads it."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings

from chuanzhu.model import ChuanzhuError
from chuanzhu_site.web.names import safe_name

if TYPE_CHECKING:
    from pathlib import Path

    from django.core.files.uploadedfile import UploadedFile

SUFFIXES: Final = (".xlsx", ".xls", ".csv", ".txt", ".tsv", ".et", ".ods", ".xlsb", ".xlsm")
_LARGEST_INFLATED: Final = 400 * 1024 * 1024
_MOST_PARTS: Final = 2_000
_MEGABYTE: Final = 1024 * 1024


class UploadError(ChuanzhuError):
    """A file that is not taken; the text says why and what to do."""


def save_upload(upload: UploadedFile[Any], folder: Path) -> Path:
    """Write an upload into a folder under its safe name. Raises UploadError, and leaves nothing behind then."""
    name = safe_name(upload.name or "")
    if not name.endswith(SUFFIXES):
        raise UploadError(f"“{name}”不是表格文件;请上传 .xlsx 或 .csv(.xls、.et、.ods 也可以)")
    if not upload.size:
        raise UploadError(f"“{name}”是空文件;请检查是否保存成功")
    if upload.size > settings.LARGEST_UPLOAD:
        raise UploadError(
            f"“{name}”有 {upload.size / _MEGABYTE:.0f} MB,每个文件最多 {settings.LARGEST_UPLOAD // _MEGABYTE} MB;"
            "请只留下要用的工作表和列,或分成几份"
        )
    folder.mkdir(parents=True)
    path = folder / name
    with path.open("wb") as file:
        for chunk in upload.chunks():
            file.write(chunk)
    check_archive(path)
    return path


def check_archive(path: Path) -> None:
    """Refuse a workbook that would unpack to far more than its size: such files fill the memory of whoever opens them.

    The sizes are those of the archive's own directory, which the reader of workbooks goes by too.
    """
    if not zipfile.is_zipfile(path):
        return
    with zipfile.ZipFile(path) as archive:
        parts = archive.infolist()
    size = sum(part.file_size for part in parts)
    if size > _LARGEST_INFLATED or len(parts) > _MOST_PARTS:
        raise UploadError(
            f"“{path.name}”展开后有 {size / _MEGABYTE:.0f} MB,不像正常的清单;"
            "请用 Excel 打开,把要用的内容复制到新工作簿后再传"
        )
