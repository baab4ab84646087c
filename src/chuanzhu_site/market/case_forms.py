"""What a broker writes down about a case, and what anybody writes to report one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.utils import timezone

from chuanzhu_site.accounts.models import User
from chuanzhu_site.market.models import CaseNote, Report

if TYPE_CHECKING:
    from django.db.models import QuerySet

_NOTED: Final = ("way", "outcome", "with_whom", "text", "next_on")
_WAYS: Final = [one for one in CaseNote.Way.choices if one[0] != CaseNote.Way.SYSTEM]


class NoteForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable when the module is loaded
    """A call, a visit or a message, with the day of the next one."""

    way = forms.ChoiceField(label="方式", choices=_WAYS)
    outcome = forms.ChoiceField(
        label="接通了吗", choices=[("", "没有打电话"), *CaseNote.Outcome.choices], required=False
    )

    class Meta:
        model = CaseNote
        fields = _NOTED
        widgets = {  # noqa: RUF012 (Django's way)
            "text": forms.Textarea({"rows": 3}),
            "next_on": forms.DateInput({"type": "date"}, "%Y-%m-%d"),
        }
        help_texts = {"next_on": "到那天再提醒;不写就照常排队"}  # noqa: RUF012 (as above)

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 (Django's)
        super().__init__(*args, **options)
        self.fields["next_on"].widget.attrs["min"] = timezone.localdate().isoformat()


class AssignForm(forms.Form):
    """To whom a case goes."""

    to = forms.ModelChoiceField(User.objects.none(), label="转给", empty_label="选一位同事")

    def __init__(self, *args: Any, people: QuerySet[User], **options: Any) -> None:  # noqa: ANN401 (Django's)
        super().__init__(*args, **options)
        self.fields["to"].queryset = people  # type: ignore[attr-defined]


class ReportForm(forms.ModelForm):  # type: ignore[type-arg]  # as above
    """What is junk or faked."""

    class Meta:
        model = Report
        fields = ("about", "text")
        widgets = {"text": forms.Textarea({"rows": 3})}  # noqa: RUF012 (as above)
        help_texts = {"text": "写清楚怎么知道的;对方不会知道是谁举报的"}  # noqa: RUF012 (as above)


class DecisionForm(forms.Form):
    """Whether a report is true, and why one thinks so."""

    is_upheld = forms.TypedChoiceField(
        label="核实结果",
        choices=[("yes", "属实"), ("no", "不属实")],
        coerce=lambda word: word == "yes",
        widget=forms.RadioSelect,
    )
    decision = forms.CharField(label="核实意见", max_length=400, widget=forms.Textarea({"rows": 2}))
