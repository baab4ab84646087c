"""Telling an enterprise's own programs what happened: announced with the fact, signed, sent by the worker for post."""

from chuanzhu_site.market.hooks.announcing import announce, announce_confirmation, announce_matches, announce_move
from chuanzhu_site.market.hooks.events import EVENTS
from chuanzhu_site.market.hooks.signing import secret_of, signature

__all__ = ["EVENTS", "announce", "announce_confirmation", "announce_matches", "announce_move", "secret_of", "signature"]
