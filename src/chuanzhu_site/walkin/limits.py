"""How many jobs an address may start."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.utils import timezone

from chuanzhu.model import ChuanzhuError
from chuanzhu_site.walkin.models import Intake, Visit
from chuanzhu_site.web.requests import client_address

if TYPE_CHECKING:
    from django.http import HttpRequest

_HOUR: Final = dt.timedelta(hours=1)


class TooMany(ChuanzhuError):  # noqa: N818 (named for what is refused)
    """More jobs than one address, or the whole server, may have at once."""


def admit(request: HttpRequest) -> None:
    """Count a job of the caller's address. Raises TooMany. The address itself is not kept, only a keyed hash of it."""
    hour_ago = timezone.now() - _HOUR
    address = hmac.new(settings.SECRET_KEY.encode(), client_address(request).encode(), hashlib.sha256).hexdigest()
    Intake.objects.filter(at__lt=hour_ago).delete()
    if Intake.objects.filter(address=address, at__gte=hour_ago).count() >= settings.WALKIN_JOBS_PER_HOUR:
        raise TooMany(f"这个网络一小时内已经做了 {settings.WALKIN_JOBS_PER_HOUR} 次;请过一会儿再来")
    if Visit.objects.unfinished().count() >= settings.WALKIN_MOST_WAITING:
        raise TooMany("现在排队的人多;请过几分钟再试")
    Intake.objects.create(address=address)
