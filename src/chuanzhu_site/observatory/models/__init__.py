"""Where enterprises stand on the chains, what was found of the demands there, and the work that follows."""

from chuanzhu_site.observatory.models.entries import Entry
from chuanzhu_site.observatory.models.leads import Lead
from chuanzhu_site.observatory.models.placements import NodePlacement, PlacingNote
from chuanzhu_site.observatory.models.surveys import Reading, SourcedDemand, Survey

__all__ = ["Entry", "Lead", "NodePlacement", "PlacingNote", "Reading", "SourcedDemand", "Survey"]
