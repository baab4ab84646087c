"""What a password must hold beyond its length."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from django.core.exceptions import ValidationError

if TYPE_CHECKING:
    from chuanzhu_site.accounts.models import User

_CLASSES: Final = (re.compile(r"[a-z]"), re.compile(r"[A-Z]"), re.compile(r"[0-9]"), re.compile(r"[^A-Za-z0-9]"))
_LEAST: Final = 3


class MixedCharacters:
    """Wants three of the four kinds of characters, as assessments by GB/T 22239-2019 level 3 do."""

    def validate(self, password: str, user: User | None = None) -> None:  # noqa: ARG002 (Django's interface)
        """Raise ValidationError with what is missing."""
        found = sum(bool(kind.search(password)) for kind in _CLASSES)
        if found < _LEAST:
            raise ValidationError(f"密码只用了 {found} 类字符;大写字母、小写字母、数字、符号四类里至少用三类")

    def get_help_text(self) -> str:
        """Say the rule before anybody breaks it."""
        return "大写字母、小写字母、数字、符号四类里至少用三类。"
