"""The checkout page: who buys, who travels, what the law wants said, what is accepted."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.core import signing
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shared_apps.catalog.forms import StandardForm as FormText
from shared_apps.catalog.models import TermsVersion
from tenant_apps.orders.models import Order, OrderLine
from tenant_apps.shop.assemble.cart import cart_page_of
from tenant_apps.shop.assemble.information import Rows, consents_of, form_of
from tenant_apps.shop.assemble.lines import title_of
from tenant_apps.shop.assemble.words import day_short, labelled
from tenant_apps.shop.forms import ContactForm, TravellersForm
from tenant_apps.shop.presenters import CheckoutPage, Field, TermsConsent, Travellers
from tenant_apps.shop.presenters.purchase import FieldKind

CONTACT: tuple[tuple[str, FieldKind, str, bool], ...] = (
    ("first_name", "text", "given-name", True),
    ("last_name", "text", "family-name", True),
    ("email", "email", "email", False),
    ("phone", "tel", "tel", True),
    ("country", "select", "country", True),
)


@dataclass(frozen=True)
class CheckoutSource:
    """What the page is made of; the same for showing it and for checking what was posted."""

    order: Order
    lines: Sequence[OrderLine]
    terms: Sequence[TermsVersion]
    form: FormText
    information: Rows
    contact: ContactForm
    travellers: TravellersForm
    language: str
    ticked: tuple[str, ...] = ()
    is_posted: bool = False

    @property
    def consents(self) -> tuple[TermsConsent, ...]:
        """The boxes, with an error on those that were left empty."""
        missing = _("Please accept these terms to order.") if self.is_posted else ""
        return consents_of(self.terms, ticked=self.ticked, missing=missing)


def checkout_token(order: Order) -> str:
    """The same for two clicks on one page, another once the cart has changed."""
    return signing.Signer(salt="checkout").signature(f"{order.reference}:{order.version}")


def checkout_page_of(
    source: CheckoutSource, *, problem: str = "", orderable: bool = True
) -> CheckoutPage:
    """Everything the checkout template prints; ``problem`` stands on top of the errors."""
    consents = source.consents
    return CheckoutPage(
        cart=cart_page_of(source.order, source.lines, language=source.language),
        contact=contact_fields(source.contact),
        travellers=_travellers(source),
        information=source.information,
        consents=consents,
        form=form_of(source.form),
        errors=errors_of(source, consents, problem),
        orderable=orderable,
        undated=any(line.snapshot["product"]["undated_voucher"] for line in source.lines),
        token=checkout_token(source.order),
    )


def contact_fields(form: ContactForm) -> tuple[Field, ...]:
    """The fields of who buys."""
    return tuple(
        Field.from_bound(form[name], kind=kind, autocomplete=autocomplete, half=half)
        for name, kind, autocomplete, half in CONTACT
    )


def _travellers(source: CheckoutSource) -> tuple[Travellers, ...]:
    groups = []
    for line in source.lines:
        names = source.travellers.names[str(line.pk)]
        if not names:
            continue
        groups.append(
            Travellers(
                legend=f"{title_of(line, source.language)}, {day_short(line.service_date)}",
                fields=tuple(
                    Field.from_bound(source.travellers[name], autocomplete="off", half=True)
                    for name in names
                ),
            )
        )
    return tuple(groups)


def errors_of(
    source: CheckoutSource, consents: Iterable[TermsConsent], problem: str
) -> tuple[tuple[str, str], ...]:
    """Field ids with their words, for the summary on top; the general problem first."""
    found: list[tuple[str, str]] = [("", problem)] if problem else []
    for form in (source.contact, source.travellers):
        if form.is_bound:
            found += [
                (f"field-{name}", labelled(form.fields[name].label, str(messages[0])))
                for name, messages in form.errors.items()
            ]
    found += [(consent.id, consent.error) for consent in consents if consent.error]
    return tuple(found)


def kept_words(minutes: int) -> str:
    """How long the places are still kept."""
    return ngettext(
        "Your places are kept for %(n)d more minute.",
        "Your places are kept for %(n)d more minutes.",
        minutes,
    ) % {"n": minutes}
