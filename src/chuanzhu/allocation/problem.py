"""What is to be shared out, as arrays: pairs of a demand and a supply, and the rules of the deal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from chuanzhu.model import ChuanzhuError

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike, NDArray

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]

_SLACK: Final = 1e-9  # a lot of exactly the whole demand must survive the division by its quantity


class AllocationError(ChuanzhuError):
    """A problem that makes no sense; the text names the value and the cure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AllocationProblem:
    """Pairs that could deal with each other, and the rules: P pairs, D demands, S supplies.

    ``demand`` and ``supply`` (P,) number the two sides from 0. ``fit`` (P,), at least 0, is what delivering the whole
    demand is worth. ``cover`` (P,) is the share of the demand that the supply's whole capacity of one period fills; it
    carries all units. ``lot`` (P,) is the least order as a share of the demand, 0 where any amount will do.

    ``most_suppliers`` (D,) is how many enterprises may share a demand, 0 for any number. ``buyer`` (D,) and ``seller``
    (S,) number enterprises. Where ``is_exclusive`` (D,), whoever delivers to this buyer delivers to no other one.
    ``reserved``, from 0 to below 1, is the share of all demands that only suppliers with ``is_small`` (S,) may fill.

    Raises AllocationError where lengths differ, numbers point nowhere, or values are out of range.
    """

    demand: Ints
    supply: Ints
    fit: Floats
    cover: Floats
    lot: Floats
    most_suppliers: Ints
    buyer: Ints
    is_exclusive: Bools
    seller: Ints
    is_small: Bools
    reserved: float = 0.0

    def __post_init__(self) -> None:
        """Refuse what makes no sense."""
        _check_lengths(self)
        _check_pairs(self)
        _at_least_zero("适合程度", self.fit)
        _at_least_zero("产能与需求量之比", self.cover)
        _at_least_zero("起订量", self.lot)
        _at_least_zero("供应商家数上限", self.most_suppliers)
        if not 0 <= self.reserved < 1:
            raise AllocationError(f"为小微企业预留的比例是 {self.reserved:g};应在 0 到 1 之间(不含 1),例如 0.3")

    @property
    def most(self) -> Floats:
        """The largest share of its demand that each pair could deliver, other pairs apart (P,)."""
        return np.minimum(1.0, self.cover)

    @property
    def usable(self) -> Bools:
        """Whether a pair can deliver anything at all: it fits, has capacity, and its least order is possible (P,)."""
        return (self.fit > 0) & (self.cover > 0) & (self.lot <= self.most * (1 + _SLACK))

    @property
    def open_share(self) -> float:
        """How much of all demands, in demands, others than small and micro enterprises may fill."""
        return (1 - self.reserved) * len(self.most_suppliers)

    @property
    def groups(self) -> Ints:
        """Number of the exclusive buyer whom a pair would serve, -1 for all others together (P,)."""
        exclusive = np.isin(self.buyer, self.buyer[self.is_exclusive])
        return np.where(exclusive, self.buyer, -1)[self.demand]


