"""What can be wrong with an index on disk, in words that name the folder and the cure."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from chuanzhu.model import ChuanzhuError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

REBUILD: Final = "请用原来的供给清单重建:chuanzhu index 供给清单 索引文件夹"


class IndexFault(ChuanzhuError):  # noqa: N818 (IndexError is another thing in Python)
    """An index that is missing, damaged, outdated or busy: names the folder, what is wrong and the cure."""


class IndexBusy(IndexFault):
    """An index that another process is writing at this moment."""


def damaged(path: Path, what: object) -> IndexFault:
    """Return the fault of an index that is not as it was written."""
    return IndexFault(f"索引 {path} 已损坏({what});{REBUILD}")


@contextmanager
def damage_told(path: Path) -> Iterator[None]:
    """Raise IndexFault for what reading a damaged file raises."""
    try:
        yield
    except (ValueError, OSError) as error:
        raise damaged(path, error) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # tantivy's, of a class that nobody can import
            raise
        raise damaged(path, "倒排表读不出来") from error
