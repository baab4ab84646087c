"""What is chosen for a new token."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django import forms

from chuanzhu_site.accounts.models import Enterprise
from chuanzhu_site.accounts.token_scopes import MODES, RESOURCES, SCOPES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chuanzhu_site.accounts.models.enterprises import EnterpriseSet

_DAYS: Final = [("30", "30 天"), ("90", "90 天"), ("180", "180 天"), ("366", "一年")]


class TokenForm(forms.Form):
    """A token for one of these enterprises."""

    enterprise = forms.ModelChoiceField(Enterprise.objects.none(), label="代表哪家企业", empty_label=None)
    name = forms.CharField(label="用途", max_length=60, help_text="例如“ERP 每晚同步需求”,以后好认")
    days = forms.ChoiceField(label="有效期", choices=_DAYS, initial="90")
    scopes = forms.MultipleChoiceField(label="权限", choices=list(SCOPES.items()))

    def __init__(self, *args: Any, enterprises: EnterpriseSet, **options: Any) -> None:  # noqa: ANN401 (Django's)
        super().__init__(*args, **options)
        field = self.fields["enterprise"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = enterprises
        field.initial = next(iter(enterprises), None)

    def table(self) -> Iterator[tuple[str, list[tuple[str, str, bool]]]]:
        """Yield each resource with its boxes: (scope, name of the mode, ticked)."""
        ticked = set(self.data.getlist("scopes")) if hasattr(self.data, "getlist") else set()
        for resource, name in RESOURCES.items():
            boxes = [(f"{resource}:{mode}", word) for mode, word in MODES.items()]
            yield name, [(scope, word, scope in ticked) for scope, word in boxes if scope in SCOPES]
