"""The sheets beside the match list: 未满足, 问题行, 需求解读."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from chuanzhu.quantity import describe
from chuanzhu.tables.styling import BRONZE, CELADON, CINNABAR, HEAD_ROW, Column, Page, clean, fill, open_sheet
from chuanzhu.tables.wording import advice, certificate_wish, lacks, region_wish, supply_name, understood
from chuanzhu.taxonomy.chains import chain_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

    from chuanzhu.model import Answer, Need, Problem
    from chuanzhu.tables.styling import Formats

_UNMET: Final = (
    Column(name="需求编号", width=9),
    Column(name="需求", width=34),
    Column(name="采购方", width=16),
    Column(name="产业链", width=16),
    Column(name="读懂的内容", width=34),
    Column(name="为什么没有", width=34, style="ask"),
    Column(name="最接近的一家", width=28),
    Column(name="它缺什么", width=28, style="ask"),
    Column(name="建议", width=26),
)
_PROBLEMS: Final = (
    Column(name="文件", width=24),
    Column(name="工作表", width=14),
    Column(name="行", width=9, style="number"),
    Column(name="列", width=18),
    Column(name="值", width=26),
    Column(name="问题", width=40, style="ask"),
    Column(name="怎么改", width=42),
    Column(name="是否仍使用", width=14),
)
_NEEDS: Final = (
    Column(name="需求编号", width=9),
    Column(name="原文", width=50),
    Column(name="要什么", width=20, style="strong"),
    Column(name="用途", width=14),
    Column(name="规格", width=16),
    Column(name="数量", width=16),
    Column(name="资质", width=18),
    Column(name="地区", width=20),
    Column(name="期限", width=12),
    Column(name="产业链", width=14, style="quiet"),
    Column(name="请改正", width=24, style="ask"),
)
_ORIGINAL: Final = 1
_SPAN_COLOURS: Final = {
    "wanted": CELADON,
    "spec": CELADON,
    "certificate": CELADON,
    "quantity": BRONZE,
    "region": BRONZE,
    "deadline": CINNABAR,
}


def unmet_sheet(workbook: Workbook, formats: Formats, answers: Sequence[Answer]) -> None:
    """Add the sheet 未满足: each demand without a fitting supply, why, and the nearest miss."""
    unmet = [answer for answer in answers if not answer.matches]
    page = Page(
        name="未满足",
        head=f"没有合适供给的需求　{len(unmet)}条",
        note="可据此发布需求、向外地寻找、列入招引,或请采购方放宽条件后重做。",
        columns=_UNMET,
        colour=BRONZE,
    )
    sheet = open_sheet(workbook, formats, page)
    fill(sheet, formats, page, map(_unmet_row, unmet), empty="没有未满足的需求:每条需求都找到了合适的供给。")


def _unmet_row(answer: Answer) -> tuple[str, ...]:
    demand = answer.need.demand
    nearest = answer.unmet.nearest if answer.unmet else None
    return (
        demand.id,
        demand.text,
        demand.enterprise,
        chain_name(answer.chain),
        understood(answer.need),
        answer.unmet.why if answer.unmet else "",
        supply_name(nearest.supply) if nearest else "供给清单里没有接近的",
        lacks(nearest) if nearest else "",
        advice(answer),
    )


def problems_sheet(workbook: Workbook, formats: Formats, problems: Sequence[Problem], notes: Sequence[str]) -> None:
    """Add the sheet 问题行: what in the two files could not be used as it stands, and how to mend it."""
    page = Page(
        name="问题行",
        head=f"读文件时遇到的问题　{len(problems)}处",
        note="\n".join(notes),
        columns=_PROBLEMS,
        colour=CINNABAR if problems else CELADON,
    )
    sheet = open_sheet(workbook, formats, page)
    fill(sheet, formats, page, map(_problem_row, problems), empty="没有问题行:两个文件的每一行都用上了。")


def _problem_row(problem: Problem) -> tuple[str | float, ...]:
    used = "用了其余内容" if problem.used else "这一行没有用"
    row = problem.row or ""
    return problem.file, problem.sheet, row, problem.column, problem.value, problem.wrong, problem.cure, used


def needs_sheet(workbook: Workbook, formats: Formats, answers: Sequence[Answer]) -> None:
    """Add the sheet 需求解读: what was understood of each demand, for a person to correct."""
    page = Page(
        name="需求解读",
        head="每条需求读懂了什么",
        note=(
            "机器从原文读出的内容;原文里带下划线的彩色字就是依据。读错了请写在最后一列“请改正”,并在需求清单里"
            "补上数量、地区、资质、截止日期等列后重做:列里写的优先于原文。"
        ),
        columns=_NEEDS,
    )
    sheet = open_sheet(workbook, formats, page)
    fill(sheet, formats, page, map(_need_row, answers), empty="需求清单里没有可用的需求。")
    for row, answer in enumerate(answers, start=HEAD_ROW + 1):
        _mark_spans(sheet, formats, row, answer.need)


def _need_row(answer: Answer) -> tuple[str, ...]:
    need = answer.need
    return (
        need.demand.id,
        need.demand.text,
        need.wanted or "没有读懂",
        need.use,
        "、".join(need.specs),
        describe(need.quantity) if need.quantity else "",
        certificate_wish(need),
        region_wish(need.region),
        need.deadline.isoformat() if need.deadline else "",
        chain_name(answer.chain),
        "",
    )


def _mark_spans(sheet: Worksheet, formats: Formats, row: int, need: Need) -> None:
    """Colour what was understood inside the original sentence; a text that had to be cleaned stays unmarked."""
    text = need.demand.text
    if not need.spans or clean(text) != text:
        return
    parts = list(_parts(need, formats))
    if len(parts) > 2:  # noqa: PLR2004 (a rich string has two stretches or more, each after its format)
        sheet.write_rich_string(row, _ORIGINAL, *parts, formats.get("text"))
    else:
        sheet.write_string(row, _ORIGINAL, text, formats.get("strong"))


def _parts(need: Need, formats: Formats) -> Iterator[str | Format]:
    text, at = need.demand.text, 0
    for span in need.spans:
        if span.start > at:
            yield from (formats.letters(""), text[at : span.start])
        yield from (formats.letters(_SPAN_COLOURS.get(span.kind, CELADON)), text[span.start : span.end])
        at = span.end
    if at < len(text):
        yield from (formats.letters(""), text[at:])
