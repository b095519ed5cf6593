"""A journal with lines of fixed days around a new year, for tests of its closings."""

from decimal import Decimal

import time_machine
from django.db import transaction

from shared_apps.journal.actions import Entry, journal_append
from shared_apps.network.models import SellerIdentity

NIGHT = "2026-01-02T03:10:00+00:00"


def line_at(agency, kind, amount, at, *, currency="EUR", quantity=1):
    with time_machine.travel(at, tick=False), transaction.atomic():
        share = {} if kind in ("payment", "refund") else {"operator_share": Decimal(amount)}
        journal_append(
            agency=agency,
            entries=[
                Entry(
                    kind=kind,
                    order_reference="X-1",
                    channel="shop",
                    seller_id=SellerIdentity.objects.earliest("pk").pk,
                    currency=currency,
                    quantity=quantity,
                    customer_pays=Decimal(amount),
                    **share,
                )
            ],
        )


def three_days(agency):
    """30 December: 100 sold and paid, 12.500 dinars; the 31st, at night: 40; 1 January: 40 back."""
    line_at(agency, "sale", "100", "2025-12-30T10:00:00+00:00", quantity=2)
    line_at(agency, "payment", "100", "2025-12-30T10:00:00+00:00", quantity=0)
    line_at(agency, "sale", "12.500", "2025-12-30T11:00:00+00:00", currency="TND")
    line_at(agency, "sale", "40", "2025-12-30T23:30:00+00:00")
    line_at(agency, "cancellation", "-40", "2026-01-01T09:00:00+00:00", quantity=-1)
