"""An agency's desk in the rule book: TNP's rules that apply to it, and its own overrides.

What is left out here is left out of the statement, not of the page: rules of other agencies and
groups, of products it may not sell, drafts of the operator, and what would tell the margin.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shared_apps.network.queries import agreement_of, group_of
from shared_apps.operator.rulebook.desk import WITHDRAWN, Bounds, Desk
from shared_apps.operator.rulebook.filters import RuleFilters
from shared_apps.operator.rulebook.queries import override_rows, shared_for_agency, shared_rows
from shared_apps.operator.rulebook.tables import RuleTable
from tenant_apps.overrides.books import agency_book
from tenants.models import Agency


class AgencyRuleTable(RuleTable):
    """Whose rule it is instead of which agency's: there is only one."""

    class Meta(RuleTable.Meta):
        exclude = ("agency",)
        sequence = ("tick", "code", "name", "percent", "book", "fixed", "base", "...")

    book = RuleTable.book_column(_("Whose"))


class AgencyRuleFilters(RuleFilters):
    """As the operator's, without agencies."""

    agency = None  # type: ignore[assignment]
    book = RuleFilters.book_filter(_("Whose"))


def agency_desk(agency: Agency) -> Desk:
    """The desk of ``agency``, for requests on its host."""
    granted = agreement_of(agency)
    sees = granted.sees_purchase_price
    book = agency_book(agency)

    def parts(on: date) -> Sequence[QuerySet]:
        shared = shared_for_agency(agency, group_of(agency, on)).exclude(WITHDRAWN)
        own = book.rule_model.objects.exclude(WITHDRAWN)
        return [
            shared_rows(shared, on=on, sees_margin=sees),
            override_rows(own, agency=agency, on=on, sees_margin=sees),
        ]

    def readable(letter: str) -> QuerySet[Any]:
        if letter == book.letter:
            return book.rules
        today = timezone.localdate()
        rules = shared_for_agency(agency, group_of(agency, today))
        scopes = rules.select_related("product", "provider", "category", "group", "operation")
        return scopes if letter == "R" else rules.none()

    return Desk(
        prefix="office",
        book=book,
        parts=parts,
        readable=readable,
        table_class=AgencyRuleTable,
        filterset_class=AgencyRuleFilters,
        publish_capability="commissions.change",
        sees_margin=sees,
        agency=agency,
        bounds=Bounds(
            granted.commission_min,
            granted.commission_max,
            granted.markup_min,
            granted.markup_max,
        ),
    )
