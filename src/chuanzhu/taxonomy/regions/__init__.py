"""Where places are (地区): GB/T 2260 codes from what people write, and how near two places are."""

from chuanzhu.taxonomy.regions.cells import (
    AmbiguousRegion,
    RegionError,
    UnknownRegion,
    resolve_region,
)
from chuanzhu.taxonomy.regions.mentions import FoundRegion, find_regions
from chuanzhu.taxonomy.regions.places import city_of, is_within, nearness, region_name, region_path
from chuanzhu.taxonomy.regions.wishes import find_region_wish, parse_region_wish

__all__ = [
    "AmbiguousRegion",
    "FoundRegion",
    "RegionError",
    "UnknownRegion",
    "city_of",
    "find_region_wish",
    "find_regions",
    "is_within",
    "nearness",
    "parse_region_wish",
    "region_name",
    "region_path",
    "resolve_region",
]
