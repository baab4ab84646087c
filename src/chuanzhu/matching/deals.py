"""The terms of a deal for many supplies at once: the points of :mod:`chuanzhu.matching.rules`, without their sentences.

Where hundreds of candidates make the same thing, the terms decide who is listed. So each supply's terms are filed as
numbers, and those of all candidates are compared in one go; only what is listed is put into words.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from chuanzhu.matching.columns import Joined, lengths, mark, marks
from chuanzhu.matching.rules import CAPACITY_POINTS, CERTIFICATE_POINTS, NEAR, REGION_POINTS, TIME_POINTS
from chuanzhu.model import Quantity
from chuanzhu.quantity import PERIODS, UNITS, cover, firm_amount
from chuanzhu.taxonomy.certificates import covers, is_paper
from chuanzhu.taxonomy.regions import city_of
from chuanzhu.text import squeeze

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from chuanzhu.matching.columns import Array, Column, Runs
    from chuanzhu.model import Need, Supply

    Mask = NDArray[np.bool_]
    Points = NDArray[np.float64]

TERMS: Final = np.dtype([("county", "<i4"), ("city", "<i4"), ("until", "<i4"), ("measure", "<u4"), ("amount", "<f8")])
# By row: GB/T 2260 codes of the place and of its city, the last day of validity as an ordinal, the mark of unit and
# period, the capacity. 0 stands for what is not stated; a capacity that is not has the amount -1.
_NOT_STATED: Final = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deals:
    """The terms of k supplies against one need: ``points`` (k,), and which of them break a rule (k,)."""

    points: Points
    is_barred: Mask


def file_terms(supplies: Sequence[Supply]) -> Joined:
    """Return the terms of supplies, one run of one value each."""
    values = np.array([_terms(supply) for supply in supplies], dtype=TERMS)
    return Joined(values=values, lengths=np.ones(len(supplies), dtype=np.int64))


def file_certificates(supplies: Sequence[Supply]) -> Joined:
    """Return by supply the marks of all certificates it fulfils; where it does not say, the mark of no name."""
    fulfilled = [
        (_NOT_STATED,) if supply.certificates is None else tuple(map(squeeze, _fulfilled(supply.certificates)))
        for supply in supplies
    ]
    return Joined(values=marks([code for codes in fulfilled for code in codes]), lengths=lengths(fulfilled))


def _fulfilled(held: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(code for each in held for code in (each, *covers(each))))


def _terms(supply: Supply) -> tuple[int, int, int, int, float]:
    capacity, until = supply.capacity, supply.valid_until
    return (
        *(_number(supply.region), _number(city_of(supply.region) if supply.region else "")),
        until.toordinal() if until else 0,
        mark(_measure(capacity.unit, capacity.per)) if capacity else 0,
        firm_amount(capacity) if capacity else -1.0,
    )


def _number(region: str) -> int:
    return int(region) if region.isdecimal() else -1 if region else 0


def _measure(unit: str, per: str) -> str:
    return f"{unit}/{per}"


def judge_deals(need: Need, rows: Array, columns: Mapping[str, Column]) -> Deals:
    """Compare the terms of the supplies in these rows (k,) with those of a need.

    The sums are those of :func:`chuanzhu.matching.rules.deal_reasons`, but for a need without a unit against a
    counting word that is in no table, which earns nothing here.
    """
    points, is_barred = np.zeros(len(rows)), np.zeros(len(rows), dtype=np.bool_)
    for earned, breaks in _judged(need, rows, columns):
        points += earned
        is_barred |= breaks
    return Deals(points=points, is_barred=is_barred)


def _judged(need: Need, rows: Array, columns: Mapping[str, Column]) -> Iterator[tuple[Points, Mask]]:
    terms = columns["terms"].table(rows, width=1)[:, 0]
    if need.quantity is not None:
        yield _capacity(need.quantity, terms), np.zeros(len(rows), dtype=np.bool_)
    if need.certificates or need.wished_certificates:
        yield _certificates(need, columns["fulfilled"].runs(rows), count=len(rows))
    if need.region.codes or need.region.excluded:
        yield _region(need, terms)
    if need.deadline is not None:
        due, until = need.deadline.toordinal(), terms["until"]
        yield np.where(until >= due, TIME_POINTS, 0.0), (until > 0) & (until < due)


def _capacity(needed: Quantity, terms: Array) -> Points:
    """Return points for the share of the need that each capacity fills."""
    measures, which = np.unique(terms["measure"], return_inverse=True)
    shares = np.array([_share(number, needed.unit, needed.per) for number in measures.tolist()])[which]
    share = np.maximum(shares * terms["amount"] / (firm_amount(needed) or np.inf), 0)
    points: Points = np.where(share >= 1, CAPACITY_POINTS, np.round(CAPACITY_POINTS * share, 2))
    return points


@functools.lru_cache(maxsize=65536)
def _share(measure: int, unit: str, per: str) -> float:
    """Return what share of one ``unit`` per ``per`` one of a measure is, by its mark; 0 where they do not compare."""
    own = {mark(_measure(unit, period)): (unit, period) for period in ("", *PERIODS)}
    found = own.get(measure) or _measures().get(measure)
    return (cover(Quantity(1.0, *found), Quantity(1.0, unit, per)) or 0.0) if found else 0.0


@functools.cache
def _measures() -> dict[int, tuple[str, str]]:
    return {mark(_measure(unit, period)): (unit, period) for unit in UNITS for period in ("", *PERIODS)}


def _certificates(need: Need, fulfilled: Runs, *, count: int) -> tuple[Points, Mask]:
    """Return points for the certificates that are held, and who lacks one that is demanded."""
    asked = (*need.certificates, *need.wished_certificates)
    each = round(CERTIFICATE_POINTS / len(asked), 2)
    points, is_barred = np.zeros(count), np.zeros(count, dtype=np.bool_)
    is_stated = ~_having(_NOT_STATED, fulfilled, count=count)
    for place, code in enumerate(asked):
        is_held = _having(squeeze(code), fulfilled, count=count)
        points += each * is_held
        if place < len(need.certificates) and not is_paper(code):
            is_barred |= is_stated & ~is_held
    return points, is_barred


def _having(name: str, fulfilled: Runs, *, count: int) -> Mask:
    found = np.zeros(count, dtype=np.bool_)
    found[fulfilled.owners[fulfilled.values == mark(name)]] = True
    return found


def _region(need: Need, terms: Array) -> tuple[Points, Mask]:
    """Return points for being where asked or near it, and who is where nobody may be."""
    codes, is_stated = need.region.codes, terms["county"] != 0
    is_barred, is_inside, share = np.zeros((3, len(terms)))
    for code in need.region.excluded:
        is_barred = np.maximum(is_barred, _within(terms, code))
    for code in codes:
        is_inside = np.maximum(is_inside, _within(terms, code))
        share = np.maximum(share, _near(terms, code))
    if need.region.strict and codes:
        is_barred = np.maximum(is_barred, is_stated & (is_inside == 0))
    points: Points = REGION_POINTS * np.maximum(is_inside, share) * (is_barred == 0)
    return points, is_barred > 0


def _within(terms: Array, code: str) -> Mask:
    county, city, outer = terms["county"], terms["city"], _number(code)
    within: Mask = (county == outer) | (city == outer) | (county // 10_000 * 10_000 == outer)
    return within & (county > 0)


def _near(terms: Array, code: str) -> Points:
    city, is_in_province = _number(city_of(code)), terms["county"] // 10_000 == _number(code) // 10_000
    in_city = (terms["city"] == city) & (city > 0)
    shares: Points = np.where(in_city, NEAR[2][0], NEAR[1][0]) * (is_in_province & (terms["county"] > 0))
    return shares
