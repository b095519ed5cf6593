"""The form of one rule: what is sold, by whom, what it gives, when, and in which order.

Products, providers and agencies are typed by their public codes with suggestions, because there
are thousands of them; the rest is chosen from lists. What an agency may not know (the margin)
or not name (another agency, a group, a campaign) is not in its form at all.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import get_language
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from shared_apps.catalog.models import Category, Product, Provider
from shared_apps.catalog.texts import text_in
from shared_apps.commissions.models import Base, SpecialOperation
from shared_apps.network.models import AgencyGroup
from shared_apps.operator.filters import CHANNELS, DateInput
from shared_apps.operator.rulebook.forms import AMOUNTS, PERCENTS, FigureField
from shared_apps.operator.versions import VersionedForm
from tenants.models import Agency


class CodeField(forms.CharField):
    """A row named by its public code; the words typed stay in the field when it is unknown."""

    def __init__(self, rows: type[Model], code: str, **kwargs: Any) -> None:
        super().__init__(required=False, max_length=60, **kwargs)
        self.rows, self.code = rows, code
        self.widget.attrs.update({"autocomplete": "off", "spellcheck": "false"})

    def prepare_value(self, value: Any) -> Any:
        """The code of a row."""
        return getattr(value, self.code) if isinstance(value, Model) else value

    def clean(self, value: Any) -> Any:
        """The row, or None. Raises ValidationError for a code nobody knows."""
        text = super().clean(value)
        if not text:
            return None
        found = self.rows._default_manager.filter(**{f"{self.code}__iexact": text}).first()
        if found is None:
            raise ValidationError(_now("Nothing is called “%(code)s”.") % {"code": text})
        return found


class NamedCategoryField(forms.ModelChoiceField):
    """Categories by their names."""

    def label_from_instance(self, obj: Category) -> str:
        """The name in the language of the page."""
        return text_in(obj.names, get_language() or "fr") or obj.code


class RuleForm(VersionedForm):
    """One rule of the operator's book. An empty scope field means "any"."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    name = forms.CharField(label=_("Name of the rule"), max_length=120)
    product = CodeField(
        Product, "reference", label=_("Product"), help_text=_("By its reference. Empty: any.")
    )
    provider = CodeField(
        Provider, "reference", label=_("Provider"), help_text=_("By its reference. Empty: any.")
    )
    category = NamedCategoryField(
        Category.objects.all(),
        to_field_name="code",
        label=_("Category"),
        required=False,
        empty_label=_("Any"),
    )
    agency = CodeField(
        Agency, "slug", label=_("Agency"), help_text=_("By its short name. Empty: every agency.")
    )
    group = forms.ModelChoiceField(
        AgencyGroup.objects.all(),
        to_field_name="code",
        label=_("Group"),
        required=False,
        empty_label=_("Any"),
    )
    operation = forms.ModelChoiceField(
        SpecialOperation.objects.all(),
        to_field_name="code",
        label=_("Special operation"),
        required=False,
        empty_label=_("None"),
        help_text=_("A rule of an operation comes before all others while the operation runs."),
    )
    base = forms.ChoiceField(
        label=_("Base"),
        choices=Base.choices,
        help_text=_("What the percentage is taken of, at the network's own markup."),
    )
    percent = FigureField(
        label=_("Percent"),
        min_value=Decimal(0),
        max_value=Decimal(100),
        required=False,
        help_text=_("12 or 12,5. Empty: 0 %."),
        **PERCENTS,
    )
    fixed = FigureField(
        label=_("Fixed amount"),
        min_value=Decimal(0),
        required=False,
        help_text=_("Added to the percentage, for each unit sold."),
        **AMOUNTS,
    )
    floor = FigureField(label=_("At least"), min_value=Decimal(0), required=False, **AMOUNTS)
    cap = FigureField(
        label=_("At most"),
        min_value=Decimal(0),
        required=False,
        help_text=_("For each unit. Empty: no bound."),
        **AMOUNTS,
    )
    currency = forms.CharField(
        label=_("Currency of the amounts"),
        required=False,
        max_length=3,
        help_text=_("A rule with an amount applies to sales in this currency only."),
    )
    channels = forms.MultipleChoiceField(
        label=_("Channels"),
        choices=CHANNELS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None ticked: all of them."),
    )
    sale_from = forms.DateField(label=_("Sold from"), required=False, widget=DateInput())
    sale_to = forms.DateField(label=_("Sold until"), required=False, widget=DateInput())
    service_from = forms.DateField(label=_("Service from"), required=False, widget=DateInput())
    service_to = forms.DateField(label=_("Service until"), required=False, widget=DateInput())
    position = forms.IntegerField(
        label=_("Position"),
        min_value=0,
        max_value=1_000_000,
        initial=100,
        help_text=_(
            "Decides between rules that name equally much, smallest first. It never lifts a rule "
            "above one that names more."
        ),
    )
    reason = forms.CharField(
        label=_("Why it exists"),
        max_length=240,
        required=False,
        help_text=_("Shown to whoever asks why this rate applies."),
    )

    def __init__(self, data: Any = None, *, scopes: tuple[str, ...], margin: bool, **kw: Any):
        super().__init__(data, **kw)
        for scope in SCOPES:
            if scope not in scopes:
                del self.fields[scope]
        if not margin:
            self.fields["base"].choices = [c for c in Base.choices if c[0] != Base.MARGIN]

    def clean_currency(self) -> str:
        """Upper case."""
        return str(self.cleaned_data["currency"]).strip().upper()

    def clean(self) -> dict[str, Any]:
        """No percentage or fixed amount means none."""
        data = super().clean() or self.cleaned_data
        for name in ("percent", "fixed"):
            if name in data and data[name] is None:
                data[name] = Decimal(0)
        return data

    def changes(self) -> dict[str, Any]:
        """What ``rule_draft`` takes."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}

    def refused(self, refusal: ValidationError) -> None:
        """Put what the verb refused beside the field it is about."""
        for name, errors in getattr(refusal, "error_dict", {"__all__": refusal}).items():
            self.add_error(name if name in self.fields else None, errors)

    def values_of(self, rule: Any) -> dict[str, Any]:
        """The rule's present values of the fields of this form, as ``cleaned_data`` has them."""
        return {name: getattr(rule, name) for name in self.fields if name != "version"}


SCOPES = ("product", "provider", "category", "agency", "group", "operation")
SECTIONS: Mapping[str, tuple[str, ...]] = {
    "sold": ("product", "provider", "category"),
    "sellers": ("agency", "group", "operation"),
    "rate": ("base", "percent", "fixed", "floor", "cap", "currency"),
    "when": ("sale_from", "sale_to", "service_from", "service_to", "channels"),
    "order": ("position", "reason"),
}


def section(form: RuleForm, name: str) -> list[forms.BoundField]:
    """The fields of one section that this form has."""
    return [form[field] for field in SECTIONS[name] if field in form.fields]
