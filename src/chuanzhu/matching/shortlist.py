"""The shortlist for one need: candidates judged as arrays, put into words only as far down as anyone will read."""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from chuanzhu.matching.explanation import Explainer
from chuanzhu.matching.ranking import LISTED_POINTS, Judged, judge
from chuanzhu.matching.rules import BROKEN, deal_reasons, most_deal_points
from chuanzhu.model import Match

if TYPE_CHECKING:
    from collections.abc import Iterator

    import tantivy
    from numpy.typing import NDArray

    from chuanzhu.matching.index import View
    from chuanzhu.matching.wants import Wants
    from chuanzhu.model import Reason, Supply
    from chuanzhu.taxonomy.lexicon import Lexicon

_CANDIDATES: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class _Candidate:
    """A supply at its position among the judged, with what the terms of the deal say of it, and its score."""

    at: int
    supply: Supply
    deal: tuple[Reason, ...]
    score: float

    @property
    def breaks_a_rule(self) -> bool:
        return any(reason.code in BROKEN for reason in self.deal)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortlist:
    """Judged candidates, best product first as ``order`` (listed,) has their positions, and what explains them."""

    judged: Judged
    order: NDArray[np.int64]
    explainer: Explainer
    view: View

    @property
    def size(self) -> int:
        """How many candidates are good enough to be listed at all."""
        return len(self.order)

    def matches(self, *, limit: int) -> tuple[Match, ...]:
        """Return the best that break no rule, at most ``limit``; none where nobody's product is what is wanted.

        The terms of the deal may still reorder what the product put in order, so the walk down goes on until they
        cannot any more.
        """
        most = most_deal_points(self.explainer.wants.need)
        product, fits = self.judged.product, self.judged.fits
        kept: list[_Candidate] = []
        best_scores: list[float] = []
        is_met = False
        for at in self.order:
            if len(best_scores) == limit and product[at] + most < best_scores[0]:
                if is_met:
                    break
                if not fits[at]:
                    continue
            candidate = self._candidate(at, product[at])
            if not candidate.breaks_a_rule:
                kept.append(candidate)
                is_met = is_met or bool(fits[at])
                (heapq.heappush if len(best_scores) < limit else heapq.heappushpop)(best_scores, candidate.score)
        best = sorted(kept, key=lambda candidate: -candidate.score)[:limit] if is_met else ()
        return tuple(self._match(candidate) for candidate in best)

    def _candidate(self, at: int, product_points: float) -> _Candidate:
        supply = self.view.supply(int(self.judged.rows[at]))
        deal = tuple(deal_reasons(self.explainer.wants.need, supply))
        score = product_points + sum(reason.points for reason in deal)
        return _Candidate(at=at, supply=supply, deal=deal, score=round(score, 6))

    def _match(self, candidate: _Candidate) -> Match:
        """Put a candidate into words."""
        at, supply = candidate.at, candidate.supply
        items = self.view.columns["items"].text(int(self.judged.rows[at])).decode("utf-8", "surrogatepass")
        reasons = (*self.explainer.product_reasons(at, supply, tuple(items.split("\n"))), *candidate.deal)
        return Match(need=self.explainer.wants.need, supply=supply, reasons=reasons)

    def nearest(self) -> Match | None:
        """Return the best candidate, rules or no rules."""
        return next(self._best(self.order), None)

    def nearest_fit(self) -> Match | None:
        """Return the best candidate whose product is what is wanted, rules or no rules."""
        return next(self._best(self.order[self.judged.fits[self.order]]), None)

    def _best(self, order: NDArray[np.int64]) -> Iterator[Match]:
        most = most_deal_points(self.explainer.wants.need)
        product = self.judged.product
        close = [self._candidate(at, product[at]) for at in order if product[at] + most >= product[order[0]]]
        yield from (self._match(candidate) for candidate in sorted(close, key=lambda each: -each.score)[:1])


def shortlist(
    wants: Wants, view: View, query: tantivy.Query, lexicon: Lexicon, *, direction: NDArray[np.float32]
) -> Shortlist:
    """Judge what a query finds; ``direction`` (d,) is the meaning of what is wanted."""
    rows = view.rows(query, limit=_CANDIDATES)
    judged = judge(wants, rows, view.columns, direction=direction)
    product = judged.product
    order = np.argsort(-product, kind="stable")
    return Shortlist(
        judged=judged,
        order=order[product[order] >= LISTED_POINTS],
        explainer=Explainer(wants=wants, judged=judged, lexicon=lexicon),
        view=view,
    )
