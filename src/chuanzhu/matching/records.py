"""A supply as one line of JSON and back: what an index keeps of it, word for word."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from chuanzhu.model import Quantity, Supply


def supply_to_json(supply: Supply) -> bytes:
    """Write a supply as a JSON list of its fields, in the order in which they are declared."""
    return json.dumps(
        [
            *(supply.id, supply.enterprise, supply.product, supply.description),
            _quantity(supply.capacity) if supply.capacity else None,
            *(supply.region, supply.certificates, supply.uscc),
            supply.valid_until.isoformat() if supply.valid_until else None,
            supply.extra,
        ],
        ensure_ascii=False,
        separators=(",", ":"),
    ).encode("utf-8", "surrogatepass")


def _quantity(capacity: Quantity) -> tuple[float | str | None, ...]:
    return (
        *(capacity.amount, capacity.unit, capacity.per, capacity.maximum),
        *(capacity.approximate, capacity.at_least),
    )


def supply_from_json(line: bytes) -> Supply:
    """Read what :func:`supply_to_json` wrote."""
    fields: list[Any] = json.loads(line.decode("utf-8", "surrogatepass"))
    identity, enterprise, product, description, capacity, region, certificates, uscc, valid_until, extra = fields
    return Supply(
        id=identity,
        enterprise=enterprise,
        product=product,
        description=description,
        capacity=Quantity(*capacity) if capacity else None,
        region=region,
        certificates=None if certificates is None else tuple(certificates),
        uscc=uscc,
        valid_until=dt.date.fromisoformat(valid_until) if valid_until else None,
        extra=tuple((name, value) for name, value in extra),
    )
