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
    )
}
