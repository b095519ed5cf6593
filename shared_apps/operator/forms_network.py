"""Forms of what the operator decides about one agency: what it may sell, take and decide."""

from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from shared_apps.catalog.models import Product
from shared_apps.network.models import AgencyGroup, Agreement, SellerIdentity
from shared_apps.network.queries import MEANS
from shared_apps.operator.filters import DateInput
from shared_apps.operator.forms import country_choices
from shared_apps.operator.verbs import MEANS as MEANS_WORDS
from shared_apps.operator.verbs import means_words
from shared_apps.operator.versions import Conflict, Difference, VersionedForm

REGIMES = [
    ("MARGIN_EU", _("Margin, services in the European Union")),
    ("MARGIN_NON_EU", _("Margin, services outside the European Union")),
    ("STANDARD", _("Standard rate on the whole price")),
    ("AGENT", _("Commission of an agent")),
]


class PercentField(forms.DecimalField):
    """A percentage from 0 to 100 (markups may go further), four decimals."""

    def __init__(self, *, most: int, **kwargs: Any) -> None:
        super().__init__(
            min_value=Decimal(0), max_value=Decimal(most), max_digits=7, decimal_places=4, **kwargs
        )


class AgreementForm(VersionedForm):
    """What one agency is granted (R6 to R8, R20, D11, D14)."""

    catalogue = forms.ChoiceField(
        label=_("What it may sell"),
        choices=Agreement.Catalogue.choices,
        widget=forms.RadioSelect,
        help_text=_("With a list, products are added one by one on the page of the list."),
    )
    collects = forms.BooleanField(
        label=_("Collects money from customers"),
        required=False,
        help_text=_("Without it nothing can be collected, in the shop, the office or the API."),
    )
    payment_means = forms.MultipleChoiceField(
        label=_("Means of payment"),
        choices=[(code, MEANS_WORDS[code]) for code in MEANS],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Cash makes the agency hold money of ours: see its guarantee first."),
    )
    markup_min = PercentField(label=_("Own markup from, %"), most=999)
    markup_max = PercentField(
        label=_("Own markup to, %"),
        most=999,
        help_text=_("Added by the agency to the public price. 0 to 0: it adds nothing."),
    )
    commission_min = PercentField(label=_("Own commission from, %"), most=100)
    commission_max = PercentField(
        label=_("Own commission to, %"),
        most=100,
        help_text=_("Rates the agency may set for itself. Outside them it asks for approval."),
    )
    sees_purchase_price = forms.BooleanField(
        label=_("Sees purchase prices"),
        required=False,
        help_text=_("What providers are paid. Leave it off unless it was agreed."),
    )
    own_liability = forms.BooleanField(
        label=_("Sells its own products under its own liability"),
        required=False,
        help_text=_("Works only with evidence that is approved and in force."),
    )
    trained_on = forms.DateField(
        label=_("Trained on"),
        required=False,
        widget=DateInput(),
        help_text=_("Empty while the training has not taken place."),
    )

    def clean(self) -> dict[str, Any]:
        """Bounds in order, and a training that has taken place."""
        data = super().clean() or self.cleaned_data
        for name in ("markup", "commission"):
            low, high = data.get(f"{name}_min"), data.get(f"{name}_max")
            if low is not None and high is not None and low > high:
                self.add_error(f"{name}_max", _now("The upper bound is below the lower one."))
        trained = data.get("trained_on")
        if trained and trained > timezone.localdate():
            self.add_error("trained_on", _now("This day has not come yet."))
        return data

    @staticmethod
    def values_of(agreement: Agreement) -> dict[str, Any]:
        """The agreement's present values of these fields."""
        names = [n for n in AgreementForm.base_fields if n not in ("version", "trained_on")]
        values = {name: getattr(agreement, name) for name in names}
        trained = agreement.trained_at
        return {**values, "trained_on": timezone.localdate(trained) if trained else None}

    @classmethod
    def shown_from(cls, agreement: Agreement) -> "AgreementForm":
        """The form as first shown: percentages without idle zeros."""
        values = {
            name: f"{value.normalize():f}" if isinstance(value, Decimal) else value
            for name, value in cls.values_of(agreement).items()
        }
        return cls(initial={**values, "version": agreement.version})

    def grants(self, agreement: Agreement, *, by: Any) -> dict[str, Any]:
        """What ``agreement_set`` takes; the training keeps its hour and person when unchanged."""
        data = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        trained: date | None = data.pop("trained_on")
        if trained != self.values_of(agreement)["trained_on"]:
            noon = datetime.combine(trained, time(12)) if trained else None
            data["trained_at"] = timezone.make_aware(noon) if noon else None
            data["trained_by"] = by if trained else None
        return data


