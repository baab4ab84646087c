"""Kinds of listings (类别) as data: a new kind is one more declaration, not one more view.

A kind says which side it is on, which kind answers it, what its forms ask for beyond the common fields, and how much
each answer adds to the readiness of a listing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

Side = Literal["supply", "demand"]
Form = Literal["line", "text", "quantity", "date", "number", "choice"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute:
    """One thing that a kind asks for: how it is entered, and how many of 100 points of readiness it is worth.

    A ``code`` that is a common field of a listing (``COMMON``) is stored in that field, any other in ``attributes``.
    """

    code: str
    name: str
    form: Form
    worth: int = 0
    hint: str = ""
    is_required: bool = False
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A declaration of a kind."""

    code: str
    name: str
    side: Side
    counterpart: str
    attributes: tuple[Attribute, ...]

    def attribute(self, code: str) -> Attribute:
        """Return the attribute with this code. Raises KeyError."""
        return {attribute.code: attribute for attribute in self.attributes}[code]

    @property
    def special(self) -> tuple[Attribute, ...]:
        """Attributes beyond the common fields."""
        return tuple(attribute for attribute in self.attributes if attribute.code not in COMMON)


COMMON: Final = frozenset({"title", "text", "quantity", "place", "certificates", "due"})

_PLACE: Final = Attribute(code="place", name="地区", form="line", worth=10, hint="到县区最好,例如“安阳市林州市”")
_COOPERATION: Final = Attribute(
    code="cooperation",
    name="合作方式",
    form="choice",
    worth=10,
    choices=("转让", "许可使用", "合作开发", "委托开发", "作价入股", "可商量"),
)
_SCENARIOS: Final = ("研发设计", "生产制造", "质量检测", "设备运维", "仓储物流", "能耗与安全", "经营管理", "供应链协同")
_PAYMENT: Final = Attribute(code="payment", name="付款方式", form="line", worth=5, hint="例如“货到 30 天”")

