"""A known cast for the tests of what is written: Weihua and others buy, Lihua and others sell. All invented."""

import datetime as dt

from chuanzhu.model import (
    Answer,
    Demand,
    Match,
    Need,
    Problem,
    Quantity,
    Reason,
    RegionWish,
    Span,
    Supply,
    Unmet,
)

TODAY = dt.date(2026, 7, 20)
TITLE = "对接清单"
NOTES = ("供给.xlsx:读了表“供给”的 120 行,表头在第 3 行。", "需求.csv:读了 6 行,编码 GB18030。")

PRODUCT_POINTS = {
    "same": 31.0,
    "kind": 28.5,
    "alias": 29.5,
    "sibling": 13.5,
    "words": 19.4,
    "meaning": 17.4,
}


def spans(text, **stretches):
    found = [(text.index(words), words, kind) for kind, words in stretches.items()]
    return tuple(Span(start=start, end=start + len(words), kind=kind) for start, words, kind in sorted(found))


def need(number, text, *, buyer="", stretches=None, **understood):
    demand = Demand(id=number, text=text, enterprise=buyer)
    return Need(demand=demand, spans=spans(text, **(stretches or {})), **understood)


def supply(number, enterprise, product, **rest):
    extra = (("联系人", "李经理"), ("联系电话", "0371-60000000"), ("备注", "展会名单"))
    return Supply(id=number, enterprise=enterprise, product=product, **{"extra": extra, **rest})


def reason(code, text, points=None):
    return Reason(code=code, points=PRODUCT_POINTS.get(code, 0.0) if points is None else points, text=text)


def match(wanted, offered, *reasons):
    return Match(need=wanted, supply=offered, reasons=reasons)


def polymer():
    return need(
        "D-01",
        "急!求购PA66(尼龙66)切片,注塑级,约20~25吨/月,要IATF16949,洛阳周边,国庆前到货",
        buyer="洛阳某汽车零部件厂",
        stretches={"quantity": "约20~25吨/月", "certificate": "IATF16949", "region": "洛阳", "deadline": "国庆前"},
        wanted="PA66(尼龙66)切片",
        specs=("注塑级",),
        quantity=Quantity(20, "t", per="month", maximum=25, approximate=True),
        certificates=("IATF16949",),
        region=RegionWish(codes=("410300",)),
        deadline=dt.date(2026, 9, 30),
    )


def surely(wanted):
    offered = supply(
        "S-0301",
        "平顶山某尼龙科技有限公司",
        "聚酰胺66切片",
        capacity=Quantity(30, "t", per="month"),
        region="410400",
        certificates=("IATF16949", "ISO9001"),
        uscc="91410100MA00000000",
    )
    return match(
        wanted,
        offered,
        reason("alias", "同物异名:“聚酰胺66切片”和“PA66切片”都是“尼龙66切片”"),
        reason("meaning", "意思相近(语义相似度0.73)"),
        reason("words", "字面相合:66、切片"),
        reason("capacity_enough", "产能 30 吨/月,够所需的 约 20–25 吨/月", 6.0),
        reason("certificate_held", "持有 IATF 16949 汽车质量管理体系", 5.0),
        reason("region", "在河南平顶山,与河南洛阳同在一个省", 2.5),
        reason("in_time", "供给有效期到 2027-12-31,赶得上 2026-09-30", 1.0),
    )


def shortly(wanted):
    capacity = Quantity(15, "t", per="month")
    return match(
        wanted,
        supply("S-0417", "鹤壁某工程塑料有限公司", "改性PA66粒料", capacity=capacity, region="410600"),
        reason("kind", "“改性PA66粒料”就是一种“PA66切片”"),
        reason("words", "字面相合:pa66"),
        reason("capacity_partly", "产能 15 吨/月,只够所需 约 20–25 吨/月 的 60%", 3.6),
        reason("certificate_unknown", "没有写是否有 IATF 16949 汽车质量管理体系,请问清"),
        reason("region", "在河南鹤壁,与河南洛阳同在一个省", 2.5),
    )


def met():
    """A demand whose best supply leaves nothing open."""
    wanted = polymer()
    return Answer(need=wanted, chain="nylon", matches=(surely(wanted), shortly(wanted)))


def partly():
    """A demand with suppliers, none of them sure."""
    wanted = need(
        "D-02",
        "卫华找起重机用铸钢车轮,φ500,每月300件,限河南",
        buyer="卫华集团",
        stretches={"spec": "φ500", "quantity": "每月300件", "region": "河南"},
        wanted="铸钢车轮",
        use="起重机",
        specs=("φ500",),
        quantity=Quantity(300, "件", per="month"),
        region=RegionWish(codes=("410000",), strict=True),
    )
    makers = (
        ("立华铸造有限公司", "铸钢车轮", "410783"),
        ("长垣某锻造厂", "起重机车轮组", "410783"),
        ("新乡某铸钢厂", "铸钢件", "410700"),
    )
    matches = tuple(
        match(
            wanted,
            supply(f"S-06{order:02}", enterprise, product, region=region),
            reason(
                code, f"“{product}”就是所求的“铸钢车轮”" if code == "same" else f"“{product}”和“铸钢车轮”是同类产品"
            ),
            reason("words", "字面相合:车轮" if "车轮" in product else "字面相合:铸钢", 12.2),
            reason("capacity_unknown", "产能没有填,请问清能否供 300 件/月"),
            reason("region", "在河南新乡,合乎地区要求", 5.0),
        )
        for order, ((enterprise, product, region), code) in enumerate(
            zip(makers, ("same", "kind", "sibling"), strict=True)
        )
    )
    return Answer(need=wanted, chain="construction_machinery", matches=matches)


def barred():
    """A demand whose only near supply breaks a rule."""
    wanted = need(
        "D-03",
        "采购1200V IGBT模块,500只,限郑州",
        stretches={"spec": "1200V", "quantity": "500只", "region": "郑州"},
        wanted="IGBT模块",
        specs=("1200V",),
        quantity=Quantity(500, "只"),
        region=RegionWish(codes=("410100",), strict=True),
    )
    nearest = match(
        wanted,
        supply("S-0900", "嘉兴某半导体有限公司", "IGBT模块", region="330400"),
        reason("same", "品名相同:供“IGBT模块”"),
        reason("capacity_unknown", "产能没有填,请问清能否供 500 只"),
        reason("region_rule", "要求限河南郑州,对方在浙江嘉兴"),
    )
    why = "有供这类产品的企业,但都不合硬性要求"
    return Answer(need=wanted, chain="sensor_semiconductor", unmet=Unmet(why=why, nearest=nearest))


def unread():
    """A demand that nobody can understand."""
    return Answer(need=need("D-04", "老板在吗,加微信聊"), unmet=Unmet(why="没有读懂要什么:请写明产品名称"))


def sample():
    """One answer of each standing."""
    return (met(), partly(), barred(), unread())


PROBLEMS = (
    Problem(
        file="供给.xlsx",
        sheet="供给",
        row=17,
        column="F(统一社会信用代码)",
        value="91410100MA0000000X",
        wrong="信用代码的校验位不对",
        cure="请对照营业执照改正;这一行的其余内容照用",
    ),
    Problem(file="需求.csv", row=9, column="B(需求)", value="", wrong="没有写需求", cure="请填写要买什么", used=False),
)
