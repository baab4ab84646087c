"""Amounts in free text, each judged by its surroundings: wanted or offered, a feature of a thing, or neither."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from chuanzhu.model import Quantity
from chuanzhu.quantity.grammar import AMOUNT, TAIL, UNIT, build
from chuanzhu.quantity.numerals import NUMBER, read_number
from chuanzhu.quantity.units import PERIOD_NAMES, SYMBOLS, UNITS

if TYPE_CHECKING:
    from collections.abc import Iterator

_AMOUNT: Final = re.compile(rf"{AMOUNT}\s?(?P<unit>{UNIT}){TAIL}")
_BREAK: Final = re.compile(r"[,。;!?\n]")
_REACH: Final = 40

_PERIOD: Final = "|".join(sorted(PERIOD_NAMES, key=lambda name: (-len(name), name)))
_ACT: Final = (
    r"(?:需求量?|需要?|总?用量|用|消耗量?|采购量?|产能|产量|产|供应量?|供货量?|供|销量|处理量?|处理|发货量?|均|要|出货"
    r"|出)"
)
_RATE: Final = re.compile(
    rf"(?<!质保)(?<!保修)(?<!工期)(?:(?:每一?个?|一个|(?<!第)一(?!季|月[份交到发供]))(?P<every>{_PERIOD})(?![内前后期限级以之份初底])"
    rf"|(?<![0-9个一二两三四五六七八九十几半今明去当本上下前后])(?P<plain>日|周|月|季度?|年)(?:{_ACT}|$|(?=大?[约概])))"
)
_RATE_REACH: Final = 16
_COUNT_REACH: Final = 12
_COUNT_ENDS: Final = frozenset("台套辆只件个架座条的")
_MONEY: Final = re.compile(
    rf"(?:预算|费|投资|资金|造价|总价|货款|贷款|融资|授信|花)[^,。;!?\n]{{0,8}}?(?P<low>(?:{NUMBER}|[0-9.]{{1,8}}(?=w))w?)"
    r"(?<=[万亿w])(?:左右|上下|以内|以上)?(?![元只台套件个条吨])"
)
_PRICE: Final = re.compile(
    r"(?:单价|价格|报价|限价|到厂价|均价|运费|定金|押金|保证金|每[吨斤个只件台套米方箱]|成本)[^,。;!?0-9]{0,4}$"
)
_COMPUTING: Final = re.compile(r"算力|智算|超算|服务器|gpu")
_DEMANDED: Final = re.compile(
    r"(?:需求?量?|要|用量?|采购量?|数量|共计?|总[共计长]|每[天日周月年]|来|买)[:是为约共]{0,2}\s?$"
)
# A length like these is a size (1.8米的床, a cable of 2.5平方), unless the words ask for so much of it.
_SIZE_BELOW: Final = 20.0
_CABLE_SECTION_UP_TO: Final = 630.0
_CABLE: Final = re.compile(r"[线缆芯]")
_WEAK_AFTER_ONE: Final = frozenset("个批单块头面路车把支组项节份包方米对本间升码")
_WEAK_AFTER_FEW: Final = frozenset("方面头项节度单批元")
_ONE_DIGIT: Final = re.compile("[一二两三四五六七八九]")
_NOT_A_COUNT_BEFORE: Final = frozenset("第分每-/±")
_DISTANCE: Final = re.compile(r"(?:周边|方圆|半径|附近|距|距离|相距|运距|车程|范围)[\u4e00-\u9fff]{0,2}$")
_DISTANCE_AFTER: Final = re.compile(r"之?内|范围|开?外|远|半径")
_PLANT: Final = re.compile(r"光伏|风电|储能|组件|装机|充电|发电|逆变")
_ELECTRICITY: Final = re.compile(r"电|储能|能耗")
_COUNTED: Final = rf"{NUMBER}(?:台套?|套|辆|只|件|个|架|座|条)(?![面阶账月季])"
_COUNT_AFTER: Final = re.compile(rf"[\u4e00-\u9fffa-z]{{1,16}}?{_COUNTED}")
_COUNT_BEFORE: Final = re.compile(rf"{_COUNTED}的?$")
_JOINED: Final = re.compile(r"[和及与、]|还有|以及")
_NOUN: Final = re.compile(r"[\u4e00-\u9fff]")
_ONLY_LETTERS: Final = re.compile(r"(?:^|[^a-z0-9])[a-z]{2,8}$")
_DESCRIBED: Final = frozenset({"mm", "cm", "inch", "cun", "mg", "mL"})
_RATED: Final = frozenset({"kW", "W", "hp", "kVA", "MVA"})
_OFTEN_COUNTED: Final = frozenset({"台", "套", "辆", "只", "件", "t"})
_SIZED: Final = frozenset({"length", "area", "volume", "power", "energy", "apparent power"})


class Candidate(NamedTuple):
    """A stretch of a text with an amount; ``quantity`` is None where the amount describes a thing."""

    start: int
    end: int
    quantity: Quantity | None


class _Place(NamedTuple):
    """A match with its clause: what stands before and after, and the unit as it was written."""

    match: re.Match[str]
    before: str
    after: str
    written: str

    @property
    def unit(self) -> str:
        return SYMBOLS[self.match["unit"]]


def amounts(text: str, folded: str, *, taken: set[int]) -> Iterator[Candidate]:
    """Yield the amounts of a text outside the positions ``taken``, in order, apart from each other."""
    money = [found for found in _money(folded) if taken.isdisjoint(range(found.start, found.end))]
    claimed = taken.union(*(range(found.start, found.end) for found in money))
    yield from money
    for match in _AMOUNT.finditer(folded):
        if not claimed.isdisjoint(range(*match.span())):
            continue
        before, after = sides(folded, *match.span())
        place = _Place(match, before, after, text[match.start("unit") : match.end("unit")])
        if _is_none(place):
            continue
        found = Candidate(*match.span(), None) if _is_feature(place) else _quantity(place)
        if found is not None:
            yield found


def sides(folded: str, start: int, end: int) -> tuple[str, str]:
    """Return what stands before and after a stretch in its clause, at most 40 characters of each."""
    before = _BREAK.split(folded[max(0, start - _REACH) : start])[-1]
    after = _BREAK.split(folded[end : end + _REACH], maxsplit=1)[0]
    return before, after


def _quantity(place: _Place) -> Candidate | None:
    cue = None if place.match["per"] else _rate_cue(place.before)
    quantity = build(place.match, per=PERIOD_NAMES[cue["every"] or cue["plain"]] if cue else "")
    if quantity is None:
        return None
    start = place.match.start()
    if cue and not place.before[cue.end() :].strip(" :为约"):
        start -= len(place.before) - cue.start()
    return Candidate(start, place.match.end(), quantity)


def _rate_cue(before: str) -> re.Match[str] | None:
    """Return the last 每月, 月需, 一年 … of a clause that reaches the amount after it."""
    cues = list(_RATE.finditer(before))
    return cues[-1] if cues and len(before) - cues[-1].end() <= _RATE_REACH else None


def _money(folded: str) -> Iterator[Candidate]:
    for match in _MONEY.finditer(folded):
        written = match["low"]
        number = read_number(written)
        if number is not None:
            amount, maximum, approximate = number
            quantity = Quantity(
                amount, "CNY", maximum=maximum, approximate=approximate or match.group().endswith("左右")
            )
            yield Candidate(match.start("low"), match.end(), quantity)


def _is_none(place: _Place) -> bool:
    """Tell amounts that are neither wanted nor features: 一个…, 分两批, 5G, 200公里内, 第3台."""
    low, unit = place.match["low"], place.match["unit"]
    previous = place.before[-1:]
    if place.written in {"G", "M"} or previous in _NOT_A_COUNT_BEFORE or (previous.isdigit() and low[0].isdigit()):
        return True
    if _ONE_DIGIT.fullmatch(low) and not place.match["high"]:
        return unit in (_WEAK_AFTER_ONE if low == "一" else _WEAK_AFTER_FEW)
    if previous.isascii() and previous.isalpha() and low[0].isdigit():
        return place.unit not in _OFTEN_COUNTED or _ONLY_LETTERS.search(place.before) is None
    is_scale_alone = low in {"百", "千", "万", "亿", "十"} and not place.match["about"]
    return is_scale_alone or _is_of_another_trade(place)


def _is_of_another_trade(place: _Place) -> bool:
    """Tell units that mean something else here: 3P and 1080P away from computing, 单价3块, 200公里内."""
    if place.match["unit"] == "p":
        return _COMPUTING.search(place.before + place.after) is None
    if place.match["unit"] == "块":
        return _PRICE.search(place.before) is not None
    return UNITS[place.unit].dimension == "length" and bool(
        _DISTANCE.search(place.before)
        or (place.unit == "km" and (_DISTANCE_AFTER.match(place.after) or place.match["after"] == "以内"))
    )


def _is_feature(place: _Place) -> bool:
    unit = place.unit
    if unit in _DESCRIBED:
        return True
    if unit in _RATED and not _PLANT.search(place.before + place.after):
        return True
    if place.match["unit"] == "度" and not _is_energy(place):
        return True
    if UNITS[unit].dimension == "mass":
        return _follows_count(place.before)
    if _is_size(place):
        return True
    return UNITS[unit].dimension in _SIZED and not place.match["per"] and _is_of_counted(place)


def _is_size(place: _Place) -> bool:
    """Tell lengths that say how big a thing is: 1.8米的床; and cross-sections of cables: 电缆 2.5平方 300米."""
    number = read_number(place.match["low"])
    if number is None or place.match["per"] or place.match["high"]:
        return False
    if place.match["unit"] == "平方" and number.amount <= _CABLE_SECTION_UP_TO:
        return _CABLE.search(place.before + place.after) is not None
    if place.unit != "m" or number.amount >= _SIZE_BELOW:
        return False
    if place.after.startswith("的") or (number.amount % 1 and _NOUN.match(place.after)):
        return True
    return _DEMANDED.search(place.before) is None


def _is_energy(place: _Place) -> bool:
    return bool(_ELECTRICITY.search(place.before + place.after)) or place.match["low"].endswith("万")


def _is_of_counted(place: _Place) -> bool:
    """Tell 18米 in 2台18米曲臂车 and 215度 in 215度一体柜先装4台: a size right before the thing that is counted."""
    if not _NOUN.match(place.after) or _JOINED.match(place.after):
        return False
    if _follows_count(place.before):
        return True
    counted = _COUNT_AFTER.match(place.after)
    return counted is not None and _JOINED.search(counted.group()) is None


def _follows_count(before: str) -> bool:
    return before[-1:] in _COUNT_ENDS and _COUNT_BEFORE.search(before[-_COUNT_REACH:]) is not None
