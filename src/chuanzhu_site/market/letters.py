"""What a letter says: the notices of the site, word for word, and where to read on. Nothing that the site hides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.urls import reverse

from chuanzhu_site.market.models import Channel
from chuanzhu_site.market.senders import Letter

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from chuanzhu_site.accounts.models import User
    from chuanzhu_site.market.models import Delivery, Notification

_SUBJECT: Final = 60
_LISTED: Final = 30
ADDRESSES: Final[Mapping[str, Callable[[User], str]]] = {
    Channel.EMAIL: lambda user: user.email,
    Channel.SMS: lambda user: user.phone,
    Channel.WECHAT: lambda user: user.phone,
}
# By channel, where a person is reached; a WeChat gateway of an organisation knows its people by telephone number.


def letter_of(deliveries: Sequence[Delivery]) -> Letter:
    """Put what is due for one person by one channel into one letter: a single notice as it is, several as a list."""
    first = deliveries[0]
    user, notices = first.notification.user, [one.notification for one in deliveries]
    line = notices[0].text if len(notices) == 1 else f"您有 {len(notices)} 条新通知:{notices[0].text} 等"
    return Letter(
        key=f"notice-{first.pk}-{len(notices)}",
        channel=first.channel,
        to=ADDRESSES[first.channel](user),
        name=str(user),
        subject=f"【串珠】{_one_line(line)[:_SUBJECT]}",
        text=_text(user, notices),
        line=f"【串珠】{_one_line(line)}",
        url=full_address(notices[0].address if len(notices) == 1 else reverse("notices")),
    )


def _text(user: User, notices: Sequence[Notification]) -> str:
    listed = [f"{one.text}\n{full_address(one.address)}" for one in notices[:_LISTED]]
    if len(notices) > _LISTED:
        listed.append(f"还有 {len(notices) - _LISTED} 条,登录后都看得到:\n{full_address(reverse('notices'))}")
    return "\n\n".join(
        [
            f"{user},您好:",
            *listed,
            "详情登录后才能看。这封邮件由系统发出,请不要回复。",
            f"不想收,或想改成每天汇总一次,请到“怎样通知我”:\n{full_address(reverse('telling'))}",
        ]
    )


def full_address(path: str) -> str:
    """Return an address of the site as somebody outside of it can open it."""
    return f"{settings.SITE_ADDRESS}{path}"


def _one_line(text: str) -> str:
    """Keep breaks out of subjects: what a user wrote must not begin another header."""
    return " ".join(text.split())
