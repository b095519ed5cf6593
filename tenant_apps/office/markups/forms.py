"""What is typed to change markups: a value and a reason, or a reason to take the value away."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from shared_apps.operator.rulebook.forms import PERCENTS, FigureField
from tenant_apps.overrides.actions import LONGEST_REASON

SET, CLEAR = "set", "clear"


class MarkupForm(forms.Form):
    """``act`` says which button was pressed; the verb knows the bounds."""

    percent = FigureField(label=_("Own markup, %"), required=False, **PERCENTS)
    reason = forms.CharField(
        label=_("Reason"),
        max_length=LONGEST_REASON,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    act = forms.ChoiceField(
        choices=[(SET, SET), (CLEAR, CLEAR)], widget=forms.HiddenInput, required=False
    )

    def __init__(self, data: Any = None, *, within: str = "", **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        for bound in self.fields.values():
            if within:
                bound.widget.attrs["form"] = within

    def clean(self) -> dict[str, Any]:
        """A value is needed to set one."""
        data = super().clean() or self.cleaned_data
        clearing = data.get("act") == CLEAR
        if not clearing and "percent" not in self.errors and data.get("percent") is None:
            raise ValidationError({"percent": _now("Type the new markup.")})
        return data | ({"percent": None} if clearing else {})

    def refused(self, refusal: ValidationError) -> None:
        """Put what the verb refused beside the field it is about."""
        for name, errors in getattr(refusal, "error_dict", {"__all__": refusal}).items():
            self.add_error(name if name in self.fields else None, errors)
