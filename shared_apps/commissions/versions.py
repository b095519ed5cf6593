"""What one version of a rule says, apart from when it stood and who wrote it.

Previews, requests for approval and exports show terms as JSON with public codes: a product by its
reference, an agency by its slug. Two versions with equal terms say the same thing.
"""

from typing import Any

from django.db.models import Model

from shared_apps.commissions.models import RuleTerms
from shared_apps.pricing.money import percent_text

TERMS = (
    "name",
    "base",
    "percent",
    "fixed",
    "floor",
    "cap",
    "currency",
    "channels",
    "sale_from",
    "sale_to",
    "service_from",
    "service_to",
    "position",
    "reason",
)
"""Fields that make up the terms beside the scopes; what a draft may change."""

LIMITS = (
    "channels",
    "sale_from",
    "sale_to",
    "service_from",
    "service_to",
    "position",
)
"""Terms that decide, beside scopes and currency, which sales a rule fits and how it ranks."""

PUBLIC_CODES = {
    "product": "reference",
    "provider": "reference",
    "category": "code",
    "agency": "slug",
    "group": "code",
    "operation": "code",
}
"""Scope fields and the attribute by which people and files know what they point to."""


def scopes_of(rule: RuleTerms) -> dict[str, Model | None]:
    """What the rule names, by scope field; an override has no agency, group or operation."""
    return {scope: getattr(rule, scope) for scope in PUBLIC_CODES if hasattr(rule, f"{scope}_id")}


def terms_json(rule: RuleTerms) -> dict[str, Any]:
    """The terms as JSON: numbers and days as text, scopes by public codes, None for open.

    Read rules with their scopes (``book.rules``), or each scope costs a query.
    """

    def text(value: Any) -> str | None:
        return None if value is None else str(value)

    def code(scope: str) -> str | None:
        if getattr(rule, f"{scope}_id", None) is None:
            return None
        return str(getattr(getattr(rule, scope), PUBLIC_CODES[scope]))

    return {
        "name": rule.name,
        **{scope: code(scope) for scope in PUBLIC_CODES},
        "base": str(rule.base),
        "percent": percent_text(rule.percent),
        "fixed": percent_text(rule.fixed),
        "floor": None if rule.floor is None else percent_text(rule.floor),
        "cap": None if rule.cap is None else percent_text(rule.cap),
        "currency": rule.currency,
        "channels": sorted(rule.channels),
        "sale_from": text(rule.sale_from),
        "sale_to": text(rule.sale_to),
        "service_from": text(rule.service_from),
        "service_to": text(rule.service_to),
        "position": rule.position,
        "reason": rule.reason,
    }


def terms_copied(source: RuleTerms) -> dict[str, Any]:
    """The terms and scopes of ``source`` as model fields, for a new version of the same."""
    scopes = {
        f"{s}_id": getattr(source, f"{s}_id") for s in PUBLIC_CODES if hasattr(source, f"{s}_id")
    }
    return {**{name: getattr(source, name) for name in TERMS}, **scopes}


def same_terms(one: RuleTerms, other: RuleTerms) -> bool:
    """Whether two versions say the same, whoever wrote them and whenever they stand."""
    return terms_copied(one) == terms_copied(other) and one.retires == other.retires


def same_limits(one: RuleTerms, other: RuleTerms) -> bool:
    """Whether two versions fit the same sales with the same rank, whatever their currencies."""
    scopes = (f"{scope}_id" for scope in PUBLIC_CODES)
    return all(
        getattr(one, name, None) == getattr(other, name, None) for name in (*LIMITS, *scopes)
    )
