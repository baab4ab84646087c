"""Who has given how much so far, and which rule keeps a pair from giving more."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chuanzhu.allocation.problem import AllocationProblem, Floats

DEMAND, CAPACITY, COUNT, LOT, EXCLUSIVE, RESERVED = "demand", "capacity", "count", "lot", "exclusive", "reserved"
_TINY, _NOISE = 1e-9, 1e-14  # of what a pair could deliver; of a demand: what sums of shares are off by
_LOT_SLACK: Final = 1e-5  # of a lot: what the solver may miss it by


class Ledger:
    """Shares given under the rules of a problem, pair by pair; nothing that a rule forbids is ever written down.

    ``given`` holds the share of its demand that each pair delivers, ``delivered`` the sum of each demand, ``used`` the
    share of each supply's capacity.
    """

    def __init__(self, problem: AllocationProblem) -> None:
        self.given: Final[list[float]] = [0.0] * len(problem.demand)
        self.delivered: Final[list[float]] = [0.0] * len(problem.buyer)
        self.used: Final[list[float]] = [0.0] * len(problem.seller)
        self.sellers: Final[list[set[int]]] = [set() for _ in problem.buyer]
        self._open = problem.open_share if problem.reserved else np.inf
        self._demand: Final[list[int]] = problem.demand.tolist()
        self._supply: Final[list[int]] = problem.supply.tolist()
        self._cover: Final[list[float]] = problem.cover.tolist()
        self._lot: Final[list[float]] = problem.lot.tolist()
        self._tiny: Final[list[float]] = np.maximum(_TINY * problem.most, _NOISE).tolist()
        self._limit: Final[list[int]] = problem.most_suppliers.tolist()
        self._seller: Final[list[int]] = problem.seller[problem.supply].tolist()
        self._small: Final[list[bool]] = problem.is_small[problem.supply].tolist()
        self._group: Final[list[int]] = problem.groups.tolist()
        self._serves: Final[dict[int, Counter[int]]] = {}

    def room(self, pair: int) -> float:
        """Return the share of its demand that a pair could deliver on top of what it does; 0 where a rule forbids."""
        return 0.0 if self.bars_opening(pair) else self._within_lot(pair, min(self._rooms(pair).values()))

    def room_without_rules(self, pair: int) -> float:
        """Return the share that capacity and demand alone would leave to a pair."""
        rooms = self._rooms(pair)
        return max(0.0, min(rooms[DEMAND], rooms[CAPACITY]))

    def _within_lot(self, pair: int, room: float) -> float:
        return (
            room if room > self._tiny[pair] and self.given[pair] + room >= self._lot[pair] * (1 - _LOT_SLACK) else 0.0
        )

    def _rooms(self, pair: int) -> dict[str, float]:
        return {
            DEMAND: 1 - self.delivered[self._demand[pair]],
            CAPACITY: (1 - self.used[self._supply[pair]]) * self._cover[pair],
            RESERVED: np.inf if self._small[pair] else self._open,
        }

    def bars_opening(self, pair: int) -> str:
        """Return which rule keeps a pair from delivering anything, however much room there is; empty where none."""
        demand, seller, group = self._demand[pair], self._seller[pair], self._group[pair]
        if any(other != group for other in self._serves.get(seller, ())):
            return EXCLUSIVE
        is_full = 0 < self._limit[demand] <= len(self.sellers[demand])
        return COUNT if is_full and seller not in self.sellers[demand] else ""

    def barrier(self, pair: int) -> str:
        """Return the rule that keeps a pair from delivering more, empty where it could."""
        if self.room(pair) > 0:
            return ""
        rooms = self._rooms(pair)
        tightest = min(rooms, key=rooms.__getitem__)
        return self.bars_opening(pair) or (tightest if rooms[tightest] <= self._tiny[pair] else LOT)

    def give(self, pair: int, share: float) -> None:
        """Write down that a pair delivers this share more."""
        demand, supply, seller = self._demand[pair], self._supply[pair], self._seller[pair]
        self.given[pair] += share
        self.delivered[demand] += share
        self.used[supply] += share / self._cover[pair]
        self.sellers[demand].add(seller)
        self._serves.setdefault(seller, Counter())[self._group[pair]] += 1
        if not self._small[pair]:
            self._open -= share

    def give_all(self, pairs: Iterable[int], shares: Floats) -> None:
        """Give each pair its share of ``shares`` (P,), or as much of it as the rules leave room for."""
        for pair in pairs:
            share = min(self.room(pair), shares[pair])
            if self._within_lot(pair, share):
                self.give(pair, float(share))

    def fill(self, pairs: Iterable[int]) -> None:
        """Give each pair in turn all it has room for."""
        for pair in pairs:
            room = self.room(pair)
            if room > 0:
                self.give(pair, room)
