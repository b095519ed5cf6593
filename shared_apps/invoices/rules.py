"""What must be known of a distributor before its invoices can be written (L7).

Pure decisions on fields that people typed; sentences are for them. The checks are those of the
numbers themselves (length, check digits), not of any register.
"""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from stdnum import iban as ibans
from stdnum.eu import vat as vat_numbers
from stdnum.fr import siren as sirens

from shared_apps.invoices.models import VatStatus

FRANCE = "FR"
# The VAT area writes Greece EL; XI is Northern Ireland, for goods only.
EU_COUNTRIES = frozenset(code.upper() for code in vat_numbers.MEMBER_STATES) - {"XI"}
MOST_DECIMALS = 2
NUMBERS = ("siren", "vat_number", "tax_number", "iban")


class InvoicingRefused(ValueError):
    """An invoice or mandate that cannot be; ``code`` is stable, ``message`` is for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def number_plain(value: str) -> str:
    """A number as registers write it: upper-case, no spaces, dots or hyphens."""
    return "".join(value.split()).replace(".", "").replace("-", "").upper()


def party_errors(fields: Mapping[str, str], status: str) -> dict[str, str]:
    """Field → what is wrong with it, for a distributor of ``status``; empty when all is well."""
    errors: dict[str, str] = {}
    country = fields.get("country", "")
    in_france = status in (VatStatus.FR_VAT, VatStatus.FR_SMALL)
    if in_france != (country == FRANCE):
        errors["country"] = (
            _("A French VAT status needs an address in France.")
            if in_france
            else _("An address in France needs a French VAT status.")
        )
    elif status == VatStatus.EU and country not in EU_COUNTRIES:
        errors["country"] = _("This country is not in the EU: choose another VAT status.")
    elif status == VatStatus.NON_EU and country in EU_COUNTRIES:
        errors["country"] = _("This country is in the EU: choose another VAT status.")
    if in_france and not fields.get("siren"):
        errors["siren"] = _("A French company's invoice shows its SIREN.")
    if status in (VatStatus.FR_VAT, VatStatus.EU) and not fields.get("vat_number"):
        errors["vat_number"] = _("Without its VAT number the invoice is not valid.")
    if status == VatStatus.NON_EU and not fields.get("tax_number"):
        errors["tax_number"] = _("Outside the EU the invoice shows the local tax number.")
    return errors | number_errors(fields)


def number_errors(fields: Mapping[str, str]) -> dict[str, str]:
    """Field → what is wrong with the number typed in it, whoever it belongs to."""
    errors: dict[str, str] = {}
    if fields.get("siren") and not sirens.is_valid(fields["siren"]):
        errors["siren"] = _("A SIREN has nine digits, and these do not add up. Please check them.")
    if fields.get("vat_number") and not vat_numbers.is_valid(fields["vat_number"]):
        errors["vat_number"] = _("This is not a VAT number of the EU. Please check it.")
    if fields.get("iban") and not ibans.is_valid(fields["iban"]):
        errors["iban"] = _("This IBAN does not add up. Please check it.")
    return errors
