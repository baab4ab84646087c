"""Forms that a kind's declaration draws up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django import forms

from chuanzhu.quantity import QuantityError, parse_quantity
from chuanzhu_site.market.kinds import COMMON
from chuanzhu_site.market.models import Listing

if TYPE_CHECKING:
    from collections.abc import Callable

    from chuanzhu_site.market.kinds import Attribute, Kind

_LINE, _TEXT, _QUANTITY = 120, 4000, 60


class QuantityField(forms.CharField):
    """A quantity in the user's words, refused in the library's words where it cannot be read."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401 (Django's)
        super().__init__(max_length=_QUANTITY, **options)

    def validate(self, value: str) -> None:
        """Read it once; what is stored stays as written."""
        super().validate(value)
        try:
            parse_quantity(value)
        except QuantityError as error:
            raise forms.ValidationError(str(error)) from error


def _choices(attribute: Attribute, **options: Any) -> forms.Field:  # noqa: ANN401 (Django's)
    return forms.ChoiceField(choices=[("", "未定"), *((choice, choice) for choice in attribute.choices)], **options)


_FIELDS: Final[dict[str, Callable[..., forms.Field]]] = {
    "line": lambda _, **options: forms.CharField(max_length=_LINE, **options),
    "text": lambda _, **options: forms.CharField(max_length=_TEXT, widget=forms.Textarea, **options),
    "quantity": lambda _, **options: QuantityField(**options),
    "date": lambda _, **options: forms.DateField(widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"), **options),
    "number": lambda _, **options: forms.IntegerField(min_value=0, max_value=100_000, **options),
    "choice": _choices,
}


class ListingForm(forms.Form):
    """The form of one kind. ``version`` is that of the listing when the form was opened."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, kind: Kind, **options: Any) -> None:  # noqa: ANN401 (Django's)
        super().__init__(*args, **options)
        self.kind = kind
        for one in kind.attributes:
            self.fields[one.code] = _FIELDS[one.form](one, label=one.name, help_text=one.hint, required=one.is_required)
        self.fields["value"] = forms.DecimalField(
            label="金额估计(元/年)",
            min_value=0,
            max_digits=16,
            decimal_places=2,
            required=False,
            help_text="只有专员看得见",
        )
        self.fields["privacy"] = forms.ChoiceField(
            label="谁能看见", choices=Listing.Privacy.choices, required=False, initial=Listing.Privacy.PUBLIC
        )

    def values(self) -> dict[str, Any]:
        """Return what :func:`chuanzhu_site.market.actions.save_listing` takes."""
        given = {name: value for name, value in self.cleaned_data.items() if value is not None}
        special = {one.code: given[one.code] for one in self.kind.special if given.get(one.code) not in {None, ""}}
        common = {code: self.cleaned_data[code] for code in COMMON & self.cleaned_data.keys()}
        return {
            **common,
            "attributes": special,
            "value": self.cleaned_data["value"],
            "privacy": given.get("privacy") or Listing.Privacy.PUBLIC,
        }


def form_values(listing: Listing) -> dict[str, Any]:
    """Return what a form shows of a listing."""
    shown = {one.code: listing.answer(one.code) for one in listing.declared.attributes}
    return {**shown, "value": listing.value, "privacy": listing.privacy, "version": listing.version}
