"""How well enterprises are placed in GB/T 4754 classes, beside two peers, and what each kind of evidence is worth.

    python benchmarks/placing.py [ENTERPRISES.jsonl]

The list has one object a line: name, products, scope, gb_code (the registered class); it is not part of the
repository. What is fitted, three weights, is fitted on four fifths and measured on the fifth that is left. The peers
need scikit-learn: TF-IDF over pairs of characters against the names and descriptions of the classes, and a linear
classifier over words and pairs of characters, trained on the other four fifths. Expected: docs/adr/0005-placing.md.
"""

from __future__ import annotations

import itertools
import json
import sys
import time
import zlib
from pathlib import Path

import numpy as np

from chuanzhu.placing import ClassPlacer, Profile
from chuanzhu.placing.classes import KINDS, WEIGHTS
from chuanzhu.placing.cues import industrial_classes
from chuanzhu.placing.fitting import fit_weights, softmax
from chuanzhu.taxonomy.industries import industries
from chuanzhu.text import bigrams, words

FILE = Path(__file__).parents[2] / "shared" / "data" / "placement" / "enterprises.dev.jsonl"
FOLDS, REPEATS, TOP = 5, 5, 5
CLASSES = industrial_classes()
NUMBERS = {code: number for number, code in enumerate(CLASSES)}
DIVISIONS = np.array([code[:2] for code in CLASSES])
BINS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.6, 0.8, 1.01)


def read(path):
    """Enterprises with a registered class, as profiles, and their classes' numbers."""
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    rows = [row for row in rows if row["gb_code"] in NUMBERS]
    profiles = [
        Profile(id=str(number), name=row["name"], products=tuple(row["products"]), scope=row["scope"])
        for number, row in enumerate(rows)
    ]
    return profiles, np.array([NUMBERS[row["gb_code"]] for row in rows])


def folds(count, seed):
    """Fold of each enterprise."""
    return np.random.default_rng(seed).permutation(count) % FOLDS


def quality(scores, right):
    """Division top-1, class top-1, class top-5."""
    ranked = np.argsort(-scores, axis=1, kind="stable")
    first = ranked[:, 0]
    among = (ranked[:, :TOP] == right[:, None]).any(1)
    return np.array([(DIVISIONS[first] == DIVISIONS[right]).mean(), (first == right).mean(), among.mean()])


def held_out_scores(evidence, right, seed):
    """Scores of every enterprise by weights that were fitted without its fold."""
    scores, fold = np.empty((len(right), len(CLASSES))), folds(len(right), seed)
    for number in range(FOLDS):
        is_out = fold == number
        weights = fit_weights(evidence[~is_out], right[~is_out])
        scores[is_out] = np.einsum("nkc,k->nc", evidence[is_out], weights)
    return scores


def line(name, figures):
    """One line of the table."""
    return f"| {name} | " + " | ".join(f"{figure:.3f}" for figure in figures) + " |"


def tf_idf(profiles):
    """Cosines of TF-IDF over pairs of characters with the classes' names and descriptions."""
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415 (only the peers need it)

    documents = [f"{industries()[code].name} {industries()[code].scope}" for code in CLASSES]
    vectors = TfidfVectorizer(analyzer=bigrams)
    standard = vectors.fit_transform(documents)
    return (vectors.transform(map(text_of, profiles)) @ standard.T).toarray()


def linear(profiles, right, seed):
    """Held-out scores of a linear support vector classifier over words and pairs of characters."""
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415 (only the peers need it)
    from sklearn.svm import LinearSVC  # noqa: PLC0415

    texts, fold = [text_of(profile) for profile in profiles], folds(len(right), seed)
    scores = np.full((len(right), len(CLASSES)), -np.inf)
    for number in range(FOLDS):
        is_out = fold == number
        vectors = TfidfVectorizer(analyzer=lambda text: [*words(text), *bigrams(text)], sublinear_tf=True)
        known = vectors.fit_transform(text for text, out in zip(texts, is_out, strict=True) if not out)
        model = LinearSVC().fit(known, right[~is_out])
        asked = vectors.transform(text for text, out in zip(texts, is_out, strict=True) if out)
        scores[np.ix_(is_out, model.classes_)] = model.decision_function(asked)
    return scores


def text_of(profile):
    """Everything that is known of a firm."""
    return f"{profile.name} {' '.join(profile.products)} {profile.scope}"


def calibration(scores, right):
    """Print how often the first class is the registered one, by the share it was given."""
    chances = softmax(scores)
    first = chances.argmax(1)
    share, is_right = chances.max(1), first == right
    print("\n| share given to the first | enterprises | mean share | registered |\n|---|---|---|---|")
    for low, high in itertools.pairwise(BINS):
        inside = (share >= low) & (share < high)
        if inside.any():
            bounds = f"{low:.1f}-{min(high, 1.0):.1f}"
            print(f"| {bounds} | {inside.sum()} | {share[inside].mean():.2f} | {is_right[inside].mean():.2f} |")


def main():
    """Print the tables."""
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else FILE
    if not path.exists():
        sys.exit(f"{path} is not here; name the list: python benchmarks/placing.py ENTERPRISES.jsonl")
    profiles, right = read(path)
    placer = ClassPlacer()
    placer.place(profiles[0])
    started = time.perf_counter()
    evidence = np.array([placer.evidence(profile) for profile in profiles])
    taken = (time.perf_counter() - started) / len(profiles)
    print(f"{len(profiles)} enterprises, {len(set(right.tolist()))} classes; {1000 * taken:.1f} ms each")
    print(f"weights fitted on all: {dict(zip(KINDS, fit_weights(evidence, right).round(2).tolist(), strict=True))}")
    runs = np.array([quality(held_out_scores(evidence, right, seed), right) for seed in range(REPEATS)])
    print("\n| | division top-1 | class top-1 | class top-5 |\n|---|---|---|---|")
    print(line("chuanzhu, cross-validated, mean of five", runs.mean(0)), f"\nspread over the five: {np.ptp(runs, 0)}\n")
    print(line("chuanzhu, bundled weights", quality(np.einsum("nkc,k->nc", evidence, WEIGHTS), right)))
    is_read = np.array([zlib.crc32(profile.name.encode()) % 2 == 0 for profile in profiles])
    for name, part in (("the half that was read", is_read), ("the half that was not", ~is_read)):
        weights = fit_weights(evidence[~part], right[~part])
        print(
            line(f"{name}, fitted on the other", quality(np.einsum("nkc,k->nc", evidence[part], weights), right[part]))
        )
    for number, kind in enumerate(KINDS):
        print(line(f"without {kind}", quality(held_out_scores(np.delete(evidence, number, 1), right, 0), right)))
    print(line("TF-IDF against the standard", quality(tf_idf(profiles), right)))
    print(line("linear classifier", quality(linear(profiles, right, 0), right)))
    calibration(held_out_scores(evidence, right, 0), right)


if __name__ == "__main__":
    main()
