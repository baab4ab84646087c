"""What an index files of a supply: the terms it is found by, and the columns it is ranked by."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from chuanzhu.matching.columns import Joined, lengths, marks
from chuanzhu.matching.deals import TERMS, file_certificates, file_terms
from chuanzhu.matching.products import ProductName, grams, read_product
from chuanzhu.matching.records import supply_to_json
from chuanzhu.taxonomy.certificates import covers
from chuanzhu.taxonomy.regions import city_of
from chuanzhu.text import squeeze

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from chuanzhu.matching.knowledge import Knowledge
    from chuanzhu.model import Supply
    from chuanzhu.taxonomy.lexicon import Lexicon

READ_AT_MOST: Final = 1000
# Characters of a product name that are read: a longer one is a catalogue, or no name at all. It is kept whole.
PLACE, CERTIFICATE = "@", "!"
# What condition terms begin with; alone they stand for "not stated".

CONCEPT: Final = np.dtype([("concept", "<i4"), ("sure", "<f4")])
DTYPES: Final[Mapping[str, np.dtype[Any]]] = {
    "heads": CONCEPT,
    "mentions": CONCEPT,
    "grams": np.dtype("<u4"),
    "items": np.dtype("u1"),
    "directions": np.dtype("i1"),
    "terms": TERMS,
    "fulfilled": np.dtype("<u4"),
    "records": np.dtype("u1"),
}
# By column: the concepts that a supply is and those it merely mentions, marks of its text terms, its single products'
# names, its direction of meaning, its terms of a deal and the marks of the certificates it fulfils, and the supply.


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """Some supplies, read: for each its id, its terms, its conditions' terms, and by column its run of values."""

    ids: list[str]
    terms: list[str]
    conditions: list[str]
    columns: dict[str, Joined]


def file_supplies(supplies: Sequence[Supply], knowledge: Knowledge) -> Filed:
    """Read supplies for an index."""
    names = [supply.product[:READ_AT_MOST] for supply in supplies]
    products = [read_product(name, knowledge.lexicon) for name in names]
    text_terms = [sorted({gram for item in product.items for gram in grams(item)}) for product in products]
    directions = knowledge.meaning.of_names(names)
    return Filed(
        ids=[encodable(supply.id) for supply in supplies],
        terms=[
            " ".join([*terms, *_concept_terms(product, knowledge.lexicon)])
            for terms, product in zip(text_terms, products, strict=True)
        ],
        conditions=[encodable(" ".join(_condition_terms(supply))) for supply in supplies],
        columns={
            "heads": _joined_concepts([product.heads for product in products]),
            "mentions": _joined_concepts([product.qualifiers for product in products]),
            "grams": Joined(values=marks(itertools.chain(*text_terms)), lengths=lengths(text_terms)),
            "items": _joined_bytes(["\n".join(product.items).encode("utf-8", "surrogatepass") for product in products]),
            "directions": Joined(
                values=np.round(directions.ravel() * 127).astype(np.int8),
                lengths=np.full(len(directions), knowledge.meaning.width),
            ),
            "terms": file_terms(supplies),
            "fulfilled": file_certificates(supplies),
            "records": _joined_bytes([supply_to_json(supply) for supply in supplies]),
        },
    )


def encodable(text: str) -> str:
    """Return a text with what UTF-8 cannot hold, half a character from a damaged file, written out."""
    return text.encode("utf-8", "backslashreplace").decode()


def _joined_bytes(contents: Sequence[bytes]) -> Joined:
    return Joined(values=np.frombuffer(b"".join(contents), dtype="u1"), lengths=lengths(contents))


def _joined_concepts(found: Sequence[Mapping[int, float]]) -> Joined:
    pairs = itertools.chain.from_iterable(each.items() for each in found)
    return Joined(values=np.array(list(pairs), dtype=CONCEPT), lengths=lengths(found))


def _concept_terms(product: ProductName, lexicon: Lexicon) -> list[str]:
    heads = sorted(product.heads)
    above = sorted({ancestor for head in heads for ancestor in lexicon.ancestors[head]})
    return [
        *(f"={head}" for head in heads),
        *(f"^{ancestor}" for ancestor in above),
        *(f"~{concept}" for concept in sorted(product.qualifiers)),
    ]


def _condition_terms(supply: Supply) -> tuple[str, ...]:
    """Return the terms of where a supply is and of which certificates it fulfils, or that it does not say."""
    region, certificates = supply.region, supply.certificates
    places = (region, city_of(region), f"{region[:2]}0000") if region else ("",)
    fulfilled = ("",) if certificates is None else (code for held in certificates for code in (held, *covers(held)))
    return (*(PLACE + code for code in dict.fromkeys(places)), *map(certificate_term, dict.fromkeys(fulfilled)))


def certificate_term(code: str) -> str:
    """Return the condition term of a certificate."""
    return CERTIFICATE + squeeze(code)
