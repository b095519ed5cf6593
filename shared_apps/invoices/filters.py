"""Filters of the invoice tables; each is named like the column it stands under (R89)."""

import django_filters as df
from django.utils.translation import gettext_lazy as _

from shared_apps.invoices.models import Invoice, Mandate, VatStatus
from shared_apps.operator.filters import DateInput, YesNoFilter
from shared_apps.operator.listing import AnyOf, ContainsFilter
from shared_apps.statements.models import Statement


class OwnInvoiceFilters(df.FilterSet):
    issued_on_min = df.DateFilter("issued_on", "gte", label=_("From"), widget=DateInput())
    issued_on_max = df.DateFilter("issued_on", "lte", label=_("To"), widget=DateInput())
    number = ContainsFilter("number", label=_("Number"))
    type_code = AnyOf(choices=Invoice.Type.choices, label=_("Type"))
    statement = ContainsFilter("statement__reference", label=_("Statement"))
    currency = df.AllValuesFilter(field_name="currency", empty_label=_("All"), label=_("Currency"))

    class Meta:
        model = Invoice
        fields: list[str] = []


class InvoiceFilters(OwnInvoiceFilters):
    agency = ContainsFilter("agency__name", label=_("Agency"))


class MandateFilters(df.FilterSet):
    agency = ContainsFilter("agency__name", label=_("Agency"))
    vat_status = AnyOf(choices=VatStatus.choices, label=_("VAT status"))

    class Meta:
        model = Mandate
        fields: list[str] = []


class DueFilters(df.FilterSet):
    reference = ContainsFilter("reference", label=_("Statement"))
    agency = ContainsFilter("agency__name", label=_("Agency"))
    mandate = YesNoFilter(field_name="may_invoice", label=_("Mandate in force"))

    class Meta:
        model = Statement
        fields: list[str] = []
