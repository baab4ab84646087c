"""Units and periods of the trade, and arithmetic between them.

A counting word (台, 套, 件 …) is a unit of its own: nobody can say how many 件 make a 套. Only 打 (twelve 个) and the
words for pairs convert. A word of one or two Chinese characters that is not listed (榀, 标箱) is a counting word as
well. Mass, length, area, volume, power, energy and money convert inside their dimension. Factors are those of the
Chinese statutory units (GB 3100-93); 亩, 斤, 两, 尺 and 寸 are the market system of 1959.
"""

from __future__ import annotations

import functools
import re
from dataclasses import replace
from decimal import Decimal
from typing import Final, NamedTuple

from chuanzhu.model import ChuanzhuError, Quantity


class QuantityError(ChuanzhuError):
    """A quantity that cannot be read or used; the text names the value and the cure."""


class UnitMismatch(QuantityError):  # noqa: N818 (a public name that the brief of the library settles)
    """Two units that do not convert into each other."""


class Unit(NamedTuple):
    """A unit: its dimension, how many of ``base`` it holds, and its Chinese names, the usual one first.

    Two units convert exactly when they share ``base``.
    """

    dimension: str
    factor: float
    names: tuple[str, ...]
    base: str


class Period(NamedTuple):
    """A period of a rate: its length in days, in months where it is made of whole months, and its Chinese names."""

    days: float
    months: int
    names: tuple[str, ...]


_MEASURED: Final = {
    "mass": {
        "t": (1000.0, "吨 t 公吨 ton tons tonne tonnes"),
        "kg": (1.0, "公斤 千克 kg ㎏ kgs"),
        "jin": (0.5, "斤 市斤"),
        "liang": (0.05, "市两"),
        "g": (0.001, "克 g"),
        "ct": (0.0002, "克拉 ct"),
        "mg": (0.000001, "毫克 mg ㎎"),
    },
    "length": {
        "m": (1.0, "米 m 延米 延长米 meter meters metre metres"),
        "km": (1000.0, "公里 千米 km ㎞"),
        "cm": (0.01, "厘米 公分 cm ㎝"),
        "mm": (0.001, "毫米 mm ㎜"),
        "chi": (1 / 3, "尺 市尺"),
        "cun": (1 / 30, "寸 市寸"),
        "inch": (0.0254, "英寸 吋"),
        "yard": (0.9144, "码"),
    },
    "area": {
        "m2": (1.0, "平方米 平米 平方 ㎡ m2"),
        "mu": (2000 / 3, "亩"),
        "ha": (10000.0, "公顷"),
        "km2": (1000000.0, "平方公里 km2"),
    },
    "volume": {
        "m3": (1.0, "立方米 立方 方 m3 ㎥"),
        "L": (0.001, "升 公升 l"),
        "mL": (0.000001, "毫升 ml"),
    },
    "power": {
        "kW": (1.0, "千瓦 kw"),
        "W": (0.001, "瓦 瓦特 w"),
        "MW": (1000.0, "兆瓦 mw"),
        "GW": (1000000.0, "吉瓦 gw"),
        "hp": (0.73549875, "马力 匹马力"),
    },
    "apparent power": {"kVA": (1.0, "千伏安 kva"), "MVA": (1000.0, "兆伏安 mva")},
    "energy": {
        "kWh": (1.0, "千瓦时 度 度电 kwh"),
        "MWh": (1000.0, "兆瓦时 mwh"),
        "GWh": (1000000.0, "吉瓦时 gwh"),
    },
    "computing power": {"P": (1.0, "P PFLOPS P算力"), "EFLOPS": (1000.0, "EFLOPS")},
    "money": {"CNY": (1.0, "元 元人民币 块钱 rmb")},
}
# Words that name the same counting unit stand together, the usual one first.
_COUNTING: Final = (
    "台 台套 unit units",
    "套 set sets",
    "个 pc pcs piece pieces",
    "卷 roll rolls",
    "箱 carton cartons ctn ctns",
    "袋 bag bags",
    *"件只条根片块把支辆架张本盘桶瓶盒批单颗粒枚樽樘",
    *"间栋座艘组包份罐听棵株头匹幅扇节吊令车路项面杯筒",
)


