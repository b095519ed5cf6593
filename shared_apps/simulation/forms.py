"""The form that asks for a simulation."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shared_apps.commissions.models import ChangeSet
from shared_apps.operator.filters import DateInput
from shared_apps.simulation.queries import draft_sets, usual_period


class ChangeSetField(forms.ModelChoiceField):
    """Drafts by their names, with the number of changes they hold."""

    def label_from_instance(self, obj: ChangeSet) -> str:
        """As people call it: a set without a name by its number."""
        name = obj.name or f"#{obj.pk}"
        return f"{name} ({obj.drafts})"  # type: ignore[attr-defined]


class SimulationForm(forms.Form):
    """Which changes, over which sales, with which floor."""

    change_set = ChangeSetField(
        queryset=ChangeSet.objects.none(),
        label=_("Change set"),
        empty_label=_("Choose a draft"),
        help_text=_("In brackets: how many changes it holds."),
    )
    period_from = forms.DateField(label=_("Sales from"), widget=DateInput)
    period_to = forms.DateField(
        label=_("Sales to"),
        widget=DateInput,
        help_text=_("Open bookings are replayed too, whenever they were sold."),
    )
    margin_floor = forms.DecimalField(
        label=_("Margin floor of the operator, %"),
        min_value=Decimal(-100),
        max_value=Decimal(100),
        decimal_places=2,
        help_text=_(
            "What is left of the price after provider and agency, in per cent of what the customer "
            "pays. Lines that fall below are named: at 0 those on which the operator loses money."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["change_set"].queryset = draft_sets().filter(drafts__gt=0)  # type: ignore[attr-defined]
        first, last = usual_period()
        self.fields["period_from"].initial = first
        self.fields["period_to"].initial = last
        self.fields["margin_floor"].initial = Decimal(0)
