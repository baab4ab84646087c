"""Public names of things: random, so that nobody can count them or guess the next one."""

from __future__ import annotations

import secrets
from typing import Final

_LETTERS: Final = "23456789abcdefghjkmnpqrstuvwxyz"
LENGTH: Final = 12


def new_reference() -> str:
    """Return 12 letters and digits (59 bits), without those that are misread."""
    return "".join(secrets.choice(_LETTERS) for _ in range(LENGTH))
