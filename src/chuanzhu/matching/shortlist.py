"""The shortlist for one need: candidates judged as arrays, put into words only as far down as anyone will read."""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from chuanzhu.matching.explanation import Explainer
from chuanzhu.matching.ranking import LISTED_POINTS, Judged, judge
from chuanzhu.matching.rules import BROKEN, deal_reasons, most_deal_points
from chuanzhu.matching.search import narrowed, query_of, rules_of, search_terms
from chuanzhu.model import Match

if TYPE_CHECKING:
    import tantivy
    from numpy.typing import NDArray

    from chuanzhu.matching.index import View
    from chuanzhu.matching.wants import Wants
    from chuanzhu.model import Reason, Supply
    from chuanzhu.taxonomy.lexicon import Lexicon

CANDIDATES: Final = 500


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

    def matches(self, *, limit: int) -> tuple[Match, ...]:
        """Return the best that break no rule, at most ``limit``; none where nobody's product is what is wanted.

        The terms of the deal may still reorder what the product put in order, so the walk down goes on until they
        cannot any more.
        """
        most = most_deal_points(self.explainer.wants.need)
        product, fits = self.judged.product.tolist(), self.judged.fits.tolist()
        kept: list[_Candidate] = []
        best_scores: list[float] = []
        is_met = False
        for at in self.order.tolist():
            if len(best_scores) == limit and product[at] + most < best_scores[0]:
                if is_met:
                    break
                if not fits[at]:
                    continue
            candidate = self._candidate(at, product[at])
            if not candidate.breaks_a_rule:
                kept.append(candidate)
                is_met = is_met or fits[at]
                (heapq.heappush if len(best_scores) < limit else heapq.heappushpop)(best_scores, candidate.score)
        best = sorted(kept, key=lambda candidate: -candidate.score)[:limit] if is_met else ()
        return tuple(self._match(candidate) for candidate in best)

    def match(self, at: int) -> Match:
        """Put the candidate at a position into words."""
        return self._match(self._candidate(at, float(self.judged.product[at])))

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
        return self._best(self.order)

    def nearest_fit(self) -> Match | None:
        """Return the best candidate whose product is what is wanted, rules or no rules."""
        return self._best(self.order[self.judged.fits[self.order]])

    def _best(self, order: NDArray[np.int64]) -> Match | None:
        most = most_deal_points(self.explainer.wants.need)
        product = self.judged.product.tolist()
        close = [self._candidate(at, product[at]) for at in order.tolist() if product[at] + most >= product[order[0]]]
        best = max(close, key=lambda candidate: candidate.score, default=None)
        return self._match(best) if best else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """One need looked up in one view of the index; ``direction`` (d,) is the meaning of what is wanted."""

    wants: Wants
    view: View
    lexicon: Lexicon
    direction: NDArray[np.float32]

    @property
    def has_rules(self) -> bool:
        """Whether the need sets rules that narrow the search."""
        return bool(rules_of(self.wants.need))

    def within_rules(self) -> Shortlist:
        """Judge the candidates that break no rule of the need for certain."""
        return self._found(narrowed(self._query(), rules_of(self.wants.need), self.view.schema))

    def anyone(self) -> Shortlist:
        """Judge the candidates, rules or no rules."""
        return self._found(self._query())

    def _query(self) -> tantivy.Query:
        return query_of(search_terms(self.wants, self.lexicon), self.view.schema)

    def only(self, row: int) -> Shortlist:
        """Judge one supply, whether a search would find it or not."""
        return self._judged(np.array([row]))

    def _found(self, query: tantivy.Query) -> Shortlist:
        return self._judged(self.view.rows(query, limit=CANDIDATES))

    def _judged(self, rows: NDArray[np.int64]) -> Shortlist:
        judged = judge(self.wants, rows, self.view.columns, direction=self.direction)
        product = judged.product
        order = np.argsort(-product, kind="stable")
        return Shortlist(
            judged=judged,
            order=order[product[order] >= LISTED_POINTS],
            explainer=Explainer(wants=self.wants, judged=judged, lexicon=self.lexicon),
            view=self.view,
        )
