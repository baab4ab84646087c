"""Numbers that say what a thing is like, not how much of it is wanted: sizes, ratings, grades, models, pack sizes.

All patterns expect text folded by :func:`chuanzhu.text.fold`. Every repetition is bounded, so that no text takes long.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from chuanzhu.quantity.grammar import COUNTED, UNIT
from chuanzhu.quantity.numerals import NUMBER

if TYPE_CHECKING:
    from collections.abc import Iterable

_N: Final = r"[0-9]{1,9}(?:\.[0-9]{1,6})?"
_RANGE: Final = rf"{_N}(?:\s?[-~至到]\s?{_N})?"
_ALONE: Final = r"(?<![a-z0-9.])"
_LENGTH: Final = r"(?:毫米|厘米|公分|米|mm|cm|m|寸|英寸|个厚|丝|μm|um)"
_PACK_MASS: Final = r"(?:千克|公斤|毫升|克|斤|吨|升|kg|ml|g|l|t)"
_PACK: Final = r"(?:[铁塑钢纸]料?)?(?:小袋|袋|桶|瓶|盒|箱|包(?![邮含])|听|罐|支|条|片|块|个|件|只|卷|盘)"
_DRUM: Final = r"(?:[铁塑钢纸]料?)?(?:桶|箱|袋|瓶|盒|罐)"
_OUTER: Final = r"(?:箱|件|盒|袋|包|托|板|提|罐|桶|车|柜|卷|条)"
# What is rated in tonnes: a tonnage beside one of these says how strong it is, not how much of it is wanted.
_MACHINE: Final = (
    r"(?:叉车|行车|天车|起重机|龙门吊|吊车|汽车吊|随车吊|塔吊|吊机|压力机|冲床|液压机|油压机|注塑机|自卸车|矿卡|卡车|货车|洒水车"
    r"|罐车|平板车|搬运车|升降机|升降平台|装载机|铲车|挖掘?机|压路机|锅炉|葫芦|千斤顶|卷扬机|地磅|汽车衡|吊带|吊钩|卸扣)"
    r"(?![管钢板用配件轮胎])"
)
_ABOUT: Final = r"(?:左右|上下|以上|以下|以内|之间)?"
_ANY_UNIT: Final = (
    r"(?:毫米|厘米|公分|微米|纳米|平方米|平方|平米|立方米|立方|千瓦时|千瓦|兆瓦|马力|公斤|千克|公里|米|克|吨|升|斤|度|方"
    r"|分贝|兆帕|伏|安|瓦|赫兹|个|目|丝|寸|mm2|mm|cm|km|kg|kw|kva|mpa|kpa|khz|mhz|ghz|hz|kv|db|nm|μm|um|ml|m3/h|m3|m2"
    r"|t/h|g/m2|rpm|m|g|t|v|a|w|l|℃|%|万只|万袋|万件|万|只|袋|件|片|套|头|级)"
)
_FEATURES: Final = (
    r"(?:直径|外径|内径|线径|孔径|口径|粒径|粒度|宽度|厚度|长度|高度|深度|壁厚|板厚|载重|承重|功率|耐压|精度|电压|电流|容量"
    r"|温度|压力|硬度|强度|纯度|含量|浓度|目数|克重|门幅|幅宽|量程|扬程|流量|转速|频率|跨度|起重量|行程|盘长|光洁度"
    r"|噪音[低小]?于|单件|单重|单台|单只|单个|单卷|毛重|净重|净含量|独立袋|小袋|规格|尺寸"
    r"|每(?!天|日|周|月|季|年|个月|星期|个季|批)[\u4e00-\u9fff]|(?<![最新提年月])[宽厚高深径]|长)"
)
_STANDARDS: Final = r"(?:gb|jb|hg|yb|sh|jc|qb|fz|nb|yy|dl|jt|gjb|astm|din|jis)"
_NOT_MODELS: Final = r"(?!iso|iatf|haccp|ohsas|as9|en9|gjb|qs|ccc)"
_ELECTRIC: Final = (
    r"(?:(?:kv|v|ma|ka|mah|ah|a|khz|mhz|ghz|hz|mpa|kpa|pa|bar|℃|°c|°|ω|db|nm|μm|um|mm2|ppm|rpm|dpi|fps|kn|lm|n|bit|gb|tb)(?![a-z])"
    r"|伏|安|安时|赫兹|摄氏度|兆帕|千帕|分贝|纳米|微米|流明|像素|目|英寸|寸|级|孔|极|芯|层(?!台)|轴|色|毫克|mg|转)"
)
# 长葛, 高新区 and the like are places and words, not dimensions.
_LENGTH_WORDS: Final = (
    r"(?:厚(?!街)|宽(?!城)|长(?![期线城沙春葛垣治江])|高(?![新压温强速精铁空低端分档度效纯频])|深(?![圳加冷井沟圳]))度?"
)

_PATTERNS: Final = (
    # Sizes: 1220*2440, 5米乘3米, φ50×3, 4*185+1*95, 台面3米×1.5
    rf"(?:φ|ø|⌀|∅)?\s?(?<![0-9.]){_N}\s?{_LENGTH}?\s?[*×x乘]\s?{_N}\s?(?:[*×x乘+]\s?{_N}\s?){{0,4}}{_LENGTH}?{_ABOUT}(?![a-z0-9^])",
    rf"(?:φ|ø|⌀|∅)\s?{_RANGE}\s?(?:mm|cm|m|毫米|厘米|米)?",
    # Models and standards: SCB14-1600/10, UHP550x2400, GB/T 1234-2020
    rf"{_ALONE}{_STANDARDS}(?:/t|/z)?\s?[0-9]{{2,6}}(?:\.[0-9]{{1,3}})?(?:-[0-9]{{2,4}})?(?![a-z0-9])",
    rf"{_ALONE}{_NOT_MODELS}[a-z]{{1,6}}-?[0-9]{{1,5}}[-/x×*][0-9]{{2,5}}(?:[-/x×*][0-9]{{1,5}}){{0,3}}(?![a-z0-9])",
    # Grades: H13, Q235B, HT250, 45#, 45号钢, 60Si2MnA, M12, DN100, HRC60, IP67, P2.5, SUS304
    (
        rf"{_ALONE}(?:h[0-9]{{2}}|q[0-9]{{3}}[a-e]?|[hq]t[0-9]{{3}}(?:-[0-9]{{1,3}})?|(?<![0-9]\s)m[0-9]{{1,3}}|(?:dn|pn|hb|hv|sus)\s?[0-9]{{1,4}}[a-z]?"
        r"|hr[abc]\s?[0-9]{1,3}(?:-[0-9]{1,3})?|ip[0-9x]{2}|p[0-9]\.[0-9]{1,2}|(?:ac|dc)\s?[0-9]{1,4}v)(?![a-z0-9])"
    ),
    rf"{_ALONE}[0-9]{{1,3}}(?:si|mn|cr|ni|mo|ti)[a-z0-9]{{0,8}}(?![a-z0-9])",
    rf"{_ALONE}[0-9]{{1,3}}(?:#|号钢)",
    # Features by name: 外径110, 载重60吨级, 每栋5万只
    (
        rf"{_FEATURES}\s?[:为是约在]{{0,2}}\s?[<>≤≥]?\s?(?:大约|大概|不小于|不大于|大于|小于)?\s?{_RANGE}\s?(?:万\s?)?{_ANY_UNIT}?"
        rf"级?{_ABOUT}(?![0-9])"
    ),
    # Features by the word after: 0.05-0.1厚, 3米长, 1-6个厚
    rf"{_ALONE}{_RANGE}\s?(?:{_LENGTH}|个)?\s?(?:左右)?厚(?!街)",
    rf"{_ALONE}{_RANGE}\s?{_LENGTH}\s?{_LENGTH_WORDS}",
    # Pack sizes: 500g袋装, 200kg桶, 20克/袋, 30公斤一袋, 500g*20袋/箱, 24瓶/箱; of 200升铁桶500只 only 200升
    rf"{_ALONE}{_RANGE}\s?{_PACK_MASS}(?={_DRUM}\s?{NUMBER}\s?[只个条套])",
    rf"{_ALONE}{_RANGE}\s?{_PACK_MASS}{_ABOUT}\s?[/每一]?\s?(?!{_DRUM}\s?{NUMBER}\s?[只个条套]){_PACK}装?(?![a-z])",
    rf"{_ALONE}{_RANGE}\s?{_PACK_MASS}\s?[*×x]\s?{_N}\s?(?:{_PACK})?(?:\s?[/每一]\s?{_OUTER})?",
    rf"{_ALONE}{_RANGE}\s?{_PACK}\s?[/每]\s?{_OUTER}",
    rf"(?<=包装){_RANGE}\s?{_PACK_MASS}",
    # Throughput of a machine and the class of one: 5吨/小时, 60吨级, 10吨行车
    rf"{_ALONE}{_RANGE}\s?(?:吨|公斤|立方米|立方|方|升|米|t|kg|m3|l|m)\s?[/每](?:小时|分钟|秒|时|分|h|min|s)(?![a-z])",
    (
        rf"{_ALONE}{_RANGE}\s?(?:吨|t|公斤|千瓦|kw|马力)(?:级|位|包|袋|桶"
        rf"|(?=(?:(?![用由给装配])[\u4e00-\u9fff]){{0,4}}?{_MACHINE}))"
    ),
    rf"{_MACHINE}\s?[:,]?\s?(?P<spec>{_RANGE}\s?(?:吨|t)(?![a-z0-9/]|\s?[/每一]|\s?以[上内下]/))",
    # Signs: ±0.01, 99.9%, -18℃, λ/4
    rf"λ\s?/\s?[0-9]{{1,3}}|±\s?{_N}\s?(?:{_ANY_UNIT})?|[<>≤≥]=?(?!\s?{NUMBER}\s?{COUNTED})\s?{_N}\s?(?:{_ANY_UNIT})?",
    rf"{_ALONE}{_RANGE}\s?[%‰]",
    rf"(?<![0-9])(?:-|零下)\s?{_N}(?:\s?[~至到]\s?-?\s?{_N})?\s?(?:℃|°c|°|度)",
    # Ratings: 1200V, 300A, 50Hz, 24芯, 8.8级
    rf"(?:{_ALONE}|(?<=[0-9]v)){_RANGE}\s?{_ELECTRIC}",
)
_BARE: Final = re.compile(
    r"(?<![a-z0-9.:/#~*×+\-年月付款电话机邮编号第])(?<![0-9],)(?!20[23][0-9](?!铝|-t))[0-9]{3,4}(?:/[0-9]{3,4}){0,4}"
    rf"(?![0-9a-z.~*×+\-/年月日天号点分秒小届期多余来几万千百十亿%家人次位岁户名胶型第]|,[0-9]|\s?{UNIT})"
)
_SPECS: Final = tuple(re.compile(pattern) for pattern in _PATTERNS)


def pattern_specs(folded: str) -> list[tuple[int, int]]:
    """Return the stretches that a pattern alone shows to be specifications, in order and apart; unit-less ones not."""
    return _apart(_trimmed(match) for pattern in _SPECS for match in pattern.finditer(folded))


def bare_specs(folded: str) -> list[tuple[int, int]]:
    """Return numbers of three or four digits that stand without a unit, as grades do: 304, 6061, 3003/8011."""
    return [match.span() for match in _BARE.finditer(folded)]


def _trimmed(match: re.Match[str]) -> tuple[int, int]:
    group = "spec" if "spec" in match.re.groupindex else 0
    start, found = match.start(group), match.group(group)
    return start + len(found) - len(found.lstrip()), start + len(found.rstrip())


def _apart(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Keep the first to start, the longest of those, and drop what overlaps it."""
    kept: list[tuple[int, int]] = []
    for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        if not kept or start >= kept[-1][1]:
            kept.append((start, end))
    return kept
