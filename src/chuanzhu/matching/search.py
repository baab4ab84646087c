"""What to look up: the words, the wanted concepts in each way of filing, what is related to them, and the rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import tantivy

from chuanzhu.matching.filing import CERTIFICATE, PLACE, certificate_term
from chuanzhu.matching.wants import BROADER, SIBLING
from chuanzhu.taxonomy.certificates import is_paper

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from chuanzhu.matching.wants import Wants
    from chuanzhu.model import Need
    from chuanzhu.taxonomy.lexicon import Lexicon

    Rule = tuple[tantivy.Occur, tuple[str, ...]]

_IS, _UNDER, _MENTIONS = "=", "^", "~"
_BOOSTS: Final = {_IS: 2.0, _UNDER: 2.0, _MENTIONS: 0.5}


def search_terms(wants: Wants, lexicon: Lexicon) -> Mapping[str, float]:
    """Weigh what to look up. Brothers of a wanted concept are found as what is under the same broader one."""
    terms = dict(wants.terms)
    for number, wanted in wants.concepts.items():
        _raise(terms, {f"{way}{number}": boost * wanted.weight for way, boost in _BOOSTS.items()})
        for above, steps in lexicon.ancestors[number].items():
            _raise(terms, {f"{_IS}{above}": _BOOSTS[_IS] * wanted.weight * BROADER**steps})
            if steps == 1:
                _raise(terms, {f"{_UNDER}{above}": _BOOSTS[_UNDER] * wanted.weight * SIBLING})
    return terms


def _raise(terms: dict[str, float], others: Mapping[str, float]) -> None:
    for term, weight in others.items():
        terms[term] = max(terms.get(term, 0.0), weight)


def query_of(terms: Mapping[str, float], schema: tantivy.Schema) -> tantivy.Query:
    """Return a query for any of the terms, each with its weight."""
    return tantivy.Query.boolean_query(
        [
            (
                tantivy.Occur.Should,
                tantivy.Query.boost_query(tantivy.Query.term_query(schema, "terms", term, "freq"), weight),
            )
            for term, weight in terms.items()
        ]
    )


def narrowed(query: tantivy.Query, rules: Sequence[Rule], schema: tantivy.Schema) -> tantivy.Query:
    """Narrow a query to supplies that break none of the rules for certain."""
    if not rules:
        return query
    clauses = [(tantivy.Occur.Must, query)]
    for occur, terms in rules:
        queries = (tantivy.Query.term_query(schema, "conditions", term, "basic") for term in terms)
        anyone = tantivy.Query.boolean_query([(tantivy.Occur.Should, each) for each in queries])
        clauses.append((occur, tantivy.Query.const_score_query(anyone, 0.0)))
    return tantivy.Query.boolean_query(clauses)


def rules_of(need: Need) -> list[Rule]:
    """Return the rules of a need that narrow a search: condition terms of which a supply must have one, or may none."""
    rules: list[Rule] = []
    if need.region.strict and need.region.codes:
        rules.append((tantivy.Occur.Must, (PLACE, *(PLACE + code for code in need.region.codes))))
    if need.region.excluded:
        rules.append((tantivy.Occur.MustNot, tuple(PLACE + code for code in need.region.excluded)))
    demanded = (code for code in need.certificates if not is_paper(code))
    rules += [(tantivy.Occur.Must, (CERTIFICATE, certificate_term(code))) for code in demanded]
    return rules
