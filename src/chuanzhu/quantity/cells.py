"""Reading a cell of a list that should hold one quantity and nothing else."""

from __future__ import annotations

import functools
import re
from typing import Final

from chuanzhu.model import Quantity
from chuanzhu.quantity.grammar import AMOUNT, TAIL, UNIT, build
from chuanzhu.quantity.reading import find_quantities
from chuanzhu.quantity.units import PERIOD_NAMES, SYMBOLS, UNLISTED, QuantityError
from chuanzhu.text import fold

_UNSTATED: Final = re.compile(
    r"[\-/\\~.。*?、_]*|若干|面议|不限|长期|待定|不定|详谈|电议|无|未知|未定|暂无|另议|可议|协商|大量|批量|按需|少量|现货|充足|多种"
    r"|按订单|看需求|按合同|n/?a|null|none|nan|tbd"
)
_CUE: Final = (
    rf"(?:(?P<cue>每个?|一个?)?(?P<cued>{'|'.join(sorted(PERIOD_NAMES, key=len, reverse=True))})"
    r"(?:产能|产量|产|需求量?|需|用量|用|供应?量?|采购量?|销量)?[:为]?\s?)?"
)
_CELL: Final = re.compile(rf"{_CUE}{AMOUNT}\s?(?P<unit>{UNIT})?\s?{TAIL}")
# Every trade has counting words of its own (20榀, 300 标箱): kept as written after a number in digits.
_UNLISTED_CELL: Final = re.compile(rf"(?=[^0-9]{{0,8}}[0-9]){_CUE}{AMOUNT}\s?(?P<unit>{UNLISTED}?){TAIL}")
_LEFT_OVER: Final = re.compile(r"[0-9/一二两三四五六七八九十百千万亿]")
_NEGATIVE: Final = re.compile(r"(?:-|负|零下)\s?[0-9.一二两三四五六七八九十]")
# Most cells of a long list look like this; reading them without the full grammar is several times faster.
_SIMPLE: Final = re.compile(r"([0-9]{1,15}(?:\.[0-9]{1,9})?)\s?([^\s0-9/]{0,4})(?:/([天日周月季年]))?")
_CURE: Final = "请写成“20吨/月”“1000件”这样的数字加单位；没有定的写“面议”或留空。"


@functools.lru_cache(maxsize=16384)
def parse_quantity(cell: str) -> Quantity | None:
    """Read a cell of a quantity or capacity column; None where it says that nothing is stated (面议, 若干, -, empty).

    A number alone has the unit "", a counting word that is not in ``UNITS`` (20榀) is a unit as written. A note around
    a single amount ("优质 20吨/月") is passed over. Raises QuantityError with the value and the cure for a negative
    amount and for anything else.

    >>> parse_quantity("20~25吨/月")
    Quantity(amount=20.0, unit='t', per='month', maximum=25.0, approximate=False, at_least=False)
    """
    folded = fold(cell).strip()
    simple = _SIMPLE.fullmatch(folded)
    if simple and (not simple[2] or simple[2] in SYMBOLS):
        unit = SYMBOLS[simple[2]] if simple[2] else ""
        return Quantity(float(simple[1]), unit, per=PERIOD_NAMES[simple[3]] if simple[3] else "")
    if _UNSTATED.fullmatch(folded):
        return None
    if _NEGATIVE.match(folded):
        raise QuantityError(f"数量“{_shown(cell)}”是负数。{_CURE}")
    match = _CELL.fullmatch(folded)
    unlisted = None if match else _UNLISTED_CELL.fullmatch(folded)
    found = _from_cell(match or unlisted) or _only_one(cell)
    if found is None:
        raise QuantityError(f"看不懂数量“{_shown(cell)}”。{_CURE}")
    return found


def _from_cell(match: re.Match[str] | None) -> Quantity | None:
    return match and build(match, per=PERIOD_NAMES[match["cued"]] if match["cued"] else "")


def _only_one(cell: str) -> Quantity | None:
    """Find the one amount in a cell with words around it; None where more numbers stand there than it explains."""
    found = find_quantities(cell)
    if len(found) != 1:
        return None
    rest = cell[: found[0].start] + cell[found[0].end :]
    return None if _LEFT_OVER.search(fold(rest)) else found[0].quantity


def _shown(cell: str) -> str:
    """Keep the shown value short: a cell can hold 50,000 characters."""
    text = cell.strip()
    return text if len(text) <= 40 else text[:40] + "…"  # noqa: PLR2004 (about one line of a message)
