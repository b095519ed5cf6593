"""Filters of the simulations' tables; a filter is named like the column it stands under (R89)."""

import django_filters as df
from django.utils.translation import gettext_lazy as _

from shared_apps.operator.listing import AnyOf, ContainsFilter
from shared_apps.simulation.models import SimulationLine, SimulationRun, SimulationTotal


class RunFilters(df.FilterSet):
    name = ContainsFilter("name", label=_("Change set"))
    author = ContainsFilter("author__name", label=_("Asked by"))
    status = AnyOf(choices=SimulationRun.Status.choices, label=_("Status"))

    class Meta:
        model = SimulationRun
        fields: list[str] = []


class AgencyTotalFilters(df.FilterSet):
    agency = ContainsFilter("agency__name", label=_("Agency"))
    currency = ContainsFilter("currency", label=_("Currency"))

    class Meta:
        model = SimulationTotal
        fields: list[str] = []


class ProviderTotalFilters(df.FilterSet):
    provider = ContainsFilter("provider__name", label=_("Provider"))
    currency = ContainsFilter("currency", label=_("Currency"))

    class Meta:
        model = SimulationTotal
        fields: list[str] = []


class LineFilters(df.FilterSet):
    agency = ContainsFilter("agency__name", label=_("Agency"))
    order_reference = ContainsFilter("order_reference", label=_("Order"))
    product = ContainsFilter("product__reference", label=_("Product"))
    provider = ContainsFilter("provider__name", label=_("Provider"))
    rule_present = ContainsFilter("rule_present", label=_("Rule today"))
    rule_new = ContainsFilter("rule_new", label=_("Rule with the changes"))
    currency = ContainsFilter("currency", label=_("Currency"))

    class Meta:
        model = SimulationLine
        fields: list[str] = []
