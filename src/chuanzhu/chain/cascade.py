"""How a loss travels along a chain: what stands still downstream when a node stops, and what is asked for upstream.

Two ways of producing, as in input–output analysis (Miller and Blair, Input–Output Analysis, 2nd ed. 2009):

- ``weakest``: output falls with the scarcest input, loss_j = max over inputs i of strength_ij · loss_i (the production
  function of Leontief, 1936, with strength < 1 where an input can partly be done without; compare the essential and
  non-essential inputs of Diem et al., Scientific Reports 12, 2022). One missing part stops the line.
- ``proportional``: output falls by the share each input has in it, loss_j = Σ_i weight_ij · loss_i. With weights that
  are the input coefficients z_ij / x_j of an input–output table this is the supply-driven model of Ghosh (1958), and
  against the direction of the links, with z_ij / x_i, the demand-driven model of Leontief; the tests hold both to the
  published inverses. Strengths that add up to more than 1 at a node are scaled down to 1.

Before a shortage reaches a user it is softened: by others who can deliver the same (:class:`Relief`), and by the
user's stock. Of an outage of D days, a stock of d days covers the share d/D, and a substitute found after r days
covers its share of the remaining (D − r)/D. Each loss is thus the average over the outage.

Many outages are followed at once, as triples (row, node, loss) of which only the nodes that lose anything are kept:
time and memory O(links that start at losing nodes), times the rounds a loop needs to settle.
"""

from __future__ import annotations

import heapq
import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from chuanzhu.chain.graph import ChainError
from chuanzhu.chain.wires import summed

if TYPE_CHECKING:
    from chuanzhu.chain.wires import Floats, Ints, Wires

_TOLERANCE: Final = 1e-10
_ROUNDS: Final = 10_000
_DENSE: Final = 10
OUTAGE_DAYS: Final = 90.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Losses:
    """Triples, each array (k,): in row ``rows[i]`` node ``nodes[i]`` loses the share ``losses[i]`` of its output."""

    rows: Ints
    nodes: Ints
    losses: Floats

    def dense(self, *, rows: int, nodes: int) -> Floats:
        """Return the matrix (rows, nodes) of losses."""
        out = np.zeros((rows, nodes))
        out[self.rows, self.nodes] = self.losses
        return out


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Relief:
    """What softens an outage of ``outage_days``, each array (n,).

    ``stock_days`` is how long a node goes on without inputs. ``substitute_shares`` in [0, 1] is how much of a node's
    product others can deliver, ``substitute_days`` how long it takes to get them.
    """

    stock_days: Floats
    substitute_shares: Floats
    substitute_days: Floats
    outage_days: float = OUTAGE_DAYS


@dataclass(frozen=True, slots=True, kw_only=True)
class Production:
    """How losses of several inputs become one: their greatest or their sum."""

    merge: np.ufunc
    is_share: bool
    """Whether the weights of a node's inputs are shares, scaled down where they add up to more than one."""


