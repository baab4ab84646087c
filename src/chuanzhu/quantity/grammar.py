"""How an amount is written: 约20~25吨/月, 不少于三十台, 30吨每月以上, 一吨半; and what the parts mean together.

All patterns expect text folded by :func:`chuanzhu.text.fold`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from chuanzhu.model import Quantity
from chuanzhu.quantity.numerals import NUMBER, Number, read_number, scales
from chuanzhu.quantity.units import PERIOD_NAMES, SYMBOLS, UNITS

if TYPE_CHECKING:
    from collections.abc import Iterable

_ABOUT: Final = r"大约|大概|差不多|估计|将近|接近|约|近|上(?=[百千万])"
_AT_LEAST: Final = r"≥|>=|>|不少于|不低于|不小于|至少|最少|起订量?:?|(?<!不)大于|(?<!不)超过"
_AT_MOST: Final = r"≤|<=|<|不超过|不多于|不大于|不高于|最多|最大|(?<!不)少于|(?<!不)小于"
_BOUND: Final = rf"(?:{_AT_LEAST}|{_AT_MOST})"
_AFTER: Final = r"(?:左右|上下|以上|及以上|以内|之内|以下|起订|起|不等)"

# What may not follow a word for it to be a unit: 度假, 片区, 件套, 升级 are words of their own.
_NOT_BEFORE: Final = {
    "个": "月季小工厚百性体核点",
    "台": "面阶账湾州山区县班",
    "条": "件款龙",
    "片": "区面罐",
    "块": "状头",
    "把": "手握关",
    "张": "家力",
    "单": "位价独项片",
    "批": "次发量",
    "支": "持付架撑部援",
    "架": "空式子构",
    "本": "地市省科身年月周厂公次",
    "对": "接应外比于",
    "双": "面层向头色轴相极",
    "副": "产主厂",
    "付": "款清现",
    "只": "松",
    "根": "据本",
    "卷": "材板闸帘",
    "盘": "点锯式",
    "包": "装邮括含布",
    "箱": "变梁板体",
    "间": "隔距接",
    "座": "椅谈机车电观巡商越轿客",
    "组": "件合装成份分",
    "项": "目",
    "面": "积向料板粉议",
    "头": "部组秤绣灌封",
    "节": "能约水点气",
    "路": "由灯基径面口",
    "车": "间床道轮身载用规企型架灯桥辆铣灯加厂",
    "份": "额",
    "件": "套",
    "吊": "车机装具",
    "匹": "配空变柜挂冷",
    "罐": "车装体",
    "桶": "装",
    "听": "证",
    "令": "牌",
    "升": "级降压",
    "克": "隆服拉",
    "斤": "顶",
    "米": "色粉饭线面制糠直",
    "方": "案式向便法面形钢管米通矩程圆头",
    "瓦": "楞片斯",
    "寸": "草",
    "码": "头垛盘率",
    "尺": "寸",
    "度": "假过量",
    "元": "素件器",
    "吨": "位级桶包袋",
    "平方": "根毫",
    "两": "用种类",
    "扇": "区叶",
    "树": "脂",
}

# 吨水 is a unit of price (按吨水计价), 吨水泥 an amount of cement.
_WASTE_WATER: Final = "水(?![泥性溶果产])"


def _unit_pattern(spellings: Iterable[str]) -> str:
    words = []
    for spelling in sorted(spellings, key=lambda word: (-len(word), word)):
        barred = _NOT_BEFORE.get(spelling, "") + "式型"
        guard = "(?![a-z0-9])" if spelling.isascii() else f"(?![{barred}]|{_WASTE_WATER})"
        words.append(re.escape(spelling) + guard)
    return "(?:" + "|".join(words) + ")"


UNIT: Final = _unit_pattern(SYMBOLS)
COUNTED: Final = _unit_pattern(
    spelling for spelling, symbol in SYMBOLS.items() if UNITS[symbol].dimension == "count" or symbol == "t"
)
_PERIOD: Final = "(?:" + "|".join(sorted(PERIOD_NAMES, key=lambda name: (-len(name), name))) + ")"
_PER: Final = rf"(?:/|每一?|一(?!季))\s?个?(?P<per>{_PERIOD})(?!内|之内|以内|前|后|期|限|初|底|级|份|[a-z0-9])"

AMOUNT: Final = (
    rf"(?:(?P<about>{_ABOUT})\s?)?(?:(?P<bound>{_BOUND})\s?)?(?:(?:{_ABOUT})\s?)?(?P<low>{NUMBER})(?P<plus>\+)?"
    rf"(?:\s?(?P<unit_low>{UNIT})?\s?[~\-至到]\s?(?P<high>{NUMBER}))?"
)
TAIL: Final = (
    rf"(?P<half>半(?![年月天个]))?(?P<vague>[多余来](?![年月自]))?(?P<after>{_AFTER})?"
    rf"(?:\s?{_PER}\s?(?P<last>{_AFTER})?)?"
)

_IS_AT_LEAST: Final = re.compile(rf"{_AT_LEAST}|以上|及以上|起订|起")
_IS_AT_MOST: Final = re.compile(rf"{_AT_MOST}|以内|之内|以下")
_IS_ABOUT: Final = re.compile(r"左右|上下|不等")


def build(match: re.Match[str], *, per: str = "") -> Quantity | None:
    """Put the parts of a match of ``AMOUNT`` and ``TAIL`` together; None where its characters form no number.

    ``per`` is the period that the surroundings state, used where the match has none of its own.
    """
    number = _number(match)
    if number is None:
        return None
    hints = " ".join(filter(None, (match["bound"], match["after"], match["last"])))
    unit = match["unit"] or ""
    amount, maximum, approximate = number
    if match["half"]:
        amount += 0.5
    at_most = _IS_AT_MOST.search(hints) is not None and maximum is None
    return Quantity(
        amount=0.0 if at_most else amount,
        unit=SYMBOLS.get(unit, unit),
        per=PERIOD_NAMES[match["per"]] if match["per"] else per,
        maximum=amount if at_most else maximum,
        approximate=approximate or bool(match["about"] or match["vague"]) or _IS_ABOUT.search(hints) is not None,
        at_least=not at_most and (bool(match["plus"]) or _IS_AT_LEAST.search(hints) is not None),
    )


def _number(match: re.Match[str]) -> Number | None:
    low, high = read_number(match["low"]), read_number(match["high"]) if match["high"] else None
    if low is None or not match["high"]:
        return low
    if high is None:
        return None
    scale = 1.0 if match["unit_low"] or scales(match["low"]) else _shared_scale(low, high, match["high"])
    if high.amount < low.amount * scale:
        return None
    return Number(low.amount * scale, high.maximum or high.amount, low.approximate or high.approximate)


def _shared_scale(low: Number, high: Number, token: str) -> float:
    """In 2~3万只 the 万 belongs to both numbers; in 8000~1万只 it does not."""
    return next((scale for scale in scales(token) if low.amount * scale < high.amount), 1.0)
