"""The files of a programme as rows that know where they stand, and the list of what is wrong with them."""

from __future__ import annotations

import csv
import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from chuanzhu.model import Problem
from chuanzhu.taxonomy.programmes.records import STANDINGS, Evidence

if TYPE_CHECKING:
    from collections.abc import Iterable
    from importlib.resources.abc import Traversable

EVIDENCE: Final = ("来源", "日期", "状态")
PROGRAMME: Final = ("项", "值", *EVIDENCE)
CHAINS: Final = ("产业链", "名称", "集群", *EVIDENCE)
NODES: Final = ("编号", "环节", "引自", "阶段", "家族", "产品", "行业", "资质", "说明", *EVIDENCE)
LINKS: Final = ("从环节", "到环节", "类别", "强度", "依据", *EVIDENCE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of a file: its number as a spreadsheet shows it, and its cells by column."""

    file: str
    number: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        """Return the trimmed text of a cell."""
        return self.cells[column]

    def parts(self, column: str) -> tuple[str, ...]:
        """Return what a cell lists, each once."""
        pieces = (piece.strip() for piece in self[column].replace("；", ";").split(";"))
        return tuple(dict.fromkeys(piece for piece in pieces if piece))


@dataclass(slots=True)
class Ledger:
    """What is wrong with the files, in the order in which it was found."""

    problems: list[Problem] = field(default_factory=list)

    def note(self, row: Row, column: str, *, wrong: str, cure: str, used: bool = False) -> None:
        """Write down what is wrong with a cell, and how to mend it; ``used`` when the row is used nevertheless."""
        letter = chr(ord("A") + list(row.cells).index(column))
        where = f"{letter} {column}"
        self.problems.append(
            Problem(file=row.file, row=row.number, column=where, value=row[column], wrong=wrong, cure=cure, used=used)
        )

    def refuse(self, file: str, *, wrong: str, cure: str) -> None:
        """Write down what is wrong with a whole file."""
        self.problems.append(Problem(file=file, wrong=wrong, cure=cure, used=False))


def read_rows(folder: Traversable, file: str, columns: tuple[str, ...], ledger: Ledger) -> list[Row]:
    """Return the rows of a file that are not empty; a file that cannot be read gives a problem and no rows."""
    entry = folder / file
    if not entry.is_file():
        ledger.refuse(file, wrong="没有这个文件", cure="请补上;只有表头、没有内容的文件也可以")
        return []
    try:
        lines = entry.read_text("utf-8-sig").splitlines()
    except UnicodeDecodeError:
        ledger.refuse(file, wrong="不是 UTF-8 编码", cure="请在 Excel 或 WPS 里另存为“CSV UTF-8(逗号分隔)”")
        return []
    reader = csv.reader(lines)
    header = tuple(next(reader, []))
    if header != columns:
        ledger.refuse(file, wrong=f"表头是“{','.join(header)}”", cure=f"表头应为:{','.join(columns)}")
        return []
    return [row for cells in reader if any(cells) for row in _row(file, reader.line_num, columns, cells, ledger)]


def _row(file: str, number: int, columns: tuple[str, ...], cells: list[str], ledger: Ledger) -> list[Row]:
    if len(cells) == len(columns):
        texts = (cell.strip() for cell in cells)
        return [Row(file=file, number=number, cells=dict(zip(columns, texts, strict=True)))]
    ledger.problems.append(
        Problem(
            file=file,
            row=number,
            value=",".join(cells),
            wrong=f"有 {len(cells)} 格,应为 {len(columns)} 格",
            cure="格子里的多项用英文分号隔开,不用逗号;空格子也要留逗号",
            used=False,
        )
    )
    return []


def evidence_of(row: Row, ledger: Ledger) -> Evidence:
    """Return source, date and standing of a row; each that is missing or wrong is written down."""
    if not row["来源"]:
        ledger.note(row, "来源", wrong="没有写来源", cure="写明依据的文件、报道或“行业常识”")
    if row["状态"] not in STANDINGS:
        ledger.note(row, "状态", wrong=f"状态“{row['状态']}”不认识", cure=f"应为 {'、'.join(STANDINGS)} 之一")
    return Evidence(source=row["来源"], date=_date_of(row, ledger), standing=row["状态"])


def _date_of(row: Row, ledger: Ledger) -> dt.date:
    try:
        return dt.date.fromisoformat(row["日期"])
    except ValueError:
        ledger.note(row, "日期", wrong=f"日期“{row['日期']}”读不懂", cure="应写成 2026-11-22 的样子")
        return dt.date.min


def nearest(name: str, names: Iterable[str], *, limit: int = 3) -> str:
    """Return up to ``limit`` names most like ``name``, joined by 、, by Dice's coefficient over their characters.

    >>> nearest("尼龙六六切片", ["尼龙66切片", "尼龙织物", "铝锭"])
    '尼龙66切片'
    """
    wanted = set(name)
    shared = ((len(wanted & set(other)), other) for other in names)
    scored = ((2 * count / (len(wanted) + len(set(other))), other) for count, other in shared if count)
    best = sorted((pair for pair in scored if pair[0] >= 1 / 2), key=lambda pair: (-pair[0], pair[1]))
    return "、".join(other for _, other in best[:limit])
