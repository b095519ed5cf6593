"""Forms of the console."""

from decimal import Decimal
from typing import Any

from babel import Locale
from django import forms
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from shared_apps.catalog.actions.products import RateTerms
from shared_apps.catalog.models import Product
from shared_apps.network.models import AgencyGroup
from shared_apps.operator.filters import DateInput
from shared_apps.operator.versions import VersionedForm
from tenants.models import RESERVED_SLUGS, Agency, slug_validator

LANGUAGES = [("fr", "Français"), ("en", "English")]
CURRENCIES = ["EUR", "CHF", "GBP", "USD", "CAD", "MAD", "TND", "XPF", "JPY"]
COUNTRIES = [
    "FR", "BE", "CH", "LU", "MC", "DE", "AT", "ES", "IT", "PT", "NL", "IE", "GB", "US", "CA",
    "MA", "TN", "SN", "RE", "GP", "MQ", "PF", "NC", "JP",
]  # fmt: skip
WEEKDAYS = [
    (0, _("Monday")),
    (1, _("Tuesday")),
    (2, _("Wednesday")),
    (3, _("Thursday")),
    (4, _("Friday")),
    (5, _("Saturday")),
    (6, _("Sunday")),
]


def country_choices() -> list[tuple[str, str]]:
    """Countries by name in the current language."""
    names = Locale.parse((get_language() or "fr").replace("-", "_")).territories
    return sorted(((code, names[code]) for code in COUNTRIES), key=lambda pair: pair[1])


