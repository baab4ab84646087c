"""The chain map (产业链): what a region has, what it lacks, where the chain breaks, what to do next.

Everything works on a :class:`ChainGraph` of arrays and returns frozen results with a sentence beside each number;
``docs/reference/链分析指标.md`` explains each measure in words.
"""

from chuanzhu.chain.advantage import Comparison, compare_regions
from chuanzhu.chain.beads import LooseChampion, LooseLeader, loose_champions, loose_leaders
from chuanzhu.chain.cascade import PRODUCTION, Relief
from chuanzhu.chain.flow import Flow, greatest_flow
from chuanzhu.chain.gaps import Candidate, Gap, ranked_gaps, to_ask, to_raise, to_recruit
from chuanzhu.chain.graph import (
    ChainError,
    ChainGraph,
    Firm,
    Link,
    Placement,
    chain_graph,
    part_of,
    place_firms,
    programme_graph,
)
from chuanzhu.chain.measure import Measure
from chuanzhu.chain.presence import STATES, Presence, presence
from chuanzhu.chain.report import ChainReport, Known, analyse
from chuanzhu.chain.sourcing import Sourcing, supporting_rate
from chuanzhu.chain.standstill import Standstill
from chuanzhu.chain.whatif import (
    AddPlant,
    Change,
    Consequence,
    Figure,
    RaiseDemand,
    Setting,
    StopFirm,
    StopImport,
    StopNode,
    StopRegion,
    what_if,
)

__all__ = [
    "PRODUCTION",
    "STATES",
    "AddPlant",
    "Candidate",
    "ChainError",
    "ChainGraph",
    "ChainReport",
    "Change",
    "Comparison",
    "Consequence",
    "Figure",
    "Firm",
    "Flow",
    "Gap",
    "Known",
    "Link",
    "LooseChampion",
    "LooseLeader",
    "Measure",
    "Placement",
    "Presence",
    "RaiseDemand",
    "Relief",
    "Setting",
    "Sourcing",
    "Standstill",
    "StopFirm",
    "StopImport",
    "StopNode",
    "StopRegion",
    "analyse",
    "chain_graph",
    "compare_regions",
    "greatest_flow",
    "loose_champions",
    "loose_leaders",
    "part_of",
    "place_firms",
    "presence",
    "programme_graph",
    "ranked_gaps",
    "supporting_rate",
    "to_ask",
    "to_raise",
    "to_recruit",
    "what_if",
]
