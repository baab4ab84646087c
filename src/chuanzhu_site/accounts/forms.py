"""What people fill in about enterprises."""

from __future__ import annotations

from django import forms

from chuanzhu.taxonomy.uscc import UsccError, check_uscc


class ClaimForm(forms.Form):
    """Claiming an enterprise by its code; one that is not known yet is entered with its name."""

    uscc = forms.CharField(label="统一社会信用代码", max_length=30, help_text="营业执照上的 18 位代码")
    name = forms.CharField(label="企业名称", max_length=120, help_text="与营业执照一致")
    position = forms.CharField(label="您的职务", max_length=40)
    grounds = forms.CharField(
        label="说明", max_length=400, required=False, widget=forms.Textarea, help_text="怎么核实您的身份"
    )

    def clean_uscc(self) -> str:
        """Check the code's own check character."""
        try:
            return check_uscc(self.cleaned_data["uscc"])
        except UsccError as error:
            raise forms.ValidationError(str(error)) from error
