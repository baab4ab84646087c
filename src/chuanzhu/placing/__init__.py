"""Placing enterprises (企业归位): which GB/T 4754 classes, and which nodes of a programme's chains, a firm works in.

Several answers with weights and reasons that sum to the score, or none at all with the reason why (未归位).
``docs/adr/0005-placing.md`` tells how it works and how good it is.
"""

from chuanzhu.placing.classes import ClassPlacer
from chuanzhu.placing.nodes import NodePlacer
from chuanzhu.placing.records import Placement, PlacingError, Profile, Spot

__all__ = ["ClassPlacer", "NodePlacer", "Placement", "PlacingError", "Profile", "Spot"]
