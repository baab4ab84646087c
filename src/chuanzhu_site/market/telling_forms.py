"""The form behind "怎样通知我": for each topic and channel at once, once a day, or not at all."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.conf import settings

from chuanzhu_site.market.models import Channel, ContactChoice, Topic
from chuanzhu_site.market.senders import is_connected
from chuanzhu_site.market.telling import USUAL

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from chuanzhu_site.accounts.models import User

_MOBILE: Final = re.compile(r"1[3-9]\d{9}")


class TellingForm(forms.Form):
    """A choice for each topic and channel, and the telephone number that short messages need."""

    phone = forms.CharField(label="手机号", max_length=20, required=False, help_text="收短信和微信用；不填就收不到")

    def __init__(self, *args: Any, user: User, **options: Any) -> None:  # noqa: ANN401 (Django's)
        super().__init__(*args, **options)
        chosen = {(one.topic, one.channel): one.pace for one in user.contact_choices.all()}
        self.fields["phone"].initial = user.phone
        for name, (topic, channel) in _names().items():
            self.fields[name] = forms.ChoiceField(
                label=f"{topic.label}:{channel.label}",
                choices=ContactChoice.Pace.choices,
                initial=chosen.get((topic, channel), USUAL[channel]),
                widget=forms.Select({"aria-label": f"{topic.label},{channel.label}"}),
            )

    def clean_phone(self) -> str:
        """Take a mobile number without blanks and dashes."""
        number = re.sub(r"[\s\-]", "", self.cleaned_data["phone"])
        if number and not _MOBILE.fullmatch(number):
            raise forms.ValidationError(f"“{number}”不是手机号;请写 11 位手机号")
        return number

    def paces(self) -> dict[tuple[Topic, Channel], str]:
        """Return what was chosen."""
        return {pair: self.cleaned_data[name] for name, pair in _names().items()}

    def rows(self) -> Iterator[tuple[str, list[tuple[str, forms.BoundField]]]]:
        """Return the table: a topic's name, and its choice for each channel."""
        names = _names()
        for topic in Topic:
            yield topic.label, [(pair[1].label, self[name]) for name, pair in names.items() if pair[0] == topic]


def channels() -> list[tuple[str, bool]]:
    """Return the channels in their order, each with whether it reaches people."""
    return [(Channel(code).label, is_connected(code)) for code in settings.SENDERS]


def _names() -> Mapping[str, tuple[Topic, Channel]]:
    return {f"{topic}-{code}": (topic, Channel(code)) for topic in Topic for code in settings.SENDERS}
