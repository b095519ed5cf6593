"""Reads of statements: lists, totals by section, what is open, what other apps may ask."""

from decimal import Decimal

from django.db.models import Sum
from moneyed import Money

from shared_apps.statements.models import Statement


def commission_totals(statement: Statement) -> Money:
    """The commission an agency earned on an issued statement, net, in its currency.

    Sales, cancellations, cancellation fees, operations and adjustments of commission together;
    what was collected, and TNP's fee on own-liability sales, are not in it. May be negative.
    For the commission invoice (L7). Raises ValueError for a provider's statement or a draft.
    """
    if not statement.for_agency or statement.status == Statement.Status.DRAFT:
        raise ValueError(f"Statement {statement.pk} is no issued statement of an agency")
    found = statement.lines.aggregate(sum=Sum("commission"))["sum"]
    return Money(found or Decimal(0), statement.currency)
