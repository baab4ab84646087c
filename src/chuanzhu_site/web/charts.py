"""Charts of a page, each with its numbers in a table beside it, and with what they mean in small type.

How to use it, in any app:

1. Build charts in the view: :func:`bars` draws the usual ones; any other kind (a line, a graph, a Sankey) is a
   :class:`Chart` whose ``option`` is an ECharts option made of plain JSON. Say colours as names of the style sheet,
   ``"var(--celadon-mid)"``: the script puts in what the name means in the light or dark scheme. A data item with an
   ``"href"`` that begins with ``/`` is a link (the table should have the same link, for those who use no mouse).
2. In the template: ``{% include "chart.html" with chart=chart %}`` for each, and at the end
   ``{% block scripts %}{{ block.super }}{% include "chart_scripts.html" %}{% endblock %}``.

The page then works without JavaScript (the table is the content, the drawing an addition), and no script stands in
the page: the option is data that ``site/charts.js`` reads. ECharts itself comes from a package at install time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Cell = str | float | None

UNKNOWN: Final = "不知道"
_COLOURS: Final = tuple(f"var(--s{number})" for number in (1, 5, 3, 4, 2))
_ROW_PIXELS: Final = 34
_LEAST_PIXELS, _MOST_PIXELS = 180, 720


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A chart and its numbers. ``code`` is its id in the page; a cell that is None is not known, never zero.

    ``definition`` says what is counted, on which day and how much is covered; ``links`` are addresses of the rows.
    """

    code: str
    title: str
    definition: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    option: Mapping[str, Any]
    height: int = 280
    links: Sequence[str] = ()
    empty: str = "还没有可以画的数。"

    @property
    def table(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """The rows as the page shows them: a link (or nothing) and cells with the names of their columns."""
        links = [*self.links, *("" for _ in range(len(self.rows) - len(self.links)))]
        return [
            (link, [(name, shown(cell)) for name, cell in zip(self.columns, row, strict=True)])
            for link, row in zip(links, self.rows, strict=True)
        ]

    @property
    def drawing(self) -> dict[str, Any]:
        """What the script draws: the option, with the sentence that a screen reader says of the drawing."""
        aria = {"enabled": True, "label": {"description": f"{self.title}。{self.definition}数字见旁边的表。"}}
        return {**self.option, "aria": {**aria, **self.option.get("aria", {})}}


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """A row of bars: its name, its numbers, and its colour where it means something."""

    name: str
    values: Sequence[float | None]
    colour: str = ""


def bars(
    code: str,
    *,
    title: str,
    definition: str,
    label: str,
    names: Sequence[str],
    series: Sequence[Series],
    is_stacked: bool = False,
    is_lying: bool = True,
    links: Sequence[str] = (),
) -> Chart:
    """Return a chart of bars, lying (many or long names) or standing (months), with its table.

    >>> chart = bars("c", title="t", definition="d", label="县", names=["林州"], series=[Series(name="条", values=[3])])
    >>> chart.columns, chart.rows
    (('县', '条'), [('林州', 3)])
    """
    rows = list(zip(names, *(one.values for one in series), strict=True))
    return Chart(
        code=code,
        title=title,
        definition=definition,
        columns=(label, *(one.name for one in series)),
        rows=rows,
        option=_bar_option(names, series, is_stacked=is_stacked, is_lying=is_lying),
        height=_height(len(names) * (1 if is_stacked else len(series))) if is_lying else 280,
        links=links,
    )


def _height(bars_drawn: int) -> int:
    return max(_LEAST_PIXELS, min(_MOST_PIXELS, _ROW_PIXELS * bars_drawn + 60))


def _bar_option(names: Sequence[str], series: Sequence[Series], *, is_stacked: bool, is_lying: bool) -> dict[str, Any]:
    kinds = {"type": "category", "data": list(names)}, {"type": "value", "minInterval": 1}
    across, along = ("yAxis", "xAxis") if is_lying else ("xAxis", "yAxis")
    return {
        across: {**kinds[0], "inverse": is_lying},
        along: kinds[1],
        "legend": {"show": len(series) > 1, "top": 0, "left": 0},
        "grid": {"left": 4, "right": 48, "top": 36 if len(series) > 1 else 8, "bottom": 4, "containLabel": True},
        "tooltip": {"trigger": "axis"},
        "aria": {"decal": {"show": len(series) > 1}},
        "series": [_bar(one, place, is_stacked=is_stacked, is_lying=is_lying) for place, one in enumerate(series)],
    }


def _bar(one: Series, place: int, *, is_stacked: bool, is_lying: bool) -> dict[str, Any]:
    return {
        "type": "bar",
        "name": one.name,
        "data": list(one.values),
        "itemStyle": {"color": one.colour or _COLOURS[place % len(_COLOURS)]},
        "barMaxWidth": 22,
        "label": {"show": not is_stacked, "position": "right" if is_lying else "top"},
        **({"stack": "all"} if is_stacked else {}),
    }


def shown(cell: Cell) -> str:
    """Return a cell as people read it: thousands marked, no decimals that say nothing, the unknown in words.

    >>> shown(12000), shown(2.50), shown(None), shown("林州")
    ('12,000', '2.5', '不知道', '林州')
    """
    if cell is None:
        return UNKNOWN
    if isinstance(cell, str):
        return cell
    return f"{cell:,.2f}".rstrip("0").rstrip(".")
