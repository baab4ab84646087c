"""The app's name."""

from __future__ import annotations

from django.apps import AppConfig


class ObservatoryConfig(AppConfig):
    """Chain maps, gaps, the matrix of industries and counties."""

    name = "chuanzhu_site.observatory"
    label = "observatory"
    verbose_name = "产业链"
