"""What each party may see of a price and of the choice of its commission rule.

The one place that decides it. Pages, statements and exports ask here, and what a party may not
see is left out before a template is reached: nothing is hidden by style. Everything is an
allow-list, so a stage, a sentence or a rule that is added tomorrow stays unseen until somebody
says here who sees it.

========== ===================================================================================
operator   everything
agency     its rules and its share; not what the network buys at, nor who gets the rest
buying     an agency whose agreement shows the purchase price: as the operator, its rules only
provider   its tariff, the provider commission, the discount and who funds it, and its share;
           neither the price the customer pays nor any rule or share of the others
client     what a customer may look at on the same screen: prices, and not how they are shared
========== ===================================================================================

A number that follows from two others on the same page counts as shown. So a share of the margin is
told to an agency without its percentage and base, and the client's view has no tariff beside the
sale price. What this does not catch: what somebody remembers from another page.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from shared_apps.pricing.steps import Step, gettext_noop


class Viewer(StrEnum):
    """Whose eyes a page is for; see the table above."""

    OPERATOR = "operator"
    AGENCY = "agency"
    BUYING = "buying"
    PROVIDER = "provider"
    CLIENT = "client"


STAGES = (
    "listed", "public", "sale", "struck", "basis", "purchase", "reference", "commission_base",
    "commission_uncapped", "commission", "markup_gain", "agency_funding", "pays", "provider",
    "agency", "operator",
)  # fmt: skip
"""The stages of :class:`shared_apps.pricing.waterfall.Waterfall`, in their order."""

_OF_THE_NETWORK = frozenset({"purchase", "provider", "operator"})

SEEN_STAGES: dict[Viewer, frozenset[str]] = {
    Viewer.OPERATOR: frozenset(STAGES),
    Viewer.BUYING: frozenset(STAGES),
    Viewer.AGENCY: frozenset(STAGES) - _OF_THE_NETWORK,
    Viewer.PROVIDER: frozenset({"listed", "public", "basis", "purchase", "provider"}),
    Viewer.CLIENT: frozenset({"struck", "sale", "pays"}),
}

REWORDED = {
    "price.commission_margin_agency": gettext_noop(
        "Commission: a percentage of the margin, which your agreement does not show, + {fixed} "
        "= {uncapped}."
    ),
    "price.quantity_agency": gettext_noop(
        "For {quantity} units the customer pays {pays}, of which {agency} to the agency."
    ),
    "price.quantity_provider": gettext_noop(
        "For {quantity} units the provider's share is {provider}."
    ),
    "price.quantity_client": gettext_noop("For {quantity} units the customer pays {pays}."),
}
"""Sentences said instead of one that gives away another party's number."""

_PRICE = ("listed", "public", "public_discounted")
_MARKUP = ("markup_network", "markup_agency", "sale", "struck")
_BASIS = ("basis", "basis_provider", "basis_operator", "basis_agency")
_OWN = (
    "reference", "commission_none", "commission_sale_price", "commission_public_tariff", "floor",
    "cap", "markup_gain", "markup_loss", "agency_discount", "agency_advantage",
    "agency_commission", "agency", "loss_agency",
)  # fmt: skip
_PROVIDERS = ("purchase", "purchase_transport", "provider", "provider_advantage", "loss_provider")
_PAYS = ("pays", "pays_advantage")


def _told(*names: str, **reworded: str) -> dict[str, str]:
    return {name: name for name in names} | reworded


SEEN_SENTENCES: dict[Viewer, dict[str, str]] = {
    Viewer.AGENCY: _told(
        *(*_PRICE, *_MARKUP, *_PAYS, *_BASIS, *_OWN),
        commission_margin="commission_margin_agency",
        quantity="quantity_agency",
    ),
    Viewer.PROVIDER: _told(*(*_PRICE, *_BASIS, *_PROVIDERS), quantity="quantity_provider"),
    Viewer.CLIENT: _told(*_PAYS, quantity="quantity_client"),
}
"""Sentence of a price → the sentence this party is told; no entry, no sentence."""

SEEN_SHARES: dict[Viewer, tuple[str, ...]] = {
    Viewer.OPERATOR: ("provider_share", "agency_share", "operator_share"),
    Viewer.BUYING: ("provider_share", "agency_share", "operator_share"),
    Viewer.AGENCY: ("agency_share",),
    Viewer.PROVIDER: ("provider_share",),
    Viewer.CLIENT: (),
}
"""The columns of a journal line, beside what the customer pays, that each party may see."""

_EXTRA = frozenset({"extra", "extra_alone"})
SEEN_FUNDING: dict[Viewer, frozenset[str]] = {
    Viewer.OPERATOR: _EXTRA | {"operator_part", "provider_part", "agency_part"},
    Viewer.BUYING: _EXTRA | {"agency_part"},
    Viewer.AGENCY: _EXTRA | {"agency_part"},
    Viewer.PROVIDER: frozenset({"provider_part"}),
    Viewer.CLIENT: frozenset(),
}
"""Sentences of :mod:`shared_apps.commissions.funding`: each party reads what it funds itself."""

