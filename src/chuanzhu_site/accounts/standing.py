"""Who a person is here: the enterprises that they act for and the regions that they look after.

Every rule and every list asks for this; while a page is read it is looked up once. A request that writes looks it up
anew each time, because it may be what is written.
"""

from __future__ import annotations

import contextlib
import contextvars
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from chuanzhu_site.accounts.models import Membership

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from django.contrib.auth.models import AnonymousUser
    from django.http import HttpRequest, HttpResponse

    from chuanzhu_site.accounts.models import Scope, User

_READ_ONLY: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_known: Final[contextvars.ContextVar[dict[tuple[int, int], Standing] | None]] = contextvars.ContextVar(
    "standings", default=None
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """``roles`` are (enterprise that stands, role) of the memberships that have not ended; ``scopes`` are live ones."""

    roles: tuple[tuple[int, str], ...]
    scopes: tuple[Scope, ...]

    def enterprises(self, roles: Collection[str] = tuple(Membership.Role)) -> list[int]:
        """Return the enterprises that the person acts for in one of these roles, standing ones only."""
        return sorted({pk for pk, role in self.roles if role in roles})


def standing_of(user: User | AnonymousUser) -> Standing:
    """Return who a person is, or is by a token that acts for one enterprise; nobody where they have not signed in."""
    if not user.is_authenticated:
        return Standing(roles=(), scopes=())
    known = _known.get()
    if known is None:
        return _look_up(user)
    who = (user.pk, getattr(user, "acting_for", 0))
    if who not in known:
        known[who] = _look_up(user)
    return known[who]


def _look_up(user: User) -> Standing:
    rows = user.memberships.filter(ended_at=None).values_list("enterprise", "enterprise__merged_into", "role")
    return Standing(roles=tuple((into or pk, role) for pk, into, role in rows), scopes=tuple(user.scopes.live()))


@contextlib.contextmanager
def looked_up_once() -> Iterator[None]:
    """Look up who a person is once while this lasts: for what is written out after the view has answered."""
    token = _known.set({})
    try:
        yield
    finally:
        _known.reset(token)


class OncePerPage:
    """Keeps what was looked up for as long as one reading request lasts."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self._answer: Final = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer a request."""
        token = _known.set({} if request.method in _READ_ONLY else None)
        try:
            return self._answer(request)
        finally:
            _known.reset(token)
