"""Ways to reach people outside the site, one file each with one function ``send(letter)``.

Which function serves which channel is the table ``SENDERS`` of the settings. A sender returns when the letter was
taken, raises NotSent when it surely was not, and anything else when it cannot know.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.module_loading import import_string

from chuanzhu.model import ChuanzhuError

if TYPE_CHECKING:
    from collections.abc import Callable

CONSOLE = "chuanzhu_site.market.senders.console.send"


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What goes to one person: ``text`` for where there is room, ``line`` for a message of one line.

    ``key`` is the same for the same letter, so that a gateway that knows it can drop a second one.
    """

    key: str
    channel: str
    to: str
    name: str
    subject: str
    text: str
    line: str
    url: str


class NotSent(ChuanzhuError):  # noqa: N818 (named for what did not happen)
    """The letter surely did not leave; ``is_final`` where another attempt would fare no better."""

    def __init__(self, text: str, *, is_final: bool = False) -> None:
        super().__init__(text)
        self.is_final = is_final


def sender_of(channel: str) -> Callable[[Letter], None]:
    """Return the function that serves a channel."""
    sender: Callable[[Letter], None] = import_string(settings.SENDERS[channel])
    return sender


def is_connected(channel: str) -> bool:
    """Tell whether a channel reaches people, and not only the log of the server."""
    if channel == "email":
        return bool(settings.EMAIL_HOST) or not settings.EMAIL_BACKEND.endswith("console.EmailBackend")
    return bool(settings.SENDERS[channel] != CONSOLE)
