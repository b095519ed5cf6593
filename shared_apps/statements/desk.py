"""Where a statement is being read: the operator's desk, an agency's, or a provider's.

The three doors show the same pages (:mod:`shared_apps.statements.pages`). A desk says whose
statements it may open at all, who speaks, and how its addresses are called. There is no other
difference, so that no door can forget a rule: what a desk may not see is not in its queryset.
"""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.urls import reverse

from shared_apps.catalog.models import Provider
from shared_apps.statements.models import Party, Statement, StatementLine
from shared_apps.statements.queries import statements
from tenants.models import Agency

OPERATOR = "operator"


@dataclass(frozen=True)
class Desk:
    """``side`` is ``operator``, ``agency`` or ``provider``; ``door`` begins its URL names."""

    side: str
    door: str
    agency: Agency | None = None
    provider: Provider | None = None

    @property
    def is_operator(self) -> bool:
        """Whether TNP reads: it issues, settles and pays, and answers nothing."""
        return self.side == OPERATOR

    def statements(self) -> QuerySet[Statement]:
        """What this desk may open: the operator all, a party its own from their issue on."""
        found = statements()
        if self.is_operator:
            return found
        shown = found.exclude(status=Statement.Status.DRAFT)
        if self.agency is not None:
            return shown.filter(party=Party.AGENCY, agency=self.agency)
        if self.provider is not None:
            return shown.filter(party=Party.PROVIDER, provider=self.provider)
        return shown.none()

    def url(self, name: str, *args: object) -> str:
        """The address of a page of this desk: ``statements``, ``statement``, ``line``…"""
        return reverse(f"{self.door}_{name}", args=args)

    def order_url(self, statement: Statement, order: str) -> str:
        """Where the order of an agency's statement is explained; empty where it cannot be."""
        if not order or statement.agency is None or self.provider is not None:
            return ""
        if self.is_operator:
            return reverse("operator_sale", args=[statement.agency.slug, order])
        return reverse("office_order", args=[order])

    def why_url(self, line: StatementLine) -> str:
        """Where this desk reads why a line has its amount; empty for money that just moved."""
        if self.provider is None:
            return self.order_url(line.statement, line.order_reference)
        return (
            reverse("workspace_sale", args=[line.journal_line_id]) if line.journal_line_id else ""
        )


def operator_desk() -> Desk:
    """The operator's."""
    return Desk(OPERATOR, "operator")


def agency_desk(agency: Agency) -> Desk:
    """One agency's."""
    return Desk(Party.AGENCY, "office", agency=agency)


def provider_desk(provider: Provider) -> Desk:
    """One provider's."""
    return Desk(Party.PROVIDER, "workspace", provider=provider)
