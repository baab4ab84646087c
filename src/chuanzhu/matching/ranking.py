"""Judging candidates, all at once: how well each supply's product fits what is wanted, in points.

Of 100 points, 83 go to the product (what it is by the lexicon, its words, its meaning) and 17 to the terms of the deal,
so that terms decide between equal products and never lift a wrong one over a right one. The shares were fitted on
judged demands by cross-validation; ADR 0002 tells how. :mod:`chuanzhu.matching.explanation` puts the points of one
candidate into words.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from chuanzhu.matching.columns import marks
from chuanzhu.matching.products import HEAD_SURE, grams
from chuanzhu.matching.wants import MENTIONED, RELATIONS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from chuanzhu.matching.columns import Array, Column, Runs
    from chuanzhu.matching.wants import Wants

    Points = NDArray[np.float64]

CONCEPT_POINTS, COVERED_POINTS, EXACT_POINTS, MEANING_POINTS = 33.0, 25.0, 4.0, 21.0
FIT_POINTS, WORDS_POINTS, LISTED_POINTS = 16.0, 12.0, 10.0
# A supply fits when its product earns the first, and is what is wanted by the lexicon or shares so many words that it
# earns the second for them: a product that is merely similar fits nobody. Supplies below the third are not even listed.
# ADR 0002 tells how many of the judged pairs at each score are right.

NOTHING, MENTION, NAME = -1, len(RELATIONS), len(RELATIONS) + 1
_IDENTIFY: Final = (RELATIONS.index("same"), RELATIONS.index("narrower"), RELATIONS.index("broader"), NAME)
_SAME: Final = RELATIONS.index("same")
_BEARS_NAME: Final = 0.7
_COVERED_ENOUGH: Final = 0.15
_NEAR_ENOUGH: Final = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What was found of k candidates, as arrays (k,) of points, each rounded to hundredths.

    ``relation`` is a place in ``RELATIONS``, or ``MENTION`` (the product only mentions it), ``NAME`` (it bears a
    wanted name), ``NOTHING``; ``wanted`` is the wanted concept, or for a name its place in ``wants.names``. ``shared``
    (k, terms) tells which wanted terms a supply has, ``nearness`` is the cosine of meaning.
    """

    rows: NDArray[np.int64]
    concept: Points
    relation: NDArray[np.int8]
    wanted: NDArray[np.int32]
    words: Points
    shared: NDArray[np.bool_]
    meaning: Points
    nearness: Points

    @property
    def product(self) -> Points:
        """Points of the product: all but the terms of the deal."""
        points: Points = self.concept + self.words + self.meaning
        return points

    @property
    def fits(self) -> NDArray[np.bool_]:
        """Which candidates' products are what is wanted."""
        is_the_thing = np.isin(self.relation, _IDENTIFY) | (self.words >= WORDS_POINTS)
        fits: NDArray[np.bool_] = is_the_thing & (self.product >= FIT_POINTS)
        return fits


def judge(wants: Wants, rows: Array, columns: Mapping[str, Column], *, direction: Array) -> Judged:
    """Judge the candidates in these rows (k,); ``direction`` (d,) is the meaning of what is wanted."""
    shared, terms_each = _shared_terms(wants, columns["grams"].runs(rows), count=len(rows))
    value, relation, wanted = _by_concept(wants, rows, columns)
    _by_name(wants, rows, columns["items"], shared, found=(value, relation, wanted))
    table = columns["directions"].table(rows, width=len(direction))
    nearness = np.einsum("kd,d->k", table, direction.astype(np.float64) / 127)  # too small for threads to pay
    unsaid = _unsaid(wants, shared, np.where(relation == _SAME, wanted, NOTHING))
    return Judged(
        rows=rows,
        concept=np.round(value * (CONCEPT_POINTS + COVERED_POINTS * unsaid), 2),
        relation=relation,
        wanted=wanted,
        words=_words(wants, shared, terms_each),
        shared=shared,
        meaning=_meaning(nearness),
        nearness=nearness,
    )


def _meaning(nearness: Points) -> Points:
    points: Points = np.where(nearness >= _NEAR_ENOUGH, MEANING_POINTS * nearness, 0.0)
    return points.round(2)


