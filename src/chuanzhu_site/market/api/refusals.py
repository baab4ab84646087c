"""What was refused, told as a problem: the site's own refusals, forms, and values of the wrong shape."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Final

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.db import IntegrityError
from django.http import Http404
from ninja.errors import HttpError, ValidationError

from chuanzhu.model import ChuanzhuError
from chuanzhu_site.accounts.refusals import StaleForm, WrongState
from chuanzhu_site.web.problems import Problem, problem_response

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from django.forms import BaseForm
    from django.http import HttpRequest, HttpResponse
    from ninja import NinjaAPI

_logger = logging.getLogger(__name__)
_SHOWN: Final = 40
_WORDS: Final[Mapping[str, str]] = {
    "missing": "缺少这一项;请补上",
    "extra_forbidden": "没有这一项;请去掉或检查拼写",
    "string_type": "应为文字",
    "string_too_long": "最多 {max_length} 个字",
    "string_too_short": "至少 {min_length} 个字",
    "string_pattern_mismatch": "写法不对;应符合 {pattern}",
    "int_type": "应为整数",
    "int_parsing": "应为整数",
    "int_from_float": "应为整数",
    "int_parsing_size": "数字太大",
    "float_type": "应为数字",
    "float_parsing": "应为数字",
    "decimal_type": "应为数字",
    "decimal_parsing": "应为数字",
    "decimal_max_digits": "最多 {max_digits} 位数字",
    "decimal_max_places": "小数最多 {decimal_places} 位",
    "decimal_whole_digits": "整数部分最多 {whole_digits} 位",
    "finite_number": "应为有限的数字",
    "bool_type": "应为 true 或 false",
    "bool_parsing": "应为 true 或 false",
    "literal_error": "应为 {expected}",
    "enum": "应为 {expected}",
    "greater_than": "应大于 {gt}",
    "greater_than_equal": "应不小于 {ge}",
    "less_than_equal": "应不大于 {le}",
    "list_type": "应为数组",
    "too_long": "最多 {max_length} 项",
    "too_short": "至少 {min_length} 项",
    "dict_type": "应为对象",
    "model_attributes_type": "应为对象",
    "model_type": "应为对象",
}


def field_error(field: str, detail: str) -> dict[str, str]:
    """Return one entry of ``errors``."""
    return {"field": field, "detail": detail}


def shape_problem(errors: Iterable[Mapping[str, Any]]) -> Problem:
    """Tell each value of the wrong shape: the field, the value, what it should be."""
    return Problem("invalid", errors=[field_error(_field(one["loc"]), _wrong(one)) for one in errors])


def _field(location: tuple[str | int, ...]) -> str:
    """Name a field as the caller wrote it: without where it came from and without our parameter's name.

    >>> _field(("body", "given", "price")), _field(("query", "limit"))
    ('price', 'limit')
    """
    kept = location[2:] if location[0] == "body" else location[1:]
    return ".".join(map(str, kept)) or "正文"


def _wrong(error: Mapping[str, Any]) -> str:
    kind = str(error["type"])
    wanted = _WORDS.get(kind) or ("应为日期,例如 2026-12-31" if kind.startswith("date") else "不合要求")
    context = {key: str(value).replace(" or ", " 或 ") for key, value in error.get("ctx", {}).items()}
    said = wanted.format_map({"expected": "", **context})
    value = error.get("input")
    if kind in {"missing", "extra_forbidden"} or isinstance(value, (dict, list)):
        return said
    return f"“{str(value)[:_SHOWN]}”{said}"


def form_problem(form: BaseForm) -> Problem:
    """Tell what a form found; the same forms stand on the pages."""
    found = form.errors.get_json_data()
    errors = [field_error("" if name == "__all__" else name, one["message"]) for name in found for one in found[name]]
    return Problem("invalid", errors=errors)


def _of_our_own(error: Exception) -> Problem:
    return Problem(
        "stale" if isinstance(error, StaleForm) else "state" if isinstance(error, WrongState) else "invalid", str(error)
    )


def _of_ninja(error: Exception) -> Problem:
    return Problem("bad-request", "正文不是合格的 JSON;请检查引号、逗号和编码(UTF-8)") if error else Problem("fault")


def _unforeseen(error: Exception) -> Problem:
    _logger.error("an operation of the interface failed", exc_info=error)
    return Problem("fault")


def _as_is(error: Exception) -> Problem:
    return error if isinstance(error, Problem) else Problem("fault")


_HANDLERS: Final[tuple[tuple[type[Exception], Callable[[Any], Problem]], ...]] = (
    (Problem, _as_is),
    (ValidationError, lambda error: shape_problem(error.errors)),
    (ChuanzhuError, _of_our_own),
    (PermissionDenied, lambda _: Problem("forbidden")),
    (Http404, lambda _: Problem("not-found")),
    (ObjectDoesNotExist, lambda _: Problem("not-found")),
    (IntegrityError, lambda _: Problem("state", "同时有别的操作改了它,这次没有做;请重新读取后再试")),
    (HttpError, _of_ninja),
    (Exception, _unforeseen),
)


def install(api: NinjaAPI) -> None:
    """Let every error of an operation be told as a problem."""

    def told(of: Callable[[Any], Problem]) -> Callable[[HttpRequest, Any], HttpResponse]:
        return lambda _request, error: problem_response(of(error))

    for kind, of in _HANDLERS:
        api.add_exception_handler(kind, told(of))
