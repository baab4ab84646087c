"""The kinds of listings, as they are declared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from ninja import Router, Schema
from pydantic import Field

from chuanzhu_site.market.api.routes import operation
from chuanzhu_site.market.kinds import COMMON, KINDS

if TYPE_CHECKING:
    from chuanzhu_site.accounts.requests import UserRequest

router = Router(tags=["供给和需求"])


class AttributeShape(Schema):
    """One thing that a kind asks for; ``common`` ones are fields of the listing, the others stand in attributes."""

    code: str
    name: str
    form: Literal["line", "text", "quantity", "date", "number", "choice"]
    required: bool
    common: Annotated[bool, Field(description="true 写在供需本身,false 写在 attributes 里")]
    worth: Annotated[int, Field(description="填了给完整度加几分")]
    hint: str
    choices: list[str]


class KindShape(Schema):
    """A kind."""

    code: str
    name: str
    side: Literal["supply", "demand"]
    counterpart: str
    attributes: list[AttributeShape]


@operation(router, "GET", "", summary="类别和要填的项目", needs="listings:read", gives=list[KindShape])
def kinds(request: UserRequest) -> list[dict[str, Any]]:  # noqa: ARG001 (every operation is given it)
    """Return every kind with what it asks for."""
    return [
        {
            "code": kind.code,
            "name": kind.name,
            "side": kind.side,
            "counterpart": kind.counterpart,
            "attributes": [
                {
                    "code": one.code,
                    "name": one.name,
                    "form": one.form,
                    "required": one.is_required,
                    "common": one.code in COMMON,
                    "worth": one.worth,
                    "hint": one.hint,
                    "choices": list(one.choices),
                }
                for one in kind.attributes
            ],
        }
        for kind in KINDS.values()
    ]
