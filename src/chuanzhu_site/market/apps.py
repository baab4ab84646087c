"""The app's name."""

from __future__ import annotations

from django.apps import AppConfig


class MarketConfig(AppConfig):
    """Listings, matches, engagements."""

    name = "chuanzhu_site.market"
    label = "market"
    verbose_name = "供需对接"
