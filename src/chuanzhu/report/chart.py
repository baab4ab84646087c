"""Demands met, partly met and unmet by chain, as stacked horizontal bars in SVG."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from chuanzhu.report.markup import Html, element
from chuanzhu.tables.wording import STANDINGS, standing
from chuanzhu.taxonomy.chains import chain_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chuanzhu.model import Answer

_ROW, _TEXT_AT, _BAR_AT, _BAR = 38, 14, 21, 11
_UNNAMED: Final = chain_name("")


def chain_chart(answers: Sequence[Answer]) -> Html:
    """Return the chart. Widths are shares of the chain with most demands, texts keep their size at any width."""
    counts = counts_by_chain(answers)
    most = max((sum(count.values()) for count in counts.values()), default=1)
    described = "。".join(f"{name}:{_in_words(count)}" for name, count in counts.items())
    return element(
        "svg",
        element("title", "各产业链满足、部分满足和未满足的需求条数", id="chart-title"),
        element("desc", described or "没有需求", id="chart-desc"),
        *(_row(name, count, order=order, most=most) for order, (name, count) in enumerate(counts.items())),
        class_="chart",
        role="img",
        aria_labelledby="chart-title chart-desc",
        width="100%",
        height=max(1, len(counts)) * _ROW,
    )


def counts_by_chain(answers: Sequence[Answer]) -> dict[str, Counter[str]]:
    """Count demands by the Chinese name of their chain and by standing: most demands first, unknown chains last."""
    counts: dict[str, Counter[str]] = {}
    for answer in answers:
        counts.setdefault(chain_name(answer.chain), Counter())[standing(answer)] += 1
    return dict(sorted(counts.items(), key=lambda entry: (entry[0] == _UNNAMED, -entry[1].total())))


def _in_words(count: Counter[str]) -> str:
    return " · ".join(f"{name} {count[key]}" for key, name in STANDINGS.items() if count[key])


def _row(name: str, count: Counter[str], *, order: int, most: int) -> Html:
    top, at = order * _ROW, 0.0
    pieces = [
        element("text", name, x=0, y=top + _TEXT_AT),
        element("text", _in_words(count), x="100%", y=top + _TEXT_AT, class_="count"),
    ]
    for key, words in STANDINGS.items():
        width = 100 * count[key] / most
        if width:
            title = element("title", f"{name}:{words} {count[key]} 条")
            bar = element("rect", class_=key, x=f"{at:.2f}%", y=top + _BAR_AT, width=f"{width:.2f}%", height=_BAR)
            pieces.append(element("g", title, bar))
        at += width
    return element("g", *pieces)
