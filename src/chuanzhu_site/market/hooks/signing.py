"""The signature of a call: HMAC-SHA256 over its id, its time and its body, as Standard Webhooks has it.

The receiver refuses a time that is more than five minutes off and an id that it has seen: so a call that somebody
recorded cannot be played again.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import TYPE_CHECKING, Final

from django.conf import settings

if TYPE_CHECKING:
    from chuanzhu_site.market.models import Webhook

_PREFIX: Final = "whsec_"


def secret_of(webhook: Webhook) -> str:
    """Return the secret that the receiver checks signatures with; made anew from the site's key each time."""
    what = f"chuanzhu.webhook:{webhook.reference}:{webhook.secret_version}".encode()
    made = hmac.new(settings.SECRET_KEY.encode(), what, hashlib.sha256).digest()
    return _PREFIX + base64.b64encode(made).decode()


def signature(secret: str, *, identity: str, seconds: int, body: bytes) -> str:
    """Return the signature of a call.

    >>> signature("whsec_AAAA", identity="one", seconds=1, body=b"{}")
    'v1,I3cIjDZWb2kYWTmL4J5aQmPSUWmENf1Dr4RpkmXeYYs='
    """
    key = base64.b64decode(secret.removeprefix(_PREFIX))
    signed = hmac.new(key, f"{identity}.{seconds}.".encode() + body, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(signed).decode()}"
