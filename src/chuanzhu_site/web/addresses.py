"""Addresses that no page has: a null sign is in no name, and PostgreSQL takes none to look for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.http import Http404

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from django.http import HttpRequest, HttpResponse

_PROGRAMS: Final = "/api/"  # answered there in the form that programs read


class NoNullSigns:
    """Answers an address with a null sign like any other that does not exist."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self._answer: Final = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer a request."""
        return self._answer(request)

    def process_view(
        self, request: HttpRequest, _view: object, _words: Sequence[object], _named: Mapping[str, object]
    ) -> None:
        """Look at the address before its view does; here, since who is refused sees the page of the site."""
        if "\0" in request.path_info and not request.path_info.startswith(_PROGRAMS):
            raise Http404("a null sign in the address")
