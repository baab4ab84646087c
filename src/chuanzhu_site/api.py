"""The interface for programs under /api/v1/, put together: operations, the gate before them, and their document."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from ninja import NinjaAPI
from ninja.errors import ValidationError
from ninja.parser import Parser
from ninja.renderers import JSONRenderer

from chuanzhu_site.market.api import (
    disclosure,
    engagements,
    enterprises,
    kinds,
    listings,
    matches,
    notifications,
    talk,
    webhooks,
)
from chuanzhu_site.market.api.document import complete
from chuanzhu_site.market.api.gate import gate
from chuanzhu_site.market.api.refusals import install
from chuanzhu_site.market.api.tokens import TokenAuth

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest
    from ninja.errors import ValidationErrorContext
    from ninja.openapi.schema import OpenAPISchema

ROUTERS: Final = (
    ("/enterprises", enterprises.router),
    ("/kinds", kinds.router),
    ("/listings", listings.router),
    ("/listings", disclosure.router),
    ("/match", matches.asking),
    ("/matches", matches.router),
    ("/engagements", engagements.router),
    ("/listings", talk.questions),
    ("/engagements", talk.messages),
    ("/notifications", notifications.router),
    ("/webhooks", webhooks.router),
)
_INTRODUCTION: Final = (
    "串珠平台的程序接口:成员在页面上能做的,程序也能做。每次调用都要带令牌;令牌代表一位成员和他的一家企业,"
    "能做的不超过这位成员,也不超过令牌上勾选的权限。出错时返回 application/problem+json,detail 说明错在哪里、怎么改。"
)


class _Parser(Parser):
    """Reads strict JSON in UTF-8: no NaN, no characters that cannot be stored."""

    def parse_body(self, request: HttpRequest) -> Any:  # noqa: ANN401 (JSON)
        text = request.body.decode("utf-8")
        given = json.loads(text, parse_constant=_no_such)
        if "\\u0000" in text.replace("\\\\", ""):
            raise ValueError("\\u0000")
        json.dumps(given, ensure_ascii=False).encode("utf-8")
        return given


class _Renderer(JSONRenderer):
    """Writes Chinese as Chinese: half as long, and readable in a log."""

    json_dumps_params: Mapping[str, Any] = {"ensure_ascii": False}


def _no_such(word: str) -> None:
    raise ValueError(word)


class _Api(NinjaAPI):
    """Ninja's, with values kept in what is said of them, and a document that names every answer."""

    def validation_error_from_error_contexts(
        self, error_contexts: list[ValidationErrorContext[Any]]
    ) -> ValidationError:
        """Keep the value that was wrong."""
        return ValidationError(
            [
                {**one, "loc": (context.model.__ninja_param_source__, *_location(context.model, one["loc"]))}
                for context in error_contexts
                for one in context.pydantic_validation_error.errors(include_url=False)
            ]
        )

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:  # noqa: ANN401 (Ninja's)
        """Return the document with what the gate adds to every operation."""
        return complete(super().get_openapi_schema(**options))


def _location(model: Any, given: tuple[str | int, ...]) -> tuple[str | int, ...]:  # noqa: ANN401 (Ninja's)
    found: tuple[str | int, ...] = model.__ninja_flatten_map_reverse__.get(given, given)
    return found


api = _Api(
    title="串珠接口",
    version="1",
    description=_INTRODUCTION,
    urls_namespace="api",
    docs_url=None,
    openapi_url=None,
    auth=TokenAuth(),
    parser=_Parser(),
    renderer=_Renderer(),
)
install(api)
api.add_decorator(gate, mode="view")
for _prefix, _router in ROUTERS:
    api.add_router(_prefix, _router)
