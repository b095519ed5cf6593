"""The tables of change sets and of requests for approval, with their filters."""

from collections.abc import Callable
from typing import Any

import django_filters as df
import django_tables2 as tables
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from shared_apps.commissions.models import ChangeSet, ChangeSetStatus
from shared_apps.operator.listing import AnyOf, ContainsFilter, NumberColumn, OfficeTable
from shared_apps.operator.tables import BadgeColumn, MomentColumn


class ChangeSetTable(OfficeTable):
    """Who changed what, why and from when."""

    set_url: Callable[[int], str]

    name = tables.Column(verbose_name=_("Change set"))
    status = BadgeColumn("status", verbose_name=_("State"))
    rule_count = NumberColumn(verbose_name=_("Changes"))
    reason = tables.Column(verbose_name=_("Reason"))
    applies_from = tables.DateColumn(format="d/m/Y", verbose_name=_("First sale date"))
    author = tables.Column(verbose_name=_("Drafted by"), order_by=("author__name",))
    published_by = tables.Column(verbose_name=_("Published by"), order_by=("published_by__name",))
    published_at = MomentColumn(verbose_name=_("Published on"))

    class Meta(OfficeTable.Meta):
        order_by = ()
        default = "—"

    def render_name(self, record: Any) -> SafeString:
        """Leads to its page."""
        return format_html('<a href="{}">{}</a>', self.set_url(record.pk), record.name)

    def value_name(self, record: Any) -> str:
        """The name alone."""
        return record.name


class ChangeSetFilters(df.FilterSet):
    name = ContainsFilter("name", label=_("Change set"))
    status = AnyOf(choices=ChangeSetStatus.choices, label=_("State"))
    reason = ContainsFilter("reason", label=_("Reason"))
    author = ContainsFilter("author__name", label=_("Drafted by"))
    published_by = ContainsFilter("published_by__name", label=_("Published by"))

    class Meta:
        model = ChangeSet
        fields: list[str] = []
