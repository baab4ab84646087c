"""What is asked for a new webhook."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from chuanzhu_site.accounts.models import Enterprise
from chuanzhu_site.market.hooks import EVENTS

if TYPE_CHECKING:
    from chuanzhu_site.accounts.models.enterprises import EnterpriseSet


class HookForm(forms.Form):
    """An address and what it is told of."""

    enterprise = forms.ModelChoiceField(Enterprise.objects.none(), label="哪家企业的事", empty_label=None)
    url = forms.CharField(
        label="地址", max_length=300, help_text="您的程序接收通知的网址,例如 https://erp.example.com/chuanzhu"
    )
    events = forms.MultipleChoiceField(
        label="通知哪些事", choices=list(EVENTS.items()), widget=forms.CheckboxSelectMultiple, initial=list(EVENTS)
    )

    def __init__(self, *args: Any, enterprises: EnterpriseSet, **options: Any) -> None:  # noqa: ANN401 (Django's)
        super().__init__(*args, **options)
        field = self.fields["enterprise"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = enterprises
        field.initial = next(iter(enterprises), None)
