"""The app's name."""

from __future__ import annotations

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    """Excel in and out."""

    name = "chuanzhu_site.exchange"
    label = "exchange"
    verbose_name = "Excel 进出"
