"""What a statement's page shows of its invoices, without their files."""

from django import template
from django.db.models import QuerySet

from shared_apps.invoices.models import Invoice
from shared_apps.invoices.queries import statements_invoiceable_now
from shared_apps.statements.models import Statement

register = template.Library()


@register.simple_tag
def invoices_of(statement: Statement) -> QuerySet[Invoice]:
    """The invoice of ``statement`` and the credit notes that correct it, oldest first."""
    rows = Invoice.objects.filter(statement=statement)
    return rows.only("number", "issued_on", "type_code", "currency", "payable").order_by("number")


@register.simple_tag
def may_be_invoiced(statement: Statement) -> bool:
    """Whether an invoice of ``statement`` could be issued now."""
    return statements_invoiceable_now().filter(pk=statement.pk).exists()
