"""Writing messages into the server's log: what stands in for SMS and WeChat until a gateway is plugged in."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from chuanzhu_site.market.senders import Letter

_logger: Final = logging.getLogger(__name__)
_SHOWN: Final = 3


def send(letter: Letter) -> None:
    """Log a message with the end of the number only: a log is no place for telephone numbers."""
    _logger.info("%s …%s: %s %s", letter.channel, letter.to[-_SHOWN:], letter.line, letter.url)
