"""Texts to read: terms of sale, legal notice, personal data, accessibility.

A published text is Markdown of the simplest kind: headings, paragraphs, lists. It is read into
sections; nothing of it is ever printed as HTML.
"""

import re
from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from shared_apps.catalog.models import TermsVersion
from tenant_apps.shop.presenters import DocumentPage, Link, Section, SellerBlock, Shop

STRONG = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1")
EMPHASIS = re.compile(r"(?<!\w)([*_])(?=\S)(.+?)(?<=\S)\1(?!\w)")


def terms_url(version_id: int) -> str:
    """Where terms can be read."""
    return reverse("shop:terms", args=[version_id])


def sections_of(body: str) -> tuple[Section, ...]:
    """Headings, paragraphs and lists of a simple Markdown text."""
    sections: list[tuple[str, list[str], list[str]]] = []
    for block in body.replace("\r\n", "\n").split("\n\n"):
        lines = [line.strip() for line in block.split("\n") if line.strip()]
        while lines and lines[0].startswith("#"):
            sections.append((lines.pop(0).lstrip("# "), [], []))
        if not lines:
            continue
        if not sections:
            sections.append(("", [], []))
        _title, paragraphs, items = sections[-1]
        words = [line for line in lines if not line.startswith(("- ", "* "))]
        if words:
            paragraphs.append(bare(" ".join(words)))
        items.extend(bare(line[2:].strip()) for line in lines if line.startswith(("- ", "* ")))
    return tuple(
        Section(bare(title), tuple(paragraphs), tuple(items))
        for title, paragraphs, items in sections
    )


def bare(text: str) -> str:
    """``text`` without the asterisks and underscores of its emphasis: we print none."""
    return EMPHASIS.sub(r"\2", STRONG.sub(r"\2", text))


def terms_page_of(version: TermsVersion, others: Sequence[TermsVersion]) -> DocumentPage:
    """A published version of terms, with its hash and the other versions there are."""
    sections = sections_of(version.body)
    if sections and sections[0].title == version.title:
        first = Section("", sections[0].paragraphs, sections[0].items)
        sections = (first, *sections[1:]) if first.paragraphs or first.items else sections[1:]
    return DocumentPage(
        title=version.title,
        sections=sections,
        version=version.version,
        valid_from=version.published_at.date(),
        sha256=version.sha256,
        other_versions=tuple(
            Link(f"{row.title} {row.version} ({row.language})", terms_url(row.pk)) for row in others
        ),
    )


def legal_page_of(shop: Shop, *, agency_legal_name: str) -> DocumentPage:
    """Who publishes the shop, who sells, who guarantees, who mediates."""
    seller, contact = shop.seller, shop.contact
    publisher = [agency_legal_name or shop.brand.name, *contact.address_lines]
    return DocumentPage(
        title=_("Legal notice"),
        sections=(
            Section(
                _("Publisher of this shop"),
                (", ".join(publisher), _contact_words(contact.email, contact.phone)),
            ),
            Section(_("Seller of the trips and services"), _seller_words(seller)),
            Section(
                _("Complaints and mediation"),
                (
                    _(
                        "Write to us first. If we cannot agree within 60 days, you may turn to the "
                        "consumer mediator, free of charge:"
                    ),
                    f"{seller.mediator_name}, {seller.mediator_address}, {seller.mediator_url}",
                ),
            ),
            Section(
                _("Texts and pictures"),
                (
                    _(
                        "Descriptions come from the providers and from open data published under "
                        "an open licence; the source is named on each product page."
                    ),
                ),
            ),
        ),
    )


def _contact_words(email: str, phone: str) -> str:
    return ", ".join(part for part in (email, phone) if part)


def _seller_words(seller: SellerBlock) -> tuple[str, ...]:
    lines = [
        f"{seller.name}, {seller.legal_form}, {seller.address}",
        _("Registration %(number)s") % {"number": seller.registration},
        _("Financial guarantee: %(name)s, %(address)s")
        % {"name": seller.guarantor_name, "address": seller.guarantor_address},
        _("Professional liability insurance: %(name)s, %(address)s")
        % {"name": seller.insurer_name, "address": seller.insurer_address},
    ]
    if seller.retailer:
        lines.append(
            _("%(retailer)s sells in the name of %(seller)s.")
            % {"retailer": seller.retailer, "seller": seller.name}
        )
    return tuple(lines)


def privacy_page_of(shop: Shop) -> DocumentPage:
    """Who keeps what, why, for how long, and how to see or erase it (L9)."""
    names = {"seller": shop.seller.name, "agency": shop.brand.name, "email": shop.contact.email}
    return DocumentPage(
        title=_("Your personal data"),
        introduction=_("We ask for what a booking needs, and for nothing else."),
        sections=(
            Section(
                _("Who is responsible"),
                (
                    _(
                        "%(seller)s is responsible for the contract, the payment and the "
                        "accounts; %(agency)s for what it writes to you itself."
                    )
                    % names,
                ),
            ),
            *_kept_sections(),
            Section(
                _("Cookies"),
                (
                    _(
                        "Reading this shop sets no cookie. One keeps your cart, one your language "
                        "if you choose another, one protects forms. There is no advertising and "
                        "no tracking."
                    ),
                ),
            ),
            Section(
                _("Your rights"),
                (
                    _(
                        "You may see, correct, take with you or erase your data: write to "
                        "%(email)s. If our answer does not satisfy you, the data protection "
                        "authority hears you (in France the CNIL, www.cnil.fr)."
                    )
                    % names,
                ),
            ),
        ),
    )


def _kept_sections() -> tuple[Section, Section]:
    return (
        Section(
            _("What we keep, and why"),
            (),
            (
                _("Your name, e-mail address, phone and country: to carry out your order."),
                _("The travellers' names, if you give them: for the provider, on the day."),
                _("The proof that you accepted the terms: because the law asks for it."),
                _("Your card number: never. It is typed at the payment provider."),
            ),
        ),
        Section(
            _("For how long"),
            (),
            (
                _("Orders and their proof: 10 years after the service."),
                _("Your contact details: 3 years after the last time we heard of you."),
                _("Messages that led to no order: 3 years."),
            ),
        ),
    )


def accessibility_page_of(shop: Shop) -> DocumentPage:
    """The accessibility statement (L10)."""
    return DocumentPage(
        title=_("Accessibility"),
        introduction=_("This shop aims at WCAG 2.1, level AA, on every page."),
        sections=(
            Section(
                _("What was done"),
                (),
                (
                    _("Every colour pair of the brand is checked; one that fails is refused."),
                    _("Everything works with a keyboard and with a screen reader."),
                    _("Everything works without scripts up to the payment."),
                    _("The time your places are kept is also said in words."),
                    _("Every page is checked by an automatic tool at each change."),
                ),
            ),
            Section(
                _("What is not perfect"),
                (
                    _(
                        "Texts written by providers may be less simple than ours, and the payment "
                        "page belongs to the payment provider."
                    ),
                ),
            ),
            Section(
                _("Tell us"),
                (
                    _(
                        "Something stands in your way? Write to %(email)s: you get an answer, and "
                        "your booking can be made by a person."
                    )
                    % {"email": shop.contact.email},
                ),
            ),
        ),
    )
