"""Answers "why this rate?": the rule that won, its band, and why each other rule lost.

Reads a :class:`~shared_apps.commissions.engine.Decision` and decides nothing. What the winning
rule then pays, to the cent, is told by :func:`shared_apps.pricing.explain.explain_waterfall`.

Rules are called by their label, or by their id when they have none. Products, agencies and
channels are called by the codes the engine was given: the engine knows no other names. Pages
that do put them in when they are read (:mod:`shared_apps.commissions.naming`), and there an
agency without a group and the open end of a window get sentences of their own.
"""

from shared_apps.commissions.engine import Band, Candidate, Decision, Reason, Rejection, Situation
from shared_apps.pricing.steps import Step, Value, gettext_noop

BANDS = {
    Band.OPERATION: gettext_noop("special operation"),
    Band.PRODUCT_AGENCY: gettext_noop("product and agency"),
    Band.PRODUCT_GROUP: gettext_noop("product and group"),
    Band.AGENCY: gettext_noop("agency"),
    Band.GROUP: gettext_noop("group"),
    Band.PRODUCT: gettext_noop("product"),
    Band.DEFAULT: gettext_noop("network default"),
}

MESSAGES = {
    "commission.winner": gettext_noop(
        "Rule “{rule}” applies. Its band is “{band}”; its position is {position}."
    ),
    "commission.nobody": gettext_noop(
        "No rule fits this sale: the agency earns no commission on it."
    ),
    "commission.alone": gettext_noop("No other rule was considered."),
    "commission.archived": gettext_noop("Rule “{rule}” is archived."),
    "commission.draft": gettext_noop("Rule “{rule}” is still a draft."),
    "commission.pending": gettext_noop("Rule “{rule}” waits for the operator's approval."),
    "commission.product_mismatch": gettext_noop(
        "Rule “{rule}” is for the product {wanted}, and this sale is of {found}."
    ),
    "commission.provider_mismatch": gettext_noop(
        "Rule “{rule}” is for the provider {wanted}, and this sale is of {found}."
    ),
    "commission.category_mismatch": gettext_noop(
        "Rule “{rule}” is for the category {wanted}, and this sale is in {found}."
    ),
    "commission.agency_mismatch": gettext_noop(
        "Rule “{rule}” is for the agency {wanted}, and this sale is by {found}."
    ),
    "commission.group_mismatch": gettext_noop(
        "Rule “{rule}” is for the group {wanted}, and the agency of this sale is in {found}."
    ),
    "commission.group_mismatch_none": gettext_noop(
        "Rule “{rule}” is for the group {wanted}, and the agency of this sale is in no group."
    ),
    "commission.channel_mismatch": gettext_noop(
        "Rule “{rule}” is for the channels {wanted}, and this sale came through {found}."
    ),
    "commission.outside_sale_window": gettext_noop(
        "Rule “{rule}” is for sales made from {first} to {last}, and this one is of {found}."
    ),
    "commission.outside_service_window": gettext_noop(
        "Rule “{rule}” is for services from {first} to {last}, and this one is on {found}."
    ),
    "commission.outside_sale_window_from": gettext_noop(
        "Rule “{rule}” is for sales made from {first} on, and this one is of {found}."
    ),
    "commission.outside_sale_window_until": gettext_noop(
        "Rule “{rule}” is for sales made until {last}, and this one is of {found}."
    ),
    "commission.outside_service_window_from": gettext_noop(
        "Rule “{rule}” is for services from {first} on, and this one is on {found}."
    ),
    "commission.outside_service_window_until": gettext_noop(
        "Rule “{rule}” is for services until {last}, and this one is on {found}."
    ),
    "commission.currency_mismatch": gettext_noop(
        "Rule “{rule}” is for sales in {wanted}, and this sale is in {found}."
    ),
    "commission.budget_spent": gettext_noop(
        "The budget of the special operation of rule “{rule}” is used up."
    ),
    "commission.lower_band": gettext_noop(
        "Rule “{rule}” fits, but its band “{band}” comes after “{winning_band}”."
    ),
    "commission.less_specific": gettext_noop(
        "Rule “{rule}” fits in the same band, but names less precisely what is sold or by whom."
    ),
    "commission.lower_position": gettext_noop(
        "Rule “{rule}” fits as precisely, but at position {position} it comes after position "
        "{winning_position}."
    ),
    "commission.later_id": gettext_noop(
        "Rule “{rule}” equals the winner in all that counts, and its identifier comes after."
    ),
}