KINDS: Final[Mapping[str, Kind]] = {
    kind.code: kind
    for kind in (
        Kind(
            code="product-supply",
            name="产品供给",
            side="supply",
            counterpart="product-demand",
            attributes=(
                Attribute(code="title", name="产品", form="line", worth=35, is_required=True, hint="一条只写一种产品"),
                Attribute(code="text", name="规格与说明", form="text", worth=20, hint="牌号、规格、执行标准、用途"),
                Attribute(code="quantity", name="可供产能", form="quantity", worth=15, hint="例如“30吨/月”"),
                _PLACE,
                Attribute(code="certificates", name="资质", form="line", worth=10, hint="例如“IATF16949;ISO9001”"),
                Attribute(code="moq", name="起订量", form="quantity", worth=5, hint="例如“500件”"),
                Attribute(code="lead_days", name="交期(天)", form="number", worth=5),
            ),
        ),
        Kind(
            code="product-demand",
            name="产品需求",
            side="demand",
            counterpart="product-supply",
            attributes=(
                Attribute(
                    code="text",
                    name="需求",
                    form="text",
                    worth=40,
                    is_required=True,
                    hint="用自己的话写:要什么、规格、用在哪里",
                ),
                Attribute(code="quantity", name="数量", form="quantity", worth=15, hint="例如“20吨/月”"),
                Attribute(code="place", name="地区", form="line", worth=10, hint="“限河南”是硬性要求,“河南优先”是意愿"),
                Attribute(code="certificates", name="资质", form="line", worth=10, hint="例如“IATF16949”"),
                Attribute(code="due", name="截止日期", form="date", worth=10),
                Attribute(code="packaging", name="包装", form="line", worth=5),
                _PAYMENT,
                Attribute(
                    code="drawing", name="图纸或样品", form="choice", worth=5, choices=("有图纸", "有样品", "都没有")
                ),
            ),
        ),
        Kind(
            code="capacity-supply",
            name="产能供给",
            side="supply",
            counterpart="capacity-demand",
            attributes=(
                Attribute(
                    code="title", name="加工能力", form="line", worth=35, is_required=True, hint="例如“铝合金压铸加工”"
                ),
                Attribute(
                    code="text", name="设备与说明", form="text", worth=20, hint="设备型号、台数、精度、可加工尺寸"
                ),
                Attribute(code="quantity", name="富余产能", form="quantity", worth=20, hint="例如“3万件/月”"),
                _PLACE,
                Attribute(code="certificates", name="资质", form="line", worth=10),
                Attribute(code="due", name="有效期至", form="date", worth=5),
            ),
        ),
        Kind(
            code="capacity-demand",
            name="产能需求",
            side="demand",
            counterpart="capacity-supply",
            attributes=(
                Attribute(
                    code="text",
                    name="要外协的加工",
                    form="text",
                    worth=40,
                    is_required=True,
                    hint="工艺、材料、精度、图纸要求",
                ),
                Attribute(code="quantity", name="数量", form="quantity", worth=20, hint="例如“5000件/月”"),
                Attribute(code="place", name="地区", form="line", worth=10),
                Attribute(code="certificates", name="资质", form="line", worth=10),
                Attribute(code="due", name="截止日期", form="date", worth=10),
                _PAYMENT,
                Attribute(
                    code="material",
                    name="材料由谁供",
                    form="choice",
                    worth=5,
                    choices=("我方供料", "对方备料", "可商量"),
                ),
            ),
        ),
        Kind(
            code="technology-supply",
            name="技术成果",
            side="supply",
            counterpart="technology-demand",
            attributes=(
                Attribute(code="title", name="成果", form="line", worth=35, is_required=True, hint="一条只写一项成果"),
                Attribute(code="text", name="说明", form="text", worth=25, hint="解决什么问题、达到的指标、用在哪里"),
                Attribute(
                    code="maturity",
                    name="成熟度",
                    form="choice",
                    worth=15,
                    choices=("实验室样品", "小试", "中试", "已批量应用"),
                ),
                Attribute(code="patents", name="知识产权", form="line", worth=10, hint="例如“发明专利 2 项”"),
                _COOPERATION,
                Attribute(code="place", name="地区", form="line", worth=5),
            ),
        ),
        Kind(
            code="technology-demand",
            name="技术需求",
            side="demand",
            counterpart="technology-supply",
            attributes=(
                Attribute(
                    code="text",
                    name="要解决的难题",
                    form="text",
                    worth=45,
                    is_required=True,
                    hint="现在怎样、想达到什么指标、试过什么",
                ),
                _COOPERATION,
                Attribute(code="budget", name="投入预算", form="line", worth=15, hint="例如“50 万元以内”"),
                Attribute(code="place", name="地区", form="line", worth=10),
                Attribute(code="due", name="截止日期", form="date", worth=20),
            ),
        ),
        Kind(
            code="digital-supply",
            name="数字化方案",
            side="supply",
            counterpart="digital-demand",
            attributes=(
                Attribute(
                    code="title", name="方案", form="line", worth=35, is_required=True, hint="例如“车间能耗监测”"
                ),
                Attribute(code="text", name="说明", form="text", worth=25, hint="做什么、要接哪些设备、能带来什么"),
                Attribute(code="scenario", name="适用场景", form="choice", worth=15, choices=_SCENARIOS),
                Attribute(code="cases", name="应用案例", form="line", worth=15, hint="做过的行业和家数"),
                Attribute(code="days", name="实施天数", form="number", worth=5),
                Attribute(code="place", name="地区", form="line", worth=5),
            ),
        ),
        Kind(
            code="digital-demand",
            name="数字化场景",
            side="demand",
            counterpart="digital-supply",
            attributes=(
                Attribute(
                    code="text",
                    name="要改造的环节",
                    form="text",
                    worth=45,
                    is_required=True,
                    hint="哪个车间、哪个环节、现在靠什么、想看到什么",
                ),
                Attribute(code="scenario", name="适用场景", form="choice", worth=15, choices=_SCENARIOS),
                Attribute(code="systems", name="现有系统", form="line", worth=10, hint="例如“有 ERP,没有 MES”"),
                Attribute(code="budget", name="投入预算", form="line", worth=10),
                Attribute(code="place", name="地区", form="line", worth=10),
                Attribute(code="due", name="截止日期", form="date", worth=10),
            ),
        ),
    )
}


def kind_choices() -> list[tuple[str, str]]:
    """Return the kinds as a field's choices; as a function, so that a new kind changes no table of the database."""
    return [(kind.code, kind.name) for kind in KINDS.values()]
