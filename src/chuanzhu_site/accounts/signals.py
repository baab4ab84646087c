"""What the floors above may want to know of people and enterprises; sent inside the transaction that made it so."""

from __future__ import annotations

from typing import Final

from django.dispatch import Signal

claim_decided: Final = Signal()
