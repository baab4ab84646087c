"""Why a demand is not met in full and what would meet it, in words; what more capacity would be worth."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from chuanzhu.allocation.ledger import CAPACITY, COUNT, DEMAND, EXCLUSIVE, LOT, RESERVED
from chuanzhu.allocation.terms import amount_of, cover_of, least_order
from chuanzhu.model import Quantity
from chuanzhu.quantity import describe, unit_missing

if TYPE_CHECKING:
    from collections.abc import Callable

    from chuanzhu.allocation.allocating import Allocation
    from chuanzhu.allocation.ledger import Ledger
    from chuanzhu.allocation.problem import AllocationProblem
    from chuanzhu.model import Match, Need, Supply

_MOST_ADVICE: Final = 3
_NOTEWORTHY: Final = 0.0005  # of a demand


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A problem, and what its numbers stand for: the need of each demand, each supply, the match of each pair."""

    problem: AllocationProblem
    needs: tuple[Need, ...]
    supplies: tuple[Supply, ...]
    matches: tuple[Match, ...]

    def quantity(self, pair: int) -> Quantity:
        """Return what the buyer of a pair needs in all."""
        return _known(self.matches[pair].need.quantity)

    def amount(self, pair: int, share: float) -> Quantity:
        """Return a share of the demand of a pair as a quantity."""
        return self.part(self.matches[pair].need, share)

    def part(self, need: Need, share: float) -> Quantity:
        """Return a share of a need as a quantity, with as many digits as people read."""
        quantity = _known(need.quantity)
        return Quantity(readable(amount_of(quantity) * share), quantity.unit, per=quantity.per)


def _known(quantity: Quantity | None) -> Quantity:
    if quantity is None:
        raise ValueError("a pair is made only of a need and a supply whose quantities are known")
    return quantity


def readable(amount: float) -> float:
    """Return an amount with two decimals, small ones with four digits.

    >>> readable(66.666667), readable(0.0123456)
    (66.67, 0.01235)
    """
    digits = 3 - math.floor(math.log10(amount)) if amount > 0 else 2
    return round(amount, max(2, digits))


def why_unusable(match: Match) -> str:
    """Say why a match took no part in sharing out; empty where it did."""
    who, capacity = match.supply.enterprise, match.supply.capacity
    if capacity is None:
        return f"{who}没有写产能,请问清"
    if cover_of(match.need, match.supply) is not None:
        return ""
    quantity = _known(match.need.quantity)
    offered, needed = describe(capacity), describe(quantity)
    if unit_missing(capacity) or unit_missing(quantity):
        return f"{who}的产能 {offered} 和需求 {needed} 有一方没写单位,请补上"
    return f"{who}的产能 {offered} 和需求 {needed} 单位或周期不能换算,请写成同一种"


def cures(case: Case, ledger: Ledger, demand: int) -> tuple[str, ...]:
    """Say for each pair of a demand that is not met what keeps it from delivering more, and what would help."""
    pairs = np.flatnonzero(case.problem.demand == demand).tolist()
    return tuple(_SENTENCES[barrier](case, ledger, pair) for pair in pairs if (barrier := _barrier(case, ledger, pair)))


def _barrier(case: Case, ledger: Ledger, pair: int) -> str:
    barrier = ledger.barrier(pair) if case.problem.usable[pair] else LOT
    return CAPACITY if case.problem.cover[pair] <= 0 else "" if barrier == DEMAND else barrier


def _more_capacity(case: Case, ledger: Ledger, pair: int) -> str:
    supply, missing = case.matches[pair].supply, 1 - ledger.delivered[case.problem.demand[pair]]
    capacity = _known(supply.capacity)
    if case.problem.cover[pair] <= 0:
        return f"{supply.enterprise}的产能是 0,请问清"
    extra = readable(amount_of(capacity) * missing / case.problem.cover[pair])
    more = describe(Quantity(extra, capacity.unit, per=capacity.per))
    return f"{supply.enterprise}的产能 {describe(capacity)} 已排满,再多 {more} 就够"


def _more_suppliers(case: Case, ledger: Ledger, pair: int) -> str:
    limit = case.problem.most_suppliers[case.problem.demand[pair]]
    return f"已有 {limit} 家供应商,到了上限;再放宽一家,{_could(case, ledger, pair)}"


def _smaller_orders(case: Case, ledger: Ledger, pair: int) -> str:
    supply = case.matches[pair].supply
    lot = least_order(supply)
    stands = f"{supply.enterprise}的起订量{f'({describe(lot)})' if lot else ''}"
    if not case.problem.usable[pair]:
        return f"{stands}超过了需求量或它自己的产能;请问能否接小单"
    return f"{stands}比还能给它的多;肯接小单的话,{_could(case, ledger, pair)}"


def _share_the_supplier(case: Case, ledger: Ledger, pair: int) -> str:
    who = case.matches[pair].supply.enterprise
    return f"{who}与别的采购方之间有独家约定;放宽独家,{_could(case, ledger, pair)}"


def _reserve_less(case: Case, ledger: Ledger, pair: int) -> str:
    return f"给小微企业预留的 {case.problem.reserved:.0%} 已到线;少预留一些,{_could(case, ledger, pair)}"


def _could(case: Case, ledger: Ledger, pair: int) -> str:
    who, room = case.matches[pair].supply.enterprise, ledger.room_without_rules(pair)
    return f"{who}还能供 {describe(case.amount(pair, room))}" if room > 0 else f"还要{who}有余下的产能"


_SENTENCES: Final[dict[str, Callable[[Case, Ledger, int], str]]] = {
    CAPACITY: _more_capacity,
    COUNT: _more_suppliers,
    LOT: _smaller_orders,
    EXCLUSIVE: _share_the_supplier,
    RESERVED: _reserve_less,
}


def worth_most(case: Case, found: Allocation) -> tuple[str, ...]:
    """Say what the shadow prices say: whose capacity is worth most, and what the reserved share costs."""
    if found.capacity_price is None or found.reserve_price is None:
        return ()
    order = np.argsort(-found.capacity_price, kind="stable")[:_MOST_ADVICE].tolist()
    sentences = [
        f"{case.supplies[at].enterprise}的{case.supplies[at].product}产能每多一成,"
        f"按适合程度加权可多满足约 {found.capacity_price[at] / 10:.3f} 条需求"
        for at in order
        if found.capacity_price[at] / 10 >= _NOTEWORTHY
    ]
    worth = found.reserve_price * len(case.needs) / 100
    if worth >= _NOTEWORTHY:
        sentences.append(f"为小微企业预留的比例每降一个百分点,按适合程度加权可多满足约 {worth:.3f} 条需求")
    return tuple(sentences)
