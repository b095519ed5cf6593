"""A commission invoice as a value: everything it says, before it is a row, an XML or a PDF.

The same :class:`Document` makes the electronic invoice and the page, so they cannot differ. It
is kept on the invoice as JSON, frozen with it. Pure: neither Django nor the database.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Self

SELF_BILLED = "389"
"""UNTDID 1001: an invoice the buyer writes for the seller."""

SELF_BILLED_CREDIT = "261"
"""UNTDID 1001: a credit note the buyer writes for the seller."""

NETTED, TRANSFER = "97", "30"
"""UNTDID 4461: settled between the partners (by the statement); paid by transfer."""


@dataclass(frozen=True)
class Party:
    """A seller or buyer as invoices name it. ``country`` is ISO 3166-1 alpha-2."""

    name: str
    legal_form: str
    street: str
    postal_code: str
    city: str
    country: str
    siren: str = ""
    vat_number: str = ""
    tax_number: str = ""
    email: str = ""
    iban: str = ""

    def vat_checked(self) -> str:
        """The number an administration knows the party by, for people: VAT, tax or SIREN."""
        return self.vat_number or self.tax_number or self.siren


@dataclass(frozen=True)
class Line:
    """One line. ``stated`` is the amount on the statement, ``net`` the same without VAT."""

    label: str
    stated: Decimal
    net: Decimal


@dataclass(frozen=True)
class Vat:
    """The one VAT group of an invoice (BG-23). ``rate`` in percent; ``category`` UNTDID 5305."""

    category: str
    rate: Decimal
    base: Decimal
    amount: Decimal
    reason: str = ""
    reason_code: str = ""


@dataclass(frozen=True)
class Mention:
    """A sentence the law wants on the invoice, with its subject code (UNTDID 4451)."""

    subject: str
    text: str


@dataclass(frozen=True)
class Reference:
    """An earlier invoice that this one corrects."""

    number: str
    issued_on: date


@dataclass(frozen=True, kw_only=True)
class Document:
    """Everything an invoice says. Amounts are positive for both types, in ``currency``."""

    type_code: str
    number: str
    issued_on: date
    currency: str
    language: str
    period_from: date
    period_to: date
    statement: str
    mandate: str
    seller: Party
    buyer: Party
    lines: tuple[Line, ...]
    vat: Vat
    gross: Decimal
    rounding: Decimal
    payable: Decimal
    mentions: tuple[Mention, ...]
    payment_means: str
    payment_terms: str
    corrects: Reference | None = None
    reason: str = ""

    @property
    def is_credit(self) -> bool:
        """Whether this gives back instead of asking."""
        return self.type_code == SELF_BILLED_CREDIT

    def facts(self) -> dict[str, Any]:
        """The document as JSON keeps it: amounts as text, days as ISO 8601."""
        return _plain(asdict(self))

    @classmethod
    def read(cls, facts: Mapping[str, Any]) -> Self:
        """The document that :meth:`facts` wrote."""
        days = ("issued_on", "period_from", "period_to")
        amounts = ("gross", "rounding", "payable")
        vat, earlier = facts["vat"], facts["corrects"]
        return cls(
            **{
                **facts,
                **{name: date.fromisoformat(facts[name]) for name in days},
                **{name: Decimal(facts[name]) for name in amounts},
                "seller": Party(**facts["seller"]),
                "buyer": Party(**facts["buyer"]),
                "lines": tuple(
                    Line(row["label"], Decimal(row["stated"]), Decimal(row["net"]))
                    for row in facts["lines"]
                ),
                "vat": Vat(**{**vat, **{n: Decimal(vat[n]) for n in ("rate", "base", "amount")}}),
                "mentions": tuple(Mention(**row) for row in facts["mentions"]),
                "corrects": earlier
                and Reference(earlier["number"], date.fromisoformat(earlier["issued_on"])),
            }
        )


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, date):
        return value.isoformat()
    return value
