"""Listings for the tests of the index, synthetic: composed by a seed from names of products; and what to ask them."""

import numpy as np
import tantivy

from chuanzhu import Demand, Matcher, Supply

_MATERIALS = ("尼龙66", "不锈钢", "铝合金", "聚丙烯", "碳纤维", "黄铜", "铸铁", "陶瓷")
_THINGS = ("切片", "钢管", "齿轮", "轴承", "电机", "阀门", "铸件", "泵", "线缆", "薄膜", "法兰", "弹簧")
_REGIONS = ("410100", "410400", "330100", "")
QUESTIONS = tuple(
    Demand(text=text)
    for text in (
        "求购尼龙66切片 20吨/月",
        "不锈钢齿轮,限河南",
        "求购铝合金法兰,要ISO9001",
        "采购轴承100件",
        "求购婴儿配方奶粉",
    )
)
EVERYONE = 10**6


def listing(identity, product, *, firm="某企业", **others):
    return Supply(id=identity, enterprise=firm, product=product, **others)


def listings(count, *, seed=0, start=0, firm="某企业"):
    rng = np.random.default_rng(seed)
    for number in range(start, start + count):
        product = str(rng.choice(_MATERIALS)) + str(rng.choice(_THINGS))
        region, has_paper = str(rng.choice(_REGIONS)), bool(rng.integers(2))
        yield listing(f"s{number}", product, firm=firm, region=region, certificates=("ISO9001",) if has_paper else None)


def answers(matcher):
    """Return what a matcher answers to every question, whatever the order among equals."""
    return [
        (
            sorted((-match.score, match.supply.id, repr(match.supply), match.reasons) for match in answer.matches),
            answer.unmet and answer.unmet.why,
        )
        for answer in matcher.answers(QUESTIONS, limit=EVERYONE)
    ]


def content(path):
    """Return all supplies of the index in a folder by their ids."""
    view = Matcher.open(path)._index.view()  # noqa: SLF001 (no question finds them all)
    supplies = [view.supply(row) for row in view.rows(tantivy.Query.all_query(), limit=EVERYONE)]
    by_id = {supply.id: supply for supply in supplies}
    assert len(by_id) == len(supplies)
    return by_id


def by_id(supplies):
    return {supply.id: supply for supply in supplies}
