"""What people fill in on the chain map."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.utils import timezone

from chuanzhu_site.accounts.models import Enterprise

_DATE: Final = {"type": "date"}


def _date(label: str, *, required: bool = True, help_text: str = "") -> forms.DateField:
    widget = forms.DateInput(_DATE, "%Y-%m-%d")
    return forms.DateField(label=label, required=required, help_text=help_text, widget=widget)


class PlacementForm(forms.Form):
    """An enterprise entered at a node by hand, with the evidence and the days."""

    enterprise = forms.CharField(label="企业", max_length=120, help_text="库里的企业全名,或统一社会信用代码")
    share = forms.IntegerField(label="业务比重(%)", min_value=1, max_value=100, initial=100)
    source = forms.CharField(label="依据", max_length=200, help_text="例如“实地走访”“企业年报”")
    source_date = _date("依据的日期")
    since = _date("从哪天起")
    until = _date("到哪天止", required=False, help_text="现在还在做就不填")
    note = forms.CharField(label="说明", max_length=200, required=False)

    def clean_enterprise(self) -> Enterprise:
        """Find it by name or code."""
        written = self.cleaned_data["enterprise"].strip()
        found = Enterprise.objects.standing().filter(name=written) | Enterprise.objects.standing().filter(uscc=written)
        one = found.first()
        if one is None:
            raise forms.ValidationError(f"库里没有“{written}”;请核对全名,或先导入这家企业")
        return one

    def clean(self) -> dict[str, Any]:
        """Refuse days that contradict each other."""
        given: dict[str, Any] = self.cleaned_data
        since, until = given.get("since"), given.get("until")
        if since and until and until < since:
            self.add_error("until", f"起止日期矛盾:从 {since} 起,却到 {until} 止;多半是写反了")
        dated = given.get("source_date")
        if dated and dated > timezone.localdate():
            self.add_error("source_date", f"依据的日期 {dated} 还没有到")
        return given

    def values(self) -> dict[str, Any]:
        """Return what :func:`chuanzhu_site.observatory.actions.enter_placement` takes."""
        given = {name: self.cleaned_data[name] for name in ("source", "source_date", "since", "until", "note")}
        return {**given, "share": self.cleaned_data["share"] / 100}
