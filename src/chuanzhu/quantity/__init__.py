"""Amounts with units: found in free text, read from cells, converted, compared and written for people."""

from chuanzhu.quantity.cells import parse_quantity
from chuanzhu.quantity.reading import FoundQuantity, FoundSpec, find_quantities, find_specs, main_quantity
from chuanzhu.quantity.units import (
    PERIODS,
    UNITS,
    Period,
    QuantityError,
    Unit,
    UnitMismatch,
    convert,
    cover,
    describe,
    dimension,
    firm_amount,
    is_rough,
    unit_missing,
)

__all__ = [
    "PERIODS",
    "UNITS",
    "FoundQuantity",
    "FoundSpec",
    "Period",
    "QuantityError",
    "Unit",
    "UnitMismatch",
    "convert",
    "cover",
    "describe",
    "dimension",
    "find_quantities",
    "find_specs",
    "firm_amount",
    "is_rough",
    "main_quantity",
    "parse_quantity",
    "unit_missing",
]
