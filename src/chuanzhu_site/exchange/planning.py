"""What each row of a list would do: begin a listing, change one field by field, close one, or nothing, and why."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Q

from chuanzhu.text import squeeze
from chuanzhu_site.exchange.layout import columns
from chuanzhu_site.exchange.lines import plain
from chuanzhu_site.market.actions.listing import EDITABLE
from chuanzhu_site.market.kinds import KINDS, Side
from chuanzhu_site.market.models import Listing
from chuanzhu_site.market.models.listings import SHOWN

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from chuanzhu_site.accounts.models import Enterprise
    from chuanzhu_site.exchange.lines import Line

ACTS: Final[Mapping[str, str]] = {
    "new": "新增",
    "changed": "修改",
    "closed": "关闭",
    "same": "没有变",
    "stale": "导出以后被人改过,没有动",
    "blocked": "现在的状态不能改,没有动",
    "strange": "编号不是这家企业的,没有用",
    "foreign": "写的是别的企业,没有用",
}
DOING: Final = ("new", "changed", "closed")
_IDENTITY: Final[Mapping[Side, tuple[str, ...]]] = {
    "supply": ("title", "text", "quantity", "place"),
    "demand": ("text", "quantity", "place"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What one row does. ``changes`` are (what, before, after) in words, ``why`` is for what is not done."""

    act: str
    row: int
    kind: str
    name: str
    reference: str = ""
    version: int = 0
    values: Mapping[str, Any] = field(default_factory=dict)
    changes: tuple[tuple[str, str, str], ...] = ()
    why: str = ""


def plan(lines: Iterable[Line], *, enterprise: Enterprise, side: Side) -> Iterator[Step]:
    """Compare a list with what the enterprise has; the last steps are what the list does not hold ("missing")."""
    own = Q(enterprise=enterprise) | Q(enterprise__merged_into=enterprise)
    known = {one.reference: one for one in Listing.objects.filter(own, side=side).iterator(2000)}
    twins = {_identity(one.kind, vars(one)): f"编号 {one.reference}" for one in known.values() if one.state in SHOWN}
    names = _names(enterprise)
    labels = {column.code: column.name for column in columns(side)}
    seen: set[str] = set()
    for line in lines:
        seen.add(line.reference)
        if line.enterprise and squeeze(line.enterprise) not in names:
            yield _step("foreign", line, why=f"这一行写的企业是“{line.enterprise}”")
        elif line.version is None:
            yield _begun(line, twins)
        elif line.reference in known:
            yield _compared(line, known[line.reference], labels=labels)
        else:
            yield _step("strange", line, why=f"没有编号“{line.reference}”;新增的行请把编号和版本都空着")
    for reference, one in known.items():
        if reference not in seen and one.state in SHOWN:
            yield Step(act="missing", row=0, kind=one.kind, name=str(one), reference=reference, version=one.version)


def _names(enterprise: Enterprise) -> set[str]:
    former = enterprise.former_names.values_list("name", flat=True)
    merged = enterprise.absorbed.values_list("name", flat=True)
    return {squeeze(name) for name in (enterprise.name, *former, *merged)}


def _identity(kind: str, values: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what makes two rows the same offer or wish."""
    return (kind, *(str(values.get(code) or "").strip() for code in _IDENTITY[KINDS[kind].side]))


def _step(act: str, line: Line, **values: Any) -> Step:  # noqa: ANN401 (a step's own)
    name = str(line.values.get("title") or line.values.get("text", ""))[:60]
    return Step(act=act, row=line.row, kind=line.kind, name=name, reference=line.reference, **values)


def _begun(line: Line, twins: dict[tuple[str, ...], str]) -> Step:
    """Begin a listing, unless the same one is there already, in the list or on the site."""
    identity = _identity(line.kind, line.values)
    if identity in twins:
        return _step("same", line, why=f"和{twins[identity]}一样")
    twins[identity] = f"第 {line.row} 行"
    return _step("new", line, values=plain(line.values))


def _compared(line: Line, current: Listing, *, labels: Mapping[str, str]) -> Step:
    if current.version != line.version:
        why = f"您的文件是第 {line.version} 版,现在是第 {current.version} 版;请重新导出再改"
        return _step("stale", line, why=why)
    changed = {code: value for code, value in line.values.items() if _before(current, code) != _after(value)}
    act = "closed" if line.is_closed else "changed" if changed else "same"
    if act != "same" and current.state not in (SHOWN if line.is_closed else EDITABLE):
        return _step("blocked", line, why=f"这一条{current.get_state_display()}")
    changes = tuple((labels[code], _before(current, code), _after(value)) for code, value in changed.items())
    return _step(act, line, version=current.version, values=plain(changed), changes=() if line.is_closed else changes)


def _before(current: Listing, code: str) -> str:
    return _after(getattr(current, code) if code in {"value", "privacy"} else current.answer(code))


def _after(value: object) -> str:
    if value is None:
        return ""
    text = str(value).replace("\r\n", "\n").strip()
    return text.rstrip("0").rstrip(".") if _is_decimal(text) else text


def _is_decimal(text: str) -> bool:
    whole, dot, part = text.partition(".")
    return bool(dot) and whole.isdecimal() and part.isdecimal()


def write_plan(path: Path, steps: Iterable[Step], *, shown: int) -> dict[str, Any]:
    """Write the plan down; return how many steps there are of each act, and the first of each for the page."""
    counts: Counter[str] = Counter()
    samples: dict[str, list[dict[str, Any]]] = {}
    with path.open("w", encoding="utf-8") as file:
        for step in steps:
            counts[step.act] += 1
            if len(samples.setdefault(step.act, [])) < shown:
                samples[step.act].append(
                    {name: getattr(step, name) for name in ("row", "kind", "name", "reference", "changes", "why")}
                )
            if step.act in {*DOING, "missing"}:
                kept = {name: getattr(step, name) for name in ("act", "kind", "reference", "version", "values")}
                file.write(json.dumps(kept, ensure_ascii=False) + "\n")
    return {"counts": dict(counts), "samples": samples}
