"""Writing HTML and SVG safely: a text is escaped unless it was made here."""

from __future__ import annotations

from html import escape
from typing import Final

from chuanzhu.tables.wording import printable

_VOID: Final = frozenset({"br", "circle", "input", "line", "meta", "path", "rect"})


class Html(str):
    """Text that is HTML already; every other text is escaped when it becomes part of an element."""

    __slots__ = ()


def element(name: str, /, *children: str, **attributes: str | float) -> Html:
    """Return an element. ``class_`` and ``for_`` lose their underscore, inner underscores become hyphens.

    >>> element("p", "a < b", element("br"), class_="small")
    '<p class="small">a &lt; b<br></p>'
    """
    start = "".join(f' {_attribute(key)}="{_escaped(str(value))}"' for key, value in attributes.items())
    if name in _VOID:
        return Html(f"<{name}{start}>" if name in {"br", "input", "meta"} else f"<{name}{start}/>")
    return Html(f"<{name}{start}>{join(*children)}</{name}>")


def join(*pieces: str) -> Html:
    """Return pieces one after the other, those that are plain text escaped."""
    return Html("".join(piece if isinstance(piece, Html) else _escaped(piece) for piece in pieces))


def _escaped(text: str) -> str:
    return escape(printable(text))


def _attribute(key: str) -> str:
    return key.rstrip("_").replace("_", "-")
