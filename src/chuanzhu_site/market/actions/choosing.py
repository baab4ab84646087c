"""How a person wants to be told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from chuanzhu_site.market.models import ContactChoice

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chuanzhu_site.accounts.models import User
    from chuanzhu_site.market.models import Channel, Topic


@transaction.atomic
def choose_telling(user: User, *, paces: Mapping[tuple[Topic, Channel], str], phone: str) -> None:
    """Keep for each topic and channel how one's own notices come, from the next one on."""
    for (topic, channel), pace in paces.items():
        ContactChoice.objects.update_or_create(user=user, topic=topic, channel=channel, defaults={"pace": pace})
    if phone != user.phone:
        user.phone = phone
        user.save(update_fields=["phone"])


def read_all(user: User) -> int:
    """Mark all of one's notices as read; return how many were not."""
    return user.notifications.filter(read_at=None).update(read_at=timezone.now())
