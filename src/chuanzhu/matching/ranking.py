"""Judging candidates: how well a supply's product fits what is wanted, as reasons whose points add up to the score.

Of 100 points, 83 go to the product (what it is by the lexicon, its words, its meaning) and 17 to the terms of the deal,
so that terms decide between equal products and never lift a wrong one over a right one. The shares were fitted on
judged demands by cross-validation; ADR 0002 tells how.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from chuanzhu.matching.explanation import concept_reason, name_reason, words_reason
from chuanzhu.matching.products import HEAD_SURE, grams
from chuanzhu.matching.wants import MENTIONED, Relation
from chuanzhu.model import Reason

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from chuanzhu.matching.products import ProductName
    from chuanzhu.matching.wants import Wants
    from chuanzhu.model import Supply
    from chuanzhu.taxonomy.lexicon import Lexicon

CONCEPT_POINTS, COVERED_POINTS, EXACT_POINTS, MEANING_POINTS = 33.0, 25.0, 4.0, 21.0
_BEARS_NAME: Final = 0.7
_COVERED_ENOUGH: Final = 0.15
_NEAR_ENOUGH: Final = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """What judging needs to know besides the two sides: the trade's words, and how rare each text term is."""

    lexicon: Lexicon
    rarity: Callable[[str], float]


def product_reasons(
    judge: Judge, wants: Wants, supply: Supply, product: ProductName, *, nearness: float
) -> list[Reason]:
    """Return the reasons for a supply's product, strongest first; empty when nothing speaks for it.

    ``nearness`` is the cosine between what is wanted and the product's name, in [-1, 1]; see
    :mod:`chuanzhu.matching.meaning`.
    """
    offered = {term: judge.rarity(term) for item in product.items for term in grams(item)}
    reasons = [
        *_concept_reason(judge, wants, supply, product, offered),
        *_word_reason(wants, supply, offered),
        *_meaning_reason(wants, supply, nearness),
    ]
    return sorted(reasons, key=lambda reason: -reason.points)


def _concept_reason(
    judge: Judge, wants: Wants, supply: Supply, product: ProductName, offered: Mapping[str, float]
) -> Iterator[Reason]:
    by_head = [
        (relation.value * sure, relation)
        for head, sure in product.heads.items()
        if (relation := wants.relations.get(head)) is not None
    ]
    by_mention = [
        (wants.concepts[concept].weight * MENTIONED * sure, Relation(value=0, code="mention", wanted=concept))
        for concept, sure in product.qualifiers.items()
        if concept in wants.concepts
    ]
    value, relation = max(by_head + by_mention, key=lambda found: found[0], default=(0.0, None))
    by_name, name = max(_by_name(wants, product), default=(0.0, ""))
    if by_name > value:
        yield name_reason(wants, name, supply=supply, product=product, points=round(CONCEPT_POINTS * by_name, 2))
        return
    if relation is None or value <= 0:
        return
    points = CONCEPT_POINTS * value
    if relation.code == "same":
        points += COVERED_POINTS * value * _unsaid(wants, wants.concepts[relation.wanted].words, offered)
    yield concept_reason(judge.lexicon, wants, relation, supply=supply, product=product, points=round(points, 2))


def _by_name(wants: Wants, product: ProductName) -> list[tuple[float, str]]:
    """Return how surely each of the supply's names is one that is wanted and that the lexicon does not know."""
    return [
        (_BEARS_NAME * weight * (HEAD_SURE + (1 - HEAD_SURE) * len(name) / len(item)), name)
        for name, weight in wants.names.items()
        for item in product.items
        if item.endswith(name)
    ]


def _unsaid(wants: Wants, words: str, offered: Mapping[str, float]) -> float:
    """Return the share of what is asked for that the supply answers by another name, so that it is no word short."""
    if not wants.whole_worth:
        return 0.0
    return sum(wants.worth.get(term, 0.0) for term in set(grams(words)) if term not in offered) / wants.whole_worth


def _word_reason(wants: Wants, supply: Supply, offered: Mapping[str, float]) -> Iterator[Reason]:
    shared = [term for term in wants.worth if term in offered]
    whole, own = wants.whole_worth, sum(offered.values())
    if not shared or not whole:
        return
    common = sum(wants.worth[term] for term in shared)
    covered, exact = common / whole, min(1.0, common / own)
    points = COVERED_POINTS * covered + (EXACT_POINTS * exact if covered > _COVERED_ENOUGH else 0)
    yield words_reason(shared, supply=supply, points=round(points, 2))


def _meaning_reason(wants: Wants, supply: Supply, nearness: float) -> Iterator[Reason]:
    if nearness >= _NEAR_ENOUGH:
        yield Reason(
            code="meaning",
            points=round(MEANING_POINTS * nearness, 2),
            text=f"意思相近(语义相似度{nearness:.2f})",
            asked=wants.need.wanted or wants.need.demand.text,
            offered=supply.product,
        )
