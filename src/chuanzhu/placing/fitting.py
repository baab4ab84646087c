"""Fitting the weights of kinds of evidence to known answers, by the conditional logit model (McFadden, 1974)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.floating]
    Ints = NDArray[np.integer]

_STILL: Final = 1e-9


def fit_weights(features: Floats, chosen: Ints, *, ridge: float = 1.0, steps: int = 50) -> NDArray[np.float64]:
    """Return the weights (k,) under which the chosen alternatives are most probable.

    ``features`` (n, k, c) says how much evidence of each of k kinds each of c alternatives has in n cases, ``chosen``
    (n,) which alternative is right. The probability of an alternative is the softmax of its weighted evidence; its
    logarithm minus ``ridge``/2 · |weights|² is concave and maximised by Newton's method, a step that overshoots being
    halved. Time O(steps · n · k² · c).

    >>> evidence = np.array([[[1.0, 0.0]], [[1.0, 0.0]], [[1.0, 0.0]]])
    >>> fit_weights(evidence, np.array([0, 0, 1]), ridge=0.0).round(4)  # the logarithm of 2 to 1
    array([0.6931])
    """
    target = features[np.arange(len(features)), :, chosen].sum(0)
    weights = np.zeros(features.shape[1])
    likely = _likelihood(features, target, weights, ridge)
    for _ in range(steps):
        step = _newton_step(features, target, weights, ridge)
        while (better := _likelihood(features, target, weights + step, ridge)) < likely:
            step = step / 2
            if np.abs(step).max() < _STILL:
                return weights
        weights, likely = weights + step, better
        if np.abs(step).max() < _STILL:
            break
    return weights


def softmax(scores: Floats) -> NDArray[np.float64]:
    """Return the probabilities (n, c) that are proportional to the exponentials of scores (n, c)."""
    raised = np.exp(scores - scores.max(1, keepdims=True), dtype=np.float64)
    scaled: NDArray[np.float64] = raised / raised.sum(1, keepdims=True)
    return scaled


def _likelihood(features: Floats, target: Floats, weights: Floats, ridge: float) -> float:
    scores = np.einsum("nkc,k->nc", features, weights)
    highest = scores.max(1)
    normal = highest + np.log(np.exp(scores - highest[:, None]).sum(1))
    return float(target @ weights - normal.sum() - ridge / 2 * weights @ weights)


def _newton_step(features: Floats, target: Floats, weights: Floats, ridge: float) -> NDArray[np.float64]:
    probable = softmax(np.einsum("nkc,k->nc", features, weights))
    weighed = features * probable[:, None]
    expected = weighed.sum(2)
    spread = np.tensordot(weighed, features, ((0, 2), (0, 2))) - expected.T @ expected
    step: NDArray[np.float64] = np.linalg.solve(
        spread + ridge * np.eye(len(weights)), target - expected.sum(0) - ridge * weights
    )
    return step
