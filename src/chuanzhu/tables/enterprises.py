"""Lists of enterprises (企业名单) from files to records, and where they were placed back to files.

A list is a workbook, a text table, or JSON lines (one object a line). It has at least one of the columns 企业名称, 产品
and 经营范围; 行业代码 (GB/T 4754) is read where it stands.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Final, cast

import xlsxwriter

from chuanzhu.model import ChuanzhuError, Problem
from chuanzhu.tables.fields import Reading, wrong_and_cure
from chuanzhu.tables.headers import SEARCHED_ROWS, find_header
from chuanzhu.tables.lists import Table
from chuanzhu.tables.machine import harmless
from chuanzhu.tables.numbering import Ids, given_id
from chuanzhu.tables.rows import Log, is_footer, mended_rows, shown
from chuanzhu.tables.sheets import Sheet, TableError, read_sheets
from chuanzhu.tables.styling import BRONZE, Column, Formats, Page, fill, open_sheet
from chuanzhu.tables.worksheets import problems_sheet
from chuanzhu.tables.writing import check_output, write_bytes, write_text
from chuanzhu.taxonomy.industries import industry

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from chuanzhu.model import Supply
    from chuanzhu.tables.headers import Header

COLUMNS: Final = ("编号", "代码", "名称", "得分", "理由")
UNPLACED: Final = "未归位"
_CONTENT: Final = ("enterprise", "product", "description")
_INDUSTRY: Final = re.compile(
    r"(?:国民经济)?(?:所属|登记)?行业(?:小类)?(?:代码|编码)|gb_?code|industry_?code", re.IGNORECASE
)
_JSON_NAMES: Final = {
    "name": "企业名称",
    "enterprise": "企业名称",
    "products": "产品",
    "scope": "经营范围",
}
_JSON_SUFFIXES: Final = frozenset({".jsonl", ".ndjson"})
_SURE_BREAKS: Final = re.compile(r"[;；\n]+")
_BREAKS: Final = re.compile(r"[、,，/|]+(?![^(（]*[)）])")
_PLACED: Final = (
    Column(name="编号", width=10, style="group"),
    Column(name="企业", width=30, style="strong"),
    Column(name="排名", width=6, style="number"),
    Column(name="代码", width=16),
    Column(name="名称", width=32),
    Column(name="得分", width=8, style="score"),
    Column(name="占比(%)", width=9, style="number"),
    Column(name="理由", width=70),
)
_LEFT: Final = (
    Column(name="编号", width=10),
    Column(name="企业", width=34, style="strong"),
    Column(name="为什么没有归位", width=80, style="ask"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedEnterprise:
    """One line of a list of enterprises: products in their order, the GB/T 4754 code (empty where none or unknown).

    ``row`` is as Excel shows it, for a text or JSON file the line.
    """

    id: str
    name: str
    products: tuple[str, ...]
    scope: str
    industry: str = ""
    row: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedRow:
    """One place of an enterprise for the output: ``reasons`` are (sentence, points); no code and no score is 未归位.

    ``share`` in [0, 1] is the share of this place.
    """

    id: str
    enterprise: str
    code: str
    name: str
    score: float
    share: float
    reasons: tuple[tuple[str, float], ...]


def read_enterprises(path: Path) -> Table[ListedEnterprise]:
    """Read a list of enterprises (.xlsx, .csv and their kin, .jsonl).

    Rows that say nothing, lines that are no JSON, and codes that GB/T 4754 does not have become problems and stop
    nothing else. Raises TableError where nothing can be done with the file.
    """
    broken: list[Problem] = []
    pages = _json_pages(path, broken) if path.suffix.lower() in _JSON_SUFFIXES else _pages(path)
    log = Log(file=path.name, sheets=tuple(sheet.name for sheet, _ in pages))
    ids = Ids(prefix="企", log=log)
    records: list[ListedEnterprise] = []
    for order, (sheet, header) in enumerate(pages):
        for row in mended_rows(sheet, header, order=order, log=log):
            reading = Reading(row=row, header=header, log=log)
            if _is_usable(reading):
                records.append(_enterprise(reading))
                ids.take(reading, records[-1].id)
    if not records:
        raise TableError(f"“{path.name}”里没有一行能用;每行至少要有企业名称、产品、经营范围中的一项")
    ids.assign(cast("list[Supply]", records))  # it only replaces ids, which these records have too
    note = f"{path.name}:读了 {len(records)} 家企业。"
    return Table(
        records=tuple(records),
        problems=(*broken, *log.in_order()),
        file=path.name,
        sheet="、".join(filter(None, log.sheets)),
        rows_read=len(records),
        note=note,
    )


def write_placements(
    path: Path,
    rows: Sequence[PlacedRow],
    *,
    today: dt.date,
    problems: Sequence[Problem] = (),
    notes: Sequence[str] = (),
) -> None:
    """Write where enterprises were placed as .xlsx, .csv or .json, by the suffix of ``path``. Raises OutputError."""
    check_output(path)
    suffix = path.suffix.lower()
    if suffix == ".xlsx":
        write_bytes(path, _workbook(rows, today=today, problems=problems, notes=notes))
    elif suffix == ".csv":
        write_text(path, placements_as_csv(rows))
    else:
        write_text(path, placements_as_json(rows, problems=problems, notes=notes))


def placements_as_csv(rows: Sequence[PlacedRow]) -> str:
    """Return one row a place, best first, with a byte order mark so that spreadsheet programs read it as UTF-8."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in rows:
        reasons = ";".join(_told(row))
        writer.writerow((harmless(row.id), harmless(row.code), row.name, f"{row.score:.1f}", harmless(reasons)))
    return "\ufeff" + out.getvalue()


