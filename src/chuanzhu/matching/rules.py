"""The terms of a deal: where, how much, with which certificates, until when. Some are rules, the rest are points.

A rule that a supply breaks for certain takes it off the list; what the list does not say is asked, never assumed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from chuanzhu.model import Reason
from chuanzhu.quantity import cover, describe, is_rough, unit_missing
from chuanzhu.taxonomy.certificates import certificate_name, is_paper, satisfies
from chuanzhu.taxonomy.regions import is_within, nearness, region_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chuanzhu.model import Need, Supply

CAPACITY_POINTS, CERTIFICATE_POINTS, REGION_POINTS, TIME_POINTS = 6.0, 5.0, 5.0, 1.0
NEAR: Final = {3: (1.0, "同在一个县区"), 2: (0.8, "同在一个市"), 1: (0.5, "同在一个省")}
BROKEN: Final = frozenset({"region_rule", "certificate_missing", "expired"})


def deal_reasons(need: Need, supply: Supply) -> list[Reason]:
    """Return what speaks for and against the supply apart from its product; codes in ``BROKEN`` break a rule."""
    return [
        *_capacity(need, supply),
        *_certificates(need, supply),
        *_region(need, supply),
        *_time(need, supply),
    ]


def _capacity(need: Need, supply: Supply) -> Iterator[Reason]:
    if need.quantity is None:
        return
    asked = describe(need.quantity)
    if supply.capacity is None:
        stated = next((value for name, value in supply.extra if "产能" in name or "供应能力" in name), "")
        text = f"产能写的是“{stated}”,请问清能否供 {asked}" if stated else f"产能没有填,请问清能否供 {asked}"
        yield Reason(code="capacity_unknown", points=0, text=text, asked=asked, offered=stated)
        return
    offered = describe(supply.capacity)
    share = cover(supply.capacity, need.quantity)
    rough = "(单位不同,按一比一算)" if is_rough(supply.capacity, need.quantity) else ""
    if share is None:
        missing = unit_missing(supply.capacity) or unit_missing(need.quantity)
        text = f"产能 {offered},所需 {asked},{'有一方没写单位' if missing else '单位不同没法比'},请问清"
        yield Reason(code="capacity_unknown", points=0, text=text, asked=asked, offered=offered)
    elif share >= 1:
        text = f"产能 {offered},够所需的 {asked}{rough}"
        yield Reason(code="capacity_enough", points=CAPACITY_POINTS, text=text, asked=asked, offered=offered)
    else:
        text = f"产能 {offered},只够所需 {asked} 的 {share:.0%}{rough}"
        points = round(CAPACITY_POINTS * share, 2)
        yield Reason(code="capacity_partly", points=points, text=text, asked=asked, offered=offered)


def _certificates(need: Need, supply: Supply) -> Iterator[Reason]:
    asked = [(code, True) for code in need.certificates] + [(code, False) for code in need.wished_certificates]
    listed = "、".join(certificate_name(each) for each in supply.certificates or ()) or "无"
    for code, is_demanded in asked:
        name = certificate_name(code)
        held = next((held for held in supply.certificates or () if satisfies(held, code)), "")
        if held:
            offered = certificate_name(held)
            text = f"持有 {offered}" if held == code else f"持有 {offered},涵盖 {name}"
            points = round(CERTIFICATE_POINTS / len(asked), 2)
            yield Reason(code="certificate_held", points=points, text=text, asked=name, offered=offered)
        elif supply.certificates is None or is_paper(code):
            yield Reason(code="certificate_unknown", points=0, text=f"没有写是否有 {name},请问清", asked=name)
        elif is_demanded:
            text = f"要求 {name},对方所列资质({listed})里没有"
            yield Reason(code="certificate_missing", points=0, text=text, asked=name, offered=listed)
        else:
            text = f"最好有 {name},对方所列资质({listed})里没有"
            yield Reason(code="certificate_wished", points=0, text=text, asked=name, offered=listed)


def _region(need: Need, supply: Supply) -> Iterator[Reason]:
    if any(is_within(supply.region, code) for code in need.region.excluded if supply.region):
        text = f"要求不在{'、'.join(map(region_name, need.region.excluded))},对方在{region_name(supply.region)}"
        yield Reason(code="region_rule", points=0, text=text, offered=region_name(supply.region))
        return
    codes = need.region.codes
    if not codes:
        return
    asked = "、".join(region_name(code) for code in codes)
    if not supply.region:
        yield Reason(code="region_unknown", points=0, text=f"所在地没有填,要求在{asked},请问清", asked=asked)
        return
    offered = region_name(supply.region)
    if need.region.strict and not any(is_within(supply.region, code) for code in codes):
        text = f"要求限{asked},对方在{offered}"
        yield Reason(code="region_rule", points=0, text=text, asked=asked, offered=offered)
        return
    if any(is_within(supply.region, code) for code in codes):
        text = f"在{offered},合乎地区要求"
        yield Reason(code="region", points=REGION_POINTS, text=text, asked=asked, offered=offered)
        return
    near = max(nearness(supply.region, code) for code in codes)
    share, words = NEAR.get(near, (0.0, "不在附近"))
    text = f"在{offered},与{asked}{words}"
    yield Reason(code="region", points=REGION_POINTS * share, text=text, asked=asked, offered=offered)


def _time(need: Need, supply: Supply) -> Iterator[Reason]:
    if supply.valid_until is None or need.deadline is None:
        return
    asked, offered = need.deadline.isoformat(), supply.valid_until.isoformat()
    if supply.valid_until < need.deadline:
        text = f"供给有效期到 {offered},早于要求的 {asked}"
        yield Reason(code="expired", points=0, text=text, asked=asked, offered=offered)
    else:
        text = f"供给有效期到 {offered},赶得上 {asked}"
        yield Reason(code="in_time", points=TIME_POINTS, text=text, asked=asked, offered=offered)
