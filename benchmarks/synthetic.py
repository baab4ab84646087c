"""Synthetic lists of any length: listings composed from real product names, and demands composed from templates.

    python benchmarks/synthetic.py supplies 1000000 OUT.csv [SEED]
    python benchmarks/synthetic.py demands 10000 OUT.csv [SEED]

Every enterprise is called 合成企业 and a number, so that no real one is said to offer or need anything. The first
listings are the real names as they stand, each once; every later one is a variant of a name (a grade or size before it,
a form after it, two names in one cell, or the name again from another enterprise). The same seed gives the same list,
row by row, and a longer list begins with the shorter one. Rows are written as they are made: 1,000,000 take about
20 s and no memory to speak of.
"""

from __future__ import annotations

import csv
import itertools
import random
import sys
from importlib import resources
from pathlib import Path

from judged import FOLDER, rows

from chuanzhu import Demand, Quantity, Supply
from chuanzhu.quantity import describe
from chuanzhu.taxonomy.lexicon import bundled_lexicon
from chuanzhu.taxonomy.regions import region_name
from chuanzhu.taxonomy.regions.places import places

SEED = 20261121
LISTINGS_EACH = 8  # listings of one enterprise, about as many as the listed companies have
GRADES = (
    "高强度", "耐高温", "耐腐蚀", "防爆", "食品级", "医用级", "车规级", "工业级", "电子级", "环保型", "节能型",
    "低噪声", "轻量化", "微型", "大型", "便携式", "智能", "数控", "全自动", "半自动", "液压", "气动", "电动", "手动",
    "不锈钢", "铝合金", "碳钢", "铜制", "塑料", "陶瓷", "复合", "进口替代", "出口", "定制", "特种", "精密",
)  # fmt: skip
SIZES = ("DN{}", "{}kW", "{}mm", "{}V", "{}吨级", "M{}", "Q{}", "{}系")
FORMS = (
    "系列", "配件", "组件", "总成", "半成品", "毛坯", "备件", "整机", "专用料", "生产线", "原料", "套件", "加工",
    "代工",
)  # fmt: skip
UNITS = ("t", "台", "套", "件", "m2", "m3", "m", "kg", "只")
CERTIFICATES = ("ISO9001", "ISO14001", "ISO45001", "IATF16949", "ISO13485", "ISO22000", "HACCP", "ISO27001", "ISO50001")
PERIODS = ("month", "year", "day")
PLAIN = (
    "求购{name}", "采购{name}一批", "需要{name}", "长期收{name}", "{name},{amount}", "找{name}厂家,{amount}",
    "想订{name} {amount}", "诚购{name},{amount},{place}",
)  # fmt: skip
DESCRIBED = (
    "想找{plain}", "要那种{plain}", "有没有{plain}的货", "车间要{plain},叫不上名字", "{plain},{amount}",
    "客户让配{plain},谁家有",
)  # fmt: skip
OPENINGS = (
    "各位老板好,我们是做配套的小厂,", "急急急!原来的供应商停产了,", "您好,受集团采购部委托,现就年度物料询价:",
    "项目月底开工,图纸已经下来,", "朋友推荐过来问一下,",
)  # fmt: skip
TERMS = (
    "含税含运费报价", "先发样品,合格后签年度合同", "月结三十天", "贸易商勿扰", "要原厂质保一年", "能来厂里看货最好",
    "{certificate}要齐全", "送到{place}", "{place}周边优先", "数量{amount},分批交",
)  # fmt: skip


def real_names(path=FOLDER / "supply.csv"):
    """Product names of the judged list; without it those of the demonstration and the lexicon."""
    if path.exists():
        return [row["产品"] for row in rows(path)]
    demo = resources.files("chuanzhu") / "data" / "demo" / "supply.csv"
    with resources.as_file(demo) as file:
        return [row["产品"] for row in rows(file)] + [concept.name for concept in bundled_lexicon().concepts]


