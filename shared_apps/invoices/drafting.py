"""From a statement and a mandate to a :class:`Document`: what the invoice will say (L7).

Nothing is written here. Everything that depends on a day is asked for the day of issue.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Sum
from django.utils import translation
from django.utils.translation import gettext as _
from moneyed import Money

from saas.day_words import day_words
from shared_apps.invoices.amounts import Totals, totals_of
from shared_apps.invoices.document import (
    NETTED,
    SELF_BILLED,
    SELF_BILLED_CREDIT,
    TRANSFER,
    Document,
    Line,
    Mention,
    Party,
    Reference,
    Vat,
)
from shared_apps.invoices.models import BuyerIdentity, Invoice, Mandate
from shared_apps.invoices.queries import buyer_on, mentions_on, vat_treatment_on
from shared_apps.pricing.money import minor_unit
from shared_apps.statements.models import Section, Statement
from shared_apps.statements.queries import commission_totals


def document_of(
    *, statement: Statement, mandate: Mandate, number: str, issued_on: date
) -> Document:
    """The invoice of ``statement``'s commission, or a credit note when it is negative.

    Raises InvoicingRefused when no rate or buyer is known for that day, ValueError when the
    statement's lines do not add up to its commission.
    """
    with translation.override(mandate.language):
        earned = _lines_of(statement)
        total = commission_totals(statement)
        if sum((amount for _label, amount in earned), Decimal(0)) != total.amount:
            raise ValueError(f"the lines of {statement} do not make its commission")
        sign = -1 if total.amount < 0 else 1
        treatment = vat_treatment_on(issued_on, market=mandate.market, status=mandate.vat_status)
        amounts = [Money(sign * amount, statement.currency) for _label, amount in earned]
        totals = totals_of(amounts, rate=treatment.rate, vat_included=mandate.vat_included)
        means, terms = _settlement(statement, mandate)
        labels = [label for label, _amount in earned]
        return Document(
            type_code=SELF_BILLED_CREDIT if sign < 0 else SELF_BILLED,
            number=number,
            issued_on=issued_on,
            currency=statement.currency,
            language=mandate.language,
            period_from=statement.period_from,
            period_to=statement.period_to,
            statement=statement.reference or "",
            mandate=mandate.reference,
            seller=party_of(mandate, iban=mandate.iban),
            buyer=party_of(buyer_on(issued_on)),
            lines=_lines(labels, amounts, totals),
            vat=Vat(
                category=treatment.category,
                rate=treatment.rate,
                base=totals.net.amount,
                amount=totals.vat.amount,
                reason=_in_language(treatment.reasons, mandate.language),
                reason_code=treatment.reason_code,
            ),
            **_asked(totals),
            mentions=_mentions(issued_on, mandate),
            payment_means=means,
            payment_terms=terms,
        )


def credit_of(
    *, invoice: Invoice, number: str, issued_on: date, amount: Decimal, reason: str
) -> Document:
    """A credit note over ``amount`` (VAT included) of what ``invoice`` asks for.

    Parties, VAT and language are the invoice's own: it corrects that document, not today's.
    """
    original = Document.read(invoice.document)
    with translation.override(original.language):
        if amount == original.payable:
            lines, vat = original.lines, original.vat
            asked = {name: getattr(original, name) for name in ("gross", "rounding", "payable")}
        else:
            stated = Money(amount, original.currency)
            totals = totals_of([stated], rate=original.vat.rate, vat_included=True)
            label = _("Correction of invoice %(number)s") % {"number": original.number}
            lines = _lines([label], [stated], totals)
            vat = Vat(
                category=original.vat.category,
                rate=original.vat.rate,
                base=totals.net.amount,
                amount=totals.vat.amount,
                reason=original.vat.reason,
                reason_code=original.vat.reason_code,
            )
            asked = _asked(totals)
        terms = _("Taken into account in the next statement.")
    return Document(
        **{
            **{name: getattr(original, name) for name in Document.__dataclass_fields__},
            **asked,
            "type_code": SELF_BILLED_CREDIT,
            "number": number,
            "issued_on": issued_on,
            "lines": lines,
            "vat": vat,
            "payment_means": NETTED,
            "payment_terms": terms,
            "corrects": Reference(original.number, original.issued_on),
            "reason": reason,
        }
    )


def party_of(source: Mandate | BuyerIdentity, *, iban: str = "") -> Party:
    """The party as this mandate or billing identity names it."""
    return Party(
        name=source.legal_name,
        legal_form=source.legal_form,
        street=source.street,
        postal_code=source.postal_code,
        city=source.city,
        country=source.country,
        siren=source.siren,
        vat_number=source.vat_number,
        # EN 16931 wants some tax registration of the seller (BR-E-02): without a VAT number a
        # French company is known to its tax office by its SIREN.
        tax_number=source.tax_number or ("" if source.vat_number else source.siren),
        email=source.email,
        iban=iban,
    )


def _lines_of(statement: Statement) -> list[tuple[str, Decimal]]:
    """(label, commission) per section of the statement that has any, in its order."""
    found = dict(
        statement.lines.order_by()
        .values_list("section")
        .annotate(sum=Sum("commission"))
        .exclude(sum=0)
    )
    words = {
        Section.SALE: _("Commission on sales"),
        Section.CANCELLATION: _("Commission taken back on cancellations"),
        Section.CANCELLATION_FEE: _("Commission on cancellation fees kept"),
        Section.FUNDING: _("Share in special operations"),
        Section.ADJUSTMENT: _("Adjustments of earlier commission"),
    }
    quantum = Decimal(1).scaleb(-minor_unit(statement.currency))
    return [
        (words.get(section, _("Commission")), found[section].quantize(quantum))
        for section in Section
        if section in found
    ]


def _lines(labels: Sequence[str], amounts: Sequence[Money], totals: Totals) -> tuple[Line, ...]:
    return tuple(
        Line(label, amount.amount, net.amount)
        for label, amount, net in zip(labels, amounts, totals.nets, strict=True)
    )


def _asked(totals: Totals) -> dict[str, Any]:
    return {
        "gross": totals.gross.amount,
        "rounding": totals.rounding.amount,
        "payable": totals.payable.amount,
    }


def _settlement(statement: Statement, mandate: Mandate) -> tuple[str, str]:
    """How the invoice is settled: inside the statement, or by a transfer of its own."""
    due = {
        "statement": statement.reference,
        "day": day_words(statement.due_on),
    }
    if mandate.iban and not statement.netting:
        return TRANSFER, _("Transfer due on %(day)s, with statement %(statement)s.") % due
    return NETTED, _("Settled with statement %(statement)s, due on %(day)s.") % due


def _mentions(on: date, mandate: Mandate) -> tuple[Mention, ...]:
    return tuple(
        Mention(text.subject, _in_language(text.texts, mandate.language))
        for text in mentions_on(on, market=mandate.market)
    )


def _in_language(texts: dict[str, str], language: str) -> str:
    return texts.get(language) or texts.get("fr", "")
