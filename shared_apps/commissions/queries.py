"""Reads the shared rules that may concern a sale, as the engine and the price want them."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q
from moneyed import Money

from shared_apps.commissions.engine import Candidate, Status
from shared_apps.commissions.models import CommissionRule, RuleStatus, RuleTerms
from shared_apps.pricing.money import money_round
from shared_apps.pricing.terms import CommissionBase, DistributorRule


@dataclass(frozen=True)
class RatedRule:
    """A rule twice: how it competes (:class:`Candidate`) and what it gives (``rule``)."""

    candidate: Candidate
    rule: DistributorRule


def rate_of(terms: RuleTerms, currency: str) -> DistributorRule:
    """What ``terms`` give, in ``currency``. Raises PriceError for terms that make no sense."""

    def money(amount: Decimal | None) -> Money | None:
        return None if amount is None else money_round(Money(amount, currency))

    return DistributorRule(
        base=CommissionBase(terms.base),
        percent=terms.percent,
        fixed=money_round(Money(terms.fixed, currency)),
        floor=money(terms.floor),
        cap=money(terms.cap),
    )


def candidate_of(terms: RuleTerms, *, id: str, **scope: str | None) -> Candidate:
    """How ``terms`` compete, under the name ``id`` and limited to ``scope``."""
    return Candidate(
        id=id,
        label=terms.name,
        position=terms.position,
        status=Status(terms.status),
        channels=frozenset(terms.channels),
        sale_from=terms.sale_from,
        sale_to=terms.sale_to,
        service_from=terms.service_from,
        service_to=terms.service_to,
        **scope,
    )


def shared_rules(
    *, agency_id: int, group_id: int | None, product_id: int, currency: str
) -> list[RatedRule]:
    """The operator's rules that may concern this agency and product.

    Rules written for another agency or another product are left out: they cannot apply, and
    an agency has no business reading them.
    """
    rules = (
        CommissionRule.objects.filter(
            Q(agency=None) | Q(agency=agency_id),
            Q(product=None) | Q(product=product_id),
            Q(group=None) | Q(group=group_id),
            status__in=[RuleStatus.ACTIVE, RuleStatus.PENDING],
        )
        .select_related("product", "provider", "category", "agency", "group", "operation")
        .order_by("id")
    )
    return [RatedRule(_candidate(rule), rate_of(rule, currency)) for rule in rules]


def _candidate(rule: CommissionRule) -> Candidate:
    return candidate_of(
        rule,
        id=f"R{rule.pk}",
        product=rule.product.reference if rule.product else None,
        provider=rule.provider.reference if rule.provider else None,
        category=rule.category.code if rule.category else None,
        agency=rule.agency.slug if rule.agency else None,
        group=rule.group.code if rule.group else None,
        operation=rule.operation.code if rule.operation else None,
    )
