"""Forms about statements."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from shared_apps.catalog.models import Provider
from shared_apps.operator.filters import DateInput
from shared_apps.statements.accounts import Account
from shared_apps.statements.flows import Flow
from shared_apps.statements.models import PeriodKind, StatementPayment
from shared_apps.statements.periods import BadPeriod, span_parse
from tenants.models import Agency

TEXT = {"rows": 3, "maxlength": 2000}


class SpanForm(forms.Form):
    """A month (or week) to draft."""

    period = forms.CharField(
        label=_("Month or week"),
        max_length=8,
        help_text=_("2026-11 for a month, 2026-W47 for a week."),
    )

    def clean_period(self) -> str:
        """Refuse what names no period."""
        text = str(self.cleaned_data["period"]).strip().upper()
        try:
            span_parse(text)
        except BadPeriod as error:
            raise forms.ValidationError(
                _now("Write a month such as 2026-11 or a week such as 2026-W47.")
            ) from error
        return text


class ReasonForm(forms.Form):
    """A text for the thread of a line."""

    text = forms.CharField(label=_("Message"), max_length=2000, widget=forms.Textarea(TEXT))


class AdjustForm(ReasonForm):
    """A correction in the next statement, with its reason."""

    owed = forms.DecimalField(
        label=_("Correction in favour of the party"),
        max_digits=16,
        decimal_places=3,
        help_text=_("Negative when the party owes more. It stands in the next statement."),
    )
    field_order = ("owed", "text")


class PaymentForm(forms.Form):
    """A payment that has been made."""

    direction = forms.ChoiceField(label=_("Who paid"), choices=StatementPayment.Direction.choices)
    amount = forms.DecimalField(label=_("Amount"), max_digits=16, decimal_places=3, min_value=0)
    paid_on = forms.DateField(label=_("Day of payment"), widget=DateInput())
    reference = forms.CharField(label=_("Bank reference"), max_length=80)

    @classmethod
    def shown_for(cls, flow: Flow, suggested: Any) -> "PaymentForm":
        """Filled in with what is left to pay."""
        return cls(
            initial={
                "direction": flow.direction,
                "amount": suggested,
                "paid_on": timezone.localdate(),
            }
        )


class PortalForm(forms.Form):
    """The former portal's file."""

    file = forms.FileField(
        label=_("CSV file of the former portal"),
        help_text=_(
            "First row: order and commission, and if you have them currency and rate. "
            "One row per order."
        ),
    )


class TermsForm(forms.Form):
    """Settlement terms of one party from a day on."""

    party = forms.ChoiceField(label=_("For"))
    period = forms.ChoiceField(label=_("Statements"), choices=PeriodKind.choices)
    due_days = forms.IntegerField(label=_("Days until due"), min_value=0, max_value=365, initial=30)
    netting = forms.BooleanField(
        label=_("One net amount moves"),
        required=False,
        initial=True,
        help_text=_("Without it TNP pays the whole commission and the agency remits all it holds."),
    )
    valid_from = forms.DateField(label=_("From"), widget=DateInput())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        agencies = [(f"agency:{one.slug}", one.name) for one in Agency.objects.order_by("name")]
        providers = [
            (f"provider:{one.reference}", one.name) for one in Provider.objects.order_by("name")
        ]
        self.fields["party"].choices = [  # type: ignore[attr-defined]
            (_now("Agencies"), agencies),
            (_now("Providers"), providers),
        ]

    def account(self) -> Account:
        """The chosen party."""
        kind, _colon, code = self.cleaned_data["party"].partition(":")
        if kind == "agency":
            return Account(agency=Agency.objects.get(slug=code))
        return Account(provider=Provider.objects.get(reference=code))
