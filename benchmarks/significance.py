"""How sure a mean over demands is, and whether two systems differ: bootstrap and randomisation."""

from __future__ import annotations

import numpy as np

RESAMPLES = 10_000
SURE = (2.5, 97.5)
_BLOCK = 1000


def interval(values, rng, *, resamples=RESAMPLES):
    """95 % percentile bootstrap interval (low, high) of the mean (Efron, 1979)."""
    values = np.asarray(values, dtype=float)
    means = rng.choice(values, size=(resamples, len(values))).mean(1)
    low, high = np.percentile(means, SURE)
    return float(low), float(high)


def randomisation(ours, theirs, rng, *, resamples=RESAMPLES):
    """Two-sided p of the paired randomisation test on the mean difference (Smucker, Allan and Carterette, CIKM 2007).

    Under the null the two figures of a demand could be exchanged, so each difference keeps its size and takes either
    sign. The observed arrangement counts as one of the resamples (Phipson and Smyth, 2010): p is never 0.
    """
    differences = np.asarray(ours, dtype=float) - np.asarray(theirs, dtype=float)
    observed = abs(differences.mean())
    extreme = 0
    for done in range(0, resamples, _BLOCK):
        signs = rng.choice((-1.0, 1.0), size=(min(_BLOCK, resamples - done), len(differences)))
        extreme += int((np.abs((signs * differences).mean(1)) >= observed * (1 - 1e-12)).sum())
    return (extreme + 1) / (resamples + 1)
