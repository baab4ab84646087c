"""A match list that grows on the disk while it is being made, and that is gone on with after a stop."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

from chuanzhu.tables.machine import csv_header, csv_rows
from chuanzhu.tables.writing import output_error

if TYPE_CHECKING:
    from chuanzhu.model import Answer

_CHECKPOINT: Final = 200


class GrowingList:
    """The CSV match list of one job: beside its place as ``.part`` until it is whole, with a note of how far it is.

    ``job`` tells jobs apart: what another job has left is begun anew. What was written since the last note, a few
    hundred answers at most, is cut off and made again. Raises OutputError where the disk does not take it.
    """

    def __init__(self, path: Path, *, job: str) -> None:
        """Go on with what this job has left, or begin."""
        target = Path(os.path.realpath(path))
        self._path: Final = path
        self._target: Final = target
        self.part: Final = target.with_name(f"{target.name}.part")
        self._note: Final = target.with_name(f"{target.name}.part.json")
        self._job: Final = job
        self.done, self.met, size = self._left()
        try:
            self._file: Final = self.part.open("r+b" if size else "wb")
            self._file.truncate(size)
            self._file.seek(size)
            if not size:
                self._file.write(csv_header())
        except OSError as error:
            raise output_error(path, error) from error

    def __enter__(self) -> Self:
        """Close the file at the end of the block, whole or not."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the file; what is in it stays."""
        self._file.close()

    def _left(self) -> tuple[int, int, int]:
        """Return how many answers are done, how many of them met, and the bytes they take; zeros to begin anew."""
        try:
            note = json.loads(self._note.read_text("utf-8"))
            is_whole = note["job"] == self._job and self.part.stat().st_size >= note["bytes"]
            return (note["done"], note["met"], note["bytes"]) if is_whole else (0, 0, 0)
        except (OSError, ValueError, KeyError, TypeError):
            return 0, 0, 0

    def add(self, answer: Answer) -> None:
        """Write one answer more."""
        try:
            self._file.write(csv_rows(answer))
            self.done += 1
            self.met += bool(answer.matches)
            if self.done % _CHECKPOINT == 0:
                self.note_down()
        except OSError as error:
            raise output_error(self._path, error) from error

    def note_down(self) -> None:
        """Note how far the list is, so that a later run goes on from here."""
        self._file.flush()
        note = {"job": self._job, "done": self.done, "met": self.met, "bytes": self._file.tell()}
        fresh = self._note.with_suffix(".new")
        fresh.write_text(json.dumps(note), "utf-8")
        fresh.replace(self._note)

    def finish(self) -> None:
        """Put the whole list into its place."""
        try:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()  # some systems move no open file
            self.part.replace(self._target)
            self._note.unlink(missing_ok=True)
        except OSError as error:
            raise output_error(self._path, error) from error
