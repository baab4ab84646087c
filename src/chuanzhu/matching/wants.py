"""From a need's words to what is looked for: concepts of the lexicon, names it does not know, and terms of text."""

from __future__ import annotations

import functools
import itertools
import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from chuanzhu.matching.products import grams, mentions_by_place, sureness
from chuanzhu.text import squeeze

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from chuanzhu.model import Need, Phrase
    from chuanzhu.taxonomy.lexicon import Lexicon, Mention

_LIST: Final = re.compile(r"[、/+和及]|或者?")
_TERM_LIST: Final = re.compile(r"[、/+]")
_KIND_WORD: Final = re.compile(r"(?<=.{3})(?:平台软件|软件|服务|业务|装置|设备|仪器|产品|制品|材料)$")
_ON_IT: Final = re.compile(r"(?:上面|里面|上|里|内|中|配套)$")
_ORDERED: Final = re.compile(r"(?:代工|外协|定制|加工|等|整套|成套|样品)+$")

# How much of a wanted concept's weight each relation to it carries. Steps up lose more than steps down: a buyer of deep
# groove bearings is not served by 轴承 for sure, a buyer of bearings is served by any.
_NARROWER, BROADER, SIBLING, _COUSIN, _PART, _MATERIAL = 0.95, 0.6, 0.4, 0.3, 0.15, 0.15
_QUALIFIER, _IN_USE = 0.45, 0.6
RELATIONS: Final = ("same", "narrower", "broader", "sibling", "part", "material")
_GUESSES: Final = RELATIONS.index("part")  # this and what follows is not drawn from a thing that was itself inferred
MENTIONED: Final = 0.5
_DESCRIBED, _NAMED_SETTLES = 0.8, 0.4
# The weight of a concept whose description is as near as can be: a described thing is never as sure as a named one.
# What the second takes of it where a demand names its thing outright.


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A concept that a need asks for: how surely (0 to 1), in which words, and whether it was named or described."""

    weight: float
    words: str
    is_named: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Relations:
    """How each concept of the lexicon relates to what is wanted: arrays (concepts,).

    ``values`` tell how far a supply of the concept answers the need, 0 to 1; ``codes`` are positions in ``RELATIONS``;
    ``wanted`` is the wanted concept that the relation is to.
    """

    values: NDArray[np.float64]
    codes: NDArray[np.int8]
    wanted: NDArray[np.int32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wants:
    """All that a search looks for.

    ``concepts`` are by concept number; ``names`` are wanted names that end in no concept the lexicon knows, squeezed,
    with their weights; ``terms`` are weights by gram, ``worth`` the same weights times the rarity of the gram.
    """

    need: Need
    concepts: Mapping[int, Wanted]
    relations: Relations
    names: Mapping[str, float]
    terms: Mapping[str, float]
    worth: Mapping[str, float]


def look_for(need: Need, concepts: Mapping[int, Wanted], lexicon: Lexicon, *, rarity: Callable[[str], float]) -> Wants:
    """Put together what to look for, given the concepts that a need names or describes."""
    terms = text_terms(need.phrases)
    return Wants(
        need=need,
        concepts=concepts,
        relations=relate(concepts, lexicon),
        names=unknown_names(need.phrases, lexicon),
        terms=terms,
        worth={term: weight * rarity(term) for term, weight in terms.items()},
    )


def wanted_concepts(need: Need, described: Sequence[tuple[int, float]], lexicon: Lexicon) -> dict[int, Wanted]:
    """Put together the concepts that a need names and those it only ``described``, each of these with its share."""
    concepts = named_concepts(need.phrases, lexicon)
    named = max((wanted.weight for wanted in concepts.values()), default=0.0)
    blurred = {above for number in concepts for above in lexicon.ancestors[number] if concepts[number].weight == named}
    for number, share in described if need.phrases else ():
        weight = _DESCRIBED * (1 - _NAMED_SETTLES * named) * share
        if number not in blurred and (number not in concepts or concepts[number].weight < weight):
            concepts[number] = Wanted(weight=weight, words="", is_named=False)
    return concepts


def named_concepts(phrases: Sequence[Phrase], lexicon: Lexicon) -> dict[int, Wanted]:
    """Find the concepts that the phrases name; the one a phrase ends in counts most, those of its use least."""
    found: dict[int, Wanted] = {}
    for phrase, item in _items(phrases, _LIST):
        for mention, is_head in mentions_by_place(_ORDERED.sub("", item) or item, lexicon):
            weight = phrase.weight * (1.0 if is_head else _QUALIFIER) * sureness(mention)
            _want(found, mention, weight * (1.0 if phrase.role == "wanted" else _IN_USE))
    for weight, mention in _with_their_use(phrases, lexicon):
        _want(found, mention, weight * sureness(mention))
    return found


def _want(found: dict[int, Wanted], mention: Mention, weight: float) -> None:
    for concept in mention.concepts:
        if concept not in found or found[concept].weight < weight:
            found[concept] = Wanted(weight=weight, words=mention.alias)


def _with_their_use(phrases: Sequence[Phrase], lexicon: Lexicon) -> Iterator[tuple[float, Mention]]:
    """Return what a thing is called together with its use: who asks for 存储用的服务器 wants a 存储服务器."""
    for use, thing in itertools.pairwise(phrases):
        if (use.role, thing.role) == ("use", "wanted"):
            before = _ON_IT.sub("", squeeze(use.text))
            joined = before + squeeze(thing.text)
            for mention in lexicon.mentions(joined):
                if mention.end == len(joined) and mention.start < len(before):
                    yield thing.weight, mention


def unknown_names(phrases: Sequence[Phrase], lexicon: Lexicon) -> dict[str, float]:
    """Return the wanted names that a supply may bear though the lexicon does not know them.

    They are those whose end it does not know, and those that only a word for the kind of thing (服务, 软件, 装置) keeps
    from being a supply's whole name: 汽车检测服务 is offered as 汽车检测.
    """
    names: dict[str, float] = {}
    for phrase, item in _items(phrases, _LIST):
        name = _ORDERED.sub("", item) or item
        if phrase.role == "wanted" and len(name) > 1:
            for each in _names(name, lexicon):
                names[each] = max(names.get(each, 0.0), phrase.weight)
    return names


def _names(name: str, lexicon: Lexicon) -> Iterator[str]:
    short = _KIND_WORD.sub("", name)
    if not any(is_head for _, is_head in mentions_by_place(name, lexicon)):
        yield name
    if short != name:
        yield from (each for each in (name, short) if not lexicon.named(each))


def text_terms(phrases: Sequence[Phrase]) -> dict[str, float]:
    """Weigh the grams of the phrases; within a phrase those near its end count more."""
    terms: defaultdict[str, float] = defaultdict(float)
    for phrase, item in _items(phrases, _TERM_LIST):
        for gram in grams(item):
            letters = gram.removeprefix("#")
            near_end = (item.rfind(letters) + len(letters)) / len(item)
            terms[gram] = max(terms[gram], phrase.weight * (0.6 + 0.4 * near_end))
    return dict(terms)


def _items(phrases: Sequence[Phrase], separator: re.Pattern[str]) -> Iterator[tuple[Phrase, str]]:
    for phrase in phrases:
        for part in separator.split(phrase.text):
            if item := squeeze(part):
                yield phrase, item


def relate(concepts: Mapping[int, Wanted], lexicon: Lexicon) -> Relations:
    """Spread the wanted concepts over the hierarchy; each reached concept keeps its strongest relation."""
    total = len(lexicon.concepts)
    values, codes, wanted_by = np.zeros(total), np.zeros(total, dtype=np.int8), np.zeros(total, dtype=np.int32)
    for number, wanted in concepts.items():
        reached = _reached(lexicon, number)
        offered = wanted.weight * reached.shares
        is_better = offered > values[reached.concepts]
        if not wanted.is_named:
            is_better &= reached.codes < _GUESSES
        better = reached.concepts[is_better]
        values[better], codes[better], wanted_by[better] = offered[is_better], reached.codes[is_better], number
    return Relations(values=values, codes=codes, wanted=wanted_by)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reached:
    concepts: NDArray[np.int32]
    shares: NDArray[np.float64]
    codes: NDArray[np.int8]


@functools.lru_cache(maxsize=4096)
def _reached(lexicon: Lexicon, number: int) -> _Reached:
    """Return the concepts that a wanted one leads to, each once, by its strongest relation."""
    best: dict[int, tuple[float, str]] = {}
    for concept, share, code in _related(number, lexicon):
        if concept not in best or best[concept][0] < share:
            best[concept] = (share, code)
    return _Reached(
        concepts=np.array(list(best), dtype=np.int32),
        shares=np.array([share for share, _ in best.values()]),
        codes=np.array([RELATIONS.index(code) for _, code in best.values()], dtype=np.int8),
    )


def _related(number: int, lexicon: Lexicon) -> Iterator[tuple[int, float, str]]:
    yield number, 1.0, "same"
    for below, steps in lexicon.descendants[number].items():
        yield below, _NARROWER**steps, "narrower"
    for above, steps in lexicon.ancestors[number].items():
        yield above, BROADER**steps, "broader"
        if steps == 1:
            for beside, down in lexicon.descendants[above].items():
                if beside != number and down <= 2:  # noqa: PLR2004 (brothers and nephews, no further)
                    yield beside, SIBLING if down == 1 else _COUSIN, "sibling"
    concept = lexicon.concepts[number]
    for code, share, names in (("part", _PART, concept.part_of), ("material", _MATERIAL, concept.made_of)):
        for name in names:
            for other in lexicon.named(name)[:1]:
                yield other, share, code
