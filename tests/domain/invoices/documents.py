"""Documents of every kind a commission invoice can be, without a database."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from moneyed import Money

from shared_apps.invoices.amounts import totals_of
from shared_apps.invoices.document import (
    NETTED,
    SELF_BILLED,
    SELF_BILLED_CREDIT,
    Document,
    Line,
    Mention,
    Party,
    Reference,
    Vat,
)

TNP = Party(
    name="TNP Test",
    legal_form="SAS au capital de 10 000 €",
    street="1 quai du Test",
    postal_code="44000",
    city="Nantes",
    country="FR",
    siren="732829320",
    vat_number="FR44732829320",
    email="factures@tnp.example",
)
FRENCH = Party(
    name="Lumière Voyages",
    legal_form="SARL",
    street="3 rue de l’Essai",
    postal_code="69002",
    city="Lyon",
    country="FR",
    siren="552100554",
    vat_number="FR96552100554",
    email="compta@lumiere.example",
)
SELLERS = {
    "fr_vat": FRENCH,
    "fr_small": replace(FRENCH, vat_number="", tax_number=FRENCH.siren),
    "eu": replace(
        FRENCH,
        name="Reisen GmbH",
        legal_form="GmbH",
        city="Kehl",
        postal_code="77694",
        country="DE",
        siren="",
        vat_number="DE136695976",
    ),
    "non_eu": replace(
        FRENCH,
        name="Alpenreisen AG",
        legal_form="AG",
        city="Genève",
        postal_code="1201",
        country="CH",
        siren="",
        vat_number="",
        tax_number="CHE116281710",
    ),
}
VATS = {
    "fr_vat": ("S", "20", "", ""),
    "fr_small": ("E", "0", "TVA non applicable, art. 293 B du CGI", "VATEX-FR-FRANCHISE"),
    "eu": ("AE", "0", "Autoliquidation", "VATEX-EU-AE"),
    "non_eu": ("AE", "0", "Autoliquidation", "VATEX-EU-AE"),
}


def document(status: str = "fr_vat", *amounts: str, credit: bool = False) -> Document:
    """The invoice of a distributor of ``status`` for lines of ``amounts`` euros, VAT included."""
    category, rate, reason, code = VATS[status]
    stated = [Money(amount, "EUR") for amount in amounts or ("120.00", "-12.00")]
    totals = totals_of(stated, rate=Decimal(rate), vat_included=True)
    return Document(
        type_code=SELF_BILLED_CREDIT if credit else SELF_BILLED,
        number="LUMIERE-2026-000001",
        issued_on=date(2026, 11, 3),
        currency="EUR",
        language="fr",
        period_from=date(2026, 10, 1),
        period_to=date(2026, 10, 31),
        statement="A-LUMIERE-0001",
        mandate="LUMIERE-M0001",
        seller=SELLERS[status],
        buyer=TNP,
        lines=tuple(
            Line(f"Commission {number}", amount.amount, net.amount)
            for number, (amount, net) in enumerate(zip(stated, totals.nets, strict=True), 1)
        ),
        vat=Vat(
            category=category,
            rate=Decimal(rate),
            base=totals.net.amount,
            amount=totals.vat.amount,
            reason=reason,
            reason_code=code,
        ),
        gross=totals.gross.amount,
        rounding=totals.rounding.amount,
        payable=totals.payable.amount,
        mentions=(Mention("AAI", "Autofacturation"),),
        payment_means=NETTED,
        payment_terms="Réglée avec le relevé A-LUMIERE-0001, échéance le 30 novembre 2026.",
        corrects=Reference("LUMIERE-2026-000001", date(2026, 10, 3)) if credit else None,
        reason="Erreur de taux sur une vente" if credit else "",
    )
