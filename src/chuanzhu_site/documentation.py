"""The page that explains the interface, drawn from its document: it cannot say what the document does not."""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.http import JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from chuanzhu_site.accounts.token_scopes import SCOPES
from chuanzhu_site.api import api
from chuanzhu_site.market.hooks import EVENTS
from chuanzhu_site.market.hooks.addresses import SECONDS
from chuanzhu_site.web.problems import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from django.http import HttpRequest, HttpResponse

_REF: Final = "#/components/schemas/"
_TYPES: Final = {
    "string": "文字",
    "integer": "整数",
    "number": "数字",
    "boolean": "true 或 false",
    "object": "对象",
    "array": "数组",
    "null": "null",
}
_FORMATS: Final = {"date": "日期", "date-time": "时间"}
_SAMPLES: Final = {"string": "文字", "integer": 1, "number": 1, "boolean": True, "object": {}}
_DATED: Final = {"date": "2026-12-31", "date-time": "2026-12-31T08:00:00+08:00"}
_DEEPEST: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One thing that is sent or answered."""

    name: str
    kind: str
    is_required: bool
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One operation as the page shows it."""

    anchor: str
    method: str
    path: str
    summary: str
    note: str
    scope: str
    scope_name: str
    parameters: tuple[Field, ...]
    body: tuple[Field, ...]
    answer: tuple[Field, ...]
    status: str
    sample: str
    problems: tuple[tuple[str, str], ...]


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """Show all operations, grouped, with examples."""
    address = f"{request.scheme}://{request.get_host()}"
    context = {"groups": groups(), "address": address, "problems": KINDS.items(), "scopes": SCOPES.items()}
    more = {"events": EVENTS.items(), "seconds": f"{SECONDS:.0f}"}
    return render(request, "api.html", {**context, **more})


@require_GET
@cache_control(public=True, max_age=300)
def document(_request: HttpRequest) -> HttpResponse:
    """Give the document itself."""
    return JsonResponse(described(), json_dumps_params={"ensure_ascii": False})


@functools.cache
def described() -> dict[str, Any]:
    """Return the document, which is the same for everybody."""
    return api.get_openapi_schema()


@functools.cache
def groups() -> list[tuple[str, list[Call]]]:
    """Return the operations by what they are about, in the order of the document."""
    whole = described()
    found: dict[str, list[Call]] = {}
    for path, operations in whole["paths"].items():
        for method, one in operations.items():
            call = _call(path, method, one, whole["components"]["schemas"])
            found.setdefault(one["tags"][0], []).append(call)
    return list(found.items())


def _call(path: str, method: str, one: Mapping[str, Any], named: Mapping[str, Any]) -> Call:
    sent = one.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    status, answer = next(iter(one["responses"].items()))
    given = answer.get("content", {}).get("application/json", {}).get("schema", {})
    parameters = (
        _field(each["name"], each["schema"], named, is_required=each["required"], note=each.get("description", ""))
        for each in one["parameters"]
    )
    return Call(
        anchor=one["operationId"],
        method=method.upper(),
        path=path,
        summary=one["summary"],
        note=one["description"] if one["description"] != one["summary"] else "",
        scope=one["x-scope"],
        scope_name=SCOPES[one["x-scope"]],
        parameters=tuple(parameters),
        body=tuple(_fields(sent, named)) if sent else (),
        answer=tuple(_fields(given, named)),
        status=str(status),
        sample=json.dumps(_sample(sent, named), ensure_ascii=False) if sent else "",
        problems=tuple((str(code), each["description"]) for code, each in one["responses"].items() if code != status),
    )


def _resolved(schema: Mapping[str, Any], named: Mapping[str, Any]) -> Mapping[str, Any]:
    """Follow a reference; of alternatives the last that says something is the fullest."""
    if "$ref" in schema:
        return _resolved(named[schema["$ref"].removeprefix(_REF)], named)
    told = [one for one in schema.get("anyOf", ()) if one.get("type") != "null"]
    return {**_resolved(told[-1], named), **{k: v for k, v in schema.items() if k != "anyOf"}} if told else schema


def _fields(schema: Mapping[str, Any], named: Mapping[str, Any]) -> Iterable[Field]:
    whole = _resolved(schema, named)
    whole = _resolved(whole["items"], named) if whole.get("type") == "array" else whole
    required = whole.get("required", ())
    for name, one in whole.get("properties", {}).items():
        yield _field(name, one, named, is_required=name in required)


def _field(
    name: str, schema: Mapping[str, Any], named: Mapping[str, Any], *, is_required: bool, note: str = ""
) -> Field:
    whole = _resolved(schema, named)
    notes = [note or whole.get("description", ""), *_limits(whole)]
    return Field(name=name, kind=_kind(whole, named), is_required=is_required, note=";".join(filter(None, notes)))


def _kind(schema: Mapping[str, Any], named: Mapping[str, Any]) -> str:
    if "enum" in schema:
        return " / ".join(map(str, schema["enum"]))
    if "const" in schema:
        return str(schema["const"])
    kind = _FORMATS.get(schema.get("format", "")) or _TYPES.get(str(schema.get("type")), "")
    if schema.get("type") == "array":
        inside = _resolved(schema["items"], named)
        names = "、".join(inside.get("properties", ()))
        return f"数组,每项有 {names}" if names else f"数组,每项是{_kind(inside, named)}"
    names = "、".join(schema.get("properties", ()))
    return f"对象,有 {names}" if names else kind


def _limits(schema: Mapping[str, Any]) -> Iterable[str]:
    if "maxLength" in schema and "pattern" not in schema:
        yield f"最多 {schema['maxLength']} 字"
    if "minimum" in schema and "maximum" in schema:
        yield f"{schema['minimum']} 到 {schema['maximum']}"
    if schema.get("default") not in {None, ""} if not isinstance(schema.get("default"), (dict, list)) else False:
        yield f"不写就是 {json.dumps(schema['default'])}"


def _sample(schema: Mapping[str, Any], named: Mapping[str, Any], depth: int = 0) -> Any:  # noqa: ANN401 (JSON)
    """Make up a body: what is required, with the document's own examples where it has some."""
    whole = _resolved(schema, named)
    if whole.get("examples"):
        return whole["examples"][0]
    if "enum" in whole:
        return whole["enum"][0]
    if whole.get("type") == "array":
        return [_sample(whole["items"], named, depth + 1)] if depth < _DEEPEST else []
    if "properties" in whole:
        required = whole.get("required", ())
        shown = {name: one for name, one in whole["properties"].items() if name in required or "examples" in one}
        return {name: _sample(one, named, depth + 1) for name, one in shown.items()}
    return _DATED.get(whole.get("format", "")) or whole.get("minimum") or _SAMPLES.get(str(whole.get("type")))
