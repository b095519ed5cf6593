"""Currencies as Stripe counts them: the double's own table, on purpose.

The product has its own table next to its gateway. The two are written separately so that a mistake
in one shows up as a disagreement in the tests instead of being confirmed by a shared constant.

Amounts are integers in the currency's smallest unit *as Stripe defines it*: yen have none, the
Icelandic króna and the Ugandan shilling are sent with two decimals that must be ``00``, and the
three-decimal dinars must end in 0. Minimums are those of an account settled in the same currency.
"""

from __future__ import annotations

from typing import Final

_ZERO_DECIMAL: Final = "bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf"
_THREE_DECIMAL: Final = "bhd jod kwd omr tnd"
_TWO_DECIMAL: Final = """aed all amd ang ars aud azn bam bdt bgn bnd bob brl bsd bwp bzd cad chf cny
cop crc cve czk dkk dop dzd egp etb eur fjd gbp gel gmd gtq gyd hkd hnl htg huf idr ils inr isk jmd
kes khr kyd kzt lak lbp lkr mad mdl mkd mmk mop mur mvr mwk mxn myr mzn nad ngn nio nok npr nzd pab
pen pgk php pkr pln qar ron rsd sar scr sek sgd sos srd szl thb try ttd twd tzs uah ugx usd uyu uzs
yer zar zmw"""

ZERO_DECIMAL: Final = frozenset(_ZERO_DECIMAL.split())
THREE_DECIMAL: Final = frozenset(_THREE_DECIMAL.split())
TWO_DECIMAL: Final = frozenset(_TWO_DECIMAL.split())
WHOLE_UNITS_ONLY: Final = frozenset({"isk", "ugx"})
SUPPORTED: Final = ZERO_DECIMAL | THREE_DECIMAL | TWO_DECIMAL

# Smallest chargeable amount, in minor units; without an entry any positive amount is accepted.
MINIMUM: Final[dict[str, int]] = {
    "aed": 200,
    "aud": 50,
    "bgn": 100,
    "brl": 50,
    "cad": 50,
    "chf": 50,
    "czk": 1500,
    "dkk": 250,
    "eur": 50,
    "gbp": 30,
    "hkd": 400,
    "huf": 17500,
    "inr": 50,
    "jpy": 50,
    "mxn": 1000,
    "myr": 200,
    "nok": 300,
    "nzd": 50,
    "pln": 200,
    "ron": 200,
    "sek": 300,
    "sgd": 50,
    "thb": 1000,
    "usd": 50,
}
MAXIMUM: Final = 99_999_999


def decimals(currency: str) -> int:
    """How many decimals Stripe's minor unit has for this (lower-case) currency: 0, 2 or 3."""
    if currency in ZERO_DECIMAL:
        return 0
    return 3 if currency in THREE_DECIMAL else 2


def granularity(currency: str) -> int:
    """The step that an amount in minor units must be a multiple of."""
    if currency in WHOLE_UNITS_ONLY:
        return 100
    return 10 if currency in THREE_DECIMAL else 1
