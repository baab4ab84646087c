"""Speed and proof of the allocation on synthetic problems of the size of a province.

    python benchmarks/allocation.py [DEMANDS] [SECONDS]

As many supplies as demands (10,000 unless given), 20 candidates a demand drawn at random, quantities and capacities
log-normal with equal sums: no part falls away by itself. Three fifths of the suppliers are small or micro, with a third
of the capacity of others. "rules": at most 3 suppliers a demand, a least order of 5 to 15 % of the supplier's capacity,
30 % of all demand reserved for small and micro enterprises; "large lots" doubles the least orders. All is seeded.
Expected: see docs/adr/0003-allocation.md.
"""

from __future__ import annotations

import resource
import sys
import time

import numpy as np

from chuanzhu.allocation import allocate, problem_from_amounts

CANDIDATES, SPREAD, SMALL, RESERVED, MOST = 20, 1.0, 0.6, 0.3, 3
GOOD_ENOUGH = 0.01
COUNT, SECONDS = 10_000, 120
LEAST_ORDERS = {"no rules": None, "rules": (0.05, 0.15), "rules, large lots": (0.1, 0.3)}


def synthetic(count, least_order, *, rng):
    """Draw a problem of ``count`` demands and supplies; ``least_order`` bounds lots as shares of a capacity."""
    demand = np.repeat(np.arange(count), CANDIDATES)
    supply = np.concatenate([rng.choice(count, CANDIDATES, replace=False) for _ in range(count)])
    is_small = rng.random(count) < SMALL
    quantity = rng.lognormal(3, SPREAD, count)
    capacity = rng.lognormal(3, SPREAD, count) * np.where(is_small, 1, 3)
    capacity *= quantity.sum() / capacity.sum()
    fit = rng.uniform(0.2, 0.95, len(demand)).round(3)
    rules = {}
    if least_order:
        lot = (rng.uniform(*least_order, count) * capacity)[supply]
        rules = {"lot": lot, "most_suppliers": MOST, "is_small": is_small, "reserved": RESERVED}
    return problem_from_amounts(demand=demand, supply=supply, fit=fit, quantity=quantity, capacity=capacity, **rules)


def main():
    """Print one line a problem."""
    count, seconds = [*map(int, sys.argv[1:]), *(COUNT, SECONDS)[len(sys.argv) - 1 :]]
    print(f"{count} demands x {count} supplies x {CANDIDATES} candidates")
    print("| | objective | bound | gap | status | seconds |")
    print("|---|---|---|---|---|---|")
    for name, least_order in LEAST_ORDERS.items():
        problem = synthetic(count, least_order, rng=np.random.default_rng(0))
        started = time.perf_counter()
        found = allocate(problem, seconds=seconds, gap=GOOD_ENOUGH if least_order else 0.0)
        spent = time.perf_counter() - started
        figures = f"{found.objective:.2f} | {found.bound:.2f} | {found.gap:.4%} | {found.status} | {spent:.1f}"
        print(f"| {name} | {figures} |", flush=True)
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.2f} GB")


if __name__ == "__main__":
    main()
