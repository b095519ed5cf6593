"""The one place that locks rows of invoicing: statement, mandate, invoice, the year's counter.

Order: the statement (its owner's lock), the invoice to correct, the counter. The counter comes
last, so that it is held for as short as possible: no reading, no network, only typesetting.
"""

from datetime import datetime

from django.db import connection
from django.utils import timezone

from shared_apps.invoices.models import Invoice, Mandate
from shared_apps.statements.models import Statement

# Makes the row at the year's first invoice and locks it until the transaction ends. A failure
# afterwards takes the number back: no gap. A second issue waits here: no double.
NEXT_NUMBER = """
INSERT INTO invoices_invoiceseries (agency_id, year, prefix, last_number, last_at)
VALUES (%s, %s, %s, 1, '-infinity')
ON CONFLICT (agency_id, year)
DO UPDATE SET last_number = invoices_invoiceseries.last_number + 1
RETURNING id, prefix, last_number, NULLIF(last_at, '-infinity')
"""
NOTE_TIME = "UPDATE invoices_invoiceseries SET last_at = %s WHERE id = %s"


def number_take(*, agency_id: int, year: int, prefix: str) -> tuple[str, datetime]:
    """The next number of the mandator's year, such as ``LUM-2026-000012``, and its time (L7).

    The time is read once the row is ours, and is never before that of the number before.
    Only inside a transaction; others of the same mandator wait until it ends. ``prefix`` counts
    for the year's first number only: a year has one series, whatever mandates follow in it.
    """
    with connection.cursor() as cursor:
        cursor.execute(NEXT_NUMBER, [agency_id, year, prefix])
        series, used, number, before = cursor.fetchone()
        at = max(timezone.now(), before) if before else timezone.now()
        cursor.execute(NOTE_TIME, [at, series])
    return f"{used}-{year}-{number:06d}", at


def statement_lock(pk: int) -> Statement:
    """The statement, its row locked: it cannot be disputed, or invoiced twice, meanwhile."""
    rows = Statement.objects.select_for_update(of=("self",)).select_related("agency")
    return rows.get(pk=pk)


def mandate_lock(pk: int) -> Mandate | None:
    """The mandate, its row locked; None when this connection may not change it."""
    return Mandate.objects.select_for_update(of=("self",)).filter(pk=pk).first()


def invoice_lock(pk: int) -> Invoice:
    """The invoice, its row locked: two corrections of one invoice are made one after the other."""
    rows = Invoice.objects.select_for_update(of=("self",))
    return rows.select_related("mandate", "statement").get(pk=pk)
