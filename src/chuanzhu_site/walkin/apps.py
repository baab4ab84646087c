"""The app's name."""

from __future__ import annotations

from django.apps import AppConfig


class WalkinConfig(AppConfig):
    """The main job without signing in."""

    name = "chuanzhu_site.walkin"
    label = "walkin"
    verbose_name = "清单匹配"
