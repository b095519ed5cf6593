"""What cart, checkout, payment, confirmation and the shop's documents show.

The checkout page carries the information L3 asks for before the order, and one `TermsConsent`
per terms version in the cart (R12): the template prints all of them, so leaving one out is a
decision of the action, never of the theme.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from tenant_apps.shop.presenters.shell import Amount, Link, Picture

FieldKind = Literal[
    "text", "email", "tel", "date", "number", "select", "textarea", "checkbox", "hidden"
]
PaymentState = Literal["waiting", "paid", "refused", "expired", "refunded"]


@dataclass(frozen=True, slots=True)
class Field:
    """A form field with what was typed and what is wrong with it. `id` is where the error
    summary leads."""

    name: str
    label: str
    kind: FieldKind = "text"
    value: str = ""
    error: str = ""
    help: str = ""
    required: bool = True
    autocomplete: str = ""
    inputmode: str = ""
    options: tuple[tuple[str, str], ...] = ()
    minimum: str = ""
    maximum: str = ""
    maxlength: int = 200
    half: bool = False
    """May share its line with the next field on a wide screen."""

    @property
    def id(self) -> str:
        """The HTML id, also the target of the link in the error summary."""
        return f"field-{self.name}"

    @classmethod
    def from_bound(
        cls, bound: Any, *, kind: FieldKind = "text", autocomplete: str = "", half: bool = False
    ) -> Field:
        """Read a bound field of a Django form (its value, label, help, first error and choices)."""
        value = bound.value()
        choices = getattr(bound.field, "choices", ())
        return cls(
            name=bound.html_name,
            label=str(bound.label),
            kind=kind,
            value="" if value is None else str(value),
            error=str(bound.errors[0]) if bound.errors else "",
            help=str(bound.help_text or ""),
            required=bool(bound.field.required),
            autocomplete=autocomplete,
            options=tuple((str(code), str(label)) for code, label in choices),
            half=half,
        )


@dataclass(frozen=True, slots=True)
class LinePeople:
    """People of one category on a line: "2 × Adult" at `unit` each, `amount` together."""

    code: str
    label: str
    quantity: int
    unit: Amount
    amount: Amount
    maximum: int = 9


@dataclass(frozen=True, slots=True)
class CartLine:
    """A held departure in the cart. `id` is what shop:cart_update and shop:cart_remove receive
    as `line`."""

    id: str
    title: str
    url: str
    picture: Picture
    day: date
    time: str
    people: tuple[LinePeople, ...]
    amount: Amount
    struck: Amount | None = None
    place: str = ""
    provider: str = ""
    cancellation: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class CartPage:
    """The cart. `expires_at` is when the earliest hold ends; `None` when the cart is empty or
    expired."""

    lines: tuple[CartLine, ...] = ()
    total: Amount | None = None
    expires_at: datetime | None = None
    seconds_left: int = 0
    expired: bool = False
    problem: str = ""
    """Why a line was refused or changed (e.g. another seller, D16), in words with what to do."""
    ideas: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Travellers:
    """The people of one line, with the fields asked for each."""

    legend: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class InformationRow:
    """One fact owed before the order: "Dates and nights", "Minimum number of participants"…"""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class StandardForm:
    """The standard information form that fits the sale (single service or package), as text to
    read on the page."""

    title: str
    code: str
    version: str
    paragraphs: tuple[str, ...]
    url: str = ""


@dataclass(frozen=True, slots=True)
class TermsConsent:
    """A checkbox for one terms version. `text` is the exact sentence whose hash is kept as
    evidence (L4)."""

    name: str
    text: str
    title: str
    url: str
    version: str
    checked: bool = False
    error: str = ""

    @property
    def id(self) -> str:
        """The HTML id, also the target of the link in the error summary."""
        return f"field-{self.name}"


@dataclass(frozen=True, slots=True)
class CheckoutPage:
    """Details, information and agreement in one column; payment follows on the payment
    provider's page.

    `errors` pairs a field id with its words; `information` pairs a line's title with its rows.
    """

    cart: CartPage
    contact: tuple[Field, ...]
    travellers: tuple[Travellers, ...]
    information: tuple[tuple[str, tuple[InformationRow, ...]], ...]
    consents: tuple[TermsConsent, ...]
    form: StandardForm | None = None
    errors: tuple[tuple[str, str], ...] = ()
    deposit: Amount | None = None
    balance: Amount | None = None
    balance_due: date | None = None
    means: tuple[tuple[str, str, bool], ...] = ()
    """Means of payment to choose from: code, label, chosen. One or none: nothing is asked."""
    orderable: bool = True
    """False when nothing can be paid here: the page then says how to book, without a button."""
    undated: bool = False
    """True when the cart holds an undated voucher: the 14-day right of withdrawal then exists."""
    token: str = ""
    """Value of the hidden field `checkout`: the same for two clicks on the button."""


@dataclass(frozen=True, slots=True)
class PaymentPage:
    """What became of the payment. Only a webhook confirms; this page waits and says so (L6)."""

    state: PaymentState
    reference: str
    amount: Amount
    refresh_url: str = ""
    order_url: str = ""
    retry_url: str = ""
    reason: str = ""
    email: str = ""
    seconds: int = 3


@dataclass(frozen=True, slots=True)
class OrderLineView:
    """A confirmed service, as the traveller needs it on the day."""

    title: str
    picture: Picture
    day: date
    time: str
    people: tuple[LinePeople, ...]
    amount: Amount
    place: str = ""
    meeting_point: str = ""
    provider: str = ""
    provider_phone: str = ""
    cancellation: str = ""
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class ConfirmationPage:
    """The order after payment: what happens now, voucher, calendar file, contact."""

    reference: str
    email: str
    lines: tuple[OrderLineView, ...]
    total: Amount
    paid: Amount
    voucher_url: str
    calendar_url: str
    balance: Amount | None = None
    balance_due: date | None = None
    ordered_at: datetime | None = None
    terms: tuple[Link, ...] = ()
    cancelled: bool = False
    refunded: Amount | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A titled part of a document: paragraphs of plain text, then an optional list."""

    title: str
    paragraphs: tuple[str, ...] = ()
    items: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DocumentPage:
    """Terms, legal notice, privacy, accessibility statement: a text with its version."""

    title: str
    sections: tuple[Section, ...] = ()
    version: str = ""
    valid_from: date | None = None
    sha256: str = ""
    introduction: str = ""
    other_versions: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class ContactPage:
    """The contact form; `sent` after it was received."""

    fields: tuple[Field, ...]
    sent: bool = False
    errors: tuple[tuple[str, str], ...] = ()
    about: str = ""
