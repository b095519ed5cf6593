"""Forms of mandates, the operator's billing identity, and credit notes."""

from typing import Any

from babel import Locale
from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from shared_apps.invoices.models import BuyerIdentity, Mandate, VatStatus
from shared_apps.invoices.queries import agencies_without_mandate
from shared_apps.invoices.rules import NUMBERS, number_errors, number_plain, party_errors
from shared_apps.operator.filters import DateInput
from shared_apps.operator.forms import LANGUAGES

PARTY = (
    "legal_name",
    "legal_form",
    "street",
    "postal_code",
    "city",
    "country",
    "siren",
    "vat_number",
)


def country_choices() -> list[tuple[str, str]]:
    """Every country of ISO 3166-1 by name, in the current language."""
    names = Locale.parse((get_language() or "fr").replace("-", "_")).territories
    countries = {code: name for code, name in names.items() if len(code) == 2 and code.isalpha()}
    for not_one in ("EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"):
        countries.pop(not_one, None)
    return sorted(countries.items(), key=lambda pair: pair[1])


class NumberField(forms.CharField):
    """A register's number: people write it with spaces, it is kept and measured without."""

    def to_python(self, value: Any) -> str:
        """The number as registers write it."""
        return number_plain(super().to_python(value) or "")

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """No ``maxlength``: it would cut a number that was pasted with its spaces."""
        return {}


NUMBER_FIELDS = dict.fromkeys(NUMBERS, NumberField)


class PartyForm(forms.ModelForm):
    """What both forms share: numbers without spaces, countries by name."""

    country = forms.ChoiceField(label=_("Country"), choices=country_choices, initial="FR")

    def clean(self) -> dict[str, Any]:
        """Check the numbers, each error beside its field."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        for field, error in self.errors_of(data).items():
            if field in self.fields and field not in self.errors:
                self.add_error(field, error)
        return data

    def errors_of(self, data: dict[str, Any]) -> dict[str, str]:
        """What is wrong with the party, field by field."""
        return number_errors(data)

    def terms(self) -> dict[str, Any]:
        """The keyword arguments of the verb."""
        return dict(self.cleaned_data)


class MandateForm(PartyForm):
    """A mandate to prepare for an agency: who it is, how its VAT works."""

    agency = forms.ModelChoiceField(agencies_without_mandate(), label=_("Agency"))
    vat_status = forms.ChoiceField(label=_("VAT status"), choices=VatStatus.choices)
    language = forms.ChoiceField(label=_("Language of the invoices"), choices=LANGUAGES)
    # A field like any other: Django takes declared fields off the class, so that the form's own
    # attribute of this name stays what it was.
    prefix = forms.CharField(  # type: ignore[assignment]
        label=_("Prefix of the numbers"),
        max_length=10,
        required=False,
        help_text=_(
            "LUMIERE makes LUMIERE-2026-000001. Empty: made from the agency’s short name. An "
            "agency keeps the prefix of its first mandate."
        ),
    )

    class Meta:
        model = Mandate
        fields = (
            "agency",
            "vat_status",
            "vat_included",
            "prefix",
            "language",
            *PARTY,
            "tax_number",
            "email",
            "iban",
        )
        field_classes = NUMBER_FIELDS
        help_texts = {
            "vat_included": _(
                "Ticked: 120.00 on a statement is 100.00 and 20.00 of VAT. Not ticked: 120.00 is "
                "without VAT, and the invoice asks for 144.00."
            ),
            "siren": _("For a French company."),
            "tax_number": _("For a company outside the EU."),
            "iban": _("Only for statements that are not netted."),
            "email": _("Each invoice is sent there."),
        }

    def errors_of(self, data: dict[str, Any]) -> dict[str, str]:
        """What the VAT status asks for, and the numbers."""
        return party_errors(data, data.get("vat_status", ""))


class IdentityForm(PartyForm):
    """The operator as the buyer of commissions, from a day on."""

    class Meta:
        model = BuyerIdentity
        fields = (*PARTY, "email", "valid_from")
        field_classes = NUMBER_FIELDS
        widgets = {"valid_from": DateInput()}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["vat_number"].required = True


class CreditForm(forms.Form):
    """What to take back of an invoice, and why."""

    amount = forms.DecimalField(
        label=_("Amount, VAT included"),
        max_digits=14,
        decimal_places=3,
        required=False,
        localize=False,
        help_text=_("Empty: all that is left of the invoice."),
    )
    reason = forms.CharField(
        label=_("What is corrected"),
        max_length=240,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Stands on the credit note."),
    )
