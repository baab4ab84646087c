"""What a firm's name, products and scope mention, and how much each mention counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from chuanzhu.placing.scope import HEAD, clauses, name_core, scope_body

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from chuanzhu.placing.records import Profile
    from chuanzhu.taxonomy.lexicon import Mention

PLACES: Final = {"name": "企业名称", "product": "产品", "made": "经营范围里生产的", "other": "只是销售、研发或服务的"}
MADE: Final = frozenset({"name", "product", "made"})
_SHOWN_WORDS: Final = 3
_MAIN_PRODUCT, _FURTHER_PRODUCT, _ONLY_SOLD_OR_DONE = 1.0, 0.5, 0.3
_ACTS: Final = {"made": 1.0, "": 1.0, "designed": 0.6, "serviced": 0.35, "sold": 0.3}
_IN_NAME: Final = 0.5
_FADING: Final = 0.25
_MAKING: Final = frozenset({"made", ""})


class Finder(Protocol):
    """Finds known words in a squeezed text: the trade lexicon, or the cue words of the industries."""

    def mentions(self, squeezed: str) -> Sequence[Mention]:
        """Return the words found, in order of position."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """A known word in a firm's texts: where it stands (a key of ``PLACES``), and its weight, above 0, at most 1."""

    word: str
    concepts: tuple[int, ...]
    place: str
    weight: float


def hints(profile: Profile, finder: Finder) -> tuple[Hint, ...]:
    """Return all known words that a firm's texts mention.

    What a word ends in counts fully, what qualifies it less; the first product counts more than the others, the first
    things of the scope more than later ones, what is made more than what is merely sold.
    """
    return (*_in_name(profile.name, finder), *_in_products(profile.products, finder), *_in_scope(profile.scope, finder))


def _in_name(name: str, finder: Finder) -> Iterator[Hint]:
    text, core = name_core(name)
    for mention in finder.mentions(text):
        headness = HEAD if mention.end >= core else _IN_NAME
        if _is_word(mention, headness):
            yield _hint(mention, "name", headness)


def _in_products(products: Sequence[str], finder: Finder) -> Iterator[Hint]:
    for number, product in enumerate(products):
        share = _FURTHER_PRODUCT if number else _MAIN_PRODUCT
        for mention, headness, act in _mentions(product, finder):
            yield _hint(mention, "product" if act in _MAKING else "other", share * headness * _ACTS[act])


def _in_scope(scope: str, finder: Finder) -> Iterator[Hint]:
    body = scope_body(scope)
    seen: set[str] = set()
    so_far = dict.fromkeys(("made", "other"), 0)
    for mention, headness, act in _mentions(body, finder):
        if mention.alias in seen:
            continue
        seen.add(mention.alias)
        place = "made" if act in _MAKING else "other"
        share = _ACTS[act] if place == "made" else _ONLY_SOLD_OR_DONE * _ACTS[act]
        yield _hint(mention, place, share * headness / (1 + _FADING * so_far[place]))
        so_far[place] += 1


def _mentions(text: str, finder: Finder) -> Iterator[tuple[Mention, float, str]]:
    for clause in clauses(text):
        for mention in finder.mentions(clause.text):
            headness = clause.headness(mention.end)
            if not clause.is_act(mention.start, mention.end) and _is_word(mention, headness):
                yield mention, headness, clause.act_on(mention.start, mention.end)


def _is_word(mention: Mention, headness: float) -> bool:
    """Tell whether a find is a word of the text: one character inside a longer word (包 in 包装) is none."""
    return headness == HEAD or mention.end - mention.start > 1


def _hint(mention: Mention, place: str, weight: float) -> Hint:
    return Hint(word=mention.alias, concepts=mention.concepts, place=place, weight=weight)


def quoted(words: Iterable[str]) -> str:
    """Quote the first three of some words for a reason, each once.

    >>> quoted(["电缆", "电线", "电缆"])
    '“电缆”“电线”'
    """
    each = list(dict.fromkeys(words))
    shown = "".join(f"“{word}”" for word in each[:_SHOWN_WORDS])
    return f"{shown}等" if len(each) > _SHOWN_WORDS else shown
