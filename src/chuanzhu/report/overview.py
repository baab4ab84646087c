"""What a director reads first: figures, who cannot be served, and one line a demand."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from chuanzhu.report.markup import Html, element, join
from chuanzhu.tables.wording import STANDINGS, printable, standing, sureness

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chuanzhu.model import Answer, Problem

_LONGEST, _LONGEST_WHY = 60, 200
_UNMET_SHOWN: Final = 12
_COLUMNS: Final = ("需求编号", "要什么", "结果", "首选企业", "得分", "合适供给")


def figures(answers: Sequence[Answer], problems: Sequence[Problem]) -> Html:
    """Return the headline figures."""
    count = Counter(standing(answer) for answer in answers)
    firms = {match.supply.enterprise for answer in answers for match in answer.matches}
    shown = (
        *((words, count[key], "条", key) for key, words in STANDINGS.items()),
        ("可对接的企业", len(firms), "家", ""),
        ("读文件的问题", len(problems), "处", "warn" if problems else ""),
    )
    return element("dl", *(_figure(*figure) for figure in shown), class_="figures")


def _figure(name: str, number: int, unit: str, kind: str) -> Html:
    value = element("dd", element("b", f"{number:,}"), f" {unit}")
    return element("div", element("dt", name), value, class_=kind)


def unmet_list(answers: Sequence[Answer]) -> Html:
    """Return the demands that nobody on the list can serve, with why."""
    unmet = [(number, answer) for number, answer in enumerate(answers, start=1) if not answer.matches]
    items = (element("li", link(answer, number), _why(answer)) for number, answer in unmet[:_UNMET_SHOWN])
    more = f"另有 {len(unmet) - _UNMET_SHOWN} 条,见下面的总表。"
    return element(
        "section",
        element("h2", f"清单里供不了的:{len(unmet)} 条"),
        element("ul", *items) if unmet else element("p", "每条需求都找到了合适的供给。"),
        *([element("p", more, class_="small")] if len(unmet) > _UNMET_SHOWN else []),
        class_="card gaps",
    )


def link(answer: Answer, number: int) -> Html:
    """Return a link to a demand's card, by what it wants."""
    return element("a", wanted(answer), href=f"#d{number}")


def wanted(answer: Answer) -> str:
    """Return what a demand wants in a few words: as understood, else as written."""
    return _short(answer.need.wanted or answer.need.demand.text)


def _short(text: str) -> str:
    return printable(text, limit=_LONGEST)


def _why(answer: Answer) -> Html:
    return element("span", printable(answer.unmet.why if answer.unmet else "", limit=_LONGEST_WHY), class_="small")


def filters(answers: Sequence[Answer]) -> Html:
    """Return the choice of what to show, which the style sheet acts on."""
    count = Counter(standing(answer) for answer in answers)
    choices = (("all", "全部", len(answers)), *((key, name, count[key]) for key, name in STANDINGS.items()))
    return element("fieldset", element("legend", "只看"), *(_choice(*choice) for choice in choices), class_="filters")


def _choice(key: str, name: str, number: int) -> Html:
    checked = {"checked": ""} if key == "all" else {}
    box = element("input", type="radio", name="show", id=f"show-{key}", **checked)
    return join(element("label", box, f"{name} {number}"))


def overview_table(answers: Sequence[Answer]) -> Html:
    """Return one line a demand, each linked to its card."""
    return element(
        "section",
        element("h2", "总表"),
        element(
            "table",
            element("thead", element("tr", *(element("th", name, scope="col") for name in _COLUMNS))),
            element("tbody", *(_line(answer, number) for number, answer in enumerate(answers, start=1))),
        ),
        class_="card overview",
    )


def _line(answer: Answer, number: int) -> Html:
    best = answer.matches[0] if answer.matches else None
    cells = (
        _short(answer.need.demand.id),
        link(answer, number),
        standing_tag(answer),
        _short(best.supply.enterprise) if best else _why(answer),
        f"{best.score:.0f}(把握{sureness(best.score)})" if best else "",
        f"{len(answer.matches)} 条" if best else "",
    )
    columns = zip(_COLUMNS, cells, strict=True)
    return element(
        "tr", *(element("td", cell, data_name=name) for name, cell in columns), class_=f"demand {standing(answer)}"
    )


def standing_tag(answer: Answer) -> Html:
    """Return a small label that says whether a demand is met."""
    return element("span", STANDINGS[standing(answer)], class_=f"tag {standing(answer)}")
