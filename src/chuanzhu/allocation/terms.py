"""What the two lists say about sharing out: least orders, sizes of enterprises, how many suppliers, for whom alone."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from chuanzhu.allocation.problem import AllocationError
from chuanzhu.model import Quantity
from chuanzhu.quantity import QuantityError, cover, dimension, is_rough, parse_quantity
from chuanzhu.taxonomy.regions import nearness
from chuanzhu.text import squeeze

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from chuanzhu.model import Demand, Match, Need, Supply

LOT_COLUMNS: Final = ("起订量", "最小起订量", "最低起订量", "起批量", "MOQ")
SIZE_COLUMNS: Final = ("企业规模", "规模", "划型", "企业类型")
COUNT_COLUMNS: Final = ("最多供应商", "供应商家数", "供应商上限", "最多几家")
EXCLUSIVE_COLUMNS: Final = ("独家", "是否独家", "独家供应")
_SMALL: Final = re.compile("小型|微型|小微|小企业|微企业|^[小微]$")
_SIZE: Final = re.compile(rf"{_SMALL.pattern}|大型|中型|大企业|^[大中]$")
_YES: Final = frozenset({"是", "独家", "要", "√", "yes", "y", "true", "1"})
_NO: Final = frozenset({"否", "不", "不是", "不要", "非独家", "×", "no", "n", "false", "0"})
_COUNT: Final = re.compile(r"(?:最多|不超过)?([1-9][0-9]{0,3}|[一二两三四五六七八九十])[家个]?(?:以内|以下)?")
_NUMERALS: Final = {numeral: number for number, numeral in enumerate("一二三四五六七八九十", start=1)} | {"两": 2}
_ANY_NUMBER: Final = frozenset({"不限", "不限制", "无限制", "不限家数", "0"})
_UNSTATED: Final = re.compile(r"[\-/\\—~.]*|无|暂无|未知|不详|待定|未定|n/?a|none|null")


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """Rules for all demands of a list; what a demand's own column says wins.

    ``most_suppliers`` is how many enterprises may share a demand, 0 for any number. ``reserved`` is the share of all
    demands, by their number, that only small and micro enterprises may fill (China's public procurement sets aside 30 %
    of a budget and more for small and medium ones, 40 % for works: 财库〔2020〕46号, 财库〔2022〕19号).
    ``near_bonus`` is added to the fit (0 to 1) of a supplier in the wished province, city and county.
    """

    most_suppliers: int = 0
    reserved: float = 0.0
    near_bonus: tuple[float, float, float] = (0.02, 0.04, 0.06)


def stated(extra: tuple[tuple[str, str], ...], columns: tuple[str, ...]) -> str:
    """Return what stands in the first of these columns that a record carries along."""
    cells = dict(extra)
    return next((cells[name].strip() for name in columns if cells.get(name, "").strip()), "")


def is_small(supply: Supply) -> bool:
    """Tell whether a list calls the enterprise small or micro."""
    return bool(_SMALL.search(stated(supply.extra, SIZE_COLUMNS)))


def is_exclusive(demand: Demand) -> bool:
    """Tell whether the buyer wants a supplier for itself alone."""
    return squeeze(stated(demand.extra, EXCLUSIVE_COLUMNS)).lower() in _YES


def most_suppliers(demand: Demand, terms: Terms) -> int:
    """Return how many enterprises may share a demand, 0 for any number."""
    count = _count(squeeze(stated(demand.extra, COUNT_COLUMNS)))
    return terms.most_suppliers if count is None else count


def _count(cell: str) -> int | None:
    """Return how many suppliers a cell allows, 0 for any number; None where it cannot be read."""
    if cell in _ANY_NUMBER:
        return 0
    match = _COUNT.fullmatch(cell)
    return (_NUMERALS.get(match[1]) or int(match[1])) if match else None


def least_order(supply: Supply) -> Quantity | None:
    """Return the least order that a supply takes; None where it says none, or nothing that can be read."""
    try:
        lot = parse_quantity(stated(supply.extra, LOT_COLUMNS))
    except QuantityError:
        return None
    return lot and Quantity(amount_of(lot), lot.unit or _unit_of(supply))


def _unit_of(supply: Supply) -> str:
    return supply.capacity.unit if supply.capacity else ""


def amount_of(quantity: Quantity) -> float:
    """Return the amount that is certain: the lower end of a range, the bound of an upper bound."""
    return quantity.amount or quantity.maximum or 0.0


def fit_of(match: Match, terms: Terms) -> float:
    """Return what meeting the whole demand is worth: the score over 100, and a bonus for being near."""
    near = max((nearness(match.supply.region, code) for code in match.need.region.codes), default=0)
    return max(0.0, match.score / 100) + (0.0, *terms.near_bonus)[near]


def cover_of(need: Need, supply: Supply) -> float | None:
    """Return the share of the need that the whole capacity fills; None where units do not convert or are missing.

    Other than for a score, words for single things (个, 只, 台 …) are not taken for one another: what is promised to a
    buyer is never mixed.
    """
    if supply.capacity is None or need.quantity is None or is_rough(supply.capacity, need.quantity):
        return None
    return cover(supply.capacity, need.quantity)


def lot_share(need: Need, supply: Supply) -> float:
    """Return the least order as a share of the need, 0 where there is none; beyond 1 no order is possible.

    A least order is an amount of one delivery and is compared with the amount of one period of the need; counted things
    are ordered by the piece.
    """
    lot = least_order(supply)
    if lot is None or need.quantity is None:
        return 0.0
    wanted = Quantity(amount_of(need.quantity), need.quantity.unit)
    filled = None if is_rough(lot, wanted) else cover(lot, wanted)
    if filled is None:
        return 0.0
    pieces = filled * wanted.amount
    return math.ceil(pieces - 1e-9) / wanted.amount if is_counted(wanted) else filled


def is_counted(quantity: Quantity) -> bool:
    """Tell whether a quantity counts things that cannot be cut."""
    return dimension(quantity.unit) == "count"


def _check_lot(cell: str) -> None:
    parse_quantity(cell)


def _check_size(cell: str) -> None:
    if not _SIZE.search(cell):
        raise AllocationError(f"看不懂企业规模“{_shown(cell)}”;请写“大型”“中型”“小型”或“微型”")


def _check_count(cell: str) -> None:
    if _count(squeeze(cell)) is None:
        raise AllocationError(f"看不懂最多几家供应商“{_shown(cell)}”;请写“2”“2家”或“不限”")


def _check_exclusive(cell: str) -> None:
    if squeeze(cell).lower() not in _YES | _NO:
        raise AllocationError(f"看不懂是否独家“{_shown(cell)}”;请写“是”或“否”")


def _shown(cell: str) -> str:
    return cell if len(cell) <= 40 else f"{cell[:40]}…"  # noqa: PLR2004 (about one line of a message)


def _unless_unstated(check: Callable[[str], None]) -> Callable[[str], None]:
    """Let a cell pass that says nothing (-, 无, 待定)."""
    return lambda cell: None if _UNSTATED.fullmatch(squeeze(cell).lower()) else check(cell)


# 企业类型 mostly says the legal form (有限公司): what it does not say of the size is no mistake.
SUPPLY_TERMS: Final[Mapping[tuple[str, ...], Callable[[str], None]]] = {
    LOT_COLUMNS: _unless_unstated(_check_lot),
    SIZE_COLUMNS[:-1]: _unless_unstated(_check_size),
    SIZE_COLUMNS[-1:]: lambda _: None,
}
DEMAND_TERMS: Final[Mapping[tuple[str, ...], Callable[[str], None]]] = {
    COUNT_COLUMNS: _unless_unstated(_check_count),
    EXCLUSIVE_COLUMNS: _unless_unstated(_check_exclusive),
}
