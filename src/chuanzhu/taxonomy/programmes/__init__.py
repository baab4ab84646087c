"""Programmes of industrial chains (产业链方案) as data: Henan's 7+28+N, Anyang's 12×5×9, or a city's own files.

``docs/guide/产业链数据.md`` says how the files are written and how a city adds its own.
"""

from chuanzhu.taxonomy.programmes.loading import bundled_programme, bundled_programmes, load_programme
from chuanzhu.taxonomy.programmes.records import (
    FLOWS,
    KINDS,
    STAGES,
    STANDINGS,
    STRENGTHS,
    Chain,
    Evidence,
    Link,
    Node,
    Place,
    Programme,
    ProgrammeError,
)

__all__ = [
    "FLOWS",
    "KINDS",
    "STAGES",
    "STANDINGS",
    "STRENGTHS",
    "Chain",
    "Evidence",
    "Link",
    "Node",
    "Place",
    "Programme",
    "ProgrammeError",
    "bundled_programme",
    "bundled_programmes",
    "load_programme",
]
