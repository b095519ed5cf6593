"""Builders of small books of rules, and of the catalogue around them, for the check."""

from datetime import date
from decimal import Decimal

from moneyed import Money

from shared_apps.commissions.engine import Candidate, Status
from shared_apps.commissions.lint import Facts, LintRule, PricePoint, ProductPlace, lint
from shared_apps.pricing.terms import CommissionBase

TODAY = date(2026, 7, 10)
FACTS = Facts(
    today=TODAY,
    products={
        "cellar-tour": ProductPlace("maison-rive", "activity"),
        "boat": ProductPlace("port", "activity"),
        "cabin": ProductPlace("port", "stay"),
    },
    channels=frozenset({"shop", "api"}),
)


def a_rule(id, *, percent="10", certain=True, inside=None, version=(None, None), **names):
    """A rule that names ``names``; ``percent`` of the sale price unless said otherwise."""
    amounts = {key: Decimal(names.pop(key)) for key in ("fixed", "floor", "cap") if key in names}
    base = CommissionBase(names.pop("base", "sale_price"))
    candidate = {"id": id, "label": id.title(), "position": 1, "status": Status.ACTIVE, **names}
    return LintRule(
        candidate=Candidate(**candidate),
        base=base,
        percent=Decimal(percent),
        certain=certain,
        inside_corridor=inside,
        applies_from=version[0],
        applies_to=version[1],
        **amounts,
    )


def a_price(product, sale, purchase, *, currency="EUR"):
    """A current price whose basis is the sale price, with all of the margin left to give."""
    reference, bought = Money(sale, currency), Money(purchase, currency)
    return PricePoint(product, reference, reference, bought, reference - bought)


def said(*rules, facts=FACTS, changed=None):
    """The findings as ``(code, rule, other)``, in order."""
    found = lint(rules, facts, changed=changed)
    return [(finding.code, finding.rule, finding.other) for finding in found]
