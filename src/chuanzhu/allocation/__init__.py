"""Who delivers how much: capacities shared out to demands, with a proof of how good the result is."""

from chuanzhu.allocation.allocating import Allocation, allocate
from chuanzhu.allocation.plan import Delivery, Missing, Plan, plan_deliveries
from chuanzhu.allocation.problem import AllocationError, AllocationProblem, problem_from_amounts
from chuanzhu.allocation.terms import Terms

__all__ = [
    "Allocation",
    "AllocationError",
    "AllocationProblem",
    "Delivery",
    "Missing",
    "Plan",
    "Terms",
    "allocate",
    "plan_deliveries",
    "problem_from_amounts",
]