def _units() -> dict[str, Unit]:
    units = {"": Unit("", 1.0, ("",), "")}
    for kind, members in _MEASURED.items():
        base = next(symbol for symbol, (factor, _) in members.items() if factor == 1)
        for symbol, (factor, names) in members.items():
            units[symbol] = Unit(kind, factor, tuple(names.split()), base)
    for words in _COUNTING:
        same = tuple(words.split())
        units[same[0]] = Unit("count", 1.0, same, same[0])
    units["打"] = Unit("count", 12.0, ("打",), "个")
    units["双"] = Unit("count", 1.0, ("双", "对", "pair", "pairs"), "双")
    units["副"] = Unit("count", 1.0, ("副", "付"), "双")
    return units


UNITS: Final[dict[str, Unit]] = _units()
"""Symbol to (dimension, factor, Chinese names, base). The empty symbol is an amount whose unit is not stated."""

SYMBOLS: Final[dict[str, str]] = {
    spelling.lower(): symbol for symbol, unit in UNITS.items() for spelling in (*unit.names, symbol) if spelling
}
"""Every spelling of a unit, in lower case, to its symbol."""

PERIODS: Final[dict[str, Period]] = {
    "day": Period(1, 0, ("天", "日")),
    "week": Period(7, 0, ("周", "星期", "礼拜")),
    "month": Period(30, 1, ("月", "个月")),
    "quarter": Period(90, 3, ("季度", "季")),
    "year": Period(365, 12, ("年",)),
}
"""Periods of a rate. A month has 30 days, a quarter 90, a year 365; months, quarters and years convert by 12 and 4,
so that 1,000 a month is exactly 12,000 a year."""

PERIOD_NAMES: Final[dict[str, str]] = {name: symbol for symbol, period in PERIODS.items() for name in period.names}


# Characters of notes and dates, which make no counting word: 20左右, 12月, 3级, 100面议.
_NOTE: Final = (
    "年月日天周季时分秒号级楼折期届岁第左右上下以内外起多余来约每半议不限无有必选填写参考估预计大概暂定现货按和或及价税倍成"
    "单位数量吨克米升斤瓦元一二三四五六七八九十百千万亿零两几负"
)
UNLISTED: Final = rf"(?:(?![{_NOTE}])[\u4e00-\u9fff]){{1,2}}"
"""A pattern for counting words that are not in ``UNITS``: 榀, 标箱."""
_UNLISTED: Final = re.compile(UNLISTED)

# Words that count single things. Lists use them at will, so that one 只 is taken for one 个 where amounts are compared.
_SINGLE: Final = frozenset("个只件根支枚颗粒台套条块片把张辆架面座艘栋棵株头匹幅扇樽樘")


def dimension(unit: str) -> str:
    """Return the dimension of a unit symbol: mass, count, length, area, volume, power, energy, money; "" for no unit.

    Raises QuantityError for a symbol that is neither in ``UNITS`` nor a counting word of one or two Chinese characters.

    >>> dimension("t"), dimension("台")
    ('mass', 'count')
    """
    return _unit(unit).dimension


def _unit(symbol: str) -> Unit:
    if symbol in UNITS:
        return UNITS[symbol]
    if _UNLISTED.fullmatch(symbol):
        return Unit("count", 1.0, (symbol,), symbol)
    raise QuantityError(f"没有“{symbol}”这个单位。请用 吨、公斤、台、件、米、平方米、立方米 等常用单位。")


def _period(symbol: str) -> Period:
    try:
        return PERIODS[symbol]
    except KeyError:
        raise QuantityError(f"没有“{symbol}”这个周期。请用 天、周、月、季度、年。") from None


def _periods_in(wide: str, narrow: str) -> float:
    """Return how many ``narrow`` periods make one ``wide``; whole months are counted, everything else goes by days."""
    one, other = _period(wide), _period(narrow)
    if one.months and other.months:
        return one.months / other.months
    return one.days / other.days


def convert(quantity: Quantity, *, unit: str, per: str = "") -> Quantity:
    """Express a quantity in another unit of its dimension, a rate in another period.

    ``per`` is empty for an amount and a period of ``PERIODS`` for a rate; an amount never becomes a rate. Raises
    UnitMismatch where the two do not convert, QuantityError for an unknown unit or period.

    >>> convert(Quantity(2, "t", per="month"), unit="kg", per="year")
    Quantity(amount=24000.0, unit='kg', per='year', maximum=None, approximate=False, at_least=False)
    """
    have, want = _unit(quantity.unit), _unit(unit)
    if have.base != want.base:
        raise UnitMismatch(f"“{have.names[0]}”和“{want.names[0]}”不能换算。请把两边写成同一种单位。")
    if bool(quantity.per) != bool(per):
        words = _unit_words(unit, per)
        raise UnitMismatch(f"“{describe(quantity)}”不能换算成“{words}”：一边是总量，一边是每段时间的量。请写明周期。")
    factor = have.factor / want.factor * (_periods_in(per, quantity.per) if per else 1.0)
    maximum = None if quantity.maximum is None else quantity.maximum * factor
    return replace(quantity, amount=quantity.amount * factor, maximum=maximum, unit=unit, per=per)


