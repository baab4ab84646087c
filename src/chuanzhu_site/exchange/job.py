"""The work on a list: reading it against what is there, and taking it over."""

from __future__ import annotations

import json
import logging
import time
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from django.utils import timezone

from chuanzhu.model import ChuanzhuError
from chuanzhu.tables.correction import write_correction
from chuanzhu_site.exchange.lines import read_lines, typed
from chuanzhu_site.exchange.models import Batch
from chuanzhu_site.exchange.planning import plan, write_plan
from chuanzhu_site.market import actions
from chuanzhu_site.market.actions.importing import Edit

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from chuanzhu_site.market.models import Listing

CORRECTION: Final = "清单-待改.xlsx"
MOST: Final = 50_000
_SHOWN: Final = 50
_PROBLEMS_SHOWN: Final = 200
_SECONDS_BETWEEN: Final = 0.5
_logger = logging.getLogger(__name__)


def read(batch: Batch) -> None:
    """Read the list and write down what it would do; nothing of the market is touched."""
    _do(batch, _read, state=Batch.State.READING, then=Batch.State.READY)


def apply(batch: Batch) -> None:
    """Take the list over: all that is good in one transaction."""
    _do(batch, _apply, state=Batch.State.APPLYING, then=Batch.State.DONE)


def _do(batch: Batch, work: Callable[[Batch], dict[str, Any]], *, state: Batch.State, then: Batch.State) -> None:
    _keep(batch, state=state, stage="", done=0, total=0)
    try:
        summary = work(batch)
    except ChuanzhuError as error:
        _keep(batch, state=Batch.State.FAILED, error=str(error)[:1000])
    except Exception:
        _logger.exception("a list could not be taken in")
        _keep(batch, state=Batch.State.FAILED, error="系统出了差错,什么都没有写入,已经记录;请再试一次")
    else:
        _keep(batch, state=then, summary=summary)


def _keep(batch: Batch, **values: object) -> None:
    Batch.objects.filter(pk=batch.pk).update(**values)


def _progress(batch: Batch, stage: str) -> Callable[[int, int], None]:
    last = 0.0

    def tell(done: int, total: int) -> None:
        nonlocal last
        if time.monotonic() - last >= _SECONDS_BETWEEN:
            last = time.monotonic()
            _keep(batch, stage=stage, done=done, total=total)

    return tell


def _read(batch: Batch) -> dict[str, Any]:
    path = file_of(batch)
    told = _progress(batch, "读清单")
    read = read_lines(path, kind=batch.declared, today=timezone.localdate(), progress=told)
    if len(read.lines) > MOST:
        raise ChuanzhuError(f"清单有 {len(read.lines):,} 条,一次最多 {MOST:,} 条;请分成几份")
    steps = plan(read.lines, enterprise=batch.enterprise, side=batch.declared.side)
    summary = write_plan(batch.plan, steps, shown=_SHOWN)
    if read.problems:
        write_correction(path, batch.folder / CORRECTION, problems=read.problems)
    names = ("sheet", "row", "column", "value", "wrong", "cure", "used")
    shown = [{name: getattr(problem, name) for name in names} for problem in read.problems[:_PROBLEMS_SHOWN]]
    return {
        **summary,
        "problems": shown,
        "problem_count": len(read.problems),
        "unused": sum(not problem.used for problem in read.problems),
        "note": read.note,
        "is_export": read.is_export,
    }


def file_of(batch: Batch) -> Path:
    """Return the list as it was uploaded."""
    return next((batch.folder / "list").iterdir())


def _apply(batch: Batch) -> dict[str, Any]:
    drafts: list[Listing] = []
    edits: list[Edit] = []
    total = sum(batch.summary["counts"].get(act, 0) for act in ("new", "changed", "closed"))
    told = _progress(batch, "读懂每一条")
    with batch.plan.open(encoding="utf-8") as file:
        for line in file:
            step = json.loads(line)
            values = typed(step["values"])
            if step["act"] == "new":
                drafts.append(actions.draft_of(step["kind"], batch.enterprise, values=values, actor=batch.user))
            elif step["act"] != "missing" or batch.closes_missing:
                is_closed = step["act"] != "changed"
                edits.append(
                    Edit(reference=step["reference"], version=step["version"], values=values, is_closed=is_closed)
                )
            told(len(drafts) + len(edits), total)
    _progress(batch, "写入")(0, 1)
    return _taken_over(batch, drafts, edits)


def _taken_over(batch: Batch, drafts: list[Listing], edits: list[Edit]) -> dict[str, Any]:
    """Store the rows, and that they are stored, in one transaction: a worker that dies does not store them twice."""
    with transaction.atomic():
        current = Batch.objects.select_for_update().get(pk=batch.pk)
        if current.state != Batch.State.APPLYING:
            return dict(current.summary)
        made = actions.import_listings(
            batch.enterprise, drafts=drafts, edits=edits, actor=batch.user, is_submitted=batch.is_submitted
        )
        outcome = {"new": made.new, "waiting": made.waiting, "changed": made.changed, "closed": made.closed}
        summary = {**batch.summary, "outcome": {**outcome, "passed_over": list(made.passed_over)}}
        _keep(batch, state=Batch.State.DONE, summary=summary)
    return summary
