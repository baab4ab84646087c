"""The funnel as charts, each with the words that say what is counted."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from chuanzhu_site.market.funnel import STAGES
from chuanzhu_site.market.lifecycle import Party
from chuanzhu_site.market.models import CallBack, Confirmation
from chuanzhu_site.web.charts import Series, bars

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from chuanzhu_site.market.funnel import Dimension, Group, Results
    from chuanzhu_site.web.charts import Cell, Chart

_WAN: Final = 10_000
_MOST_GROUPS: Final = 20
_DRAWN: Final = (0, 2, 5)


def funnel_chart(every: Group, *, area: str, period: str, on: dt.date) -> Chart:
    """Return the funnel itself: how many demands reached each stage, and the money that is known."""
    whole = every.reached[0]
    numbers = bars(
        "funnel",
        title="需求走到了哪一步",
        definition=_said(area, period, on)
        + f"按条数，走到后一步的也算走过前一步。金额是买方估计的每年金额，{every.unknown[0]} 条没有填，不当作零。",
        label="步骤",
        names=STAGES,
        series=[Series(name="条数", values=every.reached)],
    )
    rows = [
        (
            name,
            every.reached[place],
            f"{every.reached[place] / whole:.0%}" if whole else None,
            _known(every.yuan[place], every.reached[place], every.unknown[place]),
            every.unknown[place],
        )
        for place, name in enumerate(STAGES)
    ]
    return _with_rows(numbers, ("步骤", "条数", "占公开", "已知金额（万元/年）", "金额不知道"), rows if whole else ())


def _known(yuan: float, number: int, unknown: int) -> float | None:
    """Return the known money in units of 10,000 yuan; None where no single value is known."""
    return round(yuan / _WAN, 1) if number > unknown or not number else None


def _with_rows(chart: Chart, columns: Sequence[str], rows: Sequence[Sequence[Cell]]) -> Chart:
    empty = "这段时间、这个地区还没有公开过需求。换一个时间，或者先请企业发布。"
    return replace(chart, columns=columns, rows=rows, empty=empty)


def groups_chart(parts: Sequence[Group], dimension: Dimension, *, area: str, period: str, on: dt.date) -> Chart:
    """Return the funnel divided by a dimension: drawn are three stages and what failed, all stages are in the table."""
    drawn = parts[-_MOST_GROUPS:] if dimension.code == "month" else parts[:_MOST_GROUPS]
    left_out = "" if len(drawn) == len(parts) else f"图里画了 {len(drawn)} 个，表里是全部。"
    is_lying = dimension.code != "month"
    chart = bars(
        f"by-{dimension.code}",
        title=f"按{dimension.name}分",
        definition=f"{_said(area, period, on)}按条数。没成是已关闭或到期、还没有交付的需求。{left_out}",
        label=dimension.name,
        names=[group.label for group in drawn],
        series=[
            *(Series(name=STAGES[stage], values=[group.reached[stage] for group in drawn]) for stage in _DRAWN),
            Series(name="没成", values=[group.failed for group in drawn], colour="var(--cinnabar-mid)"),
        ],
        is_lying=is_lying,
    )
    rows: list[list[Cell]] = [[group.label, *group.reached, group.failed] for group in parts]
    return _with_rows(chart, (dimension.name, *STAGES, "没成"), rows)


def failures_chart(reasons: Sequence[tuple[str, int]], *, area: str, period: str, on: dt.date) -> Chart:
    """Return why engagements ended."""
    chart = bars(
        "failures",
        title="没成的原因",
        definition=f"{_said(area, period, on)}按对接件数：一家供方和一条需求是一件，选了另一家的也在内。",
        label="原因",
        names=[name for name, _ in reasons],
        series=[Series(name="件数", values=[number for _, number in reasons], colour="var(--cinnabar-mid)")],
    )
    return replace(chart, empty="还没有结束的对接。")


def results_charts(found: Results, *, area: str, period: str, on: dt.date) -> list[Chart]:
    """Return what both sides confirmed, what they say of the platform's part, and what the call-backs found."""
    said = _said(area, period, on)
    neither = found.delivered - found.confirmed - found.one_sided
    confirmed = bars(
        "confirmed",
        title="交付由谁确认",
        definition=f"{said}按对接件数。双方都确认的 {found.confirmed} 件共 {found.yuan / _WAN:,.1f} 万元，"
        f"两边说的不一样的 {found.differing} 件取小的数；其余 {found.one_sided + neither} 件的金额不知道，不计入。",
        label="确认",
        names=("双方都确认", "只有一方", "都还没有"),
        series=[Series(name="件数", values=(found.confirmed, found.one_sided, neither))],
    )
    return [confirmed, _without_chart(found, said), _called_chart(found, said)]


def _without_chart(found: Results, said: str) -> Chart:
    words = list(Confirmation.Without)
    sides = (Party.BUYER, Party.SUPPLIER)
    silent = {side: found.delivered - sum(found.without.get((side, word), 0) for word in words) for side in sides}
    return bars(
        "without",
        title="没有平台会成吗",
        definition=f"{said}按已交付的对接件数，买方和供方各问一次；没有回答的单列，不当作“会”或“不会”。",
        label="回答",
        names=[*(str(word.label) for word in words), "没有回答"],
        series=[
            Series(name=side.label, values=[*(found.without.get((side, word), 0) for word in words), silent[side]])
            for side in sides
        ],
    )


def _called_chart(found: Results, said: str) -> Chart:
    outcomes = list(CallBack.Outcome)
    numbers = [found.called.get(one, 0) for one in outcomes]
    return bars(
        "called",
        title="回访查到什么",
        definition=f"{said}按对接件数，同一件回访多次的算最后一次；回访由没经手的人做。没有回访的不当作属实。",
        label="结果",
        names=[str(one.label) for one in outcomes],
        series=[Series(name="件数", values=numbers)],
    )


def _said(area: str, period: str, on: dt.date) -> str:
    return f"{area}的买方{period}公开的需求，截至 {on:%Y-%m-%d}。"
