"""The app's name."""

from __future__ import annotations

from django.apps import AppConfig


class ProgrammeConfig(AppConfig):
    """Events and what becomes of them."""

    name = "chuanzhu_site.programme"
    label = "programme"
    verbose_name = "对接会"
