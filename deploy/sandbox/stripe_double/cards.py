"""The published test cards, and nothing else.

A number that is not on this list is refused and forgotten: nobody may type a real card here, and a
real one that slips in must not be written anywhere. Only the brand and the last four digits of a
test number are ever stored.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class TestCard:
    """How a test number behaves. ``error`` empty: paid; ``challenge``: 3-D Secure first."""

    number: str
    brand: str
    challenge: bool = False
    error: str = ""
    decline_code: str = ""
    refund: str = "succeeded"
    payment_method: str = ""

    @property
    def last4(self) -> str:
        """The digits that may be stored."""
        return self.number[-4:]

    @property
    def cvc_digits(self) -> int:
        """Length of the security code: four for American Express."""
        return 4 if self.brand == "amex" else 3


_CARDS: Final = (
    TestCard("4242424242424242", "visa", payment_method="pm_card_visa"),
    TestCard("4000056655665556", "visa", payment_method="pm_card_visa_debit"),
    TestCard("5555555555554444", "mastercard", payment_method="pm_card_mastercard"),
    TestCard("378282246310005", "amex", payment_method="pm_card_amex"),
    TestCard(
        "4000002500003155", "visa", challenge=True, payment_method="pm_card_authenticationRequired"
    ),
    TestCard(
        "4000008400001629",
        "visa",
        challenge=True,
        error="card_declined",
        decline_code="generic_decline",
        payment_method="pm_card_threeDSecure2RequiredChargeDeclined",
    ),
    TestCard(
        "4000000000000002",
        "visa",
        error="card_declined",
        decline_code="generic_decline",
        payment_method="pm_card_visa_chargeDeclined",
    ),
    TestCard(
        "4000000000009995",
        "visa",
        error="card_declined",
        decline_code="insufficient_funds",
        payment_method="pm_card_visa_chargeDeclinedInsufficientFunds",
    ),
    TestCard(
        "4000000000000069",
        "visa",
        error="expired_card",
        decline_code="expired_card",
        payment_method="pm_card_chargeDeclinedExpiredCard",
    ),
    TestCard(
        "4000000000000127",
        "visa",
        error="incorrect_cvc",
        decline_code="incorrect_cvc",
        payment_method="pm_card_chargeDeclinedIncorrectCvc",
    ),
    TestCard(
        "4000000000000119",
        "visa",
        error="processing_error",
        decline_code="processing_error",
        payment_method="pm_card_chargeDeclinedProcessingError",
    ),
    TestCard("4000000000007726", "visa", refund="pending", payment_method="pm_card_pendingRefund"),
    TestCard("4000000000005126", "visa", refund="fails_later", payment_method="pm_card_refundFail"),
)
BY_NUMBER: Final = {card.number: card for card in _CARDS}
BY_METHOD: Final = {card.payment_method: card for card in _CARDS}

MESSAGES: Final = {
    "card_declined": "Your card was declined.",
    "insufficient_funds": "Your card has insufficient funds.",
    "expired_card": "Your card has expired.",
    "incorrect_cvc": "Your card's security code is incorrect.",
    "processing_error": "An error occurred while processing your card. Try again in a little bit.",
    "payment_intent_authentication_failure": (
        "We are unable to authenticate your payment method. Please choose a different "
        "payment method and try again."
    ),
}


def card_find(typed: str) -> TestCard | None:
    """The test card behind what was typed (spaces and dashes ignored), or None."""
    return BY_NUMBER.get(re.sub(r"[\s-]", "", typed))


def decline_message(error: str, decline_code: str) -> str:
    """Stripe's English sentence for a refusal."""
    return MESSAGES.get(decline_code) or MESSAGES.get(error) or MESSAGES["card_declined"]
