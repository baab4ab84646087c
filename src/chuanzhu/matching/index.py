"""Finding candidates: an inverted index over the supplies' words and concepts.

The index is tantivy's; what goes into it is decided here. Besides words and character pairs each supply is filed under
the concepts it is (``=7``), the broader ones of those (``^7``) and those it merely mentions (``~7``), so that a search
for 聚酰胺66 finds 尼龙66 without expanding any text.
"""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING, Final

import tantivy

from chuanzhu.matching.products import ProductName, grams, read_product

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from chuanzhu.matching.meaning import Meaning
    from chuanzhu.matching.wants import Wants
    from chuanzhu.model import Supply
    from chuanzhu.taxonomy.lexicon import Lexicon

_HEAP_BYTES: Final = 128_000_000
_BOOSTS: Final = {"=": 2.0, "^": 2.0, "~": 0.5}
_PROGRESS_STEP: Final = 1000


class SupplyIndex:
    """An inverted index over supplies, in memory. Supplies are numbered by their position in the list."""

    def __init__(
        self,
        supplies: Sequence[Supply],
        lexicon: Lexicon,
        meaning: Meaning,
        *,
        progress: Callable[[int, int], None] | None = None,
    ) -> None:
        """File every supply; ``progress`` is told (done, all) now and then."""
        self._schema: Final = (
            tantivy.SchemaBuilder()
            .add_text_field("terms", tokenizer_name="whitespace", index_option="freq")
            .add_integer_field("number", fast=True)
            .build()
        )
        self._index: Final = tantivy.Index(self._schema)
        self.products: Final[list[ProductName]] = []
        counts: Counter[str] = Counter()
        writer = self._index.writer(_HEAP_BYTES, num_threads=1)
        for number, supply in enumerate(supplies):
            product = read_product(supply.product, lexicon)
            terms = set(_text_terms(product))
            counts.update(terms)
            self.products.append(product)
            filed = " ".join([*sorted(terms), *_concept_terms(product, lexicon)])
            writer.add_document(tantivy.Document(terms=filed, number=number))
            if progress and number % _PROGRESS_STEP == 0:
                progress(number, len(supplies))
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()
        self._searcher: Final = self._index.searcher()
        self._rarity: Final = {term: _rarity(count, len(supplies)) for term, count in counts.items()}
        self._unseen: Final = _rarity(0, len(supplies))
        self._directions: Final = meaning.of_names([supply.product for supply in supplies])

    def rarity(self, term: str) -> float:
        """How much a text term tells supplies apart: inverse document frequency (Robertson and Spärck Jones, 1976)."""
        return self._rarity.get(term, self._unseen)

    def directions(self, numbers: Sequence[int]) -> NDArray[np.float32]:
        """Return the directions of meaning (n, d) of these supplies' product names."""
        return self._directions[list(numbers)]

    def candidates(self, wants: Wants, *, limit: int) -> list[int]:
        """Return the numbers of supplies that share most with what is wanted, best first, at most ``limit``."""
        clauses = [
            (
                tantivy.Occur.Should,
                tantivy.Query.boost_query(tantivy.Query.term_query(self._schema, "terms", term, "freq"), weight),
            )
            for term, weight in _search_terms(wants).items()
        ]
        if not clauses:
            return []
        hits = self._searcher.search(tantivy.Query.boolean_query(clauses), limit, count=False).hits
        numbers = self._searcher.fast_field_values("number", [address for _, address in hits])
        return [int(number) for number in numbers if number is not None]


def _rarity(count: int, total: int) -> float:
    return math.log(1 + (total - count + 0.5) / (count + 0.5))


def _text_terms(product: ProductName) -> Iterator[str]:
    for item in product.items:
        yield from grams(item)


def _concept_terms(product: ProductName, lexicon: Lexicon) -> list[str]:
    heads = sorted(product.heads)
    above = sorted({ancestor for head in heads for ancestor in lexicon.ancestors[head]})
    return [
        *(f"={head}" for head in heads),
        *(f"^{ancestor}" for ancestor in above),
        *(f"~{concept}" for concept in sorted(product.qualifiers)),
    ]


def _search_terms(wants: Wants) -> Mapping[str, float]:
    """Weigh what to look up: the words, the wanted concepts in each way of filing, and what is related to them."""
    terms = dict(wants.terms)
    for number, wanted in wants.concepts.items():
        terms |= {f"{way}{number}": boost * wanted.weight for way, boost in _BOOSTS.items()}
    for number, relation in wants.relations.items():
        if relation.code not in {"same", "narrower"}:
            terms[f"={number}"] = max(terms.get(f"={number}", 0.0), _BOOSTS["="] * relation.value)
    return terms
