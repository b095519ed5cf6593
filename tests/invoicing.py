"""Small steps of commission invoicing: who the parties are, and a mandate that is accepted."""

from datetime import date, timedelta
from typing import Any

from django_tenants.utils import tenant_context

from shared_apps.identity.models import User
from shared_apps.invoices.actions import (
    buyer_identity_set,
    invoice_issue,
    mandate_accept,
    mandate_create,
)
from shared_apps.invoices.models import BuyerIdentity, Invoice, Mandate
from shared_apps.statements.models import Statement
from tests.settling import agency_of, issued, month_of, on, operator, sold_by_card

LONG_AGO = date(2020, 1, 1)
TNP: dict[str, Any] = {
    "legal_name": "TNP Test",
    "legal_form": "SAS",
    "street": "1 quai du Test",
    "postal_code": "44000",
    "city": "Nantes",
    "country": "FR",
    "siren": "732829320",
    "vat_number": "FR44732829320",
    "email": "factures@tnp.example",
}
FRENCH: dict[str, Any] = {
    "legal_name": "Lumière Voyages",
    "legal_form": "SARL",
    "street": "3 rue de l’Essai",
    "postal_code": "69002",
    "city": "Lyon",
    "country": "FR",
    "siren": "552100554",
    "vat_number": "FR96552100554",
    "email": "compta@lumiere.example",
}
ABROAD = {"siren": "", "vat_number": "", "postal_code": "77694"}
TERMS: dict[str, dict[str, Any]] = {
    "fr_vat": FRENCH,
    "fr_small": {**FRENCH, "vat_number": ""},
    "eu": {**FRENCH, **ABROAD, "country": "DE", "city": "Kehl", "vat_number": "DE136695976"},
    "non_eu": {**FRENCH, **ABROAD, "country": "CH", "city": "Genève", "tax_number": "CHE116281710"},
}


def buyer_known() -> None:
    """Enter the operator's billing identity, once."""
    if not BuyerIdentity.objects.exists():
        buyer_identity_set(by=operator(), valid_from=LONG_AGO, **TNP)


def mandate_prepared(slug: str = "lumiere", status: str = "fr_vat", **terms: Any) -> Mandate:
    """A mandate that waits for the agency's answer."""
    buyer_known()
    return mandate_create(
        agency=agency_of(slug), by=operator(), vat_status=status, **{**TERMS[status], **terms}
    )


def mandate_given(slug: str = "lumiere", status: str = "fr_vat", **terms: Any) -> Mandate:
    """A mandate that the agency's administrator has accepted in its office."""
    mandate = mandate_prepared(slug, status, **terms)
    with tenant_context(agency_of(slug)):
        return mandate_accept(
            mandate=mandate,
            by=User.objects.get(email=f"admin@{slug}.example"),
            evidence={"ip": "192.0.2.7", "user_agent": "test"},
        )


def statement_issued(slug: str = "lumiere", **how: int) -> Statement:
    """An issued statement with the commission of one sale of BOAT-DUSK (8.16 for two adults)."""
    order = sold_by_card(slug, **how)
    return issued(slug, month_of(slug, order))


def invoice_of(statement: Statement) -> Invoice:
    """The statement's invoice, issued by the operator's finance the day after the statement."""
    with on(statement.period_to + timedelta(days=2)):
        return invoice_issue(statement=statement, by=operator())
