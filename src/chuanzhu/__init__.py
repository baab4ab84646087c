"""Chuanzhu (串珠): two lists in, who supplies what and who needs what; one out, who should talk to whom and why."""

from chuanzhu.matching import Matcher
from chuanzhu.model import (
    Answer,
    ChuanzhuError,
    Demand,
    Match,
    Need,
    Problem,
    Quantity,
    Reason,
    RegionWish,
    Supply,
    Unmet,
)

__all__ = [
    "Answer",
    "ChuanzhuError",
    "Demand",
    "Match",
    "Matcher",
    "Need",
    "Problem",
    "Quantity",
    "Reason",
    "RegionWish",
    "Supply",
    "Unmet",
]
