"""The shortlist for one need: candidates judged as arrays, put into words only as far down as anyone will read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from chuanzhu.matching.deals import judge_deals
from chuanzhu.matching.explanation import Explainer
from chuanzhu.matching.ranking import LISTED_POINTS, Judged, judge
from chuanzhu.matching.rules import deal_reasons
from chuanzhu.matching.search import narrowed, query_of, rules_of, search_terms
from chuanzhu.model import Match

if TYPE_CHECKING:
    import tantivy
    from numpy.typing import NDArray

    from chuanzhu.matching.index import View
    from chuanzhu.matching.wants import Wants
    from chuanzhu.taxonomy.lexicon import Lexicon

CANDIDATES: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortlist:
    """Judged candidates, best score first as ``order`` (listed,) has their positions, and what explains them.

    ``is_barred`` (k,) tells who breaks a rule of the need.
    """

    judged: Judged
    is_barred: NDArray[np.bool_]
    order: NDArray[np.int64]
    explainer: Explainer
    view: View

    def matches(self, *, limit: int) -> tuple[Match, ...]:
        """Return the best that break no rule, at most ``limit``; none where nobody's product is what is wanted."""
        allowed = self.order[~self.is_barred[self.order]]
        if not self.judged.fits[allowed].any():
            return ()
        return tuple(sorted(map(self.match, allowed[:limit].tolist()), key=lambda match: -match.score))

    def match(self, at: int) -> Match:
        """Put the candidate at a position into words."""
        row = int(self.judged.rows[at])
        supply = self.view.supply(row)
        items = self.view.columns["items"].text(row).decode("utf-8", "surrogatepass")
        product_reasons = self.explainer.product_reasons(at, supply, tuple(items.split("\n")))
        need = self.explainer.wants.need
        return Match(need=need, supply=supply, reasons=(*product_reasons, *deal_reasons(need, supply)))

    def nearest(self) -> Match | None:
        """Return the best candidate, rules or no rules."""
        return self._best(self.order)

    def nearest_fit(self) -> Match | None:
        """Return the best candidate whose product is what is wanted, rules or no rules."""
        return self._best(self.order[self.judged.fits[self.order]])

    def _best(self, order: NDArray[np.int64]) -> Match | None:
        return self.match(int(order[0])) if len(order) else None


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
        deals = judge_deals(self.wants.need, rows, self.view.columns)
        listed = np.flatnonzero(judged.product >= LISTED_POINTS)
        score = np.round(judged.product + deals.points, 6)
        return Shortlist(
            judged=judged,
            is_barred=deals.is_barred,
            order=listed[np.lexsort((-judged.product[listed], -score[listed]))],
            explainer=Explainer(wants=self.wants, judged=judged, lexicon=self.lexicon),
            view=self.view,
        )
