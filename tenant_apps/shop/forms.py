"""What visitors type: who buys, who travels, a message. Checked here, decided by the actions."""

from collections.abc import Iterable, Mapping
from typing import Any

from babel import Locale
from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tenant_apps.orders.models import OrderLine

MOST_TRAVELLERS = 12
FIRST_COUNTRIES = ("FR", "BE", "CH", "LU", "DE", "GB", "IT", "ES", "NL")
phone_validator = RegexValidator(
    r"^[+()\d][\d\s().-]{4,30}$", _("A phone number such as +33 6 12 34 56 78.")
)


def country_choices(language: str) -> list[tuple[str, str]]:
    """Countries in the language of the page: our neighbours first, then from A to Z."""
    names = {
        code: name
        for code, name in Locale.parse(language).territories.items()
        if len(code) == 2 and code.isalpha() and code not in ("EU", "EZ", "UN", "XA", "XB", "ZZ")
    }
    rest = sorted((name, code) for code, name in names.items() if code not in FIRST_COUNTRIES)
    return [(code, names[code]) for code in FIRST_COUNTRIES] + [(code, name) for name, code in rest]


class ContactForm(forms.Form):
    """Who buys. The order keeps its own copy (:func:`order_contact_set`)."""

    first_name = forms.CharField(label=_("First name"), max_length=80)
    last_name = forms.CharField(label=_("Last name"), max_length=80)
    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=200,
        help_text=_("Your vouchers are sent to this address."),
    )
    phone = forms.CharField(
        label=_("Phone"),
        max_length=31,
        required=False,
        validators=[phone_validator],
        help_text=_("Only used if something changes on the day."),
    )
    country = forms.ChoiceField(label=_("Country"))

    def __init__(self, *args: Any, language: str = "fr", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["country"].choices = country_choices(language)  # type: ignore[attr-defined]
        for field in self.fields.values():
            field.error_messages["required"] = gettext("Please fill this in.")


class TravellersForm(forms.Form):
    """The people of every line, by name; all optional, asked once per person."""

    def __init__(self, *args: Any, lines: Iterable[OrderLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.names: dict[str, list[str]] = {}
        for line in lines:
            wanted = min(sum(line.quantities.values()), MOST_TRAVELLERS)
            self.names[str(line.pk)] = []
            for number in range(1, wanted + 1):
                name = f"traveller_{line.pk.hex}_{number}"
                self.fields[name] = forms.CharField(
                    label=gettext("Traveller %(number)d, first and last name") % {"number": number},
                    max_length=120,
                    required=False,
                )
                self.names[str(line.pk)].append(name)

    def travellers(self) -> list[Mapping[str, str]]:
        """The names that were given, each with its line."""
        return [
            {"line": line, "name": self.cleaned_data[name].strip()}
            for line, names in self.names.items()
            for name in names
            if self.cleaned_data.get(name, "").strip()
        ]


class MessageForm(forms.Form):
    """A message to the agency. ``website`` is hidden from people: who fills it in is a robot."""

    name = forms.CharField(label=_("Your name"), max_length=120)
    email = forms.EmailField(label=_("E-mail address"), max_length=200)
    reference = forms.CharField(
        label=_("Order or product reference"), max_length=40, required=False
    )
    message = forms.CharField(label=_("Your message"), max_length=4000)
    website = forms.CharField(label="", max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.error_messages["required"] = gettext("Please fill this in.")

    @property
    def is_robot(self) -> bool:
        """Whether the hidden field was filled in."""
        return bool(self.cleaned_data.get("website"))
