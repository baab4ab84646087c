"""The app's name."""

from __future__ import annotations

from django.apps import AppConfig


class MarketConfig(AppConfig):
    """Listings, matches, engagements."""

    name = "chuanzhu_site.market"
    label = "market"
    verbose_name = "供需对接"

    def ready(self) -> None:
        """Have failed tasks tried again: of this app and of every other."""
        from django_tasks.signals import task_finished  # noqa: PLC0415 (when all apps are loaded)

        from chuanzhu_site.market.retrying import plan_retry  # noqa: PLC0415

        task_finished.connect(plan_retry, dispatch_uid="plan_retry")
