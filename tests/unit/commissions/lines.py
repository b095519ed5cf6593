"""Frozen prices, decisions and lines for tests of what is kept and shown of a sale.

The usual price: 387.30 stay + 41.10 transport − 20.00 by the provider = 408.40 public, markup 5 % →
428.82; provider commission 15 % → purchase 347.14; 11 % of the sale price → agency 47.17; the
operator keeps 34.51. No two of these are the same, so a number that is shown is that number.
"""

import dataclasses
import json
from decimal import Decimal

from moneyed import Money

from shared_apps.commissions.engine import Status, resolve
from shared_apps.commissions.explain import explain_decision
from shared_apps.pricing.explain import explain_waterfall
from shared_apps.pricing.terms import (
    CommissionBase,
    DistributorRule,
    FundedAmount,
    Funder,
    PriceTerms,
)
from shared_apps.pricing.waterfall import waterfall_compute
from tests.unit.commissions.situations import SALE, a_candidate

WINNER = a_candidate("R1.2", label="Alpine tours", category="activity", agency="alpes")
LOSERS = (
    a_candidate("R2.1", label="Receptives", group="receptives"),
    a_candidate("R3.1", label="Offices", group="offices"),
    a_candidate("R4.1", label="Morocco", agency="maroc"),
    a_candidate("R5.1", label="Winter", sale_to=SALE.sale_date.replace(month=3)),
    a_candidate("R6.1", label="Partners", channels=frozenset({"api", "widget"})),
    a_candidate("A7.1", label="Asked for", agency="alpes", status=Status.PENDING),
    a_candidate("R8.1", label="Unfinished", status=Status.DRAFT),
)


def _terms(*, base="sale_price", discount=("20", "provider"), rule=True, **changes):
    euro = {
        name: Money(amount, "EUR") for name, amount in (("stay", "387.30"), ("transport", "41.10"))
    }
    distributor = DistributorRule(
        base=CommissionBase(base), percent=Decimal(11), fixed=Money(0, "EUR")
    )
    return PriceTerms(
        **euro,
        provider_commission=Decimal(15),
        default_markup=Decimal(5),
        quantity=changes.pop("quantity", 2),
        discount=FundedAmount(Money(discount[0], "EUR"), Funder(discount[1])) if discount else None,
        distributor_rule=distributor if rule else None,
        **changes,
    )


def stored(value):
    """As the database gives it back: JSON, its keys in another order."""
    return json.loads(json.dumps(value, sort_keys=True))


def a_waterfall(**changes):
    return waterfall_compute(_terms(**changes))


def a_price(**changes):
    return stored(a_waterfall(**changes).to_json())


def a_line(*, candidates=(WINNER, *LOSERS), sale=SALE, **changes):
    """``waterfall``, ``commission``, ``quantities`` and ``booked`` of a frozen line."""
    decision = resolve(sale, candidates)
    price = a_waterfall(rule=decision.winner is not None, **changes)
    total = price.total
    names = ("customer_pays", "provider_share", "agency_share", "operator_share")
    commission = {
        "decision": decision.to_json(),
        "explanation": [step.to_json() for step in explain_decision(decision)],
        "price_explanation": {"adult": [step.to_json() for step in explain_waterfall(price)]},
    }
    item = {
        "code": "adult",
        "labels": {"fr": "Adulte", "en": "Adult"},
        "quantity": price.terms.quantity,
        "price": price.to_json(),
    }
    return {
        "waterfall": stored([item]),
        "commission": stored(commission),
        "quantities": {"adult": price.terms.quantity},
        "booked": {"order line": {name: getattr(total, name).amount for name in names}},
    }


def another_sale(**changes):
    return dataclasses.replace(SALE, **changes)