NONE_GIVEN = "–"
"""Stands for an open end of a window, and for a group or a date that the sale does not have."""


def explain_decision(decision: Decision) -> tuple[Step, ...]:
    """Explain a decision: the winner first, then the others, those that came closest first."""
    winner = decision.winner
    if winner is None:
        opening = _step("nobody")
    else:
        words = {"band": BANDS[winner.band]}
        opening = _step("winner", words, rule=winner.name, position=winner.position)
    if not decision.rejections:
        return (opening, _step("alone")) if winner else (opening,)
    others = (_rejection_step(decision, rejection) for rejection in decision.rejections)
    return (opening, *others)


def _step(name: str, words: dict[str, str] | None = None, /, **values: Value) -> Step:
    return Step(f"commission.{name}", MESSAGES[f"commission.{name}"], values, words or {})


def _rejection_step(decision: Decision, rejection: Rejection) -> Step:
    loser, reason = rejection.candidate, rejection.reason
    if decision.winner is not None and reason in _DEFEATS:
        return _defeat_step(decision.winner, loser, reason)
    values = _misfit_values(decision.situation, loser).get(reason, {})
    return _step(reason.value, rule=loser.name, **values)


_DEFEATS = frozenset({Reason.LOWER_BAND, Reason.LESS_SPECIFIC, Reason.LOWER_POSITION})


def _defeat_step(winner: Candidate, loser: Candidate, reason: Reason) -> Step:
    if reason is Reason.LOWER_BAND:
        words = {"band": BANDS[loser.band], "winning_band": BANDS[winner.band]}
        return _step(reason.value, words, rule=loser.name)
    if reason is Reason.LESS_SPECIFIC:
        return _step(reason.value, rule=loser.name)
    if loser.position == winner.position:
        return _step("later_id", rule=loser.name)
    return _step(
        reason.value,
        rule=loser.name,
        position=loser.position,
        winning_position=winner.position,
    )


def _misfit_values(sale: Situation, rule: Candidate) -> dict[Reason, dict[str, Value]]:
    """What the rule asks for and what the sale has, for each reason that compares the two."""

    def against(wanted: Value | None, found: Value | None) -> dict[str, Value]:
        return {"wanted": wanted or NONE_GIVEN, "found": found or NONE_GIVEN}

    def window(first: Value | None, last: Value | None, found: Value | None) -> dict[str, Value]:
        ends = {"first": first or NONE_GIVEN, "last": last or NONE_GIVEN}
        return {**ends, "found": found or NONE_GIVEN}

    return {
        Reason.PRODUCT_MISMATCH: against(rule.product, sale.product),
        Reason.PROVIDER_MISMATCH: against(rule.provider, sale.provider),
        Reason.CATEGORY_MISMATCH: against(rule.category, sale.category),
        Reason.AGENCY_MISMATCH: against(rule.agency, sale.agency),
        Reason.GROUP_MISMATCH: against(rule.group, sale.group),
        Reason.CHANNEL_MISMATCH: against(", ".join(sorted(rule.channels)), sale.channel),
        Reason.CURRENCY_MISMATCH: against(rule.currency, sale.currency),
        Reason.OUTSIDE_SALE_WINDOW: window(rule.sale_from, rule.sale_to, sale.sale_date),
        Reason.OUTSIDE_SERVICE_WINDOW: window(
            rule.service_from, rule.service_to, sale.service_date
        ),
    }
