"""Reading what small forms send: numbers that are numbers, texts that are not too long."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from chuanzhu_site.accounts.refusals import Missing

if TYPE_CHECKING:
    from django.http import HttpRequest

_DIGITS: Final = 18


def number(given: str | None) -> int:
    """Return a row's number; 0, which no row has, for what is none.

    >>> number("12"), number("x"), number("9" * 40), number(None)
    (12, 0, 0, 0)
    """
    return int(given) if given and given.isascii() and given.isdecimal() and len(given) <= _DIGITS else 0


def text_of(request: HttpRequest, field: str, *, longest: int) -> str:
    """Return a text that was sent. Raises Missing, with both lengths, where it is longer than its field."""
    text = request.POST.get(field, "").replace("\x00", "").strip()
    if len(text) > longest:
        raise Missing(f"最多 {longest} 个字,现在有 {len(text)} 个;请写短一些")
    return text
