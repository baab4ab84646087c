"""Regions in queries: GB/T 2260 codes share their beginning with everything inside them."""

from __future__ import annotations

from django.db.models import Q

from chuanzhu.taxonomy.regions import city_of, region_path


def within(field: str, region: str) -> Q:
    """Return the condition that the code in ``field`` is ``region`` or lies in it; an empty region is everywhere.

    >>> within("region", "410500")
    <Q: (AND: ('region__startswith', '4105'))>
    """
    return Q(**{f"{field}__startswith": code_start(region)}) if region else Q()


def code_start(region: str) -> str:
    """Return what the codes of a region and of all places in it begin with.

    >>> code_start("410000"), code_start("410500"), code_start("410502"), code_start("419001")
    ('41', '4105', '410502', '419001')
    """
    levels = len(region_path(region))
    return region[: 2 * levels] if levels and region.endswith("00") else region


def enclosing(region: str) -> tuple[str, ...]:
    """Return a region and all around it, the smallest first; the last is "", the whole installation.

    >>> enclosing("410526"), enclosing("410500"), enclosing("")
    (('410526', '410500', '410000', ''), ('410500', '410000', ''), ('',))
    """
    around = (region, city_of(region), f"{region[:2]}0000") if region else ()
    return (*dict.fromkeys(code for code in around if code), "")
