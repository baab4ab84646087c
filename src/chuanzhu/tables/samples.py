"""The lists that come with the library: real Henan enterprises' public supplies, and demands made up to show it."""

from __future__ import annotations

import datetime as dt
from importlib import resources
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from pathlib import Path

DEMO_DAY: Final = dt.date(2026, 11, 21)
# The day the illustrative demands were written for: their deadlines lie after it.


def demo_list(side: str) -> AbstractContextManager[Path]:
    """Return the bundled "supply" or "demand" list as a file, for the length of a ``with``."""
    return resources.as_file(resources.files("chuanzhu") / "data" / "demo" / f"{side}.csv")
