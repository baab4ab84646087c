"""Who signs in."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils import timezone


class User(AbstractUser):
    """A person (用户) who signs in. What they may do follows from memberships and scopes, never from flags here."""

    display_name = models.CharField("姓名", max_length=40, blank=True)
    phone = models.CharField("手机号", max_length=20, blank=True)
    password_set_at = models.DateTimeField("密码设置时间", default=timezone.now)

    REQUIRED_FIELDS: ClassVar[list[str]] = ["email"]

    class Meta:
        verbose_name = verbose_name_plural = "用户"

    def __str__(self) -> str:
        return self.display_name or self.username

    def set_password(self, raw_password: str | None) -> None:
        """Set the password and start its age anew."""
        super().set_password(raw_password)
        self.password_set_at = timezone.now()
