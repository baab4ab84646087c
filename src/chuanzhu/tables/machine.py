"""Answers for machines: the match list as CSV, everything as JSON."""

from __future__ import annotations

import csv
import dataclasses
import datetime as dt
import io
import json
from typing import TYPE_CHECKING, Final

from chuanzhu.model import Answer, Match
from chuanzhu.tables.allocation import plain_allocation
from chuanzhu.tables.wording import standing, understood

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from chuanzhu.model import Problem
    from chuanzhu.tables.allocation import AllocationTable

MATCH_COLUMNS: Final = ("需求编号", "排名", "供给编号", "企业", "产品", "得分", "理由")
_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def answers_as_csv(answers: Sequence[Answer]) -> str:
    """Return the match list, one row a match, with a byte order mark so that spreadsheet programs read it as UTF-8.

    A text that a spreadsheet program would run as a formula gets an apostrophe before it (OWASP, CSV injection).
    """
    return "\ufeff" + _csv([MATCH_COLUMNS, *(row for answer in answers for row in _match_rows(answer))])


def csv_header() -> bytes:
    """Return the beginning of a match list that is written answer by answer."""
    return ("\ufeff" + _csv([MATCH_COLUMNS])).encode()


def csv_rows(answer: Answer) -> bytes:
    """Return the rows of one answer, as in :func:`answers_as_csv`."""
    return _csv(_match_rows(answer)).encode("utf-8", "replace")


def _csv(rows: Iterable[Sequence[str | int]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue()


def _match_rows(answer: Answer) -> list[tuple[str | int, ...]]:
    return [_match_row(answer, match, rank) for rank, match in enumerate(answer.matches, start=1)]


def _match_row(answer: Answer, match: Match, rank: int) -> tuple[str | int, ...]:
    return (
        harmless(answer.need.demand.id),
        rank,
        harmless(match.supply.id),
        harmless(match.supply.enterprise),
        harmless(match.supply.product),
        f"{match.score:.2f}",
        harmless(";".join(reason.text for reason in match.reasons)),
    )


def harmless(text: str) -> str:
    """Return a text that no spreadsheet program takes for a formula.

    >>> harmless("=1+1"), harmless("尼龙66")
    ("'=1+1", '尼龙66')
    """
    return "'" + text if text.startswith(_FORMULA_STARTS) else text


def answers_as_json(
    answers: Sequence[Answer],
    *,
    problems: Sequence[Problem] = (),
    notes: Sequence[str] = (),
    allocation: AllocationTable | None = None,
) -> str:
    """Return everything: each need as understood, its matches with all reasons, why there are none, the problem rows.

    Where quantities have been shared out, the rows of the sheet 分配 and the sentences above them follow.

    Dates are ISO 8601, keys stand in the order of the records of :mod:`chuanzhu.model`, each answer
    and each problem has a line of its own, and one line feed ends the text.
    """
    parts: dict[str, Sequence[object]] = {"answers": answers, "problems": problems, "notes": notes}
    if allocation:
        parts |= {"allocation": plain_allocation(allocation), "allocation_notes": allocation.notes}
    return "{\n" + ",\n".join(f'"{name}": {_json_list(items)}' for name, items in parts.items()) + "\n}\n"


def _json_list(items: Sequence[object]) -> str:
    """Write a list with one item a line: indented JSON takes ten times as long."""
    lines = (json.dumps(item, ensure_ascii=False, default=_plain) for item in items)
    return "[\n" + ",\n".join(lines) + "\n]" if items else "[]"


def _plain(value: object) -> object:
    """Return what JSON knows for what it does not, one level deep."""
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Answer):
        return _plain_answer(value)
    if isinstance(value, Match):
        return {"supply": value.supply, "score": round(value.score, 2), "reasons": value.reasons}
    if dataclasses.is_dataclass(value):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    raise TypeError(f"{type(value).__name__} has no JSON form")


def _plain_answer(answer: Answer) -> dict[str, object]:
    return {
        "need": answer.need,
        "understood": understood(answer.need),
        "chain": answer.chain,
        "standing": standing(answer),
        "matches": answer.matches,
        "unmet": answer.unmet,
    }