def placements_as_json(
    rows: Sequence[PlacedRow], *, problems: Sequence[Problem] = (), notes: Sequence[str] = ()
) -> str:
    """Return everything, one place a line."""
    parts = {"placements": map(asdict, rows), "problems": map(asdict, problems), "notes": notes}
    lists = (
        f'"{name}": [\n' + ",\n".join(json.dumps(item, ensure_ascii=False) for item in items) + "\n]"
        for name, items in parts.items()
    )
    return "{\n" + ",\n".join(lists) + "\n}\n"


def _told(row: PlacedRow) -> Iterator[str]:
    return (f"{text}({points:.1f})" if points else text for text, points in row.reasons)


def _workbook(rows: Sequence[PlacedRow], *, today: dt.date, problems: Sequence[Problem], notes: Sequence[str]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"title": "企业归位", "created": dt.datetime.combine(today, dt.time())})
        formats = Formats(book)
        placed, left = [row for row in rows if row.code], [row for row in rows if not row.code]
        note = "得分是各条理由后面括号里的分数之和;占比是几种可能各占多少。一家企业可以有几处。"
        head = f"企业归位　{today.isoformat()}"
        page = Page(name="归位", head=head, note=note, columns=_PLACED)
        fill(
            open_sheet(book, formats, page), formats, page, _ranked(placed), empty="没有一家企业归位;原因见“未归位”表。"
        )
        page = Page(name=UNPLACED, head=f"没有归位的企业　{len(left)}家", note="", columns=_LEFT, colour=BRONZE)
        lines = ((row.id, row.enterprise, row.reasons[0][0]) for row in left)
        fill(open_sheet(book, formats, page), formats, page, lines, empty="每家企业都归了位。")
        problems_sheet(book, formats, problems, notes)
    return out.getvalue()


def _ranked(rows: Sequence[PlacedRow]) -> Iterator[tuple[str | float, ...]]:
    rank, last = 0, ""
    for row in rows:
        rank, last = (rank + 1 if row.id == last else 1), row.id
        yield row.id, row.enterprise, rank, row.code, row.name, row.score, 100 * row.share, "\n".join(_told(row))


def _pages(path: Path) -> list[tuple[Sheet, Header]]:
    sheets = read_sheets(path, rate=lambda rows: header.score if (header := find_header(rows, side="supply")) else 0.0)
    found = [(sheet, header) for sheet in sheets if (header := _usable(sheet.head()))]
    pages = [page for page in found if not page[0].is_hidden] or found
    if not pages:
        raise TableError(
            f"“{path.name}”前 {SEARCHED_ROWS} 行里没有认得出的表头;"
            "请加一行表头,列名可以用:编号、企业名称、产品、经营范围、行业代码"
        )
    return pages


