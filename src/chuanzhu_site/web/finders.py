"""Static files that come with a library: the style sheet of the printed report is also that of the result page."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_NAME: Final = "report.css"


class ReportStyle(BaseFinder):
    """Finds ``report.css`` where the library keeps it, and nothing else there."""

    def __init__(self, *_args: object, **_options: object) -> None:
        self._folder: Final = Path(str(resources.files("chuanzhu") / "report"))

    def check(self, **_options: object) -> list[Any]:
        """Nothing can be wrongly configured."""
        return []

    def find(self, path: str, find_all: bool = False, **_options: object) -> Any:  # noqa: ANN401, FBT001, FBT002 (Django's)
        """Return where the file is."""
        found = str(self._folder / _NAME) if path == _NAME else None
        return ([found] if found else []) if find_all else found

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Any]]:  # noqa: ARG002 (as above)
        """Yield the file with its storage."""
        yield _NAME, FileSystemStorage(location=self._folder)
