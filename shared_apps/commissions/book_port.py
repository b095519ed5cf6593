"""Reaching an agency's book from the operator's side, without importing the agencies' apps.

Deciding on an agency's request writes into the agency's schema. The tenant app registers its book
here (``tenant_apps.overrides.apps``); a missing registration raises at the first call.
"""

from collections.abc import Callable

from shared_apps.commissions.books import Book
from tenants.models import Agency

_registered: list[Callable[[Agency], Book]] = []


class PortMissing(RuntimeError):
    """No app has registered the book of agencies."""


def register(agency_book: Callable[[Agency], Book]) -> None:
    """Connect the agencies' side; called once, when Django starts."""
    _registered[:] = [agency_book]


def agency_book(agency: Agency) -> Book:
    """The overrides of ``agency``, to be used inside ``tenant_context(agency)``."""
    if not _registered:
        raise PortMissing("agency_book")
    return _registered[0](agency)
