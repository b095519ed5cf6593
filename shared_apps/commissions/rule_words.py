"""A commission rule in words: what it gives, what it names, when it applies.

Reads the frozen form of a rule (``Candidate.to_json``) and of what it gives
(``DistributorRule.to_json``), so a rule of the past reads as it was, not as it is today.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shared_apps.commissions.naming import Names
from shared_apps.commissions.value_words import value_words

Text = str | Promise

SCOPES: dict[str, Text] = {
    "operation": _("Special operation"),
    "product": _("Product"),
    "provider": _("Provider"),
    "category": _("Category"),
    "agency": _("Agency"),
    "group": _("Group"),
}
OF_BASE = {
    "sale_price": _("%(percent)s %% of the sale price"),
    "public_tariff": _("%(percent)s %% of the public tariff"),
    "margin": _("%(percent)s %% of the margin"),
}


def rule_codes(decision: Mapping[str, Any]) -> dict[str, set[str]]:
    """The codes that the winner of a frozen decision names, by kind."""
    rule = decision.get("rule") or {}
    return {kind: {str(rule[kind])} for kind in SCOPES if rule.get(kind)}


def rule_facts(
    decision: Mapping[str, Any], rate: Mapping[str, Any] | None, names: Names
) -> list[tuple[Text, str]]:
    """What the winning rule gives, names and asks for; nothing when no rule won.

    ``rate`` is what it gives with its ``currency``, its ``percent`` None where that is not said.
    """
    rule = decision.get("rule")
    if not rule:
        return []
    facts: list[tuple[Text, str]] = []
    if rate is not None:
        facts.append((_("It gives"), rate_words(rate)))
    named = [(label, names.of(kind, rule[kind])) for kind, label in SCOPES.items() if kind in rule]
    facts += named or [(_("Applies to"), gettext("every sale of the network"))]
    if rule.get("channels"):
        said = ", ".join(names.of("channel", code) for code in rule["channels"])
        facts.append((_("Channels"), said))
    for label, first, last in (
        (_("Sales"), "sale_from", "sale_to"),
        (_("Services"), "service_from", "service_to"),
    ):
        if first in rule or last in rule:
            facts.append((label, window_words(rule.get(first), rule.get(last))))
    facts.append((_("Version"), str(rule["id"])))
    return facts


def rate_words(rate: Mapping[str, Any]) -> str:
    """What a rule gives, for one unit: "12 % of the sale price, at least 2.00 €"."""
    currency, parts = rate["currency"], []
    if rate["percent"] is None:
        parts.append(gettext("a percentage of the margin"))
    elif rate["percent"] != "0" or rate["fixed"].strip("0.") == "":
        parts.append(OF_BASE[rate["base"]] % {"percent": value_words(rate["percent"])})
    if rate["fixed"].strip("0."):
        parts.append(gettext("%(amount)s per unit") % {"amount": _money(rate["fixed"], currency)})
    if rate.get("floor") is not None:
        parts.append(gettext("at least %(amount)s") % {"amount": _money(rate["floor"], currency)})
    if rate.get("cap") is not None:
        parts.append(gettext("at most %(amount)s") % {"amount": _money(rate["cap"], currency)})
    return ", ".join(parts)


def window_words(first: str | None, last: str | None) -> str:
    """A window of days, both included, either end of it open."""
    if first and last:
        return gettext("from %(first)s to %(last)s") % {
            "first": value_words(first),
            "last": value_words(last),
        }
    if first:
        return gettext("from %(first)s on") % {"first": value_words(first)}
    return gettext("until %(last)s") % {"last": value_words(last or "")}


def _money(text: str, currency: str) -> str:
    return value_words(f"{text} {currency}")
