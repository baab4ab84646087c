"""Static files that come with a package: the style sheet of the printed report is also that of the result page."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from django.contrib.staticfiles.finders import BaseFinder
from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import FileSystemStorage

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

PACKAGED: Final[Mapping[str, tuple[str, str]]] = {
    "report.css": ("chuanzhu", "report"),
    "echarts.esm.min.js": ("instaui_echarts", "static"),
}
# Name of the file: the package it comes with, and the folder in it. The package is found, never imported.


def _folder(package: str, inside: str) -> Path:
    spec = find_spec(package)
    if not spec or not spec.submodule_search_locations:
        raise ImproperlyConfigured(f"没有安装 {package};请运行 pip install 'chuanzhu[site]'")
    return Path(spec.submodule_search_locations[0], inside)


class PackagedFiles(BaseFinder):
    """Finds the files of the table where their packages keep them, and nothing else there."""

    def __init__(self, *_args: object, **_options: object) -> None:
        self._folders: Final = {name: _folder(*place) for name, place in PACKAGED.items()}

    def check(self, **_options: object) -> list[Any]:
        """Nothing can be wrongly configured."""
        return []

    def find(self, path: str, find_all: bool = False, **_options: object) -> Any:  # noqa: ANN401, FBT001, FBT002 (Django's)
        """Return where the file is."""
        found = str(self._folders[path] / path) if path in self._folders else None
        return ([found] if found else []) if find_all else found

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Any]]:  # noqa: ARG002 (as above)
        """Yield the files with their storages."""
        for name, folder in self._folders.items():
            yield name, FileSystemStorage(location=folder)
