"""An independent judge of allocations: a plain model in amounts for scipy's solver, without code of the library."""

import itertools

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp


def draw(rng, *, rules=True):
    """Arguments of a small problem; every rule is on in some."""
    demands, supplies, firms = rng.integers(1, 6), rng.integers(1, 6), rng.integers(1, 6)
    pairs = [pair for pair in itertools.product(range(demands), range(supplies)) if rng.random() < 0.7] or [(0, 0)]
    problem = {
        "demand": [demand for demand, _ in pairs],
        "supply": [supply for _, supply in pairs],
        "fit": rng.uniform(0.1, 1, len(pairs)).round(2),
        "quantity": rng.integers(1, 60, demands).astype(float),
        "capacity": rng.integers(0, 60, supplies).astype(float),
    }
    if rules:
        problem |= {
            "lot": np.where(rng.random(len(pairs)) < 0.6, rng.integers(1, 30, len(pairs)), 0).astype(float),
            "most_suppliers": rng.integers(0, 4, demands),
            "seller": rng.integers(0, firms, supplies),
            "buyer": rng.integers(0, 4, demands),
            "is_exclusive": rng.random(demands) < rng.choice([0, 0.4]),
            "is_small": rng.random(supplies) < 0.5,
            "reserved": float(rng.choice([0, 0.3, 0.4])),
        }
    return problem


def optimum(problem):
    """The largest sum of fit × delivered share."""
    pairs = len(problem["demand"])
    quantity = problem["quantity"][problem["demand"]]
    matrix, upper = map(np.array, zip(*_rows(problem), strict=True))
    most = np.minimum(quantity, problem["capacity"][problem["supply"]])
    count = matrix.shape[1] - pairs
    found = milp(
        np.concatenate([-problem["fit"] / quantity, np.zeros(count)]),
        constraints=LinearConstraint(matrix, ub=upper),
        bounds=Bounds(0, np.concatenate([most, np.ones(count)])),
        integrality=np.concatenate([np.zeros(pairs), np.ones(count)]),
        options={"mip_rel_gap": 0},
    )
    return -found.fun


def broken_rules(problem, share, *, slack=1e-6):
    """Names of the rules that shares break."""
    amounts = np.concatenate([share * problem["quantity"][problem["demand"]], share > 0])
    opened = share > 0
    values = np.concatenate([amounts[: len(share)], opened, _served(problem, opened)])
    return [
        (number, float(row @ values), float(limit))
        for number, (row, limit) in enumerate(_rows(problem))
        if row @ values > limit + slack * max(1, abs(limit))
    ]


def _services(problem):
    sellers = problem.get("seller", np.arange(len(problem["capacity"])))
    return list(dict.fromkeys((d, sellers[s]) for d, s in zip(problem["demand"], problem["supply"], strict=True)))


def _served(problem, opened):
    sellers = problem.get("seller", np.arange(len(problem["capacity"])))
    on = {(problem["demand"][p], sellers[problem["supply"][p]]) for p in np.flatnonzero(opened)}
    return np.array([service in on for service in _services(problem)], float)


def _rows(problem):
    """Yield (coefficients, upper bound); columns: amount of each pair, whether it delivers, whether a firm serves."""
    demand, supply = np.array(problem["demand"]), np.array(problem["supply"])
    pairs, services = len(demand), _services(problem)
    most = np.minimum(problem["quantity"][demand], problem["capacity"][supply])

    def row(entries):
        coefficients = np.zeros(2 * pairs + len(services))
        for column, value in entries:
            coefficients[column] += value
        return coefficients

    for d, needed in enumerate(problem["quantity"]):
        yield row((p, 1) for p in np.flatnonzero(demand == d)), needed
    for s, offered in enumerate(problem["capacity"]):
        yield row((p, 1) for p in np.flatnonzero(supply == s)), offered
    for p in range(pairs):
        yield row([(p, 1), (pairs + p, -most[p])]), 0
    if "lot" in problem:
        yield from _rule_rows(problem, row, demand, supply, services)


def _rule_rows(problem, row, demand, supply, services):
    pairs, seller = len(demand), problem["seller"][supply]
    for p in range(pairs):
        service = 2 * pairs + services.index((demand[p], seller[p]))
        yield row([(pairs + p, problem["lot"][p]), (p, -1)]), 0
        yield row([(pairs + p, 1), (service, -1)]), 0
    for d, limit in enumerate(problem["most_suppliers"]):
        if limit:
            yield row((2 * pairs + n, 1) for n, (of, _) in enumerate(services) if of == d), limit
    exclusive = set(problem["buyer"][problem["is_exclusive"]])
    for p, q in itertools.combinations(range(pairs), 2):
        buyers = {problem["buyer"][demand[p]], problem["buyer"][demand[q]]}
        if seller[p] == seller[q] and len(buyers) > 1 and buyers & exclusive:
            yield row([(pairs + p, 1), (pairs + q, 1)]), 1
    if problem["reserved"]:
        large = np.flatnonzero(~problem["is_small"][supply])
        limit = (1 - problem["reserved"]) * len(problem["quantity"])
        yield row((p, 1 / problem["quantity"][demand[p]]) for p in large), limit
