"""The list of closings: one row per closed period, its sales and the totals since the start."""

import json
from typing import Any

import django_filters as df
import django_tables2 as tables
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _

from shared_apps.journal.closings import money_in, sales_in
from shared_apps.journal.models import Closing
from shared_apps.operator.filters import DateInput
from shared_apps.operator.listing import AnyOf, OfficeTable
from shared_apps.operator.tables import LinkColumn, MomentColumn
from shared_apps.operator.templatetags.office import money
from tenants.models import Agency


class TotalsColumn(tables.Column):
    """One amount per currency, read from the closing's own totals.

    ``which`` is ``totals`` (the period) or ``perpetual``; ``read`` adds up the kinds.
    """

    def __init__(self, which: str, read: Any, **extra: Any) -> None:
        super().__init__(
            accessor="payload",
            orderable=False,
            attrs={"td": {"class": "text-end text-nowrap"}, "th": {"class": "text-end"}},
            **extra,
        )
        self.which, self.read = which, read

    def render(self, value: str) -> Any:
        """Each currency on its own line."""
        amounts = self.read(json.loads(value)[self.which])
        shown = ((money(amount, currency),) for currency, amount in amounts.items())
        return format_html_join("", "<div>{}</div>", shown) or "—"

    def value(self, value: str) -> str:
        """For exports: amounts and codes of currencies."""
        amounts = self.read(json.loads(value)[self.which])
        return ", ".join(f"{amount} {currency}" for currency, amount in amounts.items())


class ClosingTable(OfficeTable):
    hidden_at_first = ["closed_at", "hash"]

    ends_on = LinkColumn(
        'record.ends_on|date:"SHORT_DATE_FORMAT"',
        "'operator_closing' record.pk",
        verbose_name=_("Closed to"),
    )
    period = tables.Column(verbose_name=_("Period"))
    agency = tables.Column(accessor="agency__name", verbose_name=_("Agency"))
    sales = TotalsColumn("totals", sales_in, verbose_name=_("Sales, net"))
    money = TotalsColumn("totals", money_in, verbose_name=_("Money received, net"))
    perpetual = TotalsColumn("perpetual", sales_in, verbose_name=_("Sales since the start"))
    journal_seq = tables.Column(verbose_name=_("Journal line"))
    closed_at = MomentColumn(verbose_name=_("Closed on"))
    hash = tables.Column(verbose_name=_("Fingerprint"))

    class Meta(OfficeTable.Meta):
        order_by = ("-ends_on",)


class ClosingFilters(df.FilterSet):
    ends_on_min = df.DateFilter("ends_on", "gte", label=_("From"), widget=DateInput())
    ends_on_max = df.DateFilter("ends_on", "lte", label=_("To"), widget=DateInput())
    period = AnyOf(choices=Closing.Period.choices, label=_("Period"))
    agency = df.ModelChoiceFilter(
        queryset=Agency.objects.all(), to_field_name="slug", empty_label=_("All"), label=_("Agency")
    )

    class Meta:
        model = Closing
        fields: list[str] = []
