"""The rates, sentences and mandate of the French market, as dated rows.

A new rate or wording is a new row with its first day, and a last day on the old one; the rows
below are only the first ones. Their words must be confirmed by the operator's accountant.
"""

from datetime import date

from django.db import migrations

REVERSE = {"fr": "Autoliquidation", "en": "Reverse charge (Autoliquidation)"}
SMALL = {
    "fr": "TVA non applicable, art. 293 B du CGI",
    "en": "VAT not applicable, art. 293 B of the French tax code (TVA non applicable, art. 293 B du CGI)",
}
TREATMENTS = [
    # status, category, rate, reason code, reasons
    ("fr_vat", "S", "20", "", {}),
    ("fr_small", "E", "0", "VATEX-FR-FRANCHISE", SMALL),
    ("eu", "AE", "0", "VATEX-EU-AE", REVERSE),
    ("non_eu", "AE", "0", "VATEX-EU-AE", REVERSE),
]
MENTIONS = [
    # name, subject, texts
    ("self-billing", "AAI", {"fr": "Autofacturation", "en": "Self-billing (Autofacturation)"}),
    (
        "late-payment",
        "PMD",
        {
            "fr": "En cas de retard de paiement, des pénalités sont dues au taux de trois fois "
            "le taux d’intérêt légal.",
            "en": "Late payment bears interest at three times the French legal interest rate.",
        },
    ),
    (
        "recovery",
        "PMT",
        {
            "fr": "Indemnité forfaitaire pour frais de recouvrement en cas de retard de "
            "paiement\u00a0: 40\u00a0€.",
            "en": "Fixed compensation for recovery costs in case of late payment: €40.",
        },
    ),
    (
        "no-discount",
        "AAB",
        {
            "fr": "Pas d’escompte pour paiement anticipé.",
            "en": "No discount for early payment.",
        },
    ),
]
MANDATE = {
    "fr": """Mandat d’autofacturation

{agency}, {agency_address}, identifiée sous le numéro {agency_number} (le mandant),
donne mandat à {operator}, {operator_address} (le mandataire),
d’établir et d’émettre en son nom et pour son compte les factures et les avoirs de ses commissions.

1. Les factures sont établies à partir des relevés que le mandataire émet. Elles portent la mention « Autofacturation » et leurs numéros forment une suite propre au mandant, qui commence par {prefix}.
2. Le mandant reçoit chaque facture par courrier électronique et la retrouve dans son espace. Il peut la contester dans les trente jours ; une erreur est corrigée par un avoir.
3. Le mandant déclare le régime de TVA suivant : {vat_status}. Les commissions des relevés s’entendent {vat_included}.
4. Le mandant garde la responsabilité entière de ses obligations en matière de facturation et de TVA. Il signale sans délai tout changement de son identité, de son adresse ou de son régime de TVA.
5. Le mandat vaut pour une durée indéterminée. Chaque partie peut y mettre fin à tout moment. Les corrections de factures déjà émises restent couvertes par le mandat.
""",
    "en": """Self-billing mandate

{agency}, {agency_address}, known under the number {agency_number} (the principal),
instructs {operator}, {operator_address} (the agent),
to write and issue, in its name and on its behalf, the invoices and credit notes of its commissions.

1. Invoices are made from the statements that the agent issues. They carry the words “Autofacturation” (self-billing), and their numbers form a series of the principal’s own, beginning with {prefix}.
2. The principal receives each invoice by e-mail and finds it in its office. It may contest it within thirty days; a mistake is corrected by a credit note.
3. The principal declares this VAT status: {vat_status}. The commissions of statements are {vat_included}.
4. The principal keeps the whole responsibility for its obligations on invoicing and VAT. It reports any change of its identity, address or VAT status without delay.
5. The mandate runs for an unlimited time. Either party may end it at any time. Corrections of invoices already issued remain covered by it.
""",
}


def rows_add(apps, schema_editor):
    treatment = apps.get_model("invoices", "VatTreatment")
    for status, category, rate, code, reasons in TREATMENTS:
        treatment.objects.create(
            market="FR",
            status=status,
            category=category,
            rate=rate,
            reason_code=code,
            reasons=reasons,
            valid_from=date(2014, 1, 1),
        )
    text = apps.get_model("invoices", "LegalText")
    for position, (name, subject, texts) in enumerate(MENTIONS, start=1):
        text.objects.create(
            market="FR",
            code="mention",
            name=name,
            version="2026-1",
            subject=subject,
            position=position,
            texts=texts,
            valid_from=date(2014, 1, 1),
        )
    text.objects.create(
        market="FR",
        code="mandate",
        name="mandate",
        version="2026-1",
        texts=MANDATE,
        valid_from=date(2026, 1, 1),
    )


class Migration(migrations.Migration):
    dependencies = [("invoices", "0002_frozen")]
    operations = [migrations.RunPython(rows_add, migrations.RunPython.noop)]
