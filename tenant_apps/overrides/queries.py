"""Reads this agency's own rates: commission overrides (D13, D14) and markups (D15)."""

from decimal import Decimal

from django.db.models import Q

from shared_apps.commissions.models import RuleStatus
from shared_apps.commissions.queries import RatedRule, candidate_of, rate_of
from tenant_apps.overrides.models import CommissionOverride, MarkupOverride


def override_rules(*, agency_slug: str, product_id: int, currency: str) -> list[RatedRule]:
    """The agency's overrides that may concern this product."""
    overrides = (
        CommissionOverride.objects.filter(
            Q(product=None) | Q(product=product_id),
            status__in=[RuleStatus.ACTIVE, RuleStatus.PENDING],
        )
        .select_related("product", "provider", "category")
        .order_by("id")
    )
    return [
        RatedRule(
            candidate_of(
                override,
                id=f"A{override.pk}",
                product=override.product.reference if override.product else None,
                provider=override.provider.reference if override.provider else None,
                category=override.category.code if override.category else None,
                agency=agency_slug,
            ),
            rate_of(override, currency),
        )
        for override in overrides
    ]


def agency_markups() -> dict[int | None, Decimal]:
    """The agency's markups in per cent: by product id, and under None for everything else."""
    return dict(MarkupOverride.objects.values_list("product_id", "percent"))


def markup_for(markups: dict[int | None, Decimal], product_id: int) -> Decimal | None:
    """The agency's markup of one product, or None: the network's default applies."""
    return markups.get(product_id, markups.get(None))
