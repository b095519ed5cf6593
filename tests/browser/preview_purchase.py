"""Sample purchase pages for the preview: cart, checkout with and without errors, payment,
confirmation, documents."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

from preview_samples import money
from preview_texts import ENGLISH_TEXTS, FRENCH_TEXTS, PRODUCTS

from tenant_apps.shop.presenters import (
    CartLine,
    CartPage,
    CheckoutPage,
    ConfirmationPage,
    ContactPage,
    DocumentPage,
    Field,
    InformationRow,
    LinePeople,
    Link,
    OrderLineView,
    PaymentPage,
    Picture,
    Section,
    StandardForm,
    TermsConsent,
    Travellers,
)
from tenant_apps.shop.presenters.purchase import PaymentState

ENDS = datetime(2027, 6, 21, 14, 32, tzinfo=UTC)


def _people(language: str, adults: int, price: str) -> tuple[LinePeople, ...]:
    french = language == "fr"
    child = money("22", language)
    return (
        LinePeople(
            "adult",
            "Adulte" if french else "Adult",
            adults,
            money(price, language),
            money(str(float(price) * adults), language),
        ),
        LinePeople("child", "Enfant" if french else "Child", 1, child, child),
    )


def sample_cart(language: str, pictures: tuple[str, ...]) -> CartPage:
    """Two lines, one at a reduced price, with eighteen minutes left."""
    french = language == "fr"
    texts = FRENCH_TEXTS if french else ENGLISH_TEXTS
    titles = PRODUCTS[language]
    lines = (
        CartLine(
            "41",
            titles[0][0],
            "/produits/VL-0000/",
            Picture(pictures[1], "", 1200, 800),
            date(2027, 7, 21),
            "9 h 30" if french else "9.30 am",
            _people(language, 2, "34"),
            money("90", language),
            money("98", language),
            "Amboise",
            "Les Gabares d'Amboise",
            texts["cancellation"],
        ),
        CartLine(
            "42",
            titles[3][0],
            "/produits/VL-0003/",
            Picture(pictures[4], "", 1200, 800),
            date(2027, 7, 22),
            "5 h 45" if french else "5.45 am",
            _people(language, 2, "215"),
            money("452", language),
            place="Chenonceaux",
            cancellation=texts["cancellation"],
        ),
    )
    return CartPage(lines, money("542", language), ENDS, 1093)


def _checkout_fields(say: Callable[[str, str], str], fill: str) -> tuple[Field, ...]:
    """Who orders; `fill` is the error of the last name."""
    countries = (("FR", "France"), ("BE", "Belgique"))
    return (
        Field("first_name", say("Prénom", "First name"), value="Léa", half=True),
        Field("last_name", say("Nom", "Last name"), half=True, error=fill),
        Field("email", say("Adresse e-mail", "E-mail address"), "email", value="lea@exemple.test"),
        Field("phone", say("Téléphone", "Phone"), "tel", required=False, half=True),
        Field("country", say("Pays", "Country"), "select", "FR", options=countries, half=True),
    )


def _checkout_rows(
    say: Callable[[str, str], str], texts: dict[str, str]
) -> tuple[InformationRow, ...]:
    """Some of the facts owed before the order."""
    included, scale = (texts[name].replace("|", " · ") for name in ("included", "scale"))
    return (
        InformationRow("Destination", "Amboise, France"),
        InformationRow("Dates", say("Mercredi 21 juillet 2027", "Wednesday 21 July 2027")),
        InformationRow(say("Compris", "Included"), included),
        InformationRow(say("Vendeur", "Seller"), "TNP Voyages"),
        InformationRow(say("Nombre minimum", "Minimum number"), texts["minimum"]),
        InformationRow(say("Frais d'annulation", "Cancellation fees"), scale),
    )


def sample_checkout(
    language: str, pictures: tuple[str, ...], *, wrong: bool = False
) -> CheckoutPage:
    """The details and agreement page; `wrong` shows it after a refusal."""

    def say(french: str, english: str) -> str:
        return french if language == "fr" else english

    cart = sample_cart(language, pictures)
    texts = FRENCH_TEXTS if language == "fr" else ENGLISH_TEXTS
    fill = say("Remplissez ce champ.", "Please fill this in.") if wrong else ""
    missing = say("Acceptez ces conditions pour commander.", "Please accept these terms.")
    title = say("Conditions de vente", "Terms of sale")
    text = say(f"J'ai lu et j'accepte « {title} ».", f"I have read and accept “{title}”.")
    consent = TermsConsent(
        "terms_3", text, title, "/conditions/3/", "2027-1", error=missing if wrong else ""
    )
    name = say("Voyageur, prénom et nom", "Traveller, first and last name")
    travellers = tuple(
        Travellers(line.title, (Field(f"traveller_{line.id}", name, required=False, half=True),))
        for line in cart.lines
    )
    rows = _checkout_rows(say, texts)
    form = StandardForm(
        say("Formulaire d'information standard", "Standard information form"),
        "SINGLE",
        "2018",
        (texts["first"], texts["second"]),
    )
    return CheckoutPage(
        cart,
        _checkout_fields(say, fill),
        travellers,
        tuple((line.title, rows) for line in cart.lines),
        (consent,),
        form,
        (("field-last_name", fill), (consent.id, missing)) if wrong else (),
        token="t",
    )


def sample_payment(language: str, state: PaymentState) -> PaymentPage:
    """One state of the payment page."""
    reasons = {
        "refused": "Rien n'a été débité. Vos places sont gardées jusqu'à 14:32.",
        "expired": "Le délai est passé avant le paiement. Rien n'a été débité.",
        "refunded": "Votre paiement est arrivé trop tard. 542,00 € vous sont rendus.",
    }
    return PaymentPage(
        state,
        "VAL-7K3M-Q2",
        money("542", language),
        retry_url="/commande/",
        reason=reasons.get(state, ""),
        email="lea@exemple.test",
    )


def sample_confirmation(language: str, pictures: tuple[str, ...]) -> ConfirmationPage:
    """An order of two services, paid."""
    cart = sample_cart(language, pictures)
    texts = FRENCH_TEXTS if language == "fr" else ENGLISH_TEXTS
    lines = tuple(
        OrderLineView(
            line.title,
            line.picture,
            line.day,
            line.time,
            line.people,
            line.amount,
            line.place,
            texts["meeting"],
            "Les Gabares d'Amboise",
            "+33 2 47 00 00 01",
            line.cancellation,
        )
        for line in cart.lines
    )
    total = money("542", language)
    return ConfirmationPage(
        "VAL-7K3M-Q2",
        "lea@exemple.test",
        lines,
        total,
        total,
        "/commandes/VAL-7K3M-Q2/bon.pdf",
        "/commandes/VAL-7K3M-Q2/agenda.ics",
        ordered_at=ENDS,
        terms=(Link("2027-1", "/conditions/3/"),),
    )


def sample_contact(language: str, *, sent: bool = False) -> ContactPage:
    """The contact form."""
    labels = (
        ("Votre nom", "Adresse électronique", "Votre message")
        if language == "fr"
        else ("Your name", "E-mail address", "Your message")
    )
    fields = (
        Field("name", labels[0], autocomplete="name", half=True),
        Field("email", labels[1], "email", autocomplete="email", half=True),
        Field("message", labels[2], "textarea"),
    )
    about = (
        "Nous répondons sous deux jours ouvrés."
        if language == "fr"
        else "We answer within two working days."
    )
    return ContactPage(fields, sent=sent, about=about)


def sample_document(language: str) -> DocumentPage:
    """Terms of sale with their fingerprint."""
    texts = FRENCH_TEXTS if language == "fr" else ENGLISH_TEXTS
    return DocumentPage(
        "Conditions de vente" if language == "fr" else "Terms of sale",
        (
            Section(
                "1. Objet" if language == "fr" else "1. Purpose", (texts["first"], texts["second"])
            ),
            Section(
                "2. Annulation" if language == "fr" else "2. Cancellation",
                (),
                tuple(texts["scale"].split("|")),
            ),
        ),
        "2027-1",
        date(2027, 1, 1),
        "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    )
