"""A list to correct: the rows as they came, each cell with a problem coloured and noted with its cure.

Corrected in place and uploaded again, it is read like any other list: the notes are comments, not cells, and the
second sheet is one that the reader passes over.
"""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from typing import TYPE_CHECKING, Final

import xlsxwriter

from chuanzhu.tables.headers import column_letter, find_header
from chuanzhu.tables.sheets import read_sheets
from chuanzhu.tables.wording import printable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from chuanzhu.model import Problem
    from chuanzhu.tables.headers import Side
    from chuanzhu.tables.sheets import Sheet

_LONGEST_NAME, _LONGEST_CELL, _LONGEST_NOTE = 31, 32_000, 1_000
_EXPLANATION: Final = "修改说明"
_HOW: Final = (
    "标成红色的格子有问题,把鼠标放上去就能看到哪里不对、怎么改。",
    "整行发黄的,是这一行没有用上。",
    "改好后保存,回到网页重新上传这个文件即可;这张说明不用删,不会被当作清单。",
)
_NOT_IN_NAMES: Final = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_SIDES: Final[tuple[Side, ...]] = ("supply", "demand")
Spot = tuple[int, str]


def write_correction(source: Path, target: Path, *, problems: Sequence[Problem]) -> None:
    """Write the list of ``source`` to the workbook ``target`` with its problems marked where they are."""
    by_sheet: defaultdict[str, dict[Spot, list[Problem]]] = defaultdict(lambda: defaultdict(list))
    for problem in problems:
        by_sheet[problem.sheet][problem.row, problem.column.split(" ")[0]].append(problem)
    with xlsxwriter.Workbook(target, {"strings_to_formulas": False, "strings_to_urls": False}) as workbook:
        looks = {
            "wrong": workbook.add_format({"bg_color": "#f9e6e1", "font_color": "#a63a26", "text_wrap": True}),
            "unused": workbook.add_format({"bg_color": "#f4eddd"}),
            "plain": workbook.add_format({}),
        }
        taken = {_EXPLANATION}
        for sheet in _sheets(source):
            if sheet.name != _EXPLANATION:
                page = workbook.add_worksheet(_free_name(sheet.name, taken))
                _copy(page, sheet, by_sheet[sheet.name], looks=looks)
        explanation = workbook.add_worksheet(_EXPLANATION)
        explanation.set_column(0, 0, 80)
        for row, sentence in enumerate(_HOW):
            explanation.write_string(row, 0, sentence)


def _free_name(name: str, taken: set[str]) -> str:
    """Return a name that Excel allows and no sheet has yet; other programs allow more than Excel does."""
    allowed = _NOT_IN_NAMES.sub("", name).strip("'")[:_LONGEST_NAME] or "清单"
    free = next(
        candidate
        for number in itertools.count(1)
        if (candidate := allowed if number == 1 else f"{allowed[: _LONGEST_NAME - 4]}({number})").lower() not in taken
    )
    taken.add(free.lower())
    return free


def _sheets(source: Path) -> list[Sheet]:
    return read_sheets(
        source,
        rate=lambda rows: max((header.score for side in _SIDES if (header := find_header(rows, side=side))), default=0),
    )


def _copy(
    page: Worksheet, sheet: Sheet, found: Mapping[Spot, Sequence[Problem]], *, looks: Mapping[str, Format]
) -> None:
    """Copy the cells; values stay texts as they were written, and a text that begins like a formula stays a text."""
    unused = {row for (row, _), problems in found.items() if any(not problem.used for problem in problems)}
    for row, cells in enumerate(sheet.rows(), start=1):
        for index, cell in enumerate(cells):
            problems = found.get((row, column_letter(index)), ())
            look = looks["wrong"] if problems else looks["unused" if row in unused else "plain"]
            page.write_string(row - 1, index, printable(cell)[:_LONGEST_CELL], look)
            if problems:
                page.write_comment(row - 1, index, _note(problems), {"x_scale": 2, "y_scale": 1.5})
        general = found.get((row, ""), ())
        if general:
            page.write_comment(row - 1, 0, _note(general), {"x_scale": 2, "y_scale": 1.5})


def _note(problems: Sequence[Problem]) -> str:
    return "\n".join(f"{problem.wrong};{problem.cure}" for problem in problems)[:_LONGEST_NOTE]