def problem_from_amounts(
    *,
    demand: ArrayLike,
    supply: ArrayLike,
    fit: ArrayLike,
    quantity: ArrayLike,
    capacity: ArrayLike,
    demand_unit: ArrayLike | None = None,
    supply_unit: ArrayLike | None = None,
    lot: ArrayLike | None = None,
    most_suppliers: ArrayLike = 0,
    buyer: ArrayLike | None = None,
    is_exclusive: ArrayLike = False,
    seller: ArrayLike | None = None,
    is_small: ArrayLike = False,
    reserved: float = 0.0,
) -> AllocationProblem:
    """Make a problem from amounts per period in base units: ``quantity`` (D,) above 0, ``capacity`` (S,), ``lot`` (P,).

    ``demand_unit`` (D,) and ``supply_unit`` (S,) number groups of units that convert; a pair across two groups is
    refused. Rules given as one value hold for all; buyers and sellers are all different where they are not numbered.
    Raises AllocationError, which names the first bad value.

    >>> problem_from_amounts(demand=[0, 0], supply=[0, 1], fit=[0.9, 0.5], quantity=[20], capacity=[15, 30]).cover
    array([0.75, 1.5 ])
    """
    demands, supplies = np.asarray(demand, np.int64), np.asarray(supply, np.int64)
    needed, offered = np.asarray(quantity, float), np.asarray(capacity, float)
    _above_zero("需求数量", needed)
    _at_least_zero("产能", offered)
    _check_range("需求", demands, len(needed))
    _check_range("供给", supplies, len(offered))
    _check_units(demands, supplies, demand_unit, supply_unit)
    return AllocationProblem(
        demand=demands,
        supply=supplies,
        fit=np.asarray(fit, float),
        cover=offered[supplies] / needed[demands],
        lot=np.zeros(len(demands)) if lot is None else np.asarray(lot, float) / needed[demands],
        most_suppliers=np.broadcast_to(np.asarray(most_suppliers, np.int64), needed.shape),
        buyer=np.arange(len(needed)) if buyer is None else np.asarray(buyer, np.int64),
        is_exclusive=np.broadcast_to(np.asarray(is_exclusive, bool), needed.shape),
        seller=np.arange(len(offered)) if seller is None else np.asarray(seller, np.int64),
        is_small=np.broadcast_to(np.asarray(is_small, bool), offered.shape),
        reserved=reserved,
    )


def _check_lengths(problem: AllocationProblem) -> None:
    for of_each in (("demand", "supply", "fit", "cover", "lot"), ("most_suppliers", "buyer", "is_exclusive")):
        lengths = {name: len(getattr(problem, name)) for name in of_each}
        if len(set(lengths.values())) > 1:
            raise AllocationError(f"各列长度不一:{lengths};同一组的每一列都要一样长")
    if len(problem.seller) != len(problem.is_small):
        raise AllocationError(f"供给的两列长度不一:{len(problem.seller)} 和 {len(problem.is_small)};请补齐")


def _check_pairs(problem: AllocationProblem) -> None:
    _check_range("需求", problem.demand, len(problem.buyer))
    _check_range("供给", problem.supply, len(problem.seller))
    pairs, counts = np.unique(np.stack([problem.demand, problem.supply]), axis=1, return_counts=True)
    if (counts > 1).any():
        demand, supply = pairs[:, counts > 1][:, 0]
        raise AllocationError(f"第 {demand} 条需求和第 {supply} 条供给配了不止一次;请只留一次")


def _check_range(side: str, numbers: Ints, count: int) -> None:
    wrong = numbers[(numbers < 0) | (numbers >= count)]
    if wrong.size:
        raise AllocationError(f"没有第 {wrong[0]} 条{side}:一共 {count} 条,从 0 数起;请改正编号")


def _check_units(demands: Ints, supplies: Ints, demand_unit: ArrayLike | None, supply_unit: ArrayLike | None) -> None:
    if demand_unit is None or supply_unit is None:
        return
    differ = np.flatnonzero(np.asarray(demand_unit)[demands] != np.asarray(supply_unit)[supplies])
    if differ.size:
        first = differ[0]
        raise AllocationError(
            f"第 {demands[first]} 条需求和第 {supplies[first]} 条供给的单位不能换算;请先写成同一种单位,或去掉这一对"
        )


def _refuse(what: str, values: Floats | Ints, is_fine: Callable[[Floats], Bools], bound: str) -> None:
    numbers = np.asarray(values, float)
    wrong = np.flatnonzero(~(np.isfinite(numbers) & is_fine(numbers)))
    if wrong.size:
        raise AllocationError(f"{what}第 {wrong[0]} 项是 {numbers[wrong[0]]:g};应是{bound}的数,请改正")


def _at_least_zero(what: str, values: Floats | Ints) -> None:
    _refuse(what, values, lambda numbers: numbers >= 0, "不小于 0 ")


def _above_zero(what: str, values: Floats) -> None:
    _refuse(what, values, lambda numbers: numbers > 0, "大于 0 ")
