"""Finding quantities and specifications in free text, and telling them apart.

Count and mass with a plain amount are quantities; ratings, grades, models, sizes and pack sizes are specifications.
Length, area, volume, power and energy are quantities unless they describe a machine that is itself counted.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from chuanzhu.quantity.candidates import amounts, sides
from chuanzhu.quantity.specs import bare_specs, pattern_specs
from chuanzhu.quantity.units import UNITS
from chuanzhu.text import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chuanzhu.model import Quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundQuantity:
    """A quantity and where it stands: ``text`` is the stretch from ``start`` to ``end`` of what was searched."""

    start: int
    end: int
    text: str
    quantity: Quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundSpec:
    """A number that describes a thing, and where it stands: ``text`` is the stretch from ``start`` to ``end``."""

    start: int
    end: int
    text: str


_TRIAL: Final = re.compile(r"先[要试拿送发来做]|[打小送]样|样[品件机]|首批|首单|试[机用样产制]|样$")
_TRIAL_AFTER: Final = re.compile(r"[^,。;]{0,2}(?:先试|试[机用样产制]|[小打]样|样品|样)|试")
# Words that say how the goods travel, or count a feature: they lose to a mass and to a count of the thing itself.
_WEAK_COUNT: Final = frozenset("车批单吊令路项面节座组头")
_YIELD: Final = re.compile(r"产能?|处理|供应")


def find_quantities(text: str) -> list[FoundQuantity]:
    """Return the amounts that a text wants or offers, in order; positions refer to ``text`` as given. Never raises.

    >>> [found.text for found in find_quantities("外径50的轴承, 先要5套, 后面每月约3000套")]
    ['5套', '每月约3000套']
    """
    return list(_read(text)[0])


def find_specs(text: str) -> list[FoundSpec]:
    """Return the numbers of a text that describe a thing, in order, never overlapping a quantity. Never raises.

    >>> [found.text for found in find_specs("1200V 300A的模块8000只, φ50")]
    ['1200V', '300A', 'φ50']
    """
    return list(_read(text)[1])


def main_quantity(found: Sequence[FoundQuantity], text: str) -> Quantity | None:
    """Return the quantity that states the demand; None where there is none but money.

    A recurring need wins over a single amount, a single amount over a trial or a sample; what a machine yields
    (年产, 日处理) loses to the number of machines. Of equals the first is taken.
    """
    folded = fold(text)
    stated = [item for item in found if UNITS[item.quantity.unit].dimension not in {"money", ""}]
    return max(stated, key=lambda item: _evidence(item, folded)).quantity if stated else None


def _evidence(item: FoundQuantity, folded: str) -> float:
    before, after = sides(folded, item.start, item.end)
    is_trial = _TRIAL.search(before[-6:]) or _TRIAL_AFTER.match(after)
    is_yield = _YIELD.search(before[-4:] + fold(item.text))
    dimension = UNITS[item.quantity.unit].dimension
    points = 0.5 if dimension in {"count", "mass"} and item.quantity.unit != "g" else 0.0
    points -= 0.2 if item.quantity.unit in _WEAK_COUNT else 0.0
    points += (0.2 if is_yield else 2.0) if item.quantity.per else (0.4 if is_yield is None else 0.0)
    return points - (1.5 if is_trial else 0.0)


@functools.lru_cache(maxsize=256)
def _read(text: str) -> tuple[tuple[FoundQuantity, ...], tuple[FoundSpec, ...]]:
    folded = fold(text)
    specs = pattern_specs(folded)
    taken = {at for span in specs for at in range(*span)}
    quantities: list[FoundQuantity] = []
    for start, end, quantity in amounts(text, folded, taken=taken):
        if quantity is None:
            specs.append((start, end))
        else:
            quantities.append(FoundQuantity(start=start, end=end, text=text[start:end], quantity=quantity))
        taken.update(range(start, end))
    specs += [span for span in bare_specs(folded) if taken.isdisjoint(range(*span))]
    found = tuple(FoundSpec(start=start, end=end, text=text[start:end]) for start, end in sorted(specs))
    return tuple(sorted(quantities, key=lambda item: item.start)), found
