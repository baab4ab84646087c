"""Nearness of a firm's texts to the standard's own wording of its classes."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING, Final

import numpy as np

from chuanzhu.text import bigrams, squeeze

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray


class Wording:
    """Cosines between texts and d documents over pairs of characters, weighted by tf-idf (Salton and Buckley, 1988).

    >>> Wording(["电线、电缆制造", "棉纺纱加工"]).nearness(["生产电缆"]).round(2)
    array([0.5, 0. ])
    """

    def __init__(self, documents: Sequence[str]) -> None:
        """Index documents (d)."""
        counts = [_pairs(document) for document in documents]
        spread = Counter(pair for each in counts for pair in each)
        self._rarity: Final = {pair: math.log(len(documents) / number) for pair, number in spread.items()}
        self._rows: Final = {pair: row for row, pair in enumerate(spread)}
        table = np.zeros((len(self._rows), len(documents)))
        for column, each in enumerate(counts):
            for pair, weight in self._weighted(each).items():
                table[self._rows[pair], column] = weight
        self._table: Final = table / np.maximum(np.linalg.norm(table, axis=0), 1e-12)

    def nearness(self, texts: Iterable[str]) -> NDArray[np.float64]:
        """Return cosines (d) of all texts together, each counted alone so that none drowns a name."""
        total: Counter[str] = Counter()
        for text in texts:
            total.update(self._weighted(_pairs(text)))
        length = math.hypot(*total.values()) or 1.0
        rows = [self._rows[pair] for pair in total]
        near: NDArray[np.float64] = np.array([*total.values()]) @ self._table[rows] / length
        return near

    def _weighted(self, counts: Mapping[str, int]) -> dict[str, float]:
        known = ((pair, number) for pair, number in counts.items() if pair in self._rarity)
        return {pair: (1 + math.log(number)) * self._rarity[pair] for pair, number in known}


def _pairs(text: str) -> Counter[str]:
    return Counter(bigrams(squeeze(text)))
