"""Reading a demand that describes its thing (能把两块铁皮粘牢又耐高温的胶): which concepts of the lexicon it may mean.

Two measures are added. One is the cosine between the demand and each concept, both as vectors of
:mod:`chuanzhu.matching.meaning`; the other is BM25 (Robertson and Zaragoza, 2009) over the words and characters of each
concept's names, uses and plain descriptions. Its weights are computed beforehand by ``scripts/distil_meaning.py``, so
that a demand costs one sum over the postings of its words.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Final

import numpy as np

from chuanzhu.matching.meaning import bundled_arrays, bundled_meaning, features, names_in
from chuanzhu.taxonomy.lexicon import bundled_lexicon

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from chuanzhu.matching.meaning import Vectors

    Counts = NDArray[np.int64]

_BEST: Final = 5
_WORDS_SHARE: Final = 0.4
_LOOKED_AT: Final = 500  # concepts whose words come nearest; only of these the direction is compared
_FROM, _SURE = 0.6, 1.15
# What the words count beside the cosine, set on descriptions held out from the lexicon; and the sums at which a concept
# begins to count and counts fully. These two were compared on the judged demands: the held-out descriptions, which are
# cleaner than demands, would have put them higher (ADR 0002).


def word_features(text: str) -> Iterator[str]:
    """Return the features of a text that descriptions are filed under: its words and its characters."""
    return (feature for feature in features(text) if feature.startswith(("w:", "u:")))


class Descriptions:
    """What describes each concept: its direction of meaning, and the words that tell it from others."""

    def __init__(
        self, *, directions: Vectors, words: dict[str, int], starts: Counts, concepts: Counts, weights: Vectors
    ) -> None:
        """Take unit vectors (n, d) of n concepts, and what they are filed under.

        Feature ``f`` of ``words`` files ``concepts[starts[f] : starts[f + 1]]`` with the ``weights`` there.
        A concept numbered n is none of these and is left out.
        """
        self._directions: Final = directions
        self._words: Final = words
        self._starts: Final = starts
        self._concepts: Final = concepts
        self._weights: Final = weights

    def described(self, text: str, direction: Vectors) -> list[tuple[int, float]]:
        """Return the concepts that a text may describe, surest first, each with a share over 0 up to 1; at most five.

        ``direction`` (d,) is the meaning of the text as a unit vector.

        >>> from chuanzhu.matching.meaning import bundled_meaning
        >>> text = "人走近自己往两边开的玻璃门"
        >>> found = bundled_descriptions().described(text, bundled_meaning().of_names([text])[0])
        >>> bundled_lexicon().concepts[found[0][0]].name
        '自动感应门'
        """
        ramp = ((number, (nearness - _FROM) / (_SURE - _FROM)) for number, nearness in self.nearest(text, direction))
        return [(number, min(1.0, share)) for number, share in ramp if share > 0]

    def nearest(self, text: str, direction: Vectors) -> list[tuple[int, float]]:
        """Return the five concepts nearest to a text, nearest first, each with the sum of the two measures."""
        by_words = self._by_words(text)
        front = _highest(by_words, _LOOKED_AT)
        nearness = np.einsum("nd,d->n", self._directions[front], direction) + _WORDS_SHARE * by_words[front]
        found = ((int(front[at]), float(nearness[at])) for at in _highest(nearness, _BEST))
        return sorted(found, key=lambda each: (-each[1], each[0]))

    def towards(self, direction: Vectors, described: Sequence[tuple[int, float]]) -> Vectors:
        """Turn the direction (d,) of a demand towards the concepts it describes, the further the surer they are.

        This is relevance feedback (Rocchio, 1971) with the lexicon in the place of documents that were read.
        """
        numbers, shares = [number for number, _ in described], np.array([share for _, share in described])
        if not numbers:
            return direction
        turned = direction + (shares @ self._directions[numbers]) / max(1.0, shares.sum())
        result: Vectors = (turned / max(float(np.linalg.norm(turned)), 1e-9)).astype(np.float32)
        return result

    def _by_words(self, text: str) -> NDArray[np.float32]:
        """Return for each concept how well its words cover those of a text, as a share of the best."""
        scores = np.zeros(len(self._directions) + 1, dtype=np.float32)
        for feature in dict.fromkeys(word_features(text)):
            if feature in self._words:
                start, end = self._starts[self._words[feature] :][:2]
                scores[self._concepts[start:end]] += self._weights[start:end]
        shares: Vectors = scores[:-1] / max(float(scores[:-1].max(initial=0.0)), 1e-9)
        return shares


def _highest(values: Vectors, count: int) -> Counts:
    """Return the positions of the highest values, in no order."""
    return np.argpartition(-values, count)[:count] if len(values) > count else np.arange(len(values))


@functools.cache
def bundled_descriptions() -> Descriptions:
    """Return the descriptions that come with this library, read once per process.

    A concept that was added to the lexicon since the file was made is found by its direction only.
    """
    concepts, arrays = bundled_lexicon().concepts, bundled_arrays()
    directions = bundled_meaning().of_concepts(
        [concept.name for concept in concepts], [" ".join(concept.plain) for concept in concepts]
    )
    numbers = {concept.name: number for number, concept in enumerate(concepts)}
    filed = np.array([numbers.get(name, len(concepts)) for name in names_in(arrays["concept_names"])])
    return Descriptions(
        directions=directions,
        words={word: number for number, word in enumerate(names_in(arrays["words"]))},
        starts=np.concatenate(([0], np.cumsum(arrays["word_counts"], dtype=np.int64))),
        concepts=filed[arrays["word_concepts"]],
        weights=arrays["word_weights"] * arrays["word_scale"],
    )
