"""The matcher: one list of supplies, asked about one demand after the other."""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from chuanzhu.matching.index import SupplyIndex
from chuanzhu.matching.meaning import Meaning, bundled_meaning, unit
from chuanzhu.matching.needs import read_need
from chuanzhu.matching.ranking import Judge, product_reasons
from chuanzhu.matching.rules import BROKEN, DEAL, deal_reasons
from chuanzhu.matching.wants import Wanted, Wants, look_for, named_concepts
from chuanzhu.model import Answer, Match, Unmet
from chuanzhu.taxonomy.lexicon import Lexicon, bundled_lexicon

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from chuanzhu.model import Demand, Need, Supply

_CANDIDATES: Final = 500
_BATCH: Final = 64
FIT_POINTS, WORDS_POINTS, LISTED_POINTS = 16.0, 12.0, 10.0
_IDENTIFIES: Final = frozenset({"same", "kind", "alias", "described", "narrower", "broader"})
# A supply fits when its product earns the first, and is what is wanted by the lexicon or shares so many words that it
# earns the second for them: a product that is merely similar fits nobody. Supplies below the third are not even listed.
# ADR 0002 tells how many of the judged pairs at each score are right.

_DESCRIBED_BEST: Final = 5
_DESCRIBED_FROM, _DESCRIBED_SURE, _DESCRIBED_WEIGHT, _NAMED_SETTLES = 0.3, 0.75, 0.8, 0.4
# A concept whose description is as near (cosine) to the demand as the first begins to count, as the second counts
# fully, with the third as its weight: a described thing is never as sure as a named one. The more surely a demand names
# something, the less its description counts, down to the fourth for a demand that names its thing outright.


@dataclass(frozen=True, slots=True, kw_only=True)
class _Knowledge:
    """What the trade knows: its lexicon, the meaning of words, and the direction (concepts, d) of each concept."""

    lexicon: Lexicon
    meaning: Meaning
    concepts: NDArray[np.float32]


