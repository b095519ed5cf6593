"""Forms of the rule book: one value for many rules, one rule, a publication, an answer.

In the form for many, an empty field leaves its column untouched (R56). What has no value can
therefore not be typed as nothing: a dash empties a bound, a window or the channels.
"""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from shared_apps.commissions.models import Base
from shared_apps.operator.filters import CHANNELS, DateInput

EMPTIED = "-"
BASES_TOLD = [(code, label) for code, label in Base.choices if code != Base.MARGIN]
PERCENTS: dict[str, Any] = {"max_digits": 7, "decimal_places": 4}
FILE_BYTES = 2_000_000
AMOUNTS: dict[str, Any] = {"max_digits": 12, "decimal_places": 3}


class FigureField(forms.DecimalField):
    """A number as people type it: a decimal comma or point, spaces between thousands."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "size": 6})

    def __init__(self, *, emptied_by_dash: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.emptied_by_dash = emptied_by_dash

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """No step or bounds: they belong to number fields, which refuse a comma."""
        return {}

    def prepare_value(self, value: Any) -> Any:
        """Without idle zeros."""
        return f"{value.normalize():f}" if isinstance(value, Decimal) else value

    def to_python(self, value: Any) -> Any:
        """Read "1 234,50"; a dash stays a dash where it means "no value"."""
        if isinstance(value, str):
            value = "".join(value.split()).replace("\u202f", "").replace(",", ".")
            if value in ("-", "–", "—") and self.emptied_by_dash:
                return EMPTIED
        return super().to_python(value)

    def validate(self, value: Any) -> None:
        """A dash needs no further test."""
        if value != EMPTIED:
            super().validate(value)

    def run_validators(self, value: Any) -> None:
        """A dash needs no further test."""
        if value != EMPTIED:
            super().run_validators(value)


class DayField(forms.DateField):
    """A day; "-" empties it where that is allowed."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            widget=forms.DateInput(attrs={"placeholder": _("2027-01-31 or -")}), **kwargs
        )

    def to_python(self, value: Any) -> Any:
        """A dash stays a dash."""
        if isinstance(value, str) and value.strip() in ("-", "–", "—"):
            return EMPTIED
        return super().to_python(value)


# Which fields of the form stand under which column of the table.
UNDER = {
    "base": ["base"],
    "percent": ["percent"],
    "fixed": ["fixed"],
    "floor": ["floor"],
    "cap": ["cap"],
    "currency": ["currency"],
    "channels": ["channels"],
    "sale": ["sale_from", "sale_to"],
    "service": ["service_from", "service_to"],
    "position": ["position"],
}
NOTHING: dict[str, Any] = {
    "fixed": Decimal(0), "floor": None, "cap": None, "currency": "", "channels": [],
    "sale_from": None, "sale_to": None, "service_from": None, "service_to": None,
}  # fmt: skip


class ChangeManyForm(forms.Form):
    """The row of empty fields under the headings (R56): what is typed goes to every row chosen.

    Fields are named ``set-…`` and belong to the form ``change-form``, so that they can stand in
    the table beside the filters, which belong to another.
    """

    base = forms.ChoiceField(label=_("Base"), choices=[("", "—"), *Base.choices], required=False)
    percent = FigureField(
        label=_("Percent"),
        required=False,
        min_value=Decimal(0),
        max_value=Decimal(100),
        **PERCENTS,
    )
    fixed = FigureField(
        label=_("Fixed"), required=False, min_value=Decimal(0), emptied_by_dash=True, **AMOUNTS
    )
    floor = FigureField(
        label=_("At least"), required=False, min_value=Decimal(0), emptied_by_dash=True, **AMOUNTS
    )
    cap = FigureField(
        label=_("At most"), required=False, min_value=Decimal(0), emptied_by_dash=True, **AMOUNTS
    )
    currency = forms.CharField(label=_("Currency"), required=False, max_length=3)
    channels = forms.ChoiceField(
        label=_("Channels"),
        choices=[("", "—"), (EMPTIED, _("All")), *CHANNELS],
        required=False,
    )
    sale_from = DayField(label=_("Sold from"), required=False)
    sale_to = DayField(label=_("Sold until"), required=False)
    service_from = DayField(label=_("Service from"), required=False)
    service_to = DayField(label=_("Service until"), required=False)
    position = forms.IntegerField(
        label=_("Position"),
        required=False,
        min_value=0,
        max_value=1_000_000,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

    def __init__(self, data: Any = None, *, margin: bool) -> None:
        super().__init__(data, prefix="set", auto_id="id_%s")
        if not margin:
            self.fields["base"].choices = [("", "—"), *BASES_TOLD]
        for bound in self.fields.values():
            bound.widget.attrs["form"] = "change-form"

    def clean_currency(self) -> str:
        """Upper case, and a dash for none."""
        text: str = self.cleaned_data["currency"].strip()
        return EMPTIED if text in ("-", "–", "—") else text.upper()

    def clean_channels(self) -> Any:
        """One channel as the list that rules hold."""
        chosen = self.cleaned_data["channels"]
        return [chosen] if chosen and chosen != EMPTIED else chosen

    def clean(self) -> dict[str, Any]:
        """At least one value, or there is nothing to change."""
        data = super().clean() or self.cleaned_data
        if not self.errors and not self.changes():
            raise ValidationError(
                _now("Type the new value in an empty field under a column title.")
            )
        return data

    def changes(self) -> dict[str, Any]:
        """The fields to change with their new values; fields left empty are not in it."""
        typed = {
            name: value for name, value in self.cleaned_data.items() if value not in (None, "")
        }
        return {name: NOTHING[name] if value == EMPTIED else value for name, value in typed.items()}

    def under(self, column: str) -> list[forms.BoundField]:
        """The fields that stand under ``column``; none for most columns."""
        return [self[name] for name in UNDER.get(column, [])]


class PublishForm(forms.Form):
    """Why, and from which sale date (D14): the set's drafts become versions on that day."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Everybody concerned reads it: say what was agreed and with whom."),
    )
    applies_from = forms.DateField(
        label=_("First sale date"),
        widget=DateInput(),
        help_text=_("Sales made before this day keep their rate, whenever they are served."),
    )
    accept_findings = forms.BooleanField(
        label=_("I have read what the check found, and it is meant"), required=False
    )

    def refused(self, refusal: ValidationError) -> None:
        """Put what the verb refused beside the field it is about."""
        for name, errors in getattr(refusal, "error_dict", {"__all__": refusal}).items():
            field = {"findings": "accept_findings"}.get(name, name)
            self.add_error(field if field in self.fields else None, errors)

    @classmethod
    def day_of(cls, data: Any) -> date:
        """The day asked for, or today when none or no date is given."""
        try:
            return cls.base_fields["applies_from"].clean(data.get("applies_from"))
        except ValidationError:
            return timezone.localdate()


class FileForm(forms.Form):
    """A spreadsheet to read."""

    file = forms.FileField(
        label=_("CSV or XLSX file"),
        help_text=_("Up to 2 MB. The first line holds the names of the columns."),
    )

    def clean_file(self) -> Any:
        """Refuse what is too large to be read at once."""
        found = self.cleaned_data["file"]
        if found.size > FILE_BYTES:
            raise ValidationError(_now("The file is larger than 2 MB: split it."))
        return found
