"""What the pages of an event ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.utils import timezone

from chuanzhu.taxonomy.regions import region_name
from chuanzhu_site.accounts.models import Enterprise
from chuanzhu_site.accounts.policies import STAFF
from chuanzhu_site.programme.actions.preparing import SETTINGS
from chuanzhu_site.programme.actions.recording import REASONS, Said
from chuanzhu_site.programme.models import Event, FollowUp, Meeting

if TYPE_CHECKING:
    from chuanzhu_site.accounts.models import User
    from chuanzhu_site.market.models import Listing

_PROVINCE: Final = "410000"
_ADVANCED: Final = ("minutes", "pause", "least", "most", "in_a_row")


class EventForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable when the module is loaded
    """When and where, how many slots and tables."""

    class Meta:
        model = Event
        fields = tuple(name for name in SETTINGS if name != "chain")
        widgets = {  # noqa: RUF012 (Django's way)
            "day": forms.DateInput({"type": "date"}, "%Y-%m-%d"),
            "wishes_until": forms.DateInput({"type": "date"}, "%Y-%m-%d"),
            "morning_start": forms.TimeInput({"type": "time"}, "%H:%M"),
            "afternoon_start": forms.TimeInput({"type": "time"}, "%H:%M"),
        }
        help_texts = {  # noqa: RUF012 (Django's way)
            "slots": "一天分几场",
            "morning": "前几场算上午",
            "tables": "同一场最多几对同时谈",
            "most": "不填就不限",
            "least": "意愿不够的按他的意愿数算",
            "in_a_row": "不填就不限",
        }

    @property
    def leading(self) -> list[forms.BoundField]:
        """The fields that everybody fills in."""
        return [self[name] for name in self.fields if name not in _ADVANCED]

    @property
    def advanced(self) -> list[forms.BoundField]:
        """The fields that are mostly right as they are."""
        return [self[name] for name in _ADVANCED]

    def clean(self) -> dict[str, Any]:
        """Refuse days and slots that contradict each other, and say which to change."""
        given = super().clean() or {}
        day, until = given.get("day"), given.get("wishes_until")
        if day and day < timezone.localdate():
            self.add_error("day", f"{day:%Y-%m-%d} 已经过了;请写今天或以后的日期")
        if day and until and until > day:
            self.add_error("wishes_until", "意愿截止日不能晚于对接会当天;请改早")
        slots, morning = given.get("slots"), given.get("morning")
        if slots and morning is not None and morning > slots:
            self.add_error("morning", f"上午 {morning} 场多于全天 {slots} 场;请改正")
        if slots and morning is not None and not self.errors:
            self._check_times(slots, morning)
        return given

    def _check_times(self, slots: int, morning: int) -> None:
        """Refuse a morning that runs into the afternoon, and an afternoon that runs into the next day."""
        event = Event(**{name: self.cleaned_data[name] for name in SETTINGS if name in self.cleaned_data})
        times = event.times
        if 0 < morning < slots and times[morning - 1][1] > event.afternoon_start:
            self.add_error("morning", f"上午最后一场到 {times[morning - 1][1]:%H:%M},下午已经开始;请减少上午场次")
        if any(end <= begin for begin, end in times) or times[-1][0] < times[0][0]:
            self.add_error("slots", "最后一场过了半夜;请减少场次或缩短每场")


class CreateForm(EventForm):
    """A new event, with what it is filled from."""

    region = forms.ChoiceField(label="主办地区")
    candidates = forms.IntegerField(
        label="每条需求请几家候选", min_value=1, max_value=10, initial=5, help_text="按匹配得分从高到低"
    )
    has_hosts = forms.BooleanField(
        label="采购方各固定一桌", required=False, initial=True, help_text="链主沙龙:采购方不动,供应商来见他"
    )

    def __init__(self, *args: Any, user: User, **options: Any) -> None:  # noqa: ANN401 (Django's)
        super().__init__(*args, **options)
        self.fields["region"].choices = own_regions(user)  # type: ignore[attr-defined]


def own_regions(user: User) -> list[tuple[str, str]]:
    """Return the regions for which a person organises events; who has no bounds organises for the province."""
    codes = user.scopes.live().filter(role__in=STAFF).values_list("region", flat=True)
    return [(code or _PROVINCE, region_name(code or _PROVINCE)) for code in dict.fromkeys(codes)]


class WishForm(forms.Form):
    """One more meeting: a demand of a buyer who comes, and a supplier by name or credit code."""

    demand = forms.ChoiceField(label="采购方的需求")
    supplier = forms.CharField(label="供应商全称或统一社会信用代码", max_length=120)
    is_required = forms.BooleanField(label="必须安排", required=False)
    fixed = forms.IntegerField(label="指定第几场", min_value=0, required=False, help_text="不填就由系统排")

    def __init__(self, *args: Any, demands: list[Listing], **options: Any) -> None:  # noqa: ANN401 (Django's)
        super().__init__(*args, **options)
        self._demands = {demand.reference: demand for demand in demands}
        choices = [(demand.reference, f"{demand}({demand.enterprise})") for demand in demands]
        self.fields["demand"].choices = choices  # type: ignore[attr-defined]
        self.fields["demand"].error_messages["invalid_choice"] = "这条需求不在这次对接会里;请从列表里选"

    def clean_demand(self) -> Listing:
        """Return the demand itself."""
        return self._demands[self.cleaned_data["demand"]]

    def clean_supplier(self) -> Enterprise:
        """Find the enterprise; an unknown one is refused by its name."""
        written = self.cleaned_data["supplier"].strip()
        rows = Enterprise.objects.standing()
        found = list(rows.filter(uscc=written.upper())[:1] or rows.filter(name=written)[:2])
        if not found:
            raise forms.ValidationError(f"没有叫“{written}”的企业;请核对全称,或写统一社会信用代码")
        if len(found) > 1:
            raise forms.ValidationError(f"叫“{written}”的企业不止一家;请写统一社会信用代码")
        return found[0]


class FixForm(forms.Form):
    """Whether a meeting has to be held, and when."""

    is_required = forms.BooleanField(required=False)
    fixed = forms.IntegerField(min_value=0, required=False)


class OutcomeForm(forms.Form):
    """What came of a meeting: one press of a button, of which the ones for "unsuitable" also say why."""

    said = forms.ChoiceField(
        choices=[
            *((one.value, one.label) for one in Meeting.Outcome if one != Meeting.Outcome.UNSUITABLE),
            *((f"unsuitable:{why.value}", why.label) for why in REASONS),
        ],
        error_messages={"required": "请按一个按钮", "invalid_choice": "请按页面上的一个按钮"},
    )
    amount = forms.DecimalField(
        label="意向金额(元)",
        min_value=0,
        max_digits=16,
        decimal_places=2,
        required=False,
        error_messages={"min_value": "金额不能是负数", "invalid": "金额请写成数字,例如 120000"},
    )
    note = forms.CharField(label="备注", max_length=200, required=False)

    def word(self) -> Said:
        """Return what :func:`chuanzhu_site.programme.actions.record_outcome` takes."""
        outcome, _, why = self.cleaned_data["said"].partition(":")
        given = self.cleaned_data
        return Said(outcome=Meeting.Outcome(outcome), why=why, amount=given["amount"], note=given["note"])


class FollowUpForm(forms.ModelForm):  # type: ignore[type-arg]  # as above
    """One side's word on what was fulfilled."""

    class Meta:
        model = FollowUp
        fields = ("said", "amount", "note")
        widgets = {"said": forms.RadioSelect}  # noqa: RUF012 (Django's way)
        help_texts = {"amount": "到现在一共履行了多少;“部分履约”必填"}  # noqa: RUF012 (as above)

    said = forms.ChoiceField(label="履约情况", choices=FollowUp.Said.choices, widget=forms.RadioSelect)
