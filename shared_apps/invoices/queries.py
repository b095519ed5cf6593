"""Reads of invoicing: what is in force on a day, what waits to be invoiced, lists and totals."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from shared_apps.invoices.models import (
    BuyerIdentity,
    Invoice,
    LegalText,
    Mandate,
    VatTreatment,
)
from shared_apps.invoices.rules import InvoicingRefused
from shared_apps.operator.listing import TotalsRow
from shared_apps.statements.models import Statement
from tenants.models import Agency

# The files are what make a row heavy; only a download reads them.
FILES = ("pdf", "xml", "document")
SUMMED = ("net", "vat", "payable")
INVOICEABLE = (Statement.Status.ISSUED, Statement.Status.ACCEPTED, Statement.Status.PAID)


def _in_force(on: date) -> Q:
    return Q(valid_from__lte=on) & (Q(valid_to=None) | Q(valid_to__gte=on))


def vat_treatment_on(on: date, *, market: str, status: str) -> VatTreatment:
    """The VAT of commissions on that day. Raises InvoicingRefused (``no_vat``)."""
    found = (
        VatTreatment.objects.filter(_in_force(on), market=market, status=status)
        .order_by("-valid_from")
        .first()
    )
    if found is None:
        raise InvoicingRefused(
            "no_vat", _("No VAT rate is known for this status on that day: nothing was issued.")
        )
    return found


def mentions_on(on: date, *, market: str) -> list[LegalText]:
    """The sentences an invoice of that day carries, in order."""
    return list(LegalText.objects.filter(_in_force(on), market=market, code=LegalText.Code.MENTION))


def mandate_text_on(on: date, *, market: str) -> LegalText:
    """The form of the mandate in force on that day. Raises InvoicingRefused (``no_text``)."""
    found = (
        LegalText.objects.filter(_in_force(on), market=market, code=LegalText.Code.MANDATE)
        .order_by("-valid_from")
        .first()
    )
    if found is None:
        raise InvoicingRefused("no_text", _("No text of a mandate is in force for this market."))
    return found


def buyer_on(on: date) -> BuyerIdentity:
    """The operator as buyer on that day. Raises InvoicingRefused (``no_buyer``)."""
    found = BuyerIdentity.objects.filter(valid_from__lte=on).first()
    if found is None:
        raise InvoicingRefused(
            "no_buyer",
            _("The operator’s billing identity is missing: enter its address and VAT number."),
        )
    return found


def mandate_of(agency: Agency) -> Mandate | None:
    """The agency's mandate that has not ended, accepted or not."""
    return Mandate.objects.filter(agency=agency, ended_on=None).first()


def mandate_valid(agency: Agency) -> Mandate:
    """The mandate to issue under. Raises InvoicingRefused (``no_mandate``, ``not_accepted``)."""
    mandate = mandate_of(agency)
    if mandate is None:
        raise InvoicingRefused(
            "no_mandate",
            _(
                "%(agency)s has given no mandate to write its invoices: prepare one, and it can "
                "accept it in its office."
            )
            % {"agency": agency},
        )
    if mandate.accepted_at is None:
        raise InvoicingRefused(
            "not_accepted",
            _("%(agency)s has not accepted its mandate yet: nothing can be issued in its name.")
            % {"agency": agency},
        )
    return mandate


def invoices() -> QuerySet[Invoice]:
    """All invoices this connection may see, without their files."""
    return Invoice.objects.select_related("agency", "statement", "corrects").defer(*FILES)


def invoices_totals(rows: QuerySet[Invoice]) -> Sequence[TotalsRow]:
    """Net, VAT and total per currency; credit notes count as negative."""
    sums: dict[str, dict[str, Decimal]] = {}
    found = rows.order_by().values_list("currency", "type_code")
    for code, kind, *amounts in found.annotate(Sum("net"), Sum("vat"), Sum("payable")):
        sign = -1 if kind == Invoice.Type.CREDIT else 1
        total = sums.setdefault(code, dict.fromkeys(SUMMED, Decimal(0)))
        for name, amount in zip(SUMMED, amounts, strict=True):
            total[name] += sign * amount
    return [TotalsRow(_("Total"), code, sums[code]) for code in sorted(sums)]


def mandates() -> QuerySet[Mandate]:
    """All mandates with the number of invoices issued under each."""
    return Mandate.objects.select_related("agency", "accepted_by").annotate(
        invoice_count=Count("invoices")
    )


def statements_invoiceable_now() -> QuerySet[Statement]:
    """Those of :func:`statements_to_invoice` whose agency has a mandate in force."""
    return statements_to_invoice().filter(Exists(_mandates_of_agency()))


def _mandates_of_agency() -> QuerySet[Mandate]:
    return Mandate.objects.filter(
        agency=OuterRef("agency"), ended_on=None, accepted_at__isnull=False
    )


def statements_to_invoice() -> QuerySet[Statement]:
    """Issued statements of agencies with a commission and no invoice yet, oldest first.

    ``may_invoice``: the agency has a mandate in force.
    """
    invoiced = Invoice.objects.filter(statement=OuterRef("pk"), corrects=None)
    mandated = _mandates_of_agency()
    return (
        Statement.objects.filter(party="agency", status__in=INVOICEABLE)
        .exclude(commission=0)
        .filter(~Exists(invoiced))
        .annotate(may_invoice=Exists(mandated))
        .select_related("agency")
        .order_by("period_to", "agency__name")
    )


def due_totals(rows: QuerySet[Statement]) -> Sequence[TotalsRow]:
    """Commission that waits for its invoice, per currency."""
    found = rows.order_by().values("currency").annotate(sum=Sum("commission"))
    return [
        TotalsRow(_("Total"), row["currency"], {"commission": row["sum"]})
        for row in found.order_by("currency")
    ]


def agencies_without_mandate() -> QuerySet[Agency]:
    """Agencies that could be given a mandate to accept."""
    return Agency.objects.exclude(pk__in=Mandate.objects.filter(ended_on=None).values("agency"))


def credited(invoice: Invoice) -> Decimal:
    """What later credit notes take back from ``invoice``, in its currency."""
    found = invoice.credits.aggregate(sum=Sum("payable"))["sum"]
    return found or Decimal(0)
