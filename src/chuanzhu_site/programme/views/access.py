"""What every page of an event begins with: the event, to who may see it, and acts whose refusal is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import get_object_or_404

from chuanzhu.model import ChuanzhuError
from chuanzhu_site.programme import policies
from chuanzhu_site.programme.models import Event

if TYPE_CHECKING:
    from collections.abc import Callable

    from chuanzhu_site.accounts.requests import UserRequest
    from chuanzhu_site.programme.models import Participant


def organised(request: UserRequest, reference: str) -> Event:
    """Return an event to who runs it; to anybody else there is none."""
    return get_object_or_404(Event.objects.run_by(request.user), reference=reference)


def attended(request: UserRequest, reference: str) -> Participant:
    """Return the participant for which a person speaks; to anybody else there is no event."""
    event = get_object_or_404(Event.objects.attended_by(request.user), reference=reference)
    person = policies.own_participant(request.user, event)
    return person or get_object_or_404(event.participants.none())


def tried(request: UserRequest, act: Callable[[], object], said: str) -> bool:
    """Do something, and tell that it was done, or why it was not."""
    try:
        act()
    except ChuanzhuError as error:
        messages.error(request, str(error))
        return False
    messages.success(request, said)
    return True