PRODUCTION: Final = {
    "weakest": Production(merge=np.maximum, is_share=False),
    "proportional": Production(merge=np.add, is_share=True),
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Spreading:
    """The rules by which losses travel: the links with a weight (m,) each, what is kept of a loss, what stock covers.

    ``kept`` and ``covered`` are (n,); no loss exceeds ``ceiling``.
    """

    wires: Wires
    weights: Floats
    merge: np.ufunc
    kept: Floats
    covered: Floats
    ceiling: float


def spreading(
    wires: Wires, *, production: str = "weakest", relief: Relief | None = None, ceiling: float = 1.0
) -> Spreading:
    """Prepare :func:`cascade` for a graph's links; use ``wires.reversed()`` to go upstream.

    Raises ChainError for an unknown way of producing, a share outside [0, 1] or days below zero.
    """
    if production not in PRODUCTION:
        raise ChainError(f"没有“{production}”这种算法;可用:{'、'.join(PRODUCTION)}")
    kind, count = PRODUCTION[production], len(wires.levels)
    kept, covered = (np.ones(count), np.zeros(count)) if relief is None else _softening(relief, count)
    fed = summed(wires.ends, wires.strengths, count=count)
    weights = wires.strengths / np.maximum(1.0, fed)[wires.ends] if kind.is_share else wires.strengths
    return Spreading(wires=wires, weights=weights, merge=kind.merge, kept=kept, covered=covered, ceiling=ceiling)


def _softening(relief: Relief, nodes: int) -> tuple[Floats, Floats]:
    if not relief.outage_days > 0:
        raise ChainError(f"停产天数 {relief.outage_days} 应大于 0")
    for name, values, most in (
        ("库存天数", relief.stock_days, np.inf),
        ("替代比例", relief.substitute_shares, 1.0),
        ("替代天数", relief.substitute_days, np.inf),
    ):
        if values.shape != (nodes,) or not ((values >= 0) & (values <= most)).all():
            raise ChainError(f"{name}应有 {nodes} 个,每个环节一个,不小于 0{'、不大于 1' if most == 1 else ''}")
    in_time = np.maximum(0.0, 1 - relief.substitute_days / relief.outage_days)
    return 1 - relief.substitute_shares * in_time, np.minimum(1.0, relief.stock_days / relief.outage_days)


def cascade(rules: Spreading, shocks: Losses) -> Losses:
    """Follow each row of ``shocks`` along the links; return all losses, the shocks included, sorted by row and node.

    A node's own loss counts like the loss of one more input. Where losses go round in a loop they are followed until
    they settle; the least solution is returned.

    >>> from chuanzhu.chain.wires import wire
    >>> wires = wire(np.array([0, 1]), np.array([1, 2]), np.array([1.0, 0.5]), nodes=3)
    >>> stop = Losses(rows=np.array([0]), nodes=np.array([0]), losses=np.array([1.0]))
    >>> cascade(spreading(wires), stop).losses.tolist()
    [1.0, 1.0, 0.5]
    """
    waiting: dict[int, list[Losses]] = {}
    levels: list[int] = []
    _file(waiting, levels, _chosen(shocks, np.flatnonzero(shocks.losses > 0)), rules)
    settled: list[Losses] = []
    while levels:
        here = _settle(_joined(waiting.pop(heapq.heappop(levels))), rules)
        settled.append(here)
        _file(waiting, levels, _passed_on(here, rules, within=False), rules)
    every = _joined(settled)
    order = np.lexsort((every.nodes, every.rows))
    return Losses(rows=every.rows[order], nodes=every.nodes[order], losses=every.losses[order])


def _file(waiting: dict[int, list[Losses]], heap: list[int], arrived: Losses, rules: Spreading) -> None:
    """Put losses where they will be looked at: by the level of their node."""
    levels = rules.wires.levels[arrived.nodes]
    order = np.argsort(levels, kind="stable")
    levels = levels[order]
    firsts = np.flatnonzero(np.diff(levels, prepend=-1))
    for start, end in itertools.pairwise([*firsts.tolist(), len(levels)]):
        level = int(levels[start])
        if level not in waiting:
            waiting[level] = []
            heapq.heappush(heap, level)
        waiting[level].append(_chosen(arrived, order[start:end]))


def _settle(arrived: Losses, rules: Spreading) -> Losses:
    """Merge what arrived at the nodes of one level; inside loops repeat until nothing changes any more."""
    outer = _merged(arrived, rules)
    now = outer
    if not rules.wires.looped[outer.nodes].any():
        return outer
    for _ in range(_ROUNDS):
        after = _merged(_joined([outer, _passed_on(now, rules, within=True)]), rules)
        if (
            len(after.losses) == len(now.losses)
            and np.abs(after.losses - now.losses).max() <= _TOLERANCE * after.losses.max()
        ):
            return after
        now = after
    return now


def _passed_on(losses: Losses, rules: Spreading, *, within: bool) -> Losses:
    """Return what reaches the users of losing nodes: those in the same loop (``within``), or all others."""
    places, links = rules.wires.fanned(losses.nodes)
    starts, ends = losses.nodes[places], rules.wires.ends[links]
    shortage = losses.losses[places] * rules.kept[starts] - rules.covered[ends]
    goes = ((rules.wires.parts[starts] == rules.wires.parts[ends]) == within) & (shortage > 0)
    return Losses(rows=losses.rows[places[goes]], nodes=ends[goes], losses=shortage[goes] * rules.weights[links[goes]])


def _merged(losses: Losses, rules: Spreading) -> Losses:
    """Make one loss of all that arrived at the same node in the same row; the result is sorted by row and node.

    Few losses are sorted; where they fill a good part of all pairs, writing them into a table of the pairs is faster.
    """
    if not len(losses.rows):
        return losses
    nodes, least = len(rules.wires.levels), int(losses.rows.min())
    keys = (losses.rows - least) * nodes + losses.nodes
    size = (int(losses.rows.max()) - least + 1) * nodes
    if size <= _DENSE * len(keys):
        table = np.zeros(size)
        rules.merge.at(table, keys, losses.losses)
        found = np.flatnonzero(table)
        values = table[found]
    else:
        order = np.argsort(keys, kind="stable")
        keys = keys[order]
        firsts = np.flatnonzero(np.diff(keys, prepend=-1))
        found, values = keys[firsts], rules.merge.reduceat(losses.losses[order], firsts)
    rows, at = np.divmod(found, nodes)
    return Losses(rows=rows + least, nodes=at, losses=np.minimum(values, rules.ceiling))


def _joined(parts: list[Losses]) -> Losses:
    return Losses(
        rows=np.concatenate([part.rows for part in parts] or [np.zeros(0, dtype=np.int64)]),
        nodes=np.concatenate([part.nodes for part in parts] or [np.zeros(0, dtype=np.int64)]),
        losses=np.concatenate([part.losses for part in parts] or [np.zeros(0)]),
    )


def _chosen(losses: Losses, which: Ints) -> Losses:
    return Losses(rows=losses.rows[which], nodes=losses.nodes[which], losses=losses.losses[which])