def supplies(names, *, seed=SEED):
    """Yield listings without end."""
    chance = random.Random(seed)  # noqa: S311 (a benchmark's chance must be repeatable)
    regions = sorted(places().names)
    for number in itertools.count():
        product = names[number] if number < len(names) else compose(names, chance)
        yield Supply(
            id=f"S{number:07}",
            enterprise=enterprise(number // LISTINGS_EACH),
            product=product,
            capacity=amount(chance) if chance.random() < 0.7 else None,  # noqa: PLR2004 (a share)
            region=chance.choice(regions),
            certificates=tuple(chance.sample(CERTIFICATES, chance.randint(1, 3))) if chance.random() < 1 / 2 else None,
        )


def enterprise(number):
    """Name of a synthetic enterprise."""
    return f"合成企业{number:06}"


def compose(names, chance):
    """Return a variant of a real name."""
    name, way = chance.choice(names), chance.random()
    if way < 0.5:  # noqa: PLR2004 (shares of the ways)
        size = chance.choice(SIZES).format(chance.randint(1, 999)) if chance.random() < 1 / 2 else ""
        return f"{chance.choice(GRADES)}{size}{name}"
    if way < 0.7:  # noqa: PLR2004
        return f"{name}{chance.choice(FORMS)}"
    return f"{name}、{chance.choice(names)}" if way < 0.8 else name  # noqa: PLR2004


def amount(chance):
    """Return a quantity per period."""
    return Quantity(chance.choice((1, 2, 5)) * 10 ** chance.randint(1, 4), chance.choice(UNITS), chance.choice(PERIODS))


def demands(names, *, seed=SEED):
    """Yield demands without end: plain, described in other words, and long and noisy in turn.

    Names and descriptions are taken from the supplies and from our own lexicon, so these demands measure speed and
    say nothing about quality.
    """
    chance = random.Random(seed)  # noqa: S311 (as above)
    plain = [description for concept in bundled_lexicon().concepts for description in concept.plain]
    regions = sorted(places().names)
    ways = itertools.cycle((plain_text, described_text, noisy_text))
    for number, way in enumerate(ways):
        filled = {
            "name": chance.choice(names),
            "plain": chance.choice(plain),
            "amount": describe(amount(chance)),
            "place": region_name(chance.choice(regions)),
            "certificate": chance.choice(CERTIFICATES),
        }
        yield Demand(id=f"D{number:06}", enterprise=enterprise(number), text=way(chance).format(**filled))


def plain_text(chance):
    """Return a template that names the thing."""
    return chance.choice(PLAIN)


def described_text(chance):
    """Return a template for who does not know the name."""
    return chance.choice(DESCRIBED)


def noisy_text(chance):
    """Return a template of a long message."""
    core = chance.choice((*PLAIN, *DESCRIBED))
    return f"{chance.choice(OPENINGS)}{core}。{','.join(chance.sample(TERMS, chance.randint(2, 4)))}。谢谢"


def write_supplies(count, path, *, seed=SEED):
    """Write a supply list as this project reads it."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(("编号", "企业名称", "产品", "产能", "地区", "资质"))
        for supply in itertools.islice(supplies(real_names(), seed=seed), count):
            capacity = describe(supply.capacity) if supply.capacity else ""
            held = ";".join(supply.certificates or ())
            lines.writerow((supply.id, supply.enterprise, supply.product, capacity, supply.region, held))


def write_demands(count, path, *, seed=SEED):
    """Write a demand list as this project reads it."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(("编号", "企业名称", "需求"))
        asked = itertools.islice(demands(real_names(), seed=seed), count)
        lines.writerows((demand.id, demand.enterprise, demand.text) for demand in asked)


WRITERS = {"supplies": write_supplies, "demands": write_demands}


def main():
    """Write one list."""
    if len(sys.argv) not in {4, 5} or sys.argv[1] not in WRITERS:
        sys.exit(__doc__)
    what, count, path = sys.argv[1:4]
    WRITERS[what](int(count), Path(path), seed=int(sys.argv[4]) if len(sys.argv) > 4 else SEED)  # noqa: PLR2004


if __name__ == "__main__":
    main()
