"""E-mail by the server that CHUANZHU_SMTP names: plain text, one letter to one person."""

from __future__ import annotations

import smtplib
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from chuanzhu_site.market.senders import NotSent

if TYPE_CHECKING:
    from django.core.mail.backends.base import BaseEmailBackend

    from chuanzhu_site.market.senders import Letter

_PERMANENT: Final = 500


def send(letter: Letter) -> None:
    """Send one letter. What fails before the text was handed over was surely not sent."""
    connection = get_connection()
    try:
        connection.open()
    except (OSError, smtplib.SMTPException) as error:
        raise NotSent(f"连不上邮件服务器:{error}") from error
    try:
        _message(letter, connection).send()
    except smtplib.SMTPRecipientsRefused as error:
        code, said = next(iter(error.recipients.values()))
        raise NotSent(f"邮件服务器不收 {letter.to}:{_words(said)}", is_final=code >= _PERMANENT) from error
    except smtplib.SMTPResponseException as error:
        raise NotSent(f"邮件服务器拒收:{_words(error.smtp_error)}", is_final=error.smtp_code >= _PERMANENT) from error
    finally:
        connection.close()


def _message(letter: Letter, connection: BaseEmailBackend) -> EmailMessage:
    headers = {
        "Message-ID": f"<{letter.key}@{urlsplit(settings.SITE_ADDRESS).hostname}>",
        "Auto-Submitted": "auto-generated",
    }
    return EmailMessage(letter.subject, letter.text, to=[letter.to], headers=headers, connection=connection)


def _words(said: bytes | str) -> str:
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else said