SEES_ALL = frozenset({Viewer.OPERATOR, Viewer.BUYING})
SEES_RULES = frozenset({Viewer.OPERATOR, Viewer.BUYING, Viewer.AGENCY})


@dataclass(frozen=True)
class SeenPrice:
    """The stages of one rate category that one party may see, for one unit and for all units.

    ``currency`` is that of every amount. ``network`` stands in for shares that are not to be
    told apart. ``percent`` holds the percentages that may be said, by name.
    """

    currency: str
    quantity: int
    unit: Mapping[str, Decimal]
    percent: Mapping[str, Decimal]
    rate: Mapping[str, Any] | None
    funder: str | None

    @property
    def total(self) -> dict[str, Decimal]:
        """Each amount for the whole quantity: rounded units times quantity, as the line counts."""
        return {name: amount * self.quantity for name, amount in self.unit.items()}


def price_seen(frozen: Mapping[str, Any], viewer: Viewer) -> SeenPrice:
    """What ``viewer`` may see of a frozen waterfall (``Waterfall.to_json``).

    Raises KeyError when it lacks what every waterfall has.
    """
    terms, stages = frozen["input"], frozen["unit"]
    rule = terms["distributor_rule"]
    seen = SEEN_STAGES[viewer]
    of_margin = rule is not None and rule["base"] == "margin"
    if viewer is Viewer.AGENCY and of_margin:
        seen = seen - {"commission_base"}
    unit = {
        name: Decimal(stages[name]) for name in STAGES if name in seen and stages[name] is not None
    }
    if viewer is Viewer.AGENCY:
        unit["network"] = Decimal(stages["pays"]) - Decimal(stages["agency"])
    return SeenPrice(
        currency=terms["currency"],
        quantity=int(terms["quantity"]),
        unit=unit,
        percent=_percentages(terms, viewer),
        rate=rate_seen(rule, viewer),
        funder=None if viewer is Viewer.CLIENT else (terms["reduction"] or {}).get("funder"),
    )


def _percentages(terms: Mapping[str, Any], viewer: Viewer) -> dict[str, Decimal]:
    markup = terms["agency_markup"]
    known = {
        "provider_commission": terms["provider_commission"],
        "markup": terms["default_markup"] if markup is None else markup,
    }
    seen = {
        Viewer.AGENCY: {"markup"},
        Viewer.PROVIDER: {"provider_commission"},
        Viewer.CLIENT: set[str](),
    }.get(viewer, set(known))
    return {name: Decimal(text) for name, text in known.items() if name in seen}


def rate_seen(rule: Mapping[str, Any] | None, viewer: Viewer) -> Mapping[str, Any] | None:
    """What the winning rule gives; a percentage of a margin that is not shown is not said."""
    if rule is None or viewer not in SEES_RULES:
        return None
    if viewer is Viewer.AGENCY and rule["base"] == "margin":
        return {**rule, "percent": None}
    return rule


def price_steps_seen(steps: Iterable[Step], viewer: Viewer) -> list[Step]:
    """The sentences of a price that ``viewer`` is told, reworded where they say too much."""
    if viewer in SEES_ALL:
        return list(steps)
    told = SEEN_SENTENCES[viewer]
    seen = []
    for step in steps:
        name = told.get(step.message_id.removeprefix("price."))
        if name is not None:
            seen.append(_reworded(step, f"price.{name}"))
    return seen


def funding_steps_seen(steps: Iterable[Step], viewer: Viewer) -> list[Step]:
    """What ``viewer`` reads of who funds a special operation on the line."""
    seen = SEEN_FUNDING[viewer]
    return [step for step in steps if step.message_id.removeprefix("operation.") in seen]


def _reworded(step: Step, message_id: str) -> Step:
    if message_id == step.message_id:
        return step
    message = REWORDED[message_id]
    kept = {name: value for name, value in step.values.items() if f"{{{name}}}" in message}
    return Step(message_id, message, kept, {})


def rule_concerns(rule: Mapping[str, Any], sale: Mapping[str, Any], viewer: Viewer) -> bool:
    """Whether ``viewer`` may read of a losing rule (``Candidate.to_json``) of a sale.

    An agency reads its own rules and those of the network, not another agency's or group's, and
    no draft.
    """
    if viewer is Viewer.OPERATOR:
        return True
    if viewer not in SEES_RULES or rule.get("status") == "draft":
        return False
    foreign_agency = rule.get("agency") not in (None, sale.get("agency"))
    return not foreign_agency and rule.get("group") in (None, sale.get("group"))


FOREIGN_REASONS = frozenset({"draft", "agency_mismatch", "group_mismatch"})
"""Reasons that betray a rule of others, for sales frozen before losing rules were kept in full."""
