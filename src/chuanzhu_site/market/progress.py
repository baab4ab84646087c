"""How far an engagement is: the beads of its thread, and whose turn it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from chuanzhu_site.market.lifecycle import Party, Step

if TYPE_CHECKING:
    from collections.abc import Mapping

_THREAD: Final = (
    ("意向", {Step.EXPRESSED, Step.ASKED}),
    ("报价", {Step.ACCEPTED, Step.QUOTING, Step.QUOTED, Step.SAMPLING}),
    ("选定", {Step.AWARDED}),
    ("下单", {Step.ORDERED}),
    ("交付", {Step.DELIVERED}),
    ("确认", {Step.CONFIRMED}),
    ("回访", {Step.FOLLOWED}),
)
_BOTH: Final = frozenset({Party.BUYER, Party.SUPPLIER})
_WAITS_FOR: Final[Mapping[Step, frozenset[Party]]] = {
    Step.EXPRESSED: frozenset({Party.BUYER}),
    Step.ASKED: frozenset({Party.SUPPLIER}),
    Step.ACCEPTED: _BOTH,
    Step.QUOTING: frozenset({Party.SUPPLIER}),
    Step.QUOTED: frozenset({Party.BUYER}),
    Step.SAMPLING: _BOTH,
    Step.AWARDED: _BOTH,
    Step.ORDERED: _BOTH,
    Step.DELIVERED: _BOTH,
    Step.CONFIRMED: frozenset({Party.BROKER}),
}


def beads(step: Step) -> list[tuple[str, str]]:
    """Return (name, "done", "now" or "") of each bead; an engagement that ended has none.

    >>> beads(Step.AWARDED)[1:4]
    [('报价', 'done'), ('选定', 'now'), ('下单', '')]
    """
    here = next((number for number, (_, steps) in enumerate(_THREAD) if step in steps), None)
    if here is None:
        return []
    return [
        (name, "done" if number < here else "now" if number == here else "") for number, (name, _) in enumerate(_THREAD)
    ]


def waits_for(step: Step) -> frozenset[Party]:
    """Return who has to act next; nobody where it is over."""
    return _WAITS_FOR.get(step, frozenset())
