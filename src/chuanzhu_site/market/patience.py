"""How long things may wait (时限), in days: when those whose turn it is are reminded, and when a broker calls them.

The people themselves always come first: a broker finds a silent case in the queue only some days after its reminder.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from chuanzhu_site.market.lifecycle import Step

if TYPE_CHECKING:
    from collections.abc import Mapping

QUOTE_DAYS: Final = 3
CALL_BACK_DAYS: Final = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """After how many days without a move the side whose turn it is is reminded, and a broker calls."""

    remind: int
    call: int


SILENCE: Final[Mapping[Step, Silence]] = {
    Step.ASKED: Silence(remind=3, call=5),
    Step.ACCEPTED: Silence(remind=4, call=5),
    Step.QUOTING: Silence(remind=5, call=7),
    Step.QUOTED: Silence(remind=5, call=7),
    Step.SAMPLING: Silence(remind=10, call=14),
    Step.AWARDED: Silence(remind=5, call=7),
    Step.ORDERED: Silence(remind=25, call=30),
    Step.DELIVERED: Silence(remind=7, call=14),
}
