"""What people fill in on the chain map."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.utils import timezone

from chuanzhu.taxonomy.regions import RegionError, is_within, region_name, resolve_region
from chuanzhu_site.accounts.models import Enterprise
from chuanzhu_site.observatory.matrix import short_name
from chuanzhu_site.observatory.models import Entry

if TYPE_CHECKING:
    from chuanzhu.taxonomy.programmes import Programme

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


class EntryForm(forms.Form):
    """A matter, project, park or platform. ``version`` is that of the entry when the form was opened."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    kind = forms.ChoiceField(label="类别", choices=Entry.Kind.choices)
    title = forms.CharField(label="名称", max_length=80)
    work = forms.ChoiceField(label="哪项工作", required=False, help_text="园区和平台不用选")
    region = forms.CharField(label="地区", max_length=40, help_text="县(市、区)的名称或六位代码")
    owner = forms.CharField(label="责任单位", max_length=60)
    state = forms.ChoiceField(label="状态", choices=Entry.State.choices)
    progress = forms.IntegerField(
        label="进度(%)", min_value=0, max_value=100, required=False, help_text="不知道就空着,不要填 0"
    )
    begins_on = _date("开始", required=False)
    due_on = _date("完成期限", required=False)
    note = forms.CharField(label="进展说明", max_length=400, required=False, widget=forms.Textarea)
    source = forms.CharField(label="来源", max_length=200, help_text="谁报的、哪份文件")
    source_date = _date("来源日期")

    def __init__(self, *args: Any, programme: Programme, **options: Any) -> None:  # noqa: ANN401 (Django's)
        super().__init__(*args, **options)
        self._programme = programme
        self.fields["work"].choices = [("", "不分工作"), *((work, work) for work in programme.works)]  # type: ignore[attr-defined]
        if programme.counties:
            choices = [(code, short_name(programme, code)) for code in programme.counties]
            self.fields["region"] = forms.ChoiceField(label="县(市、区)", choices=choices)
        elif not programme.works:
            del self.fields["work"]

    def clean_region(self) -> str:
        """Find the region's code, which must lie in the programme's region."""
        written: str = self.cleaned_data["region"]
        try:
            code = resolve_region(written)
        except RegionError as error:
            raise forms.ValidationError(str(error)) from error
        if not is_within(code, self._programme.region):
            raise forms.ValidationError(f"“{written}”不在{region_name(self._programme.region)}")
        return code

    def clean(self) -> dict[str, Any]:
        """Refuse days that contradict each other, a finished thing that is not whole, and a matter without its work."""
        given: dict[str, Any] = self.cleaned_data
        begins, due = given.get("begins_on"), given.get("due_on")
        if begins and due and due < begins:
            self.add_error("due_on", f"日期矛盾:{begins} 开始,却要在 {due} 完成;多半是写反了")
        if given.get("state") == Entry.State.DONE and given.get("progress") not in {None, 100}:
            self.add_error("progress", f"状态是“已完成”,进度却是 {given['progress']}%;改一个")
        is_work = given.get("kind") in {Entry.Kind.MATTER, Entry.Kind.PROJECT}
        if is_work and self._programme.works and not given.get("work"):
            self.add_error("work", "事项和项目要选属于哪项工作")
        return given

    def values(self) -> dict[str, Any]:
        """Return what :func:`chuanzhu_site.observatory.actions.save_entry` takes."""
        given = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        return {"work": "", **given}
