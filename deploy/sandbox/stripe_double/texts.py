"""The payment page's words in French, English and German, and the choice among them.

The page follows the session's locale as Stripe's does; ``auto`` (or none) follows the browser. A
locale without a translation here falls back to English.
"""

from __future__ import annotations

import re
from typing import Final

LANGUAGES: Final = ("fr", "en", "de")

_FRENCH: Final = {
    "colon": "\N{NO-BREAK SPACE}: ",
    "test_banner": (
        "Page de paiement d’essai : aucun argent n’est débité. N’entrez jamais de vraie carte."
    ),
    "pay_merchant": "Payer {merchant}",
    "summary": "Votre commande",
    "total": "Total à payer",
    "quantity": "Quantité : {count}",
    "reference": "Référence {reference}",
    "back": "Revenir à la boutique",
    "card_heading": "Payer par carte",
    "email": "Adresse e-mail",
    "number": "Numéro de carte",
    "expiry": "Date d’expiration",
    "expiry_hint": "MM/AA",
    "cvc": "Code de sécurité",
    "cvc_hint": "3 ou 4 chiffres",
    "name": "Nom du titulaire",
    "pay": "Payer {amount}",
    "secure": "Démonstration : les données saisies ici ne sont transmises à aucune banque.",
    "test_cards": "Cartes d’essai",
    "test_cards_intro": "Avec n’importe quelle date future et n’importe quel code.",
    "card_ok": "Paiement accepté",
    "card_challenge": "Authentification 3-D Secure",
    "card_declined": "Carte refusée",
    "card_funds": "Provision insuffisante",
    "problem": "Le paiement n’a pas abouti",
    "correct": "Corrigez les champs suivants",
    "bad_email": "Entrez une adresse e-mail complète.",
    "bad_number": "Ce numéro n’est pas une carte d’essai. Choisissez-en une dans la liste.",
    "bad_expiry": "Entrez une date future, comme 12/34.",
    "bad_cvc": "Entrez le code à {digits} chiffres.",
    "bad_name": "Entrez le nom inscrit sur la carte.",
    "challenge_title": "Confirmez votre paiement",
    "challenge_text": (
        "Votre banque vous demande de confirmer ce paiement de {amount} à {merchant}."
    ),
    "challenge_accept": "Confirmer le paiement",
    "challenge_refuse": "Refuser",
    "expired_title": "Cette page de paiement a expiré",
    "expired_text": "Rien n’a été débité. Revenez à la boutique pour recommencer.",
    "complete_title": "Ce paiement est déjà fait",
    "complete_text": "Il n’y a plus rien à payer ici.",
    "continue": "Continuer",
    "missing_title": "Page introuvable",
    "missing_text": "Ce lien de paiement n’existe pas ou n’existe plus.",
    "generic_decline": "Votre carte a été refusée. Essayez une autre carte.",
    "insufficient_funds": "La provision de votre carte est insuffisante.",
    "expired_card": "Votre carte a expiré.",
    "incorrect_cvc": "Le code de sécurité est incorrect.",
    "processing_error": "Une erreur est survenue. Réessayez dans un instant.",
    "payment_intent_authentication_failure": (
        "Votre banque n’a pas confirmé le paiement. Essayez une autre carte."
    ),
}
_ENGLISH: Final = {
    "colon": ": ",
    "test_banner": "Test payment page: no money is taken. Never enter a real card.",
    "pay_merchant": "Pay {merchant}",
    "summary": "Your order",
    "total": "Total to pay",
    "quantity": "Quantity: {count}",
    "reference": "Reference {reference}",
    "back": "Back to the shop",
    "card_heading": "Pay by card",
    "email": "E-mail address",
    "number": "Card number",
    "expiry": "Expiry date",
    "expiry_hint": "MM/YY",
    "cvc": "Security code",
    "cvc_hint": "3 or 4 digits",
    "name": "Name on card",
    "pay": "Pay {amount}",
    "secure": "Demonstration: what you type here is not sent to any bank.",
    "test_cards": "Test cards",
    "test_cards_intro": "With any future date and any code.",
    "card_ok": "Payment accepted",
    "card_challenge": "3-D Secure authentication",
    "card_declined": "Card declined",
    "card_funds": "Insufficient funds",
    "problem": "The payment did not go through",
    "correct": "Please correct these fields",
    "bad_email": "Enter a full e-mail address.",
    "bad_number": "This number is not a test card. Choose one from the list.",
    "bad_expiry": "Enter a future date, such as 12/34.",
    "bad_cvc": "Enter the {digits}-digit code.",
    "bad_name": "Enter the name on the card.",
    "challenge_title": "Confirm your payment",
    "challenge_text": "Your bank asks you to confirm this payment of {amount} to {merchant}.",
    "challenge_accept": "Confirm the payment",
    "challenge_refuse": "Refuse",
    "expired_title": "This payment page has expired",
    "expired_text": "Nothing was taken. Go back to the shop to start again.",
    "complete_title": "This payment is already done",
    "complete_text": "There is nothing left to pay here.",
    "continue": "Continue",
    "missing_title": "Page not found",
    "missing_text": "This payment link does not exist, or no longer does.",
    "generic_decline": "Your card was declined. Try another card.",
    "insufficient_funds": "Your card has insufficient funds.",
    "expired_card": "Your card has expired.",
    "incorrect_cvc": "The security code is incorrect.",
    "processing_error": "Something went wrong. Try again in a moment.",
    "payment_intent_authentication_failure": (
        "Your bank did not confirm the payment. Try another card."
    ),
}
_GERMAN: Final = {
    "colon": ": ",
    "test_banner": (
        "Test-Zahlungsseite: Es wird kein Geld abgebucht. Geben Sie niemals eine echte Karte ein."
    ),
    "pay_merchant": "Zahlung an {merchant}",
    "summary": "Ihre Bestellung",
    "total": "Zu zahlender Betrag",
    "quantity": "Anzahl: {count}",
    "reference": "Referenz {reference}",
    "back": "Zurück zum Shop",
    "card_heading": "Mit Karte zahlen",
    "email": "E-Mail-Adresse",
    "number": "Kartennummer",
    "expiry": "Ablaufdatum",
    "expiry_hint": "MM/JJ",
    "cvc": "Sicherheitscode",
    "cvc_hint": "3 oder 4 Ziffern",
    "name": "Name auf der Karte",
    "pay": "{amount} zahlen",
    "secure": "Vorführung: Ihre Eingaben werden an keine Bank übermittelt.",
    "test_cards": "Testkarten",
    "test_cards_intro": "Mit beliebigem künftigem Datum und beliebigem Code.",
    "card_ok": "Zahlung angenommen",
    "card_challenge": "3-D-Secure-Authentifizierung",
    "card_declined": "Karte abgelehnt",
    "card_funds": "Keine ausreichende Deckung",
    "problem": "Die Zahlung ist fehlgeschlagen",
    "correct": "Bitte korrigieren Sie diese Felder",
    "bad_email": "Geben Sie eine vollständige E-Mail-Adresse ein.",
    "bad_number": "Diese Nummer ist keine Testkarte. Wählen Sie eine aus der Liste.",
    "bad_expiry": "Geben Sie ein künftiges Datum ein, zum Beispiel 12/34.",
    "bad_cvc": "Geben Sie den {digits}-stelligen Code ein.",
    "bad_name": "Geben Sie den Namen auf der Karte ein.",
    "challenge_title": "Zahlung bestätigen",
    "challenge_text": (
        "Ihre Bank bittet Sie, diese Zahlung von {amount} an {merchant} zu bestätigen."
    ),
    "challenge_accept": "Zahlung bestätigen",
    "challenge_refuse": "Ablehnen",
    "expired_title": "Diese Zahlungsseite ist abgelaufen",
    "expired_text": "Es wurde nichts abgebucht. Kehren Sie zum Shop zurück, um neu zu beginnen.",
    "complete_title": "Diese Zahlung ist bereits erfolgt",
    "complete_text": "Hier ist nichts mehr zu zahlen.",
    "continue": "Weiter",
    "missing_title": "Seite nicht gefunden",
    "missing_text": "Dieser Zahlungslink existiert nicht oder nicht mehr.",
    "generic_decline": "Ihre Karte wurde abgelehnt. Versuchen Sie eine andere Karte.",
    "insufficient_funds": "Ihre Karte hat keine ausreichende Deckung.",
    "expired_card": "Ihre Karte ist abgelaufen.",
    "incorrect_cvc": "Der Sicherheitscode ist falsch.",
    "processing_error": "Ein Fehler ist aufgetreten. Versuchen Sie es gleich noch einmal.",
    "payment_intent_authentication_failure": (
        "Ihre Bank hat die Zahlung nicht bestätigt. Nehmen Sie eine andere Karte."
    ),
}
WORDS: Final[dict[str, dict[str, str]]] = {"fr": _FRENCH, "en": _ENGLISH, "de": _GERMAN}


def language_choose(locale: str | None, accept_language: str = "") -> str:
    """The page's language: the session's, else the browser's first known one, else English."""
    wanted = [locale] if locale and locale != "auto" else re.split(r"[,;]", accept_language)
    for tag in wanted:
        language = tag.strip().split("-")[0].lower()
        if language in LANGUAGES:
            return language
    return "en"
