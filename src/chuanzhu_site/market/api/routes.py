"""How an operation is declared: what it is called in Chinese, which scope it needs, what it costs, what it gives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from ninja import Router, Schema
from pydantic import ConfigDict
from pydantic_core import CoreSchema, core_schema

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

View = TypeVar("View", bound="Callable[..., Any]")


class Given(Schema):
    """What a caller sends: nothing that the document does not name."""

    model_config = ConfigDict(extra="forbid")


class OneOf:
    """A word of a list that is data, such as the kinds."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = list(words)

    def __get_pydantic_core_schema__(self, _source: object, _handler: object) -> CoreSchema:
        """Take these words and no others."""
        return core_schema.literal_schema(self._words)


def operation(
    router: Router,
    method: str,
    path: str,
    *,
    summary: str,
    needs: str,
    gives: Any,  # noqa: ANN401 (a schema, or None for an empty answer)
    says: str = "",
    status: int = 200,
    cost: int = 1,
) -> Callable[[View], View]:
    """Declare an operation. ``cost`` is how many plain calls it counts for."""
    return router.api_operation(
        [method],
        path,
        response={status: gives},
        summary=summary,
        description=says or summary,
        openapi_extra={"x-scope": needs, "x-cost": cost},
    )
