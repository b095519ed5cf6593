"""Issuing invoices and credit notes: checks, the next number, both files, one transaction (L7).

The number is taken from a locked counter row and everything that can fail comes before the
commit, so that a failure gives the number back: no gap, no double, and numbers in the order of
their times. The day is read after the lock, because whoever waits over midnight must not get a
later number with an earlier day.
"""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from shared_apps.audit.actions import audit_record
from shared_apps.identity.models import User
from shared_apps.invoices.document import Document
from shared_apps.invoices.drafting import credit_of, document_of
from shared_apps.invoices.locks import invoice_lock, number_take, statement_lock
from shared_apps.invoices.models import Invoice, Mandate, VatStatus
from shared_apps.invoices.printing import invoice_files
from shared_apps.invoices.queries import INVOICEABLE, credited, mandate_valid
from shared_apps.invoices.rules import MOST_DECIMALS, InvoicingRefused
from shared_apps.outbox.actions import message_add
from shared_apps.pricing.money import minor_unit
from shared_apps.statements.models import Statement

VAT_CURRENCY = {"FR": "EUR"}
"""Market → the currency in which its VAT must be stated."""


@transaction.atomic
def invoice_issue(*, statement: Statement, by: User | None) -> Invoice:
    """Issue the commission invoice of an agency's statement, in the agency's name.

    A negative commission makes a credit note (261). ``by`` is None for the platform itself.
    Raises InvoicingRefused with a sentence for people: ``not_agency``, ``not_issued``,
    ``already``, ``no_mandate``, ``not_accepted``, ``nothing``, ``currency``, ``no_vat``,
    ``no_buyer``.
    """
    locked = statement_lock(statement.pk)
    mandate = _mandate_for(locked)

    def draft(number: str, issued_on: date) -> Document:
        return document_of(statement=locked, mandate=mandate, number=number, issued_on=issued_on)

    return _write(mandate, locked, draft, by=by)


@transaction.atomic
def invoice_credit(
    *, invoice: Invoice, by: User, reason: str, amount: Decimal | None = None
) -> Invoice:
    """Take back ``amount`` of an invoice (VAT included, its currency), or all that is left.

    Under the mandate of the invoice, even one that has ended: it covers the corrections of what
    was issued under it. Raises InvoicingRefused (``credit_of_credit``, ``reason``, ``amount``,
    ``nothing_left``).
    """
    locked = invoice_lock(invoice.pk)
    if locked.type_code == Invoice.Type.CREDIT:
        raise InvoicingRefused(
            "credit_of_credit", _("A credit note is not credited: correct the next statement.")
        )
    reason = reason.strip()
    if not reason:
        raise InvoicingRefused("reason", _("Say what is corrected: it stands on the credit note."))
    left = locked.payable - credited(locked)
    wanted = left if amount is None else amount
    if left <= 0:
        raise InvoicingRefused("nothing_left", _("This invoice is credited whole already."))
    quantum = Decimal(1).scaleb(-minor_unit(locked.currency))
    if not (0 < wanted <= left) or wanted != wanted.quantize(quantum):
        raise InvoicingRefused(
            "amount",
            _("The amount must be more than 0 and at most what is left: %(left)s %(currency)s.")
            % {"left": left.quantize(quantum), "currency": locked.currency},
        )

    def draft(number: str, issued_on: date) -> Document:
        return credit_of(
            invoice=locked,
            number=number,
            issued_on=issued_on,
            amount=wanted.quantize(quantum),
            reason=reason,
        )

    return _write(locked.mandate, locked.statement, draft, by=by, corrects=locked)


def _mandate_for(statement: Statement) -> Mandate:
    """The mandate to issue under, once nothing speaks against an invoice of this statement."""
    agency = statement.agency
    if agency is None or not statement.for_agency:
        raise InvoicingRefused(
            "not_agency", _("Only an agency’s statement has a commission to invoice.")
        )
    if statement.status not in INVOICEABLE:
        raise InvoicingRefused(
            "not_issued",
            _("Invoice a statement once it is issued, and not while a line is disputed."),
        )
    if Invoice.objects.filter(statement=statement, corrects=None).exists():
        raise InvoicingRefused("already", _("This statement is invoiced already."))
    if not statement.commission:
        raise InvoicingRefused("nothing", _("This statement has no commission to invoice."))
    mandate = mandate_valid(agency)
    _currency_check(mandate, statement.currency)
    return mandate


def _currency_check(mandate: Mandate, currency: str) -> None:
    if minor_unit(currency) > MOST_DECIMALS:
        raise InvoicingRefused(
            "currency",
            _("An electronic invoice has two decimals at most: %(code)s cannot be invoiced.")
            % {"code": currency},
        )
    stated_in = VAT_CURRENCY.get(mandate.market)
    if mandate.vat_status == VatStatus.FR_VAT and currency != stated_in:
        raise InvoicingRefused(
            "currency",
            _("French VAT is stated in euros: a statement in %(code)s cannot be invoiced with it.")
            % {"code": currency},
        )


def _write(
    mandate: Mandate,
    statement: Statement,
    draft: Callable[[str, date], Document],
    *,
    by: User | None,
    corrects: Invoice | None = None,
) -> Invoice:
    number, at = _number_and_time(mandate)
    document = draft(number, timezone.localdate(at))
    files = invoice_files(document)
    invoice = Invoice.objects.create(
        number=number,
        type_code=document.type_code,
        agency_id=mandate.agency_id,
        agency_schema=mandate.agency_schema,
        mandate=mandate,
        corrects=corrects,
        statement=statement,
        period_from=document.period_from,
        period_to=document.period_to,
        issued_on=document.issued_on,
        issued_at=at,
        issued_by=by,
        currency=document.currency,
        net=document.vat.base,
        vat=document.vat.amount,
        payable=document.payable,
        document=document.facts(),
        xml=files.xml.decode(),
        pdf=files.pdf,
        sha256=files.sha256,
    )
    audit_record(
        verb="invoice.credit" if corrects else "invoice.issue",
        target=invoice,
        after={
            "number": number,
            "payable": f"{document.payable} {document.currency}",
            "sha256": files.sha256,
            **({"corrects": corrects.number, "reason": document.reason} if corrects else {}),
        },
    )
    message_add(
        kind="invoice.issued", dedupe_key=f"invoice.issued:{number}", payload={"invoice": number}
    )
    return invoice


def _number_and_time(mandate: Mandate) -> tuple[str, datetime]:
    """The next number and the time it was taken, of one and the same year.

    Waiting for the counter may cross New Year. The savepoint then gives the old year's number
    back, and the next attempt takes one of the new year.
    """
    while True:
        year = timezone.localdate().year
        try:
            with transaction.atomic():
                number, at = number_take(
                    agency_id=mandate.agency_id, year=year, prefix=mandate.prefix
                )
                if timezone.localdate(at).year != year:
                    raise _NewYear
        except _NewYear:
            continue
        return number, at


class _NewYear(Exception):
    """The year changed while waiting for the counter."""