def _usable(rows: Sequence[Sequence[str]]) -> Header | None:
    header = find_header(rows, side="supply")
    if header is None or not any(field in header.fields for field in _CONTENT):
        return None
    fields = {field: column for field, column in header.fields.items() if not _INDUSTRY.fullmatch(column.name)}
    return replace(header, fields=fields)  # gb_code ends in code, but is nobody's id


def _json_pages(path: Path, broken: list[Problem]) -> list[tuple[Sheet, Header]]:
    """Read JSON lines as a sheet without a header row: its columns are the keys, in the order they are met."""
    try:
        lines = path.read_text("utf-8-sig").splitlines()
    except FileNotFoundError as error:
        raise TableError(f"找不到文件“{path}”;请检查文件名和所在的文件夹") from error
    except (OSError, UnicodeDecodeError) as error:
        raise TableError(f"读不了“{path}”;JSON 行文件应是 UTF-8 编码的文本") from error
    objects = [_json_object(line, number, path.name, broken) for number, line in enumerate(lines, start=1)]
    keys = list(dict.fromkeys(key for each in objects for key in each))
    header = _usable([[_JSON_NAMES.get(key, key) for key in keys]])
    if header is None:
        raise TableError(f"“{path.name}”里没有认得的项;每行应是一个 JSON 对象,至少有 name、products、scope 中的一项")
    rows = [[_json_text(each.get(key)) for key in keys] for each in objects]
    sheet = Sheet(name="", source=lambda _: iter(map(list, rows)), height=len(rows))
    return [(sheet, replace(header, row=-1))]


def _json_object(line: str, number: int, file: str, broken: list[Problem]) -> dict[str, object]:
    if not line.strip():
        return {}
    try:
        read = json.loads(line)
    except json.JSONDecodeError:
        read = None
    if isinstance(read, dict):
        return read
    cure = '请改成一个 JSON 对象,例如 {"name": "某某公司", "products": ["电缆"]};这一行没有用'
    broken.append(
        Problem(file=file, row=number, value=shown(line), wrong="这一行不是 JSON 对象", cure=cure, used=False)
    )
    return {}


def _json_text(value: object) -> str:
    if isinstance(value, list):
        return "\n".join(map(_json_text, value))
    return "" if value is None else str(value)


def _is_usable(reading: Reading) -> bool:
    texts = [text for text in map(reading.text, _CONTENT) if text]
    filled = [cell for cell in reading.row.cells if cell]
    if not filled or is_footer(filled, texts):
        return False
    if not texts:
        cure = "请至少补上企业名称、产品、经营范围中的一项;这一行没有用"
        reading.log.note(
            reading.row, None, value=filled[0], wrong="这一行没有写是哪家企业、做什么", cure=cure, used=False
        )
    return bool(texts)


def _enterprise(reading: Reading) -> ListedEnterprise:
    return ListedEnterprise(
        id=given_id(reading),
        name=reading.line("enterprise"),
        products=_products(reading.text("product")),
        scope=reading.text("description"),
        industry=_industry(reading),
        row=reading.row.number,
    )


def _products(cell: str) -> tuple[str, ...]:
    """Split a cell at line breaks and semicolons, or else at commas and 、 outside brackets."""
    breaks = _SURE_BREAKS if _SURE_BREAKS.search(cell) else _BREAKS
    return tuple(filter(None, map(str.strip, breaks.split(cell))))


def _industry(reading: Reading) -> str:
    """Return the code of the first column that is called one; a code that does not exist is noted and left out."""
    column = next((column for column in reading.header.columns if _INDUSTRY.fullmatch(column.name)), None)
    cells = reading.row.cells
    written = cells[column.index] if column and column.index < len(cells) else ""
    if not written:
        return ""
    try:
        return industry(written).code
    except ChuanzhuError as error:
        wrong, cure = wrong_and_cure(error)
        reading.log.note(reading.row, column, value=written, wrong=wrong, cure=f"{cure};归位时没有用这个代码")
        return ""
