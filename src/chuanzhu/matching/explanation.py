"""Saying why: each reason as a sentence that a clerk can read out on the telephone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chuanzhu.matching.ranking import MENTION, NAME, NOTHING, Judged
from chuanzhu.matching.wants import RELATIONS
from chuanzhu.model import Reason
from chuanzhu.text import as_written, squeeze

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chuanzhu.matching.wants import Wants
    from chuanzhu.model import Supply
    from chuanzhu.taxonomy.lexicon import Lexicon

# What a concept of the supply is to the wanted one. {asked} are the buyer's words, {offered} the supplier's, {name} is
# what the lexicon calls the wanted thing.
SENTENCES: dict[str, str] = {
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
_DESCRIBED = "按描述推断要的是“{name}”;"


@dataclass(frozen=True, slots=True, kw_only=True)
class Explainer:
    """Puts the points of candidates for one need into words."""

    wants: Wants
    judged: Judged
    lexicon: Lexicon

    def product_reasons(self, at: int, supply: Supply, items: tuple[str, ...]) -> list[Reason]:
        """Return the reasons for the candidate at a position, strongest first; empty when nothing speaks for it.

        ``items`` are the single products of the supply's name, squeezed.
        """
        reasons = [
            *self._concept_reason(at, supply, items),
            *self._words_reason(at, supply),
            *self._meaning_reason(at, supply),
        ]
        return sorted(reasons, key=lambda reason: -reason.points)

    def _concept_reason(self, at: int, supply: Supply, items: tuple[str, ...]) -> Iterator[Reason]:
        relation, wanted = int(self.judged.relation[at]), int(self.judged.wanted[at])
        if relation == NOTHING:
            return
        points = float(self.judged.concept[at])
        if relation == NAME:
            yield self._name_reason(list(self.wants.names)[wanted], supply, items, points=points)
            return
        concept, name = self.wants.concepts[wanted], self.lexicon.concepts[wanted].name
        asked = concept.words or squeeze(self.wants.need.wanted)
        code = "mention" if relation == MENTION else RELATIONS[relation]
        code = _refined(code, asked, items, is_named=concept.is_named)
        sentence = SENTENCES[code] if concept.is_named else _DESCRIBED + SENTENCES[code]
        written = as_written(asked, self.wants.need.demand.text)
        text = sentence.format(asked=written, offered=supply.product, name=name)
        yield Reason(code=code, points=points, text=text, asked=written, offered=supply.product)

    def _name_reason(self, name: str, supply: Supply, items: tuple[str, ...], *, points: float) -> Reason:
        """Say that the supply bears the wanted name, which the lexicon does not know."""
        code = "same" if name in items else "kind"
        asked = as_written(name, self.wants.need.demand.text)
        text = SENTENCES[code].format(asked=asked, offered=supply.product, name=asked)
        return Reason(code=code, points=points, text=text, asked=asked, offered=supply.product)

    def _words_reason(self, at: int, supply: Supply) -> Iterator[Reason]:
        """Say which words both sides use."""
        points = float(self.judged.words[at])
        if points <= 0:
            return
        shared = [term for term, is_shared in zip(self.wants.worth, self.judged.shared[at], strict=True) if is_shared]
        words = [term for term in shared if not term.startswith("#")] or [term.removeprefix("#") for term in shared]
        kept = "、".join(word for word in words if not any(word != other and word in other for other in words))
        yield Reason(code="words", points=points, text=f"字面相合:{kept}", asked=kept, offered=supply.product)

    def _meaning_reason(self, at: int, supply: Supply) -> Iterator[Reason]:
        points, near = float(self.judged.meaning[at]), float(self.judged.nearness[at])
        if points > 0:
            need = self.wants.need
            text = f"意思相近(语义相似度{near:.2f})"
            asked = need.wanted or need.demand.text
            yield Reason(code="meaning", points=points, text=text, asked=asked, offered=supply.product)


def _refined(code: str, asked: str, items: tuple[str, ...], *, is_named: bool) -> str:
    """Tell the same name, a name with words before it, another name and a described thing apart."""
    if code == "same" and not is_named:
        return "described"
    if code != "same" or asked in items:
        return code
    return "kind" if any(item.endswith(asked) for item in items) else "alias"
