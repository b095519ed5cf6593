"""The question "why this rate?" as a form in the address bar: every answer is a link.

A product is named by its reference or by words of its title; words that mean several products are
answered with the list to choose from, never with a guess. Units are one field per rate category
(``q_adult``), and the categories are known once product and day are. Whatever cannot be read is
said beside its field, and everything typed stays.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from shared_apps.catalog.models import Product
from shared_apps.catalog.texts import bare_text, text_in
from shared_apps.commissions.asking import Question
from shared_apps.operator.filters import CHANNELS, DateInput
from tenants.models import Agency

UNITS_PREFIX = "q_"
MOST_SUGGESTIONS = 6
MOST_OFFERED = 300
EARLIEST, LATEST = date(2000, 1, 1), date(2100, 12, 31)


def day_field(label: Any, help_text: Any = "") -> forms.DateField:
    """A day between two centuries, so that nonsense is refused in words."""
    return forms.DateField(label=label, help_text=help_text, widget=DateInput())


class WhyForm(forms.Form):
    """Who sells what, for which day, sold when and how."""

    agency = forms.ModelChoiceField(
        Agency.objects.order_by("name"),
        to_field_name="slug",
        label=gettext_lazy("Agency"),
        empty_label=gettext_lazy("Choose…"),
    )
    product = forms.CharField(
        label=gettext_lazy("Product"),
        max_length=160,
        help_text=gettext_lazy("Its reference, or words of its title."),
        widget=forms.TextInput(attrs={"list": "products", "autocomplete": "off"}),
    )
    service_date = day_field(gettext_lazy("Day of the service"))
    time = forms.TimeField(
        label=gettext_lazy("Time of departure"),
        required=False,
        input_formats=["%H:%M"],
        widget=forms.HiddenInput(),
    )
    channel = forms.ChoiceField(label=gettext_lazy("Channel"), choices=CHANNELS, initial="shop")
    sale_date = day_field(
        gettext_lazy("Sold on"),
        gettext_lazy("A day of the past or of the future: the rules of that day are asked."),
    )

    def __init__(
        self, data: Mapping[str, Any] | None, *, products: QuerySet[Product], fixed: bool
    ) -> None:
        """``fixed``: the agency is that of the host, so it is not asked for."""
        super().__init__(
            data, initial={"sale_date": timezone.localdate(), "channel": CHANNELS[0][0]}
        )
        self.products = products
        self.suggested: list[Product] = []
        if fixed:
            del self.fields["agency"]

    def clean_product(self) -> Product:
        """The one product that is meant."""
        typed = self.cleaned_data["product"].strip()
        exact = self.products.filter(reference__iexact=typed).first()
        if exact is not None:
            return exact
        words = bare_text(typed)
        found = list(self.products.filter(search_text__contains=words)) if words else []
        titled = [one for one in found if words in _titles(one)]
        if len(titled) == 1 or (not titled and len(found) == 1):
            return (titled or found)[0]
        self.suggested = (titled or found)[:MOST_SUGGESTIONS]
        if not self.suggested:
            raise forms.ValidationError(_("No product has this reference or these words."))
        raise forms.ValidationError(_("Several products have these words: choose one below."))

    def clean_service_date(self) -> date:
        """A day that a service can have."""
        return _sensible(self.cleaned_data["service_date"])

    def clean_sale_date(self) -> date:
        """A day that a sale can have."""
        return _sensible(self.cleaned_data["sale_date"])

    def clean(self) -> dict[str, Any]:
        """Units by rate category, from the fields ``q_…`` of the address."""
        cleaned = super().clean() or self.cleaned_data
        cleaned["quantities"] = {}
        for name, text in self.data.items():
            if not name.startswith(UNITS_PREFIX) or not str(text).strip():
                continue
            if not str(text).strip().isdecimal() or len(str(text).strip()) > 4:
                raise forms.ValidationError(
                    _("A number of people is a whole number, not “%(text)s”.")
                    % {"text": str(text)[:20]}
                )
            cleaned["quantities"][name.removeprefix(UNITS_PREFIX)] = int(text)
        return cleaned

    def question(self) -> Question:
        """The question that was asked; the form is valid."""
        data = self.cleaned_data
        return Question(
            product=data["product"].reference,
            service_date=data["service_date"],
            sale_date=data["sale_date"],
            channel=data["channel"],
            at=data["time"],
            quantities=data["quantities"],
        )

    def offered(self) -> list[tuple[str, str]]:
        """(reference, title) of the products that the field proposes while one types."""
        rows = self.products.order_by("reference").values_list("reference", "titles")
        return [(code, text_in(titles, get_language() or "fr")) for code, titles in rows][
            :MOST_OFFERED
        ]


def _titles(product: Product) -> str:
    return bare_text(" ".join(str(title) for title in product.titles.values()))


def _sensible(day: date) -> date:
    if not EARLIEST <= day <= LATEST:
        raise forms.ValidationError(
            _("Give a day between %(first)d and %(last)d.")
            % {"first": EARLIEST.year, "last": LATEST.year}
        )
    return day
