"""The match list as one self-contained HTML page: no script, no request to anywhere, prints as it stands."""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING, Final

from chuanzhu.report.cards import demand_card
from chuanzhu.report.chart import chain_chart
from chuanzhu.report.markup import Html, element, join
from chuanzhu.report.overview import figures, filters, overview_table, unmet_list
from chuanzhu.tables.wording import STANDINGS_DEFINED, SURENESS_DEFINED, printable

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from chuanzhu.model import Answer, Problem

__all__ = ["render_report"]

_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'"
_PROBLEMS_SHOWN: Final = 200
_LONGEST: Final = 200


def render_report(
    answers: Sequence[Answer], *, problems: Sequence[Problem], notes: Sequence[str], title: str, today: dt.date
) -> str:
    """Return the page: headline figures, demands by chain and standing, an overview, one card a demand, problem rows.

    A demand counts as met where its best supply earns at least 50 points and leaves nothing to clear up, as partly met
    where it has fitting supplies otherwise, as unmet where it has none; demands are counted, not their value. All text
    from the lists is escaped; the page loads nothing and its content policy forbids scripts.
    """
    style = Html((resources.files("chuanzhu") / "report" / "report.css").read_text("utf-8"))
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", http_equiv="Content-Security-Policy", content=_POLICY),
        element("title", title),
        element("style", style),
    )
    body = element("body", _banner(title, today), _main(answers, problems, notes))
    return f"<!doctype html>\n{element('html', head, body, lang='zh-Hans')}\n"


def _banner(title: str, today: dt.date) -> Html:
    beads = (("#4c918a", 6, 4), ("#b08d4c", 14, 3), ("#cd6b57", 21, 3.4))
    thread = element(
        "svg",
        element("path", d="M2 7h22", stroke="currentColor", stroke_width=1.5),
        *(element("circle", cx=at, cy=7, r=size, fill=colour) for colour, at, size in beads),
        width=26,
        height=14,
        aria_hidden="true",
    )
    brand = element("span", thread, "串珠", class_="brand")
    return element(
        "header", brand, element("span", title), element("span", today.isoformat(), class_="end"), class_="bar"
    )


def _main(answers: Sequence[Answer], problems: Sequence[Problem], notes: Sequence[str]) -> Html:
    met = sum(bool(answer.matches) for answer in answers)
    heading = f"{len(answers)} 条需求,{met} 条有合适供给,{len(answers) - met} 条没有"
    return element(
        "main",
        element("h1", heading),
        figures(answers, problems),
        element("div", _chart_card(answers), unmet_list(answers), class_="pair"),
        filters(answers),
        overview_table(answers),
        *(demand_card(answer, number=number) for number, answer in enumerate(answers, start=1)),
        _problems_card(problems, notes),
        _reading_card(),
    )


def _chart_card(answers: Sequence[Answer]) -> Html:
    return element(
        "section",
        element("h2", "各产业链的需求满足了多少"),
        chain_chart(answers),
        element("p", STANDINGS_DEFINED, class_="small"),
        class_="card",
    )


def _problems_card(problems: Sequence[Problem], notes: Sequence[str]) -> Html:
    """Show the first problem rows; a list of a million is not for reading on a page."""
    names = ("文件", "工作表", "行", "列", "值", "问题", "怎么改", "这一行")
    rows = (element("tr", *map(_cell, names, _problem_cells(problem))) for problem in problems[:_PROBLEMS_SHOWN])
    table = element(
        "table",
        element("thead", element("tr", *(element("th", name, scope="col") for name in names))),
        element("tbody", *rows),
    )
    more = f"这里列出前 {_PROBLEMS_SHOWN} 处,共 {len(problems):,} 处,全部见工作簿的“问题行”表。"
    return element(
        "section",
        element("h2", f"读文件时遇到的问题:{len(problems):,} 处"),
        *(element("p", note, class_="small") for note in notes),
        table if problems else element("p", "没有问题行:两个文件的每一行都用上了。"),
        *([element("p", more, class_="small")] if len(problems) > _PROBLEMS_SHOWN else []),
        class_="card",
        id="problems",
    )


def _problem_cells(problem: Problem) -> tuple[str, ...]:
    used = "用了其余内容" if problem.used else "没有用"
    row = str(problem.row or "")
    return problem.file, problem.sheet, row, problem.column, problem.value, problem.wrong, problem.cure, used


def _cell(name: str, value: str) -> Html:
    return element("td", printable(value, limit=_LONGEST), data_name=name)


def _reading_card() -> Html:
    return element(
        "section",
        element("h2", "怎么读"),
        element("p", "得分是各条理由的分数之和,满分100;彩条每一段就是一条理由,长短是它的分数。", SURENESS_DEFINED),
        element("p", join("“要问清”是清单里没有写、或对方还差的地方,打电话时先问这些。没有写不等于没有。")),
        class_="card",
    )
