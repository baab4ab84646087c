"""What an act on a listing, a match or an engagement asks for: a form for each act, in a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.utils import timezone

from chuanzhu_site.market.actions.awarding import QUOTED
from chuanzhu_site.market.actions.calling_back import ASKED
from chuanzhu_site.market.forms import QuantityField
from chuanzhu_site.market.lifecycle import EndReason, Party
from chuanzhu_site.market.models import CallBack, Confirmation, Judgment, Quote

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

_REASON: Final = 400
_REASON_NAMES: Final = {
    "ask": "要对方补充什么",
    "tell": "补充的内容",
    "return": "哪里要改",
    "hold": "为什么停止公开",
    "close": "为什么关闭",
    "reopen": "为什么重新打开",
}
_CHOSEN_BY_SYSTEM: Final = frozenset({EndReason.ANOTHER, EndReason.SILENT})


class ActForm(forms.Form):
    """An act that asks for nothing. ``version`` is that of the engagement when the page was opened."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    party = forms.ChoiceField(choices=Party.choices, widget=forms.HiddenInput, required=False)


class ReasonForm(ActForm):
    """An act that needs a reason."""

    reason = forms.CharField(label="理由", max_length=_REASON, widget=forms.Textarea({"rows": 3}))


class QuoteForm(ActForm, forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable when the module is loaded
    """An offer."""

    quantity = QuantityField(label="数量", help_text="例如“200件/月”")

    class Meta:
        model = Quote
        fields = QUOTED
        help_texts = {"price_unit": "例如“件”“吨”", "terms": "例如“货到 30 天,送到厂”"}  # noqa: RUF012 (Django's way)
        widgets = {"valid_until": forms.DateInput({"type": "date"}, "%Y-%m-%d")}  # noqa: RUF012 (as above)

    def clean_price(self) -> Any:  # noqa: ANN401 (Django's)
        """Refuse a price of nothing."""
        if self.cleaned_data["price"] <= 0:
            raise forms.ValidationError("单价要大于 0")
        return self.cleaned_data["price"]

    def clean_valid_until(self) -> dt.date:
        """Refuse an offer that is over."""
        day: dt.date = self.cleaned_data["valid_until"]
        if day < timezone.localdate():
            raise forms.ValidationError("报价有效期已经过了;请写今天或以后的日期")
        return day


class AwardForm(ActForm):
    """The award, with what the others are told."""

    reason = forms.CharField(label="为什么选这家", max_length=_REASON, help_text="中选的供方看得到")
    why_not = forms.CharField(
        label="为什么没选其他家", max_length=_REASON, help_text="会告诉每一家没选上的,别写中选方的价格"
    )


class EndForm(ActForm):
    """The end of an engagement without a delivery."""

    why = forms.ChoiceField(
        label="原因", choices=[(one.value, one.label) for one in EndReason if one not in _CHOSEN_BY_SYSTEM]
    )
    note = forms.CharField(label="补充说明", max_length=_REASON, required=False)


class ConfirmForm(ActForm):
    """One side's word on what was delivered."""

    quantity = forms.CharField(label="实际数量", max_length=60, help_text="例如“200件”")
    value = forms.DecimalField(label="实际金额(元)", min_value=0, max_digits=16, decimal_places=2)
    without = forms.ChoiceField(label="没有这个平台,这笔生意会成吗?", choices=Confirmation.Without.choices)


class CallBackForm(ActForm, forms.ModelForm):  # type: ignore[type-arg]  # as above
    """What a call-back found."""

    asked = forms.ChoiceField(
        label="问的是哪一方",
        choices=Party.choices[:2],
    )
    outcome = forms.ChoiceField(label="结果", choices=[("", "请选一项"), *CallBack.Outcome.choices])
    without = forms.ChoiceField(
        label="没有这个平台,这笔生意会成吗?", choices=[("", "没问到"), *Confirmation.Without.choices], required=False
    )
    satisfaction = forms.TypedChoiceField(
        label="满意吗?",
        choices=[("", "没问到"), (5, "很满意"), (4, "满意"), (3, "一般"), (2, "不满意"), (1, "很不满意")],
        coerce=int,
        empty_value=None,
        required=False,
    )

    class Meta:
        model = CallBack
        fields = ASKED
        help_texts = {"value": "有出入时写核实的数;没问到就空着"}  # noqa: RUF012 (Django's way)

    def clean(self) -> dict[str, Any]:
        """Ask for a note where what was confirmed does not hold."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if given.get("outcome") in {CallBack.Outcome.DIFFERS, CallBack.Outcome.UNTRUE} and not given.get("note"):
            self.add_error("note", "请写明哪里不一样")
        return given


class JudgmentForm(forms.Form):
    """Right or wrong, and why."""

    verdict = forms.TypedChoiceField(
        label="这个匹配对吗?", choices=Judgment.Verdict.choices[::-1], coerce=int, widget=forms.RadioSelect
    )
    why = forms.ChoiceField(label="哪里不对", choices=[("", "——"), *Judgment.Why.choices], required=False)
    note = forms.CharField(label="补充说明", max_length=_REASON, required=False)


ACT_FORMS: Final[Mapping[str, type[ActForm]]] = {
    "quote": QuoteForm,
    "award": AwardForm,
    "decline": EndForm,
    "end": EndForm,
    "confirm": ConfirmForm,
    "follow": CallBackForm,
}


def act_form(act: str, *, needs_reason: bool, data: Any = None, **options: Any) -> ActForm:  # noqa: ANN401 (Django's)
    """Return the form of an act, with the reason named for what the act is."""
    form = ACT_FORMS.get(act, ReasonForm if needs_reason else ActForm)(data, auto_id=f"{act}-%s", **options)
    if "reason" in form.fields and act in _REASON_NAMES:
        form.fields["reason"].label = _REASON_NAMES[act]
    return form
