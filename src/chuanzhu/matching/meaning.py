"""Nearness of meaning: product names and demands as static vectors, so that no list needs an encoder to be read.

A text's vector is the sum of the vectors of its words, characters and ending (``data/meaning.npz``). They were fitted
twice by ridge regression: first to imitate multilingual-e5-small (Wang et al., 2024) on the lexicon's names, then to
bring each plain description near the concept it describes. ``scripts/distil_meaning.py`` makes the file and prints how
well both succeed on what they were not fitted to.
"""

from __future__ import annotations

import functools
import io
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from chuanzhu.text import bigrams, squeeze, words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]


def features(text: str) -> Iterator[str]:
    """Return what a name's vector is the sum of: words, character pairs, characters, and the last one and two."""
    item = squeeze(text)
    yield from ("w:" + word for word in words(item))
    yield from ("b:" + pair for pair in bigrams(item))
    yield from ("u:" + character for character in item if not character.isascii())
    if len(item) > 1:
        yield "t:" + item[-2:]
        yield "t1:" + item[-1:]


class Meaning:
    """Static vectors of names, sentences and concepts; all in one space of unit vectors."""

    def __init__(
        self,
        *,
        vocabulary: dict[str, int],
        vectors: NDArray[np.int8],
        scales: Vectors,
        concepts: dict[str, NDArray[np.int8]],
    ) -> None:
        """Take F features, vectors (F, d) with scales (F,), and the vectors (d,) of concepts by name."""
        self._vocabulary: Final = vocabulary
        self._vectors: Final = vectors
        self._scales: Final = scales
        self._concepts: Final = concepts
        self.width: Final = vectors.shape[1]

    def of_names(self, names: Sequence[str]) -> Vectors:
        """Return unit vectors (n, d) of product names; a name without any known feature has the zero vector."""
        out = np.zeros((len(names), self.width), dtype=np.float32)
        for row, name in enumerate(names):
            known = [self._vocabulary[feature] for feature in features(name) if feature in self._vocabulary]
            if known:
                out[row] = self._scales[known] @ self._vectors[known].astype(np.float32)
        return unit(out)

    def of_concepts(self, names: Sequence[str], descriptions: Sequence[str]) -> Vectors:
        """Return unit vectors (n, d) of lexicon entries; one added since the file was made is read as a name."""
        out = np.zeros((len(names), self.width), dtype=np.float32)
        for row, (name, description) in enumerate(zip(names, descriptions, strict=True)):
            stored = self._concepts.get(name)
            out[row] = self.of_names([f"{name}{description}"])[0] if stored is None else stored
        return unit(out)


def unit(vectors: Vectors) -> Vectors:
    """Scale each row of (n, d) to length one; a zero row stays zero."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    scaled: Vectors = (vectors / np.maximum(lengths, 1e-9)).astype(np.float32)
    return scaled


@functools.cache
def bundled_arrays() -> Mapping[str, NDArray[Any]]:
    """Return the arrays of ``data/meaning.npz`` by name, read once per process."""
    stored = (resources.files("chuanzhu") / "data" / "meaning.npz").read_bytes()
    with np.load(io.BytesIO(stored), allow_pickle=False) as arrays:
        return dict(arrays)


def names_in(joined: NDArray[np.uint8]) -> list[str]:
    """Return the names that an array of the file holds as one text."""
    return joined.tobytes().decode().split("\n")


@functools.cache
def bundled_meaning() -> Meaning:
    """Return the vectors that come with this library, read once per process."""
    arrays = bundled_arrays()
    return Meaning(
        vocabulary={name: number for number, name in enumerate(names_in(arrays["features"]))},
        vectors=arrays["vectors"],
        scales=arrays["scales"].astype(np.float32),
        concepts=dict(zip(names_in(arrays["concept_names"]), arrays["concepts"], strict=True)),
    )
