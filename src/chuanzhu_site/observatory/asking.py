"""What if (如果……): reading the question, and the answer as the map and the page show it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from chuanzhu.chain import (
    AddPlant,
    ChainError,
    Figure,
    RaiseDemand,
    StopFirm,
    StopImport,
    StopNode,
    StopRegion,
    what_if,
)
from chuanzhu.chain.measure import percent

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from chuanzhu.chain import Change
    from chuanzhu_site.observatory.atlas import Atlas

QUESTIONS: Final = {
    "node": "停掉一个环节",
    "firm": "停掉一家企业",
    "region": "停掉一个地区",
    "import": "一个环节断了外购",
    "imports": "所有环节断了外购",
    "demand": "一个环节的需求变成几倍",
    "plant": "给一个环节添一家厂",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The library's answer, by node key, and what a page says of it; ``wrong`` where the question cannot be answered.

    ``elsewhere`` counts the moved nodes that lie in other chains.
    """

    asked: str = ""
    levels: Mapping[str, float]
    words: str = ""
    figures: tuple[tuple[str, str, str], ...] = ()
    elsewhere: int = 0
    wrong: str = ""


def answer(atlas: Atlas, slug: str, region: str, asked: Mapping[str, str], *, is_named: bool) -> Answer | None:
    """Answer what the page's address asks, on the whole programme; None where it asks nothing.

    Who may not know which enterprise stands where (``is_named`` False) cannot ask what hangs on one.
    """
    question = asked.get("ask", "")
    if not question:
        return None
    if question == "firm" and not is_named:
        return Answer(levels={}, wrong="停哪家企业只有工作人员能问,请登录")
    try:
        found = what_if(atlas.setting(region), _change(question, asked, region))
    except (ChainError, ValueError) as error:
        return Answer(levels={}, wrong=str(error))
    keys = [atlas.graph.keys[node] for node in found.nodes.tolist()]
    here = set(atlas.part(slug).keys)
    return Answer(
        asked=asked.get("node", "") if question in {"node", "import", "demand", "plant"} else "",
        levels={key: float(level) for key, level in zip(keys, found.after, strict=True) if key in here},
        words=found.words,
        figures=tuple(_figure(one) for one in found.figures),
        elsewhere=sum(key not in here for key in keys),
    )


def _figure(one: Figure) -> tuple[str, str, str]:
    return one.name, _told(one.name, one.before), _told(one.name, one.after)


def _told(name: str, value: float | None) -> str:
    if value is None:
        return "不清楚"
    return f"{value:.0f} 个" if name == "独苗环节" else percent(value)


def _change(question: str, asked: Mapping[str, str], region: str) -> Change:
    if question not in _CHANGES:
        raise ChainError(f"没有“{question}”这种问法;请从名单里选一种")
    if question in _NEEDS_NODE and not asked.get("node"):
        raise ChainError("问的是哪个环节?请在“环节”里选一个")
    return _CHANGES[question](asked, region)


def _number(text: str, *, what: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise ChainError(f"{what}“{text}”不是数;请填阿拉伯数字,例如 2") from None


def _firm(asked: Mapping[str, str], _region: str) -> Change:
    if not asked.get("firm"):
        raise ChainError("停哪家企业?请在“企业”里选一家")
    return StopFirm(firm=asked["firm"])


_NEEDS_NODE: Final = frozenset({"node", "import", "demand", "plant"})
_CHANGES: Final[Mapping[str, Callable[[Mapping[str, str], str], Change]]] = {
    "node": lambda asked, _: StopNode(node=asked["node"]),
    "firm": _firm,
    "region": lambda asked, region: StopRegion(region=asked.get("place") or region),
    "import": lambda asked, _: StopImport(node=asked["node"]),
    "imports": lambda _asked, _region: StopImport(),
    "demand": lambda asked, _: RaiseDemand(
        node=asked["node"], factor=_number(asked.get("factor") or "2", what="需求的倍数")
    ),
    "plant": lambda asked, region: AddPlant(node=asked["node"], region=asked.get("place") or region),
}
