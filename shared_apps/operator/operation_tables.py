"""Tables and filters of special operations, and the files of their reports."""

import csv
from collections.abc import Iterable
from io import BytesIO
from typing import Any

import django_filters as df
import django_tables2 as tables
from django.http import HttpResponse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from openpyxl import Workbook

from shared_apps.commissions.models import OperationSpending, SpecialOperation
from shared_apps.operator.filters import DateInput, day_filter
from shared_apps.operator.listing import (
    AmountColumn,
    AnyOf,
    ContainsFilter,
    NumberColumn,
    OfficeTable,
)
from shared_apps.operator.operation_report import Row
from shared_apps.operator.tables import BadgeColumn, LinkColumn, MomentColumn

BUDGET_USED = """{% load i18n l10n %}{% if record.budget %}<progress class="budget"
max="{{ record.budget|unlocalize }}" value="{{ record.spent|unlocalize }}"
aria-label="{% translate 'Budget used' %}"></progress>
{% else %}{% translate "No limit" %}{% endif %}"""


class OperationTable(OfficeTable):
    hidden_at_first = ["code", "currency"]

    name = LinkColumn(
        "record.name", "'operator_operation' record.code", verbose_name=_("Operation")
    )
    code = tables.Column(verbose_name=_("Code"))
    status = BadgeColumn("status", verbose_name=_("Status"))
    starts_on = tables.DateColumn(format="d/m/Y", verbose_name=_("From"))
    ends_on = tables.DateColumn(format="d/m/Y", verbose_name=_("To"))
    paid = NumberColumn(verbose_name=_("Sale lines"))
    currency = tables.Column(verbose_name=_("Currency"))
    spent = AmountColumn("spent", verbose_name=_("Spent"))
    budget = AmountColumn("budget", verbose_name=_("Budget"))
    used = tables.TemplateColumn(
        BUDGET_USED, verbose_name=_("Budget used"), orderable=False, exclude_from_export=True
    )

    class Meta(OfficeTable.Meta):
        order_by = ("-starts_on",)


class OperationFilters(df.FilterSet):
    name = ContainsFilter("name", label=_("Operation"))
    code = ContainsFilter("code", label=_("Code"))
    status = AnyOf(choices=SpecialOperation.Status.choices, label=_("Status"))
    on = df.DateFilter(method="by_day", label=_("On the day"), widget=DateInput())
    currency = df.AllValuesFilter(field_name="currency", empty_label=_("All"), label=_("Currency"))

    class Meta:
        model = SpecialOperation
        fields: list[str] = []

    def by_day(self, queryset: Any, _name: str, day: Any) -> Any:
        """Operations whose days hold ``day``."""
        return queryset.filter(starts_on__lte=day, ends_on__gte=day)


class SpendingTable(OfficeTable):
    hidden_at_first = ["currency"]

    occurred_at = MomentColumn(verbose_name=_("When"))
    agency = tables.Column(accessor="agency_name", verbose_name=_("Agency"))
    order_reference = tables.TemplateColumn(
        '<a class="text-nowrap" href="{% url \'operator_sale\' record.agency_slug '
        'record.order_reference %}">{{ record.order_reference }}</a>',
        verbose_name=_("Order"),
    )
    currency = tables.Column(verbose_name=_("Currency"))
    amount = AmountColumn("amount", verbose_name=_("Extra commission"))
    operator_part = AmountColumn("operator_part", verbose_name=_("Funded by the operator"))
    provider_part = AmountColumn("provider_part", verbose_name=_("Funded by the provider"))
    agency_part = AmountColumn("agency_part", verbose_name=_("Funded by the agency"))

    class Meta(OfficeTable.Meta):
        order_by = ("-occurred_at",)

    def value_order_reference(self, record: Any) -> str:
        """For exports, without the link."""
        return str(record.order_reference)


class SpendingFilters(df.FilterSet):
    occurred_at_min = day_filter("occurred_at", "gte", _("From"))
    occurred_at_max = day_filter("occurred_at", "lte", _("To"))
    agency = ContainsFilter("agency_name", label=_("Agency"))
    order_reference = ContainsFilter("order_reference", label=_("Order"))
    currency = df.AllValuesFilter(field_name="currency", empty_label=_("All"), label=_("Currency"))

    class Meta:
        model = OperationSpending
        fields: list[str] = []


def report_file(kind: str, *, name: str, heading: str, rows: Iterable[Row]) -> HttpResponse:
    """One table of a report as ``csv`` or ``xlsx``; amounts are numbers, in the row's currency."""
    lines: list[list[Any]] = [
        [
            heading,
            _now("Currency"),
            _now("Sale lines"),
            _now("Of these cancelled"),
            _now("Sales, net"),
            _now("Extra commission"),
            _now("Funded by the operator"),
            _now("Funded by the provider"),
            _now("Funded by the agency"),
        ],
        *(
            [
                row.day.isoformat() if row.day else _defused(row.label),
                row.currency,
                row.lines,
                row.cancelled,
                row.sold,
                row.extra,
                row.operator,
                row.provider,
                row.agency,
            ]
            for row in rows
        ),
    ]
    if kind == "csv":
        # The byte order mark is what tells spreadsheets that accents are UTF-8.
        response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
        csv.writer(response, delimiter=";").writerows(lines)
    else:
        book = Workbook(write_only=True)
        sheet = book.create_sheet(name[:31])
        for line in lines:
            sheet.append(line)
        content = BytesIO()
        book.save(content)
        response = HttpResponse(
            content.getvalue(),
            content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        )
    response["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return response


def _defused(text: str) -> str:
    """A name that a spreadsheet would run as a formula, as plain text."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@")) else text