@functools.lru_cache(maxsize=65536)
def cover(offered: Quantity, needed: Quantity) -> float | None:
    """Return the share of the need that the offer fills, 0 or more; None where the two cannot be compared.

    Two rates are compared over the same period. A need without a period against a capacity per period is compared
    with the capacity of one period; a stock without a period says nothing about a recurring need. Of a range the
    lower end counts on both sides, of an upper bound the bound. Words for single things (个, 只, 件, 台 …) are compared
    one for one, and so is a number without a unit with a counted one; ``is_rough`` tells. Containers (箱, 袋, 桶 …) and
    pairs are not.

    >>> cover(Quantity(15, "t", per="month"), Quantity(360, "t", per="year"))
    0.5
    """
    if needed.per and not offered.per:
        return None
    flat = offered if needed.per else replace(offered, per="")
    try:
        factor = _one_for_one(offered.unit, needed.unit)
        same = convert(_times(flat, factor, unit=needed.unit) if factor else flat, unit=needed.unit, per=needed.per)
    except QuantityError:
        return None
    if unit_missing(offered) and unit_missing(needed):
        return None
    wanted = firm_amount(needed)
    return firm_amount(same) / wanted if wanted > 0 else None


@functools.lru_cache(maxsize=65536)
def is_rough(offered: Quantity, needed: Quantity) -> bool:
    """Tell whether ``cover`` takes one for one what the two sides count in different words, or one of them in none.

    >>> is_rough(Quantity(500, "只"), Quantity(300, "个")), is_rough(Quantity(500, "只"), Quantity(300, "只"))
    (True, False)
    """
    return cover(offered, needed) is not None and bool(_one_for_one(offered.unit, needed.unit))


def unit_missing(quantity: Quantity) -> bool:
    """Tell whether a quantity is a number alone, so that its unit must be asked."""
    return not quantity.unit


def _one_for_one(offered: str, needed: str) -> float | None:
    """Return how many ``needed`` one ``offered`` is taken for; None where the two convert or have nothing in common."""
    have, want = _unit(offered), _unit(needed)
    if have.base == want.base:
        return None
    if {have.base, want.base} <= _SINGLE or {have.dimension, want.dimension} == {"", "count"}:
        return have.factor / want.factor
    return None


def _times(quantity: Quantity, factor: float, *, unit: str) -> Quantity:
    maximum = None if quantity.maximum is None else quantity.maximum * factor
    return replace(quantity, amount=quantity.amount * factor, maximum=maximum, unit=unit)


def firm_amount(quantity: Quantity) -> float:
    """Return what is sure of a quantity: the lower end of a range, the bound where only an upper one is stated.

    >>> firm_amount(Quantity(20, "t", maximum=25)), firm_amount(Quantity(0, "t", maximum=25))
    (20, 25)
    """
    return quantity.amount or quantity.maximum or 0.0


@functools.lru_cache(maxsize=65536)
def describe(quantity: Quantity) -> str:
    """Write a quantity for people; :func:`chuanzhu.quantity.parse_quantity` reads it back unchanged.

    >>> describe(Quantity(20, "t", per="month", maximum=25)), describe(Quantity(30, "t", per="month", at_least=True))
    ('20–25 吨/月', '30 吨/月以上')
    """
    upper_only = quantity.amount == 0 and quantity.maximum is not None
    amount = "" if upper_only else _plain(quantity.amount)
    if quantity.maximum is not None:
        amount += ("" if upper_only else "–") + _plain(quantity.maximum)
    about = "约 " if quantity.approximate else ""
    bound = "不超过 " if upper_only else ""
    words = _unit_words(quantity.unit, quantity.per)
    gap = "" if words.startswith("/") else " "
    return f"{about}{bound}{amount}{gap}{words}".rstrip() + ("以上" if quantity.at_least else "")


def _unit_words(unit: str, per: str) -> str:
    return _unit(unit).names[0] + (f"/{_period(per).names[0]}" if per else "")


def _plain(amount: float) -> str:
    if amount == int(amount):
        return f"{int(amount):,}"
    return f"{Decimal(repr(amount)):,f}"
