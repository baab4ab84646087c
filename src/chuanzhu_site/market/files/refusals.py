"""What is said of a file that is not taken."""

from __future__ import annotations

from chuanzhu.model import ChuanzhuError


class FileRefused(ChuanzhuError):  # noqa: N818 (named for what is refused)
    """A file that is not taken; the text names it, says why and what to do."""
