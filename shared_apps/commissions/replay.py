"""Makes a past sale again from what was frozen on its line, and says whether it is still the same.

A line keeps the terms of its price, the rules that competed and the amounts that were booked. From
these alone the pure engines compute every stage and choose the rule again; no rule, tariff or
setting of today is read. So a difference means that somebody changed the line, or that the engines
have changed what they mean. Either way no money should move on that line before a person has
looked, and pages say so loudly.

Lines sold before losing rules were kept in full have only the winner to choose from: it is then
tested that it still fits the sale, and the result says that it is not ``complete``.

What this does not catch: a line whose terms, stages, totals and booked amounts were all changed
to agree with each other. That is what the hash chain of the sales journal is for.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from moneyed import Money

from shared_apps.commissions.engine import Candidate, Decision, Situation, resolve
from shared_apps.pricing.errors import InputError, PriceError
from shared_apps.pricing.explain import explain_waterfall
from shared_apps.pricing.money import money_round
from shared_apps.pricing.steps import Step, gettext_noop, value_text
from shared_apps.pricing.totals import Totals
from shared_apps.pricing.waterfall import Waterfall, waterfall_compute, waterfall_sum

BOOKED = {
    "customer_pays": gettext_noop("What the customer pays"),
    "provider_share": gettext_noop("The provider's share"),
    "agency_share": gettext_noop("The agency's share"),
    "operator_share": gettext_noop("The operator's share"),
}
"""The totals that a line and its journal entry repeat beside the snapshot, in words."""

MESSAGES = {
    "replay.unreadable": gettext_noop("What was frozen cannot be read: {why}"),
    "replay.price": gettext_noop("The price of “{rate}” cannot be read: {why}"),
    "replay.shares": gettext_noop("The shares of “{rate}” do not make what the customer pays."),
    "replay.units": gettext_noop("The totals of “{rate}” are not its units times its quantity."),
    "replay.stage": gettext_noop(
        "The price of “{rate}” is not the same: {stage} was {frozen}, and is {today} today."
    ),
    "replay.quantity": gettext_noop(
        "“{rate}” was priced for {priced} units, and the line holds {found}."
    ),
    "replay.total": gettext_noop(
        "{share}: {found} was booked ({where}), and the price makes {expected}."
    ),
    "replay.winner": gettext_noop("Rule “{frozen}” was applied, and “{today}” wins today."),
    "replay.band": gettext_noop("The band was “{frozen}”, and is “{today}” today."),
    "replay.reasons": gettext_noop("The reasons against the other rules are not the same: {rules}"),
    "replay.rate": gettext_noop("The rate categories of the line were not priced by one rule."),
    "replay.sentence": gettext_noop(
        "The explanation of “{rate}” says {frozen}, and the price makes {today}."
    ),
}
NOBODY = "–"
STAGES = {
    "listed": gettext_noop("the listed price"),
    "public": gettext_noop("the public tariff"),
    "sale": gettext_noop("the sale price"),
    "struck": gettext_noop("the struck-through price"),
    "basis": gettext_noop("the tariff under the shares"),
    "purchase": gettext_noop("the purchase price"),
    "reference": gettext_noop("the price at the network's markup"),
    "commission_base": gettext_noop("the base of the commission"),
    "commission_uncapped": gettext_noop("the commission before floor and cap"),
    "commission": gettext_noop("the commission"),
    "markup_gain": gettext_noop("what the agency's own markup adds"),
    "agency_funding": gettext_noop("what the agency funds"),
    "pays": gettext_noop("what the customer pays"),
    "provider": gettext_noop("the provider's share"),
    "agency": gettext_noop("the agency's share"),
    "operator": gettext_noop("the operator's share"),
}
_DAMAGE = {"does_not_add_up": "shares", "snapshot_altered": "units"}
"""Refusals of a frozen waterfall that a person should read in words of their own."""


@dataclass(frozen=True)
class Replay:
    """What came out: the differences found, none when everything is the same to the cent.

    :param complete: whether every rule that competed was there to be chosen from.
    """

    differences: tuple[Step, ...] = ()
    complete: bool = True

    @property
    def same(self) -> bool:
        """Whether price, decision and booked amounts are what they were."""
        return not self.differences


@dataclass
class _Found:
    differences: list[Step] = field(default_factory=list)

    def add(self, name: str, words: dict[str, str] | None = None, **values: str | int) -> None:
        step = Step(f"replay.{name}", MESSAGES[f"replay.{name}"], values, words or {})
        self.differences.append(step)


def line_replay(
    *,
    waterfall: Sequence[Mapping[str, Any]],
    commission: Mapping[str, Any],
    quantities: Mapping[str, int] | None = None,
    booked: Mapping[str, Mapping[str, Decimal]] | None = None,
) -> Replay:
    """Compute price and decision of one line again from its frozen snapshot, and compare.

    ``waterfall`` and ``commission`` are as the line keeps them. ``quantities`` are the units by
    rate category that the line holds, ``booked`` the totals that others repeat, by where they
    stand (``{"order line": {"customer_pays": …}}``), in the currency of the price. Raises
    nothing for a snapshot that is damaged: that is a difference too.
    """
    found = _Found()
    prices = _prices_again(waterfall, commission, quantities, found)
    complete = _decision_again(commission, found)
    _one_rule(waterfall, commission, found)
    if booked and prices and len(prices) == len(waterfall):
        _totals_again(waterfall_sum(prices), booked, found)
    return Replay(tuple(found.differences), complete)


def _prices_again(
    waterfall: Sequence[Mapping[str, Any]],
    commission: Mapping[str, Any],
    quantities: Mapping[str, int] | None,
    found: _Found,
) -> list[Waterfall]:
    prices, explained = [], commission.get("price_explanation") or {}
    for item in waterfall:
        rate = str(item.get("code", "?"))
        price = _price_again(rate, item.get("price"), found)
        if price is None:
            continue
        prices.append(price)
        held = item.get("quantity") if quantities is None else quantities.get(rate, 0)
        for count in (item.get("quantity"), held):
            if count != price.terms.quantity:
                found.add("quantity", rate=rate, priced=price.terms.quantity, found=str(count))
                break
        _sentences_again(rate, price, explained.get(rate) or [], found)
    return prices


def _price_again(rate: str, frozen: object, found: _Found) -> Waterfall | None:
    """The price read from its stored stages, each compared with what its terms make today."""
    try:
        price = Waterfall.from_json(frozen)
        today = waterfall_compute(price.terms).stages()
    except PriceError as error:
        if error.code in _DAMAGE:
            found.add(_DAMAGE[error.code], rate=rate)
        else:
            found.add("price", rate=rate, why=error.message)
        return None
    for name, was in price.stages().items():
        now = today[name]
        if was != now:
            said = [NOBODY if money is None else value_text(money) for money in (was, now)]
            found.add("stage", {"stage": STAGES[name]}, rate=rate, frozen=said[0], today=said[1])
            break  # what follows from it differs too, and says nothing new
    return price


def _sentences_again(
    rate: str, price: Waterfall, frozen: Sequence[Mapping[str, Any]], found: _Found
) -> None:
    """The frozen sentences must say the numbers of the price; their wording may have changed."""
    now = {
        step.message_id: {place: value_text(value) for place, value in step.values.items()}
        for step in explain_waterfall(price)
    }
    for step in frozen:
        values = now.get(str(step.get("id")))
        if values is not None and step.get("values") != values:
            said = step.get("values") or {}
            for place, today in values.items():
                if said.get(place) != today:
                    found.add("sentence", rate=rate, frozen=str(said.get(place)), today=str(today))


def _decision_again(commission: Mapping[str, Any], found: _Found) -> bool:
    """Choose again among the frozen rules; answers whether all of them were kept."""
    kept = commission.get("decision")
    if not isinstance(kept, Mapping):
        found.add("unreadable", why="decision")
        return False
    complete = "others" in kept
    try:
        rules = [Candidate.from_json(rule) for rule in _rules(kept)]
        today = resolve(Situation.from_json(kept.get("sale")), rules)
    except InputError as error:
        found.add("unreadable", why=error.message)
        return complete
    _compare(kept, today, complete, found)
    return complete


def _rules(kept: Mapping[str, Any]) -> list[object]:
    winner, others = kept.get("rule"), kept.get("others", [])
    listed = others if isinstance(others, list) else [others]
    return [*([winner] if winner is not None else []), *listed]


def _compare(kept: Mapping[str, Any], today: Decision, complete: bool, found: _Found) -> None:
    verdict = today.verdict()
    winner = kept.get("winner")
    if winner != verdict["winner"]:
        found.add("winner", frozen=winner or NOBODY, today=str(verdict["winner"] or NOBODY))
        return
    if kept.get("band") != verdict["band"]:
        frozen, now = str(kept.get("band") or NOBODY), str(verdict["band"] or NOBODY)
        found.add("band", frozen=frozen, today=now)
    if complete:
        frozen_reasons = kept.get("rejected") or {}
        reasons = {rule: reason.value for rule, reason in today.rejected.items()}
        both = sorted({*frozen_reasons, *reasons})
        differing = [rule for rule in both if frozen_reasons.get(rule) != reasons.get(rule)]
        if differing:
            found.add("reasons", rules=", ".join(differing))


def _one_rule(
    waterfall: Sequence[Mapping[str, Any]], commission: Mapping[str, Any], found: _Found
) -> None:
    """All rate categories are priced by what the winner gives, or by nothing without a winner."""
    decision = commission.get("decision")
    winner = decision.get("winner") if isinstance(decision, Mapping) else None
    rates = []
    for item in waterfall:
        price = item.get("price")
        terms = price.get("input") if isinstance(price, Mapping) else None
        if isinstance(terms, Mapping):
            rates.append(terms.get("distributor_rule"))
    wrongly_paid = any((rate is None) != (winner is None) for rate in rates)
    if wrongly_paid or any(rate != rates[0] for rate in rates):
        found.add("rate")


def _totals_again(
    total: Totals, booked: Mapping[str, Mapping[str, Decimal]], found: _Found
) -> None:
    for where, amounts in booked.items():
        for name in BOOKED:
            expected: Money = getattr(total, name)
            if name in amounts and amounts[name] != expected.amount:
                booked_here = money_round(Money(amounts[name], total.currency))
                found.add(
                    "total",
                    {"share": BOOKED[name]},
                    where=where,
                    found=value_text(booked_here),
                    expected=value_text(expected),
                )
