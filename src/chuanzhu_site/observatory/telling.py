"""The library's measures and gaps as pages tell them: the figure, its unit, its coverage and its sentence."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from chuanzhu.chain.measure import percent

if TYPE_CHECKING:
    from chuanzhu.chain import Gap, Measure
    from chuanzhu.model import Reason
    from chuanzhu_site.observatory.atlas import Surveyed

NOT_KNOWN: Final = "不清楚"
_BOTTLENECK: Final = "最大堵点"
_HEADLINE: Final = ("环节齐全", "本地配套率", "独苗环节", _BOTTLENECK, "外购依赖")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A measure for a page; ``figure`` is 不清楚 where nothing is known, never nought."""

    name: str
    figure: str
    coverage: str
    words: str

    @property
    def is_known(self) -> bool:
        """Whether there is a figure."""
        return self.figure != NOT_KNOWN


def told(measure: Measure) -> Told:
    """Return a measure as it is shown."""
    if measure.value is None:
        figure = NOT_KNOWN
    elif measure.unit:
        figure = f"{measure.value:.0f} {measure.unit}"
    elif measure.name == "集中度":
        figure = f"{measure.value:.2f}"
    else:
        figure = percent(measure.value)
    coverage = "" if measure.coverage is None or measure.value is None else percent(measure.coverage)
    return Told(name=measure.name, figure=figure, coverage=coverage, words=measure.words)


def headline(surveyed: Surveyed) -> list[Told]:
    """Return the five figures at the top; of the four supporting rates the first that is known."""
    shown = []
    for name in _HEADLINE:
        rates = [one for one in surveyed.report.measures if one.name.startswith(name)]
        one = told(next((one for one in rates if one.value is not None), rates[0]))
        shown.append(replace(one, figure=_bottleneck(surveyed)) if name == _BOTTLENECK and one.is_known else one)
    return shown


def _bottleneck(surveyed: Surveyed) -> str:
    report = surveyed.report
    worst = int(report.nodes[report.by_node.lost.argmax()])
    return surveyed.graph.names[worst]


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldGap:
    """A gap for a page."""

    key: str
    name: str
    score: float
    reasons: tuple[Reason, ...]
    stops: str


def told_gaps(surveyed: Surveyed) -> list[ToldGap]:
    """Return all gaps of a chain, the one most worth filling first."""
    return [_told_gap(surveyed, gap) for gap in surveyed.report.gaps]


def _told_gap(surveyed: Surveyed, gap: Gap) -> ToldGap:
    graph, stops = surveyed.graph, float(surveyed.report.stops[gap.node])
    return ToldGap(
        key=graph.keys[gap.node],
        name=graph.names[gap.node],
        score=gap.score,
        reasons=gap.reasons,
        stops="" if stops != stops else percent(stops),  # noqa: PLR0124 (not a number is not itself)
    )
