"""Saying why: each reason as a sentence that a clerk can read out on the telephone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from chuanzhu.model import Reason
from chuanzhu.text import as_written, squeeze

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chuanzhu.matching.products import ProductName
    from chuanzhu.matching.wants import Relation, Wants
    from chuanzhu.model import Supply
    from chuanzhu.taxonomy.lexicon import Lexicon

# What a concept of the supply is to the wanted one. {asked} are the buyer's words, {offered} the supplier's, {name} is
# what the lexicon calls the wanted thing.
SENTENCES: Final = {
    "same": "品名相同:供“{offered}”",
    "kind": "“{offered}”就是一种“{asked}”",
    "alias": "同物异名:“{offered}”和“{asked}”都是“{name}”",
    "described": "供“{offered}”,就是“{name}”",
    "narrower": "“{offered}”属于“{name}”",
    "broader": "“{offered}”是大类,请问清有没有“{name}”",
    "sibling": "“{offered}”和“{name}”是同类产品,不是同一种",
    "part": "“{name}”用在“{offered}”上,对方做的是整机或上一级产品",
    "material": "“{offered}”是做“{name}”的料",
    "mention": "“{offered}”提到“{name}”,但主要不是它",
}
_DESCRIBED: Final = "按描述推断要的是“{name}”;"


def concept_reason(
    lexicon: Lexicon, wants: Wants, relation: Relation, *, supply: Supply, product: ProductName, points: float
) -> Reason:
    """Say how what the supply is relates to what is wanted, and where that was inferred from a description."""
    wanted = wants.concepts[relation.wanted]
    asked = wanted.words or squeeze(wants.need.wanted)
    code = _refined(relation.code, asked, product, is_named=wanted.is_named)
    sentence = SENTENCES[code] if wanted.is_named else _DESCRIBED + SENTENCES[code]
    written = as_written(asked, wants.need.demand.text)
    text = sentence.format(asked=written, offered=supply.product, name=lexicon.concepts[relation.wanted].name)
    return Reason(code=code, points=points, text=text, asked=written, offered=supply.product)


def name_reason(wants: Wants, name: str, *, supply: Supply, product: ProductName, points: float) -> Reason:
    """Say that the supply bears the wanted name, which the lexicon does not know."""
    code = "same" if name in product.items else "kind"
    asked = as_written(name, wants.need.demand.text)
    text = SENTENCES[code].format(asked=asked, offered=supply.product, name=asked)
    return Reason(code=code, points=points, text=text, asked=asked, offered=supply.product)


def _refined(code: str, asked: str, product: ProductName, *, is_named: bool) -> str:
    """Tell the same name, a name with words before it, another name and a described thing apart."""
    if code == "same" and not is_named:
        return "described"
    if code != "same" or asked in product.items:
        return code
    return "kind" if any(item.endswith(asked) for item in product.items) else "alias"


def words_reason(shared: Sequence[str], *, supply: Supply, points: float) -> Reason:
    """Say which words both sides use."""
    words = [term for term in shared if not term.startswith("#")] or [term.removeprefix("#") for term in shared]
    kept = "、".join(word for word in words if not any(word != other and word in other for other in words))
    return Reason(code="words", points=points, text=f"字面相合:{kept}", asked=kept, offered=supply.product)