def _shared_terms(wants: Wants, held: Runs, *, count: int) -> tuple[NDArray[np.bool_], Points]:
    """Return which wanted terms each supply has (k, terms), and how many terms it has in all (k,)."""
    wanted = marks(wants.worth)
    shared = np.zeros((count, len(wanted)), dtype=np.bool_)
    if len(wanted):
        order = np.argsort(wanted, kind="stable")
        places = np.minimum(np.searchsorted(wanted[order], held.values), len(wanted) - 1)
        is_wanted = wanted[order][places] == held.values
        shared[held.owners[is_wanted], order[places[is_wanted]]] = True
    return shared, np.bincount(held.owners, minlength=count).astype(np.float64)


def _by_concept(
    wants: Wants, rows: Array, columns: Mapping[str, Column]
) -> tuple[Points, NDArray[np.int8], NDArray[np.int32]]:
    """Return the best that what a supply is, or mentions, answers of the wanted concepts: value, relation, wanted."""
    heads, mentions = columns["heads"].runs(rows), columns["mentions"].runs(rows)
    named = np.zeros(len(wants.relations.values))
    for number, concept in wants.concepts.items():
        named[number] = concept.weight * MENTIONED
    owners = np.concatenate((heads.owners, mentions.owners))
    concepts = np.concatenate((heads.values["concept"], mentions.values["concept"]))
    values = np.concatenate(
        (
            wants.relations.values[heads.values["concept"]] * heads.values["sure"],
            named[mentions.values["concept"]] * mentions.values["sure"],
        )
    )
    codes = wants.relations.codes[concepts]
    targets = wants.relations.wanted[concepts]
    codes[len(heads.owners) :], targets[len(heads.owners) :] = MENTION, concepts[len(heads.owners) :]
    value, relation = np.zeros(len(rows)), np.full(len(rows), NOTHING, dtype=np.int8)
    wanted = np.full(len(rows), NOTHING, dtype=np.int32)
    best_last = np.argsort(values, kind="stable")[np.count_nonzero(values <= 0) :]
    at = owners[best_last]  # of values given to one place, the last stays
    value[at], relation[at], wanted[at] = values[best_last], codes[best_last], targets[best_last]
    return value, relation, wanted


def _by_name(
    wants: Wants,
    rows: Array,
    items: Column,
    shared: NDArray[np.bool_],
    *,
    found: tuple[Points, NDArray[np.int8], NDArray[np.int32]],
) -> None:
    """Raise the value of supplies that bear a wanted name which the lexicon does not know."""
    value, relation, wanted = found
    places = {term: place for place, term in enumerate(wants.worth)}
    for position, (name, weight) in enumerate(wants.names.items()):
        pairs = [places[gram] for gram in grams(name) if gram.startswith("#") and gram in places]
        for at in np.flatnonzero(shared[:, pairs].all(axis=1)):
            listed = items.text(rows[at]).decode("utf-8", "surrogatepass").split("\n")
            longest = max((len(name) / len(item) for item in listed if item.endswith(name)), default=0.0)
            sure = _BEARS_NAME * weight * (HEAD_SURE + (1 - HEAD_SURE) * longest) if longest else 0.0
            if sure > value[at]:
                value[at], relation[at], wanted[at] = sure, NAME, position


def _unsaid(wants: Wants, shared: NDArray[np.bool_], wanted: NDArray[np.int32]) -> Points:
    """Return the share of what is asked for that a supply answers by another name, so that it is no word short."""
    worth = np.array(list(wants.worth.values()))
    unsaid = np.zeros(len(wanted))
    if not worth.sum():
        return unsaid
    for number in set(wanted.tolist()) - {NOTHING}:
        words, places = set(grams(wants.concepts[number].words)), np.flatnonzero(wanted == number)
        said_by_name = np.array([term in words for term in wants.worth]) * worth
        unsaid[places] = np.einsum("kt,t->k", ~shared[places], said_by_name) / worth.sum()
    return unsaid


def _words(wants: Wants, shared: NDArray[np.bool_], terms_each: Points) -> Points:
    """Return points for the wanted words that a supply has, and for having few others."""
    worth = np.array(list(wants.worth.values()))
    if not worth.sum():
        return np.zeros(len(shared))
    covered = np.einsum("kt,t->k", shared, worth) / worth.sum()
    exact = shared.sum(axis=1) / np.maximum(terms_each, 1)
    points: Points = COVERED_POINTS * covered + np.where(covered > _COVERED_ENOUGH, EXACT_POINTS * exact, 0.0)
    return points.round(2)
