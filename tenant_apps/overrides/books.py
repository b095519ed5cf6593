"""An agency's book: its overrides as the verbs of change sets see them."""

from shared_apps.commissions.books import Book
from tenant_apps.overrides.models import CommissionOverride, OverrideChangeSet
from tenants.models import Agency

SCOPES = ("product", "provider", "category")


def agency_book(agency: Agency) -> Book:
    """The overrides of ``agency``, to be used inside it (D14)."""
    return Book("A", agency, CommissionOverride, OverrideChangeSet, SCOPES)
