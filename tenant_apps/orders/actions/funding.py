"""Special operations on a sale: taking their budgets at confirmation, giving back at cancelling.

What a hold shows of an operation is a forecast; the budget is taken when the sale is confirmed.
Where it does not suffice, the line is decided again without the operation, in the situation it
was held in: what the customer pays does not change, only who gets what, and the new decision
says why. Most sales have no operation's rule, and for those nothing here asks the database.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise
from typing import Any

from moneyed import Money

from shared_apps.commissions.engine import Decision, Situation, resolve
from shared_apps.commissions.explain import explain_decision
from shared_apps.commissions.funding import (
    Parts,
    cost_split,
    explain_funding,
    operation_cost,
    parts_kept,
)
from shared_apps.commissions.models import SpecialOperation
from shared_apps.commissions.spending import Claim, operations_return, operations_spend
from shared_apps.inventory.actions import current_agency
from shared_apps.journal.actions import Entry
from shared_apps.journal.models import JournalLine
from shared_apps.pricing.explain import explain_waterfall
from shared_apps.pricing.waterfall import Waterfall, waterfall_compute, waterfall_sum
from tenant_apps.orders.cancellation import Fee
from tenant_apps.orders.models import Order, OrderLine
from tenant_apps.orders.snapshots import steps_freeze
from tenant_apps.overrides.queries import rules_for

FROZEN = ["commission", "waterfall", "provider_share", "agency_share", "operator_share"]


@dataclass(frozen=True)
class _Outcome:
    """One way to decide a line: the operation that pays it (or none), and what it gives."""

    operation: str | None
    agency_share: Money
    rule: str
    decision: Decision | None = None  # None: as frozen on the line
    waterfalls: tuple[Waterfall, ...] = ()


def operation_of(line: OrderLine) -> str | None:
    """The code of the special operation whose rule won ``line``, or None."""
    rule: dict[str, Any] | None = line.commission["decision"]["rule"]
    return rule.get("operation") if rule else None


def operations_settle(*, order: Order, lines: Sequence[OrderLine]) -> list[Entry]:
    """Take the cost of the lines that an operation won from its budget (R14).

    A line whose budget does not suffice is decided again and saved; ``lines`` then say so.
    Returns the journal entries that move what provider and agency fund to the operator. Call
    it late, in the sale's transaction: the operation's other sales wait for it.
    """
    outcomes = {line.pk: list(_outcomes(order, line)) for line in lines if operation_of(line)}
    if not outcomes:
        return []
    operations = _operations(outcomes.values())
    choices = {pk: _choices(found, operations) for pk, found in outcomes.items()}
    paid = operations_spend(
        agency_schema=current_agency().schema_name,
        order_reference=order.reference,
        claims=[Claim(pk, order.currency, choices[pk]) for pk in sorted(choices)],
    )
    entries = []
    for line in lines:
        if line.pk not in outcomes:
            continue
        code = paid.get(line.pk)
        taken = next(place for place, o in enumerate(outcomes[line.pk]) if o.operation == code)
        _decide(line, outcomes[line.pk][taken])
        if code is not None:
            parts = dict(choices[line.pk])[code]
            _freeze(line, operations[code], parts, outcomes[line.pk][taken + 1])
            entries += funding_entries(order, line, parts)
        line.save(update_fields=FROZEN)
    return entries


def operations_undo(
    *, order: Order, lines: Sequence[OrderLine], fees: dict[Any, Fee]
) -> list[Entry]:
    """Give back what the lines took from budgets, except what a fee keeps (L5).

    ``fees`` are the fees asked, by line. The agency keeps its part of the fee, so the same
    per cent of the operation's cost stays funded. Returns the journal entries.
    """
    entries, kept = [], {}
    for line in lines:
        frozen = line.commission.get("operation")
        if not frozen:
            continue
        parts = Parts.from_json(frozen["parts"], order.currency)
        fee = fees.get(line.pk)
        rest = parts_kept(parts, fee.percent if fee else Decimal(0))
        entries += funding_entries(order, line, parts, sign=-1)
        entries += funding_entries(order, line, rest)
        kept[line.pk] = rest
    if kept:
        operations_return(
            agency_schema=current_agency().schema_name, order_reference=order.reference, kept=kept
        )
    return entries


def funding_entries(order: Order, line: OrderLine, parts: Parts, *, sign: int = 1) -> list[Entry]:
    """The journal entry of what provider and agency fund; none when the operator funds it all."""
    provider, agency = parts.provider.amount, parts.agency.amount
    if not provider and not agency:
        return []
    return [
        Entry(
            kind=JournalLine.Kind.FUNDING,
            order_reference=order.reference,
            channel=order.channel,
            seller_id=order.seller_id,
            currency=order.currency,
            line_id=line.pk,
            product_id=line.product_id,
            provider_id=line.provider_id,
            departure_id=line.departure_id,
            service_date=line.service_date,
            provider_share=-sign * provider,
            agency_share=-sign * agency,
            operator_share=sign * (provider + agency),
            details={
                "operation": line.commission["operation"]["code"],
                "parts": parts.to_json(),
                "sign": sign,
            },
        )
    ]


def _outcomes(order: Order, line: OrderLine) -> Iterator[_Outcome]:
    """As frozen, then without that operation, and so on until no operation wins."""
    code, used = operation_of(line), set()
    frozen = [Waterfall.from_json(rate["price"]) for rate in line.waterfall]
    situation = Situation.from_json(line.commission["decision"]["sale"])
    rule = line.commission["decision"]["rule"]
    share = Money(line.agency_share, order.currency)
    yield _Outcome(code, share, rule.get("label") or rule["id"])
    _group, rated = rules_for(
        agency=current_agency(),
        product_id=line.product_id,
        currency=order.currency,
        on=situation.sale_date,
    )
    rates = {found.candidate.id: found.rule for found in rated}
    while code is not None:
        used.add(code)
        decision = resolve(
            situation,
            (
                replace(found.candidate, spent=True)
                if found.candidate.operation in used
                else found.candidate
                for found in rated
            ),
        )
        winner = decision.winner
        waterfalls = tuple(
            waterfall_compute(
                replace(price.terms, distributor_rule=rates[winner.id] if winner else None)
            )
            for price in frozen
        )
        code = winner.operation if winner else None
        share = waterfall_sum(waterfalls).agency_share
        yield _Outcome(code, share, winner.name if winner else "", decision, waterfalls)


def _operations(outcomes: Iterable[Sequence[_Outcome]]) -> dict[str, SpecialOperation]:
    codes = {outcome.operation for found in outcomes for outcome in found} - {None}
    return {found.code: found for found in SpecialOperation.objects.filter(code__in=codes)}


def _choices(
    outcomes: Sequence[_Outcome], operations: dict[str, SpecialOperation]
) -> list[tuple[str, Parts]]:
    choices = []
    for given, without in pairwise(outcomes):
        operation = operations[str(given.operation)]
        percents = [
            operation.operator_percent,
            operation.provider_percent,
            operation.agency_percent,
        ]
        cost = operation_cost(given.agency_share, without.agency_share)
        choices.append((operation.code, cost_split(cost, percents)))
    return choices


def _decide(line: OrderLine, outcome: _Outcome) -> None:
    """Freeze ``outcome`` on the line; the first outcome is what it already says."""
    if outcome.decision is None:
        return
    prices = dict(zip((rate["code"] for rate in line.waterfall), outcome.waterfalls, strict=True))
    line.waterfall = [{**rate, "price": prices[rate["code"]].to_json()} for rate in line.waterfall]
    line.commission = {
        "decision": outcome.decision.to_json(),
        "explanation": steps_freeze(explain_decision(outcome.decision)),
        "price_explanation": {
            code: steps_freeze(explain_waterfall(price)) for code, price in prices.items()
        },
    }
    totals = waterfall_sum(outcome.waterfalls)
    line.provider_share = totals.provider_share.amount
    line.agency_share = totals.agency_share.amount
    line.operator_share = totals.operator_share.amount


def _freeze(line: OrderLine, operation: SpecialOperation, parts: Parts, without: _Outcome) -> None:
    line.commission["operation"] = {
        "code": operation.code,
        "parts": parts.to_json(),
        "explanation": steps_freeze(
            explain_funding(operation.name, parts, without=without.agency_share, rule=without.rule)
        ),
    }