class Matcher:
    """Matches demands against one list of supplies.

    >>> from chuanzhu import Demand, Supply
    >>> matcher = Matcher.build([Supply(id="1", enterprise="某尼龙厂", product="聚酰胺66切片")])
    >>> [match.supply.enterprise for match in matcher.match(Demand(text="求购PA66切片 20吨/月"), limit=10)]
    ['某尼龙厂']
    """

    def __init__(self, supplies: Sequence[Supply], index: SupplyIndex, knowledge: _Knowledge) -> None:
        """Hold what :meth:`build` has made."""
        self._supplies: Final = supplies
        self._index: Final = index
        self._knowledge: Final = knowledge
        self._judge: Final = Judge(lexicon=knowledge.lexicon, rarity=index.rarity)

    @classmethod
    def build(cls, supplies: Iterable[Supply], *, progress: Callable[[int, int], None] | None = None) -> Matcher:
        """Index a list of supplies in memory; ``progress`` is told (done, all) now and then."""
        listed = tuple(supplies)
        lexicon, meaning = bundled_lexicon(), bundled_meaning()
        directions = meaning.of_concepts(
            [concept.name for concept in lexicon.concepts], [" ".join(concept.plain) for concept in lexicon.concepts]
        )
        knowledge = _Knowledge(lexicon=lexicon, meaning=meaning, concepts=directions)
        return cls(listed, SupplyIndex(listed, lexicon, meaning, progress=progress), knowledge)

    def match(self, demand: Demand, *, limit: int = 10, today: dt.date | None = None) -> tuple[Match, ...]:
        """Return the supplies that fit a demand, best first, at most ``limit``; none where nothing fits."""
        return next(self.answers([demand], limit=limit, today=today)).matches

    def answers(
        self, demands: Iterable[Demand], *, limit: int = 10, today: dt.date | None = None, home: str = ""
    ) -> Iterator[Answer]:
        """Answer demands in order. ``today`` is what 国庆前 and 两周内 are relative to, ``home`` the region of 本省."""
        day = today or dt.date.today()  # noqa: DTZ011 (a deadline is a calendar day where the buyer is)
        needs = (read_need(demand, lexicon=self._knowledge.lexicon, today=day, home=home) for demand in demands)
        while batch := list(itertools.islice(needs, _BATCH)):
            for need, direction in zip(batch, self._directions(batch), strict=True):
                yield self._answer(need, direction, limit=limit)

    def _directions(self, needs: Sequence[Need]) -> NDArray[np.float32]:
        """Return unit vectors (n, d): half the whole message, half the words that name the thing."""
        whole = self._knowledge.meaning.of_sentences([need.demand.text for need in needs])
        core = self._knowledge.meaning.of_sentences([_core_words(need) or need.demand.text for need in needs])
        return unit(whole + core)

    def _answer(self, need: Need, direction: NDArray[np.float32], *, limit: int) -> Answer:
        wants = self._wants(need, direction)
        chain = _chain(wants, self._knowledge.lexicon)
        judged = sorted(self._judged(wants, direction), key=_order)
        matches = [match for match in judged if not _breaks_a_rule(match)]
        if any(_fits(match) for match in matches):
            return Answer(need=need, chain=chain, matches=tuple(matches[:limit]))
        return Answer(need=need, chain=chain, unmet=_unmet(need, judged))

    def _wants(self, need: Need, direction: NDArray[np.float32]) -> Wants:
        lexicon = self._knowledge.lexicon
        concepts = named_concepts(need.phrases, lexicon)
        named = max((wanted.weight for wanted in concepts.values()), default=0.0)
        blurred = {
            above for number in concepts for above in lexicon.ancestors[number] if concepts[number].weight == named
        }
        for number, wanted in self._described(direction, doubt=1 - _NAMED_SETTLES * named) if need.phrases else ():
            if number not in blurred and (number not in concepts or concepts[number].weight < wanted.weight):
                concepts[number] = wanted
        return look_for(need, concepts, lexicon, rarity=self._index.rarity)

    def _described(self, direction: NDArray[np.float32], *, doubt: float) -> Iterator[tuple[int, Wanted]]:
        """Return the concepts whose plain description is near the demand: how one asks who does not know the name.

        ``doubt`` from 0 to 1 tells how much the names in the demand leave open.
        """
        nearness = self._knowledge.concepts @ direction
        for number in np.argsort(-nearness, kind="stable")[:_DESCRIBED_BEST]:
            share = (float(nearness[number]) - _DESCRIBED_FROM) / (_DESCRIBED_SURE - _DESCRIBED_FROM)
            if share > 0:
                weight = _DESCRIBED_WEIGHT * doubt * min(1.0, share)
                yield int(number), Wanted(weight=weight, words="", is_named=False)

    def _judged(self, wants: Wants, direction: NDArray[np.float32]) -> Iterator[Match]:
        numbers = self._index.candidates(wants, limit=_CANDIDATES)
        nearness = self._index.directions(numbers) @ direction if numbers else np.zeros(0)
        for number, near in zip(numbers, nearness, strict=True):
            supply, product = self._supplies[number], self._index.products[number]
            reasons = product_reasons(self._judge, wants, supply, product, nearness=float(near))
            if sum(reason.points for reason in reasons) >= LISTED_POINTS:
                yield Match(need=wants.need, supply=supply, reasons=(*reasons, *deal_reasons(wants.need, supply)))


def _core_words(need: Need) -> str:
    return "".join(phrase.text for phrase in need.phrases if phrase.weight >= _DESCRIBED_FROM)


def _order(match: Match) -> float:
    return -match.score


def _breaks_a_rule(match: Match) -> bool:
    return any(reason.code in BROKEN for reason in match.reasons)


def _product_points(match: Match) -> float:
    return sum(reason.points for reason in match.reasons if reason.code not in DEAL)


def _fits(match: Match) -> bool:
    is_the_thing = any(
        reason.code in _IDENTIFIES or (reason.code == "words" and reason.points >= WORDS_POINTS)
        for reason in match.reasons
    )
    return is_the_thing and _product_points(match) >= FIT_POINTS


def _chain(wants: Wants, lexicon: Lexicon) -> str:
    """Return the chain of the concept that is wanted most surely; empty where none is known."""
    best = max(wants.concepts, key=lambda number: wants.concepts[number].weight, default=None)
    return lexicon.concepts[best].chains[0] if best is not None and lexicon.concepts[best].chains else ""


def _unmet(need: Need, judged: Sequence[Match]) -> Unmet:
    """Say why no supply fits; the nearest miss is the best that only a rule keeps out, else the most similar one."""
    if not need.wanted:
        return Unmet(why="没有读懂要什么:请写明产品名称")
    barred = next((match for match in judged if _fits(match)), None)
    if barred is not None:
        broken = ";".join(reason.text for reason in barred.reasons if reason.code in BROKEN)
        return Unmet(why=f"有供这类产品的企业,但都不合硬性要求;最接近的一家:{broken}", nearest=barred)
    nearest = judged[0] if judged else None
    similar = "只有相近的产品" if nearest else "也没有相近的产品"
    return Unmet(why=f"供给清单里没有“{need.wanted}”,{similar}", nearest=nearest)
