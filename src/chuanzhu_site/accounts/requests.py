"""Requests of people who are signed in, for type checkers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest

if TYPE_CHECKING:
    from chuanzhu_site.accounts.models import User


class UserRequest(HttpRequest):
    """What a view behind ``login_required`` is given."""

    user: User
