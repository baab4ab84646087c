"""The columns of a list that goes out and comes back: named as the library reads them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from chuanzhu.tables.headers import title
from chuanzhu_site.market.kinds import KINDS, Side

if TYPE_CHECKING:
    from collections.abc import Mapping

FIELDS: Final[Mapping[Side, Mapping[str, str]]] = {
    "supply": {
        "title": "product",
        "text": "description",
        "quantity": "capacity",
        "place": "region",
        "certificates": "certificates",
        "due": "valid_until",
    },
    "demand": {
        "text": "demand",
        "quantity": "quantity",
        "place": "region",
        "certificates": "certificates",
        "due": "deadline",
    },
}
VERSION, KIND, STATE, PRIVACY, VALUE, ACT = "版本", "类别", "状态", "谁能看见", "金额估计(元/年)", "处理"
REFERENCE, ENTERPRISE = "编号", "企业名称"
CLOSE: Final = frozenset({"关闭", "撤下", "删除"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ListColumn:
    """A column: what of a listing it holds, its header, its width, and what is told to whoever fills it in."""

    code: str
    name: str
    width: int = 14
    hint: str = ""


_WIDTHS: Final = {"title": 26, "text": 44, "place": 18, "certificates": 22}


def columns(side: Side) -> tuple[ListColumn, ...]:
    """Return the columns of a side's list, those of all its kinds together."""
    declared = {one.code: one for kind in KINDS.values() if kind.side == side for one in kind.attributes}
    fields = FIELDS[side]
    common = [
        ListColumn(code=code, name=title(side, field), width=_WIDTHS.get(code, 14), hint=declared[code].hint)
        for code, field in fields.items()
        if code in declared
    ]
    special = [
        ListColumn(code=code, name=one.name, hint=one.hint) for code, one in declared.items() if code not in fields
    ]
    return (
        ListColumn(code="reference", name=REFERENCE, hint="系统给的编号,别改;新增的行空着"),
        ListColumn(code="version", name=VERSION, width=6, hint="导出时是第几版,别改"),
        ListColumn(code="kind", name=KIND, width=10),
        ListColumn(code="state", name=STATE, width=8, hint="只供查看,改了不算"),
        ListColumn(code="enterprise", name=ENTERPRISE, width=28),
        *common,
        *special,
        ListColumn(code="privacy", name=PRIVACY),
        ListColumn(code="value", name=VALUE, width=16, hint="只有自己和专员看得见"),
        ListColumn(code="act", name=ACT, width=8, hint="写“关闭”,这一条导入时就撤下"),
    )
