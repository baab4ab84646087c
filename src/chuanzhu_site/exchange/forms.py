"""What is asked of whoever brings a list in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from chuanzhu_site.accounts.models import Enterprise
from chuanzhu_site.market.kinds import kind_choices
from chuanzhu_site.web.uploads import SUFFIXES

if TYPE_CHECKING:
    from django.db.models import QuerySet


class UploadForm(forms.Form):
    """A list, whose it is, and what its rows are where they do not say."""

    file = forms.FileField(label="清单文件", widget=forms.FileInput({"accept": ",".join(SUFFIXES)}), max_length=200)
    kind = forms.ChoiceField(
        label="清单里是什么",
        choices=kind_choices,
        help_text="行里写了类别的,按行里的",
    )
    enterprise = forms.ModelChoiceField(label="哪家企业的", queryset=Enterprise.objects.none(), empty_label=None)

    def __init__(self, *args: Any, enterprises: QuerySet[Enterprise], **options: Any) -> None:  # noqa: ANN401 (Django's)
        super().__init__(*args, **options)
        field = self.fields["enterprise"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 (declared above)
        field.queryset = enterprises


class ConfirmForm(forms.Form):
    """How a list is taken over."""

    is_submitted = forms.TypedChoiceField(
        label="新增的行",
        choices=[("1", "提交发布"), ("", "先存成草稿")],
        coerce=bool,
        empty_value=None,
        required=False,
        initial="1",
        widget=forms.RadioSelect,
    )
    closes_missing = forms.BooleanField(label="清单里没有的,也关闭", required=False)
