"""Empty lists to fill in: the columns of a supply and of a demand list, with examples on a sheet of their own."""

from __future__ import annotations

import io
from typing import Final

import xlsxwriter

_SUPPLY: Final = (
    ("企业名称", "必填", "安阳某机械有限公司"),
    ("产品", "必填,一行一种产品", "尼龙66切片"),
    ("说明", "规格、牌号、用途,随意写", "注塑级,粘度2.7"),
    ("产能", "写成“30吨/月”", "30吨/月"),
    ("地区", "到县区最好", "安阳市林州市"),
    ("资质", "多个用分号隔开", "IATF16949;ISO9001"),
    ("统一社会信用代码", "18 位,会核对", "91410500MA00000000"),
    ("有效期", "过了就不再推荐,可不填", "2027-12-31"),
)
_DEMAND: Final = (
    ("需求", "必填,用自己的话写", "求购PA66切片,注塑级,国庆前到货"),
    ("企业名称", "可不填", "洛阳某装备有限公司"),
    ("数量", "写成“20吨/月”", "20吨/月"),
    ("地区", "“限河南”是硬性要求,“河南优先”是意愿", "洛阳或郑州"),
    ("资质", "多个用分号隔开", "IATF16949"),
    ("截止日期", "可不填", "2027-01-31"),
)
LISTS: Final = {"supply": ("供给清单模板.xlsx", "供给", _SUPPLY), "demand": ("需求清单模板.xlsx", "需求", _DEMAND)}


def empty_list(side: str) -> bytes:
    """Return the workbook of a side ("supply", "demand"): one sheet to fill in, one that explains.

    The explanation is sentences, not cells with the columns' names, which would make it look like a list itself.
    """
    _, title, columns = LISTS[side]
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as workbook:
        head = workbook.add_format({"bold": True, "bg_color": "#e2efec", "bottom": 1})
        sheet, explanation = workbook.add_worksheet(title), workbook.add_worksheet("填写说明")
        for at, (name, hint, example) in enumerate(columns):
            sheet.write_string(0, at, name, head)
            sheet.write_comment(0, at, hint)
            explanation.write_string(at, 0, f"“{name}”:{hint}。例如:{example}")
        sheet.set_column(0, len(columns) - 1, 18)
        sheet.freeze_panes(1, 0)
        explanation.set_column(0, 0, 80)
    return content.getvalue()