class AgencyForm(forms.Form):
    """What an agency needs to open: identity, market, look, first administrator."""

    name = forms.CharField(label=_("Name of the agency"), max_length=120)
    slug = forms.CharField(
        label=_("Short name"),
        max_length=40,
        validators=[slug_validator],
        help_text=_("Becomes the address of the shop and cannot change later."),
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=Agency.Kind.choices)
    country = forms.ChoiceField(label=_("Country"), choices=country_choices, initial="FR")
    language = forms.ChoiceField(label=_("Language of the shop"), choices=LANGUAGES)
    currency = forms.ChoiceField(label=_("Currency"), choices=[(c, c) for c in CURRENCIES])
    domain = forms.RegexField(
        r"^(?=.{4,253}$)([a-z0-9](-?[a-z0-9])*\.)+[a-z]{2,}$",
        label=_("Own domain"),
        required=False,
        help_text=_("Optional. The short address always works too."),
        error_messages={"invalid": _("Write it like www.my-agency.fr, in lower case.")},
    )
    group = forms.ModelChoiceField(
        AgencyGroup.objects.all(), label=_("Group"), required=False, empty_label=_("No group")
    )
    look = forms.ChoiceField(
        label=_("Starting look"),
        widget=forms.RadioSelect,
        help_text=_("A starting point: the agency changes everything later."),
    )
    admin_email = forms.EmailField(
        label=_("E-mail address of the first administrator"),
        help_text=_("Receives the invitation to sign in."),
    )
    admin_language = forms.ChoiceField(label=_("Language of the e-mail"), choices=LANGUAGES)

    def __init__(self, *args: Any, looks: dict[str, dict[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.looks = looks
        self.fields["look"].choices = [(code, code.capitalize()) for code in looks]
        self.fields["look"].initial = next(iter(looks), None)

    def clean_slug(self) -> str:
        """Refuse reserved and taken names before anything is built."""
        slug: str = self.cleaned_data["slug"]
        if slug in RESERVED_SLUGS:
            raise forms.ValidationError(_("This name is reserved."))
        if Agency.objects.filter(slug=slug).exists():
            raise forms.ValidationError(_("This name is taken."))
        return slug

    def terms(self) -> dict[str, Any]:
        """The keyword arguments of ``agency_open``."""
        data = dict(self.cleaned_data)
        data["theme"] = data.pop("look")
        return data


class ReasonForm(forms.Form):
    """A decision that must say why."""

    reason = forms.CharField(
        label=_("Reason"), max_length=240, widget=forms.Textarea(attrs={"rows": 3})
    )


class ProductCompletionForm(VersionedForm):
    """What imports cannot know of a product: what the operator earns and where it is notified."""

    provider_commission = forms.DecimalField(
        label=_("Provider commission, %"),
        min_value=Decimal(0),
        max_value=Decimal(100),
        max_digits=7,
        decimal_places=4,
        required=False,
        help_text=_("Kept from the production tariff: 500.00 at 12 % is bought at 440.00."),
    )
    default_markup = forms.DecimalField(
        label=_("Markup, %"),
        min_value=Decimal(-99),
        max_value=Decimal(999),
        max_digits=7,
        decimal_places=4,
        help_text=_("Added to the production tariff: 500.00 at 4 % is sold at 520.00."),
    )
    min_participants = forms.IntegerField(
        label=_("Minimum number of participants"),
        min_value=0,
        max_value=999,
        help_text=_("0: it takes place even for one person."),
    )
    transport_commissionable = forms.BooleanField(
        label=_("The transport price bears commission too"), required=False
    )
    internal_comment = forms.CharField(
        label=_("Comment (not published)"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Read by the operator's team only."),
    )

    @staticmethod
    def values_of(product: Product) -> dict[str, Any]:
        """The product's present values of these fields."""
        names = [name for name in ProductCompletionForm.base_fields if name != "version"]
        return {name: getattr(product, name) for name in names}

    @classmethod
    def shown_from(cls, product: Product) -> "ProductCompletionForm":
        """The form as first shown: percentages without idle zeros."""
        values = {
            name: f"{value.normalize():f}" if isinstance(value, Decimal) else value
            for name, value in cls.values_of(product).items()
        }
        return cls(initial={**values, "version": product.version})


class ProviderForm(VersionedForm):
    """A provider's contacts; the notification address is what validation waits for (R25)."""

    name = forms.CharField(label=_("Name"), max_length=160)
    legal_name = forms.CharField(label=_("Legal name"), max_length=200, required=False)
    notification_email = forms.EmailField(
        label=_("Where bookings are notified"),
        required=False,
        help_text=_("Without it none of this provider's products can be validated."),
    )
    notification_language = forms.ChoiceField(
        label=_("Language of the notifications"), choices=LANGUAGES
    )
    registration_email = forms.EmailField(
        label=_("Bookings office"), required=False, help_text=_("Questions about orders.")
    )
    contact_name = forms.CharField(
        label=_("Person in charge"),
        max_length=120,
        required=False,
        help_text=_("Contracts, disputes."),
    )
    contact_email = forms.EmailField(label=_("E-mail of the person in charge"), required=False)
    internal_comment = forms.CharField(
        label=_("Comment (not published)"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class RateForm(forms.Form):
    """One rate category; a row without a code is left out."""

    code = forms.SlugField(label=_("Code"), max_length=24, required=False)
    label_fr = forms.CharField(label=_("Name in French"), max_length=60, required=False)
    label_en = forms.CharField(label=_("Name in English"), max_length=60, required=False)
    age_min = forms.IntegerField(label=_("From age"), min_value=0, max_value=120, required=False)
    age_max = forms.IntegerField(label=_("To age"), min_value=0, max_value=120, required=False)
    pax_count = forms.IntegerField(
        label=pgettext_lazy("seats", "Places"), min_value=0, max_value=99, initial=1
    )

    def clean(self) -> dict[str, Any]:
        """A category has a name, and ages in order."""
        data = super().clean() or self.cleaned_data
        if data.get("code") and not (data.get("label_fr") or data.get("label_en")):
            self.add_error("label_fr", _("Give it a name."))
        low, high = data.get("age_min"), data.get("age_max")
        if low is not None and high is not None and low > high:
            self.add_error("age_max", _("The ages are in the wrong order."))
        return data

    def terms(self) -> RateTerms:
        """What ``rate_categories_set`` takes."""
        data = self.cleaned_data
        texts = {"fr": data["label_fr"], "en": data["label_en"]}
        return RateTerms(
            code=data["code"],
            labels={language: text for language, text in texts.items() if text},
            age_min=data["age_min"],
            age_max=data["age_max"],
            pax_count=data["pax_count"],
        )


RateFormSet = forms.formset_factory(RateForm, extra=2, max_num=12)


def rate_forms(product: Product, data: Any = None) -> Any:
    """The product's rate categories as rows of a form, with two empty rows."""
    rows = [
        {
            "code": rate.code,
            "label_fr": rate.labels.get("fr", ""),
            "label_en": rate.labels.get("en", ""),
            "age_min": rate.age_min,
            "age_max": rate.age_max,
            "pax_count": rate.pax_count,
        }
        for rate in product.rate_categories.all()
    ]
    return RateFormSet(data, initial=rows, prefix="rates")


class DeparturesForm(forms.Form):
    """A pattern of departures: from when, for how long, on which days, for how many."""

    start = forms.DateField(label=_("From"), widget=DateInput())
    days = forms.IntegerField(label=_("For how many days"), min_value=1, max_value=800, initial=90)
    weekdays = forms.TypedMultipleChoiceField(
        label=_("On"),
        choices=WEEKDAYS,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        initial=[0, 1, 2, 3, 4, 5, 6],
    )
    times = forms.CharField(
        label=_("Times"),
        required=False,
        max_length=120,
        help_text=_("For example 09:30, 14:00. Leave empty for whole days or nights."),
    )
    capacity = forms.IntegerField(label=_("Places each time"), min_value=1, max_value=100_000)

    def __init__(self, *args: Any, product: Product, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.product = product
        for rate in product.rate_categories.all():
            self.fields[f"price_{rate.code}"] = forms.DecimalField(
                label=rate.code,
                min_value=Decimal(0),
                max_digits=12,
                decimal_places=3,
                required=False,
            )

    @property
    def price_fields(self) -> list[tuple[Any, forms.BoundField]]:
        """Each rate category with the field of its price."""
        rates = self.product.rate_categories.all()
        return [(rate, self[f"price_{rate.code}"]) for rate in rates]

    def clean_times(self) -> tuple[Any, ...]:
        """Read ``09:30, 14:00`` as times of the day."""
        field = forms.TimeField()
        parts = [part.strip() for part in self.cleaned_data["times"].split(",")]
        return tuple(field.clean(part) for part in parts if part)

    def clean(self) -> dict[str, Any]:
        """At least one price."""
        data = super().clean() or self.cleaned_data
        self.prices = {
            name.removeprefix("price_"): value
            for name, value in data.items()
            if name.startswith("price_") and value is not None
        }
        if not self.prices and not self.errors:
            raise forms.ValidationError(_("Give the price of at least one rate category."))
        return data
