"""The app's name."""

from __future__ import annotations

from django.apps import AppConfig


class MarketConfig(AppConfig):
    """Listings, matches, engagements."""

    name = "chuanzhu_site.market"
    label = "market"
    verbose_name = "供需对接"

    def ready(self) -> None:
        """Have failed tasks of every app tried again, and people told how their claims were decided."""
        from django_tasks.signals import task_finished  # noqa: PLC0415 (when all apps are loaded)

        from chuanzhu_site.accounts.signals import claim_decided  # noqa: PLC0415
        from chuanzhu_site.market.heralding import tell_of_claim  # noqa: PLC0415
        from chuanzhu_site.market.retrying import plan_retry  # noqa: PLC0415

        claim_decided.connect(tell_of_claim, dispatch_uid="tell_of_claim")
        task_finished.connect(plan_retry, dispatch_uid="plan_retry")
