"""The problem as a linear programme for a solver, and with whole numbers where a rule counts.

A column z of a pair is its delivered share over the largest it could deliver, so that every coefficient lies between 0
and 1 whatever the units. Rows: each demand, each capacity, the reserved share, numbers of suppliers, exclusive buyers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from chuanzhu.allocation.problem import AllocationProblem, Bools, Floats, Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """Maximise ``gain`` @ x, where the rows (``row``, ``column``, ``value``) @ x are at most ``limit``, 0 <= x <= 1.

    The first columns are the usable ``pairs`` in order, those of ``whole`` must be 0 or 1. Row d is demand d, then
    follow the rows of the supplies, then that of the reserved share where there is one. A pair ``opening[n]`` that
    delivers, counted among these, makes the column ``opened[n]`` 1.
    """

    gain: Floats
    row: Ints
    column: Ints
    value: Floats
    limit: Floats
    whole: Ints
    pairs: Ints
    opening: Ints
    opened: Ints

    def complete(self, amounts: Floats) -> Floats:
        """Return values of all columns for those of the pairs: a column is 1 that a delivering pair opens."""
        values = np.concatenate([amounts, np.zeros(len(self.gain) - len(amounts))])
        values[self.opened[amounts[self.opening] > 0]] = 1.0
        return values


class _Builder:
    """Collects columns and rows."""

    def __init__(self) -> None:
        self.gains: Final[list[Floats]] = []
        self.entries: Final[list[tuple[Ints, Ints, Floats]]] = []
        self.limits: Final[list[Floats]] = []
        self.whole: Final[list[Ints]] = []
        self.opens: Final[list[tuple[Ints, Ints]]] = []

    def columns(self, gain: Floats, *, whole: bool = False) -> Ints:
        """Add columns and return their numbers."""
        first = sum(map(len, self.gains))
        self.gains.append(gain)
        numbers = np.arange(first, first + len(gain))
        if whole:
            self.whole.append(numbers)
        return numbers

    def rows(self, limits: Floats, *entries: tuple[Ints, Ints, Floats | float]) -> None:
        """Add rows with entries (row counted among these, column, value)."""
        first = sum(map(len, self.limits))
        self.limits.append(limits)
        for row, column, value in entries:
            self.entries.append((first + row, column, np.broadcast_to(value, row.shape).astype(float)))

    def programme(self, pairs: Ints) -> Programme:
        row, column, value = (np.concatenate(parts) for parts in zip(*self.entries, strict=True))
        order = np.argsort(row, kind="stable")
        nothing = np.zeros(0, np.int64)
        return Programme(
            gain=np.concatenate(self.gains),
            row=row[order],
            column=column[order],
            value=value[order],
            limit=np.concatenate(self.limits),
            whole=np.concatenate([nothing, *self.whole]),
            pairs=pairs,
            opening=np.concatenate([nothing, *(pair for pair, _ in self.opens)]),
            opened=np.concatenate([nothing, *(column for _, column in self.opens)]),
        )


def relaxation(problem: AllocationProblem) -> Programme:
    """Return the programme without whole numbers: lots are forgotten, suppliers are counted by what they use of z."""
    builder, pairs = _Builder(), np.flatnonzero(problem.usable)
    z = _amounts(builder, problem, pairs)
    _exclusive_rows(builder, problem, pairs, z, whole=False)
    _count_rows(builder, problem, pairs, z)
    return builder.programme(pairs)


def whole_programme(problem: AllocationProblem) -> Programme:
    """Return the programme with one 0-or-1 column for each pair that a lot or a number of suppliers binds."""
    builder, pairs = _Builder(), np.flatnonzero(problem.usable)
    z = _amounts(builder, problem, pairs)
    _exclusive_rows(builder, problem, pairs, z, whole=True)
    lots = problem.lot[pairs] / problem.most[pairs]
    binds = (lots > 0) | _is_counted(problem, pairs)
    y = builder.columns(np.zeros(binds.sum()), whole=True)
    builder.opens.append((np.flatnonzero(binds), y))
    rows, zeros = np.arange(len(y)), np.zeros(len(y))
    builder.rows(zeros, (rows, z[binds], 1.0), (rows, y, -1.0))
    builder.rows(zeros, (rows, z[binds], -1.0), (rows, y, lots[binds]))
    opened = z.copy()
    opened[binds] = y
    _count_rows(builder, problem, pairs, opened)
    return builder.programme(pairs)


def services(problem: AllocationProblem, pairs: Ints) -> tuple[Ints, Ints]:
    """Count the enterprises that could serve each demand: the service of each pair, and the demand of each service."""
    keys = problem.demand[pairs] * (problem.seller.max(initial=0) + 1) + problem.seller[problem.supply[pairs]]
    _, first, service = np.unique(keys, return_index=True, return_inverse=True)
    return service, problem.demand[pairs][first]


def _amounts(builder: _Builder, problem: AllocationProblem, pairs: Ints) -> Ints:
    most, cover = problem.most[pairs], problem.cover[pairs]
    z = builder.columns(problem.fit[pairs] * most)
    builder.rows(np.ones(len(problem.buyer)), (problem.demand[pairs], z, most))
    builder.rows(np.ones(len(problem.seller)), (problem.supply[pairs], z, np.minimum(1.0, 1 / np.maximum(cover, 1.0))))
    if problem.reserved:
        large = ~problem.is_small[problem.supply[pairs]]
        builder.rows(np.array([problem.open_share]), (np.zeros(large.sum(), np.int64), z[large], most[large]))
    return z


def _is_counted(problem: AllocationProblem, pairs: Ints) -> Bools:
    """Whether the demand of a pair has more enterprises to choose from than it may have suppliers."""
    _, demand_of = services(problem, pairs)
    choice = np.bincount(demand_of, minlength=len(problem.buyer))
    limit = problem.most_suppliers
    is_bound: Bools = (limit > 0) & (choice > limit)
    return is_bound[problem.demand[pairs]]


def _count_rows(builder: _Builder, problem: AllocationProblem, pairs: Ints, opened: Ints) -> None:
    """Limit the suppliers of a demand; where an enterprise has several lines for it, one column stands for them."""
    counted = np.flatnonzero(_is_counted(problem, pairs))
    if not counted.size:
        return
    service, demand_of = services(problem, pairs[counted])
    lines = np.bincount(service)
    shared = lines[service] > 1
    several = np.flatnonzero(lines > 1)
    any_line = builder.columns(np.zeros(len(several)))
    rows = np.arange(shared.sum())
    stands_for = any_line[np.searchsorted(several, service[shared])]
    builder.opens.append((counted[shared], stands_for))
    builder.rows(np.zeros(len(rows)), (rows, opened[counted[shared]], 1.0), (rows, stands_for, -1.0))
    limited = np.unique(problem.demand[pairs[counted]])
    alone = counted[~shared]
    builder.rows(
        problem.most_suppliers[limited].astype(float),
        (np.searchsorted(limited, problem.demand[pairs[alone]]), opened[alone], 1.0),
        (np.searchsorted(limited, demand_of[several]), any_line, 1.0),
    )


def _exclusive_rows(builder: _Builder, problem: AllocationProblem, pairs: Ints, z: Ints, *, whole: bool) -> None:
    """Let each enterprise that could serve several groups of buyers, an exclusive one among them, serve one group."""
    group, supply = problem.groups[pairs], problem.supply[pairs]
    seller = problem.seller[supply]
    choices, choice = np.unique(np.stack([seller, group]), axis=1, return_inverse=True)
    torn = np.bincount(choices[0], minlength=1) > 1
    chosen = np.flatnonzero(torn[choices[0]])
    if not chosen.size:
        return
    serves = builder.columns(np.zeros(len(chosen)), whole=whole)
    sellers = np.unique(choices[0, chosen])
    builder.rows(np.ones(len(sellers)), (np.searchsorted(sellers, choices[0, chosen]), serves, 1.0))
    at = np.flatnonzero(torn[seller])
    lines, line = np.unique(np.stack([choice[at], supply[at]]), axis=1, return_inverse=True)
    used = 1 / np.maximum(problem.cover[pairs[at]], 1.0)
    binding = serves[np.searchsorted(chosen, lines[0])]
    builder.opens.append((at, binding[line]))
    builder.rows(np.zeros(lines.shape[1]), (line, z[at], used), (np.arange(lines.shape[1]), binding, -1.0))
