"""Sample purchase pages for the preview: cart, checkout with and without errors, payment, confirmation, documents."""

from __future__ import annotations

from datetime import UTC, date, datetime

from preview_samples import ENGLISH_TEXTS, FRENCH_TEXTS, PRODUCTS, money

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


def sample_checkout(language: str, pictures: tuple[str, ...], *, wrong: bool = False) -> CheckoutPage:
    """The details and agreement page; `wrong` shows it after a refusal."""
    french = language == "fr"
    cart = sample_cart(language, pictures)
    labels = (
        ("Prénom", "Nom", "Adresse électronique", "Téléphone", "Pays")
        if french
        else ("First name", "Last name", "E-mail address", "Phone", "Country")
    )
    fill = "Merci de remplir ce champ." if french else "Please fill this in."
    contact = (
        Field("first_name", labels[0], autocomplete="given-name", value="Léa", half=True),
        Field("last_name", labels[1], autocomplete="family-name", half=True, error=fill if wrong else ""),
        Field("email", labels[2], "email", autocomplete="email", value="lea@exemple.test"),
        Field("phone", labels[3], "tel", required=False, autocomplete="tel", half=True),
        Field("country", labels[4], "select", value="FR", options=(("FR", "France"), ("BE", "Belgique")), half=True),
    )
    who = "Voyageur {}, prénom et nom" if french else "Traveller {}, first and last name"
    travellers = tuple(
        Travellers(
            line.title,
            tuple(
                Field(f"traveller_{line.id}_{number}", who.format(number), required=False, half=True)
                for number in (1, 2)
            ),
        )
        for line in cart.lines
    )
    texts = FRENCH_TEXTS if french else ENGLISH_TEXTS
    rows = (
        InformationRow("Destination", "Amboise, France"),
        InformationRow("Dates", "Mercredi 21 juillet 2027, 9 h 30" if french else "Wednesday 21 July 2027, 9.30 am"),
        InformationRow("Inclus" if french else "Included", texts["included"].replace("|", " · ")),
        InformationRow("Vendeur" if french else "Seller", "TNP Voyages"),
        InformationRow("Nombre minimum de participants" if french else "Minimum number", texts["minimum"]),
        InformationRow("Frais d'annulation" if french else "Cancellation fees", texts["scale"].replace("|", " ")),
        InformationRow("Formalités" if french else "Formalities", texts["formalities"]),
    )
    text = (
        "J'ai lu et j'accepte les « Conditions de vente », version 2027-1."
        if french
        else "I have read and accept “Terms of sale”, version 2027-1."
    )
    missing = "Merci d'accepter ces conditions pour commander." if french else "Please accept these terms to order."
    consent = TermsConsent(
        "terms_3",
        text,
        "Conditions de vente" if french else "Terms of sale",
        "/conditions/3/",
        "2027-1",
        error=missing if wrong else "",
    )
    errors = (("field-last_name", f"{labels[1]} : {fill}"), (consent.id, missing)) if wrong else ()
    form = StandardForm(
        "Formulaire d'information standard" if french else "Standard information form",
        "SINGLE",
        "2018",
        (texts["first"], texts["second"]),
    )
    return CheckoutPage(
        cart,
        contact,
        travellers,
        tuple((line.title, rows) for line in cart.lines),
        (consent,),
        form,
        errors,
        token="t",
    )


def sample_payment(language: str, state: PaymentState) -> PaymentPage:
    """One state of the payment page."""
    reasons = {
        "refused": "Rien n'a été débité. Vos places sont gardées jusqu'à 14:32.",
        "expired": "Le délai est passé avant le paiement. Rien n'a été débité.",
        "refunded": "Votre paiement est arrivé après l'heure. 542,00 € vous sont rendus sous 14 jours.",
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
    about = "Nous répondons sous deux jours ouvrés." if language == "fr" else "We answer within two working days."
    return ContactPage(fields, sent=sent, about=about)


def sample_document(language: str) -> DocumentPage:
    """Terms of sale with their fingerprint."""
    texts = FRENCH_TEXTS if language == "fr" else ENGLISH_TEXTS
    return DocumentPage(
        "Conditions de vente" if language == "fr" else "Terms of sale",
        (
            Section("1. Objet" if language == "fr" else "1. Purpose", (texts["first"], texts["second"])),
            Section("2. Annulation" if language == "fr" else "2. Cancellation", (), tuple(texts["scale"].split("|"))),
        ),
        "2027-1",
        date(2027, 1, 1),
        "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    )