def agreement_words(conflict: Conflict) -> Conflict:
    """The same comparison with its values as people read them."""
    catalogue = dict(Agreement.Catalogue.choices)

    def words(value: Any) -> Any:
        if isinstance(value, bool):
            return _now("Yes") if value else _now("No")
        if isinstance(value, list):
            return means_words(value) or "—"
        if isinstance(value, Decimal):
            return f"{value.normalize():f} %"
        return catalogue.get(value, value) if value else "—"

    compared = [
        Difference(one.label, words(one.mine), words(one.theirs)) for one in conflict.differences
    ]
    return Conflict(compared, conflict.last_change)


class ListedProductsForm(forms.Form):
    """Products to open to an agency, by reference."""

    references = forms.CharField(
        label=_("References to add"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=20_000,
        help_text=_("One per line, or with commas between them."),
    )

    def clean_references(self) -> list[Product]:
        """The products; every reference that does not exist is named."""
        wanted = {
            part for part in self.cleaned_data["references"].replace(",", " ").split() if part
        }
        found = list(Product.objects.filter(reference__in=wanted))
        unknown = sorted(wanted - {product.reference for product in found})
        if unknown:
            raise forms.ValidationError(
                _now("No product is called %(references)s.") % {"references": ", ".join(unknown)}
            )
        return found


class GroupJoinForm(forms.Form):
    """The agency's group from a day on."""

    group = forms.ModelChoiceField(
        AgencyGroup.objects.all(), label=_("Group"), required=False, empty_label=_("No group")
    )
    on = forms.DateField(
        label=_("From"),
        widget=DateInput(),
        help_text=_("The former group ends the day before. Sales already made are untouched."),
    )

    def clean_on(self) -> date:
        """Today or later: what was sold was sold with the group of its day."""
        on: date = self.cleaned_data["on"]
        if on < timezone.localdate():
            raise forms.ValidationError(_now("Choose today or a later day."))
        return on


class GroupForm(forms.ModelForm):
    """A new group of agencies (R14)."""

    class Meta:
        model = AgencyGroup
        fields = ["name", "code"]
        labels = {"name": _("Name of the group"), "code": _("Short name")}
        help_texts = {"code": _("Lower-case letters, digits and hyphens.")}


class SellerForm(forms.ModelForm):
    """Evidence of one seller for a period: registration, guarantee, insurance (L1, L3)."""

    country = forms.ChoiceField(label=_("Country"), choices=country_choices, initial="FR")
    vat_regime = forms.ChoiceField(label=_("VAT regime"), choices=REGIMES)

    class Meta:
        model = SellerIdentity
        fields = [
            "legal_name",
            "legal_form",
            "address",
            "country",
            "email",
            "phone",
            "registration_number",
            "vat_number",
            "vat_regime",
            "guarantor_name",
            "guarantor_address",
            "insurer_name",
            "insurer_address",
            "mediator_name",
            "mediator_address",
            "mediator_url",
            "stripe_account",
            "valid_from",
            "valid_to",
        ]
        widgets = {"valid_from": DateInput(), "valid_to": DateInput()}
        labels = {
            "legal_name": _("Legal name"),
            "legal_form": _("Legal form and capital"),
            "address": _("Registered address"),
            "email": _("E-mail address"),
            "phone": _("Phone"),
            "registration_number": _("Registration number"),
            "vat_number": _("VAT number"),
            "guarantor_name": _("Guarantor"),
            "guarantor_address": _("Address of the guarantor"),
            "insurer_name": _("Insurer"),
            "insurer_address": _("Address of the insurer"),
            "mediator_name": _("Consumer mediator"),
            "mediator_address": _("Address of the mediator"),
            "mediator_url": _("Site of the mediator"),
            "stripe_account": _("Account at the card processor"),
            "valid_from": _("In force from"),
            "valid_to": _("In force to"),
        }
        help_texts = {
            "registration_number": _("As the tourism register or its foreign equivalent has it."),
            "stripe_account": _("Cards are paid to it. Without one no card can be taken."),
            "valid_to": _("The earliest end of registration, guarantee and insurance."),
        }

    @property
    def sections(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The fields in short groups."""
        names: Mapping[str, list[str]] = {
            _now("Who sells"): self.Meta.fields[:6],
            _now("Registration and tax"): self.Meta.fields[6:9],
            _now("Guarantee and insurance"): self.Meta.fields[9:13],
            _now("Mediator"): self.Meta.fields[13:16],
            _now("Payment and period"): self.Meta.fields[16:],
        }
        return [(title, [self[name] for name in fields]) for title, fields in names.items()]

    def clean(self) -> dict[str, Any]:
        """A period that ends after it begins."""
        data = super().clean() or self.cleaned_data
        first, last = data.get("valid_from"), data.get("valid_to")
        if first and last and last < first:
            self.add_error("valid_to", _now("The end is before the beginning."))
        return data
