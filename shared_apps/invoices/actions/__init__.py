"""The verbs of commission invoicing: mandates, issuing, crediting."""

from shared_apps.invoices.actions.issuing import invoice_credit, invoice_issue
from shared_apps.invoices.actions.mandates import (
    buyer_identity_set,
    mandate_accept,
    mandate_create,
    mandate_end,
)

__all__ = [
    "buyer_identity_set",
    "invoice_credit",
    "invoice_issue",
    "mandate_accept",
    "mandate_create",
    "mandate_end",
]
