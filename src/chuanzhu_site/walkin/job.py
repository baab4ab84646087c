"""The main job: read two lists, match, and write everything that the result page shows and offers."""

from __future__ import annotations

import logging
import time
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from chuanzhu import Matcher
from chuanzhu.model import ChuanzhuError
from chuanzhu.report import render_report
from chuanzhu.report.cards import demand_card
from chuanzhu.tables import read_demands, read_supplies, write_answers, write_text
from chuanzhu.tables.correction import write_correction
from chuanzhu.tables.wording import standing
from chuanzhu_site.walkin.models import Visit
from chuanzhu_site.walkin.publishing import keep_demands

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from chuanzhu.model import Answer, Demand, Problem, Supply
    from chuanzhu.tables import Table

WORKBOOK, REPORT = "对接清单.xlsx", "对接报告.html"
CORRECTIONS: Final = {"supply": "供给清单-待改.xlsx", "demand": "需求清单-待改.xlsx"}
CARDS_A_PAGE: Final = 20
_TOP: Final = 10
MOST: Final = {"supply": 100_000, "demand": 5_000}
_CALLED: Final = {"supply": "供给", "demand": "需求"}
_SECONDS_BETWEEN: Final = 0.5
_PROBLEMS_SHOWN: Final = 200
_logger = logging.getLogger(__name__)


class GoneError(Exception):
    """The job was deleted while it was done."""


def run(visit: Visit) -> None:
    """Do the job and keep its result, or why it could not be done. A job deleted meanwhile leaves nothing."""
    try:
        summary = _result(visit)
    except GoneError:
        return
    except ChuanzhuError as error:
        _finish(visit, state=Visit.State.FAILED, error=str(error)[:1000])
    except Exception:
        _logger.exception("a walk-in job failed")
        _finish(visit, state=Visit.State.FAILED, error="系统出了差错,已经记录;请再试一次,还不行请联系管理员")
    else:
        _finish(visit, state=Visit.State.DONE, summary=summary)


def _finish(visit: Visit, **values: object) -> None:
    Visit.objects.filter(pk=visit.pk).update(**values)


def _result(visit: Visit) -> dict[str, Any]:
    paths = {side: next((visit.folder / side).iterdir()) for side in ("supply", "demand")}
    supplies = read_supplies(paths["supply"], today=visit.today, progress=_progress(visit, "读供给清单"))
    demands = read_demands(paths["demand"], today=visit.today, progress=_progress(visit, "读需求清单"))
    _check_size(supplies, "supply")
    _check_size(demands, "demand")
    built = _progress(visit, "建立索引")
    matcher = Matcher.build(supplies.records, progress=lambda done: built(done, len(supplies.records)))
    told = _progress(visit, "逐条匹配")
    answers: list[Answer] = []
    for answer in matcher.answers(demands.records, limit=_TOP, today=visit.today):
        answers.append(answer)
        told(len(answers), len(demands.records))
    _progress(visit, "写出结果")(0, 1)
    for side, table in (("supply", supplies), ("demand", demands)):
        if table.problems:
            write_correction(paths[side], visit.folder / CORRECTIONS[side], problems=table.problems)
    return _write_result(visit, supplies, demands, answers)


def _check_size(table: Table[Any], side: str) -> None:
    if len(table.records) > MOST[side]:
        raise ChuanzhuError(
            f"{_CALLED[side]}清单有 {len(table.records):,} 条,网页上一次最多 {MOST[side]:,} 条;"
            "请分成几份,或在自己的电脑上用 chuanzhu match 命令做"
        )


def _progress(visit: Visit, stage: str) -> Callable[[int, int], None]:
    """Return what is told (done, all): it tells the page at most twice a second, and stops a job that was deleted."""
    last = 0.0

    def tell(done: int, total: int) -> None:
        nonlocal last
        if time.monotonic() - last < _SECONDS_BETWEEN:
            return
        last = time.monotonic()
        state = {"state": Visit.State.WORKING, "stage": stage, "done": done, "total": total}
        if not Visit.objects.live().filter(pk=visit.pk).update(**state):
            raise GoneError

    return tell


def _write_result(
    visit: Visit, supplies: Table[Supply], demands: Table[Demand], answers: Sequence[Answer]
) -> dict[str, Any]:
    problems = (*supplies.problems, *demands.problems)
    notes = tuple(note for note in (supplies.note, demands.note) if note)
    write_answers(visit.folder / WORKBOOK, answers, problems=problems, notes=notes, today=visit.today)
    page = render_report(answers, problems=problems, notes=notes, title="对接报告", today=visit.today)
    write_text(visit.folder / REPORT, page)
    _write_cards(visit.folder, answers)
    keep_demands(visit.folder, answers)
    count = Counter(standing(answer) for answer in answers)
    return {
        "supplies": len(supplies.records),
        "demands": len(demands.records),
        "standings": {key: count[key] for key in ("met", "partly", "unmet")},
        "firms": len({match.supply.enterprise for answer in answers for match in answer.matches}),
        "notes": notes,
        "problems": [_plain(problem) for problem in problems[:_PROBLEMS_SHOWN]],
        "problem_count": len(problems),
        "corrections": [name for name in CORRECTIONS.values() if (visit.folder / name).exists()],
        "pages": -(-len(answers) // CARDS_A_PAGE),
    }


def _write_cards(folder: Path, answers: Sequence[Answer]) -> None:
    """Write the cards in files of one page each, so that a page costs the same whatever the list's length."""
    for page, start in enumerate(range(0, len(answers), CARDS_A_PAGE), start=1):
        shown = enumerate(answers[start : start + CARDS_A_PAGE], start=start + 1)
        cards = "\n".join(demand_card(answer, number=number) for number, answer in shown)
        (folder / f"cards-{page}.html").write_text(cards, "utf-8")


def _plain(problem: Problem) -> dict[str, Any]:
    names = ("file", "sheet", "row", "column", "value", "wrong", "cure", "used")
    return {name: getattr(problem, name) for name in names}
