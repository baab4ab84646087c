"""What the site refuses, with the reason and the cure in the text."""

from __future__ import annotations

from chuanzhu.model import ChuanzhuError


class WrongState(ChuanzhuError):  # noqa: N818 (named for what is refused)
    """An act that the thing's present state forbids; nothing was changed."""


class StaleForm(ChuanzhuError):  # noqa: N818 (named for what is refused)
    """Somebody else changed the thing after the form was opened; nothing was changed."""


class Missing(ChuanzhuError):  # noqa: N818 (named for what is refused)
    """A reason or another entry without which the act would not be understood later."""


def need_reason(reason: str, *, of: str) -> str:
    """Return the reason without surrounding blanks. Raises Missing where there is none."""
    if not reason.strip():
        raise Missing(f"{of}要写明理由")
    return reason.strip()
