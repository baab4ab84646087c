"""The app's name."""

from __future__ import annotations

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People and enterprises."""

    name = "chuanzhu_site.accounts"
    label = "accounts"
    verbose_name = "账号与企业"
