"""From answers to a plan of deliveries: who delivers how much, what is still missing, and what would meet it."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from chuanzhu.allocation.allocating import OPTIMAL, allocate
from chuanzhu.allocation.ledger import Ledger
from chuanzhu.allocation.problem import AllocationError, AllocationProblem
from chuanzhu.allocation.rounding import best_first
from chuanzhu.allocation.shortfall import Case, cures, why_unusable, worth_most
from chuanzhu.allocation.terms import (
    Terms,
    amount_of,
    cover_of,
    fit_of,
    is_counted,
    is_exclusive,
    is_small,
    lot_share,
    most_suppliers,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Sequence

    from chuanzhu.allocation.allocating import Allocation
    from chuanzhu.model import Answer, Match, Need, Quantity

_NOTHING: Final = 1e-6  # of a demand
_EXACT_PAIRS, _GOOD_ENOUGH = 1000, 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """How much of a demand one supply should deliver, in the unit and period of the demand, and as its share."""

    match: Match
    quantity: Quantity
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """What of a demand nobody delivers, None where its quantity is not known, and sentences on what would help."""

    need: Need
    quantity: Quantity | None
    share: float
    cures: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Deliveries and what is missing, in the order of the demands.

    ``objective`` is the sum of fit × delivered share, ``bound`` what no plan can exceed, ``gap`` how much better than
    this a plan could at most be (in per one), ``status`` as in :class:`Allocation`. ``advice`` says in words what the
    prices of capacities and rules are.
    """

    deliveries: tuple[Delivery, ...]
    missing: tuple[Missing, ...]
    objective: float
    bound: float
    gap: float
    status: str
    advice: tuple[str, ...] = ()


def plan_deliveries(
    answers: Sequence[Answer],
    *,
    terms: Terms | None = None,
    seconds: float = 60.0,
    is_cancelled: Callable[[], bool] | None = None,
) -> Plan:
    """Share out the capacities of matched supplies to the demands of ``answers``.

    Quantities and capacities are converted where units allow and compared over the same period; a demand without a
    period takes of one period of a capacity. Columns that the lists carry along are heeded: 起订量 (least order),
    企业规模 (size), 最多供应商 (number of suppliers), 独家 (exclusive). The search ends at the proved optimum for up to
    1,000 pairs, within 1 % of it beyond, or as in :func:`allocate`. Raises AllocationError where a share is reserved
    and the list says of no enterprise that it is small.
    """
    terms = terms or Terms()
    case = _case(answers, terms)
    gap = 0.0 if len(case.matches) <= _EXACT_PAIRS else _GOOD_ENOUGH
    found = allocate(case.problem, seconds=seconds, gap=gap, is_cancelled=is_cancelled)
    ledger = _in_pieces(case, found)
    objective = float(case.problem.fit @ np.array(ledger.given)) if ledger.given else 0.0
    rounded = replace(found, objective=objective, bound=max(objective, found.bound))
    return Plan(
        deliveries=tuple(_deliveries(case, ledger)),
        missing=tuple(_missing(answers, case, ledger)),
        objective=objective,
        bound=rounded.bound,
        gap=rounded.gap,
        status="within_gap" if found.status == OPTIMAL and rounded.gap > _NOTHING else found.status,
        advice=worth_most(case, found),
    )


