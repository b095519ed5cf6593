"""The file of one sale: everything that explains it, gathered for one page.

The rows are loaded inside the agency's schema and handed over complete: nothing in a
:class:`SaleFile` asks the database again, so it may be shown on the operator's host where no
agency is current. What the page shows is what was frozen on the sale, cut to what its viewer may
see; it is computed again only to prove that it is still the same.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from shared_apps.commissions.views_of_line import LineView
from tenants.models import Agency


@dataclass(frozen=True)
class SaleLine:
    """One order line with the explanation of its price and commission, as one party sees it."""

    line: Any
    title: str
    provider: str
    quantities: list[tuple[str, int]]
    view: LineView
    question: str = ""
    """The part of an address behind "?" that asks for the same sale with the rules of today."""


@dataclass(frozen=True)
class SaleFile:
    """An order with its lines, payments and evidence."""

    agency: Agency
    order: Any
    lines: list[SaleLine]
    payments: list[Any]
    refunds: list[Any]
    acceptances: list[Any]

    @property
    def paid(self) -> Decimal:
        """Money received and kept, in the order's currency: payments less refunds."""
        received = sum((p.amount for p in self.payments if p.status == "paid"), Decimal(0))
        returned = sum((r.amount for r in self.refunds if r.status == "succeeded"), Decimal(0))
        return received - returned

    @property
    def due(self) -> Decimal:
        """What is still to be paid; 0 for an order that is cancelled or expired."""
        if self.order.status in ("cancelled", "expired"):
            return Decimal(0)
        return max(Decimal(0), self.order.total - self.paid)