def _case(answers: Sequence[Answer], terms: Terms) -> Case:
    """Put numbers to everything: demands with a quantity, supplies, and the pairs whose units convert."""
    needs = [answer.need for answer in answers if answer.matches and _is_clear(answer.need)]
    order = {id(need): number for number, need in enumerate(needs)}
    matches = [match for answer in answers if id(answer.need) in order for match in answer.matches]
    covers = [cover_of(match.need, match.supply) for match in matches]
    pairs = [(match, cover) for match, cover in zip(matches, covers, strict=True) if cover is not None]
    supplies = list(dict.fromkeys(match.supply for match in matches))
    if terms.reserved and supplies and not any(map(is_small, supplies)):
        raise AllocationError(
            f"要为小微企业预留 {terms.reserved:.0%},但供给清单没有写明哪家是小微企业;"
            "请在“企业规模”一列填上“小型”或“微型”,或去掉预留"
        )
    number = {supply: at for at, supply in enumerate(supplies)}
    problem = AllocationProblem(
        demand=np.array([order[id(match.need)] for match, _ in pairs], np.int64),
        supply=np.array([number[match.supply] for match, _ in pairs], np.int64),
        fit=np.array([fit_of(match, terms) for match, _ in pairs], float),
        cover=np.array([cover for _, cover in pairs], float),
        lot=np.array([lot_share(match.need, match.supply) for match, _ in pairs], float),
        most_suppliers=np.array([most_suppliers(need.demand, terms) for need in needs], np.int64),
        buyer=_numbered(need.demand.enterprise or at for at, need in enumerate(needs)),
        is_exclusive=np.array([is_exclusive(need.demand) for need in needs], bool),
        seller=_numbered(supply.uscc or supply.enterprise or at for at, supply in enumerate(supplies)),
        is_small=np.array([is_small(supply) for supply in supplies], bool),
        reserved=terms.reserved,
    )
    return Case(problem=problem, needs=tuple(needs), supplies=tuple(supplies), matches=tuple(m for m, _ in pairs))


def _is_clear(need: Need) -> bool:
    return need.quantity is not None and amount_of(need.quantity) > 0


def _numbered(keys: Iterable[Hashable]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    numbers: dict[Hashable, int] = {}
    return np.array([numbers.setdefault(key, len(numbers)) for key in keys], np.int64)


def _in_pieces(case: Case, found: Allocation) -> Ledger:
    """Give what was found, counted things by whole pieces, and what flooring left over to who has room for a piece."""
    ledger, order = Ledger(case.problem), best_first(case.problem.fit).tolist()
    ledger.give_all(order, np.array([_floored(case, pair, found.share[pair]) for pair in range(len(order))]))
    for pair in order:
        room = _floored(case, pair, ledger.room(pair))
        if room > 0:
            ledger.give(pair, room)
    return ledger


def _floored(case: Case, pair: int, share: float) -> float:
    """Cut a share of a counted demand to whole pieces; a pair that makes less than one piece a period keeps it."""
    quantity, amount = case.quantity(pair), amount_of(case.quantity(pair))
    is_slow = bool(quantity.per) and case.problem.most[pair] * amount < 1
    return math.floor(share * amount + _NOTHING) / amount if is_counted(quantity) and not is_slow else share


def _deliveries(case: Case, ledger: Ledger) -> Iterable[Delivery]:
    for pair, match in enumerate(case.matches):
        if ledger.given[pair] > 0:
            yield Delivery(match=match, quantity=case.amount(pair, ledger.given[pair]), share=ledger.given[pair])


def _missing(answers: Sequence[Answer], case: Case, ledger: Ledger) -> Iterable[Missing]:
    order = {id(need): number for number, need in enumerate(case.needs)}
    for answer in answers:
        number = order.get(id(answer.need))
        if number is None:
            yield Missing(need=answer.need, quantity=answer.need.quantity, share=1.0, cures=(_unclear(answer),))
        elif ledger.delivered[number] < 1 - _NOTHING:
            share = 1 - ledger.delivered[number]
            others = filter(None, map(why_unusable, answer.matches))
            yield Missing(
                need=answer.need,
                quantity=case.part(answer.need, share),
                share=share,
                cures=tuple(dict.fromkeys((*cures(case, ledger, number), *others))),
            )


def _unclear(answer: Answer) -> str:
    if not answer.matches:
        return "没有合适的供给,原因见“未满足”表"
    if answer.need.quantity is None:
        return "需求没有写数量,没法分配;请补上数量后重做"
    return "需求数量是 0,没法分配;请改正数量后重做"
