"""Every rule that may pay this agency for a product, and its own markups (D13 to D15).

The shared rules and the agency's overrides are read in one statement of plain SQL, because
every sale needs them all: the ORM would build four statements and twelve joined models.
"""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection

from shared_apps.commissions.engine import Candidate, Status
from shared_apps.commissions.queries import RatedRule, rate_read
from tenant_apps.overrides.models import MarkupChange, MarkupOverride
from tenants.models import Agency

TERMS = """t.version, t.name, t.base, t.percent, t.fixed, t.floor, t.cap, t.channels,
    {sale_from}, {sale_to}, t.service_from, t.service_to, t.position, {currency}"""
OWN_TERMS = TERMS.format(sale_from="t.sale_from", sale_to="t.sale_to", currency="t.currency")
# A rule of a special operation is for sales on the operation's days, and a budget counts sales
# in its own currency only: the rule fits no other.
OPERATION_TERMS = TERMS.format(
    sale_from="GREATEST(t.sale_from, o.starts_on)",
    sale_to="LEAST(t.sale_to, o.ends_on)",
    currency="""COALESCE(NULLIF(t.currency, ''),
        CASE WHEN o.budget IS NOT NULL THEN o.currency END)""",
)
# The version that stood on the sale date, both bounds included.
STANDING = """(t.applies_from IS NULL OR t.applies_from <= %(on)s)
  AND (t.applies_to IS NULL OR t.applies_to >= %(on)s)"""
# Rules written for another agency, group or product are left out: they cannot apply, and an
# agency has no business reading them. Drafts and archived rules are nobody's business either.
RULES = f"""
WITH mine AS (
    SELECT m.group_id, g.code FROM network_groupmembership m
    JOIN network_agencygroup g ON g.id = m.group_id
    WHERE m.agency_id = %(agency)s AND m.valid_from <= %(on)s
      AND (m.valid_to IS NULL OR m.valid_to >= %(on)s)
    ORDER BY m.valid_from DESC, m.id DESC LIMIT 1
)
SELECT 'group' AS origin, 0::bigint AS id, 0 AS version, (SELECT code FROM mine) AS name,
       NULL, 0, 0, NULL, NULL, NULL::varchar[], NULL::date, NULL::date, NULL::date, NULL::date,
       0, NULL, NULL, FALSE, NULL, NULL, NULL, NULL, NULL, NULL
UNION ALL
SELECT 'R', COALESCE(t.series, t.id), {OPERATION_TERMS},
       CASE o.status WHEN 'draft' THEN 'draft' WHEN 'stopped' THEN 'archived' ELSE t.status END,
       COALESCE(o.spent >= o.budget, FALSE),
       p.reference, v.reference, c.code, a.slug, g.code, o.code
FROM commissions_commissionrule t
LEFT JOIN catalog_product p ON p.id = t.product_id
LEFT JOIN catalog_provider v ON v.id = t.provider_id
LEFT JOIN catalog_category c ON c.id = t.category_id
LEFT JOIN tenants_agency a ON a.id = t.agency_id
LEFT JOIN network_agencygroup g ON g.id = t.group_id
LEFT JOIN commissions_specialoperation o ON o.id = t.operation_id
WHERE t.status IN ('active', 'pending') AND {STANDING}
  AND (t.agency_id IS NULL OR t.agency_id = %(agency)s)
  AND (t.product_id IS NULL OR t.product_id = %(product)s)
  AND (t.group_id IS NULL OR t.group_id = (SELECT group_id FROM mine))
UNION ALL
SELECT 'A', COALESCE(t.series, t.id), {OWN_TERMS}, t.status, FALSE,
       p.reference, v.reference, c.code, %(slug)s, NULL, NULL
FROM overrides_commissionoverride t
LEFT JOIN catalog_product p ON p.id = t.product_id
LEFT JOIN catalog_provider v ON v.id = t.provider_id
LEFT JOIN catalog_category c ON c.id = t.category_id
WHERE t.status IN ('active', 'pending') AND {STANDING}
  AND (t.product_id IS NULL OR t.product_id = %(product)s)
ORDER BY origin, id
"""


def rules_for(
    *, agency: Agency, product_id: int, currency: str, on: date
) -> tuple[str | None, list[RatedRule]]:
    """The code of the agency's group on ``on``, and every rule that may concern the product.

    Raises PriceError for a rule whose amounts make no sense in ``currency``.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            RULES, {"agency": agency.pk, "slug": agency.slug, "product": product_id, "on": on}
        )
        rows = cursor.fetchall()
    group = next(row[3] for row in rows if row[0] == "group")
    return group, [_rated(row, currency) for row in rows if row[0] != "group"]


def _rated(row: tuple[Any, ...], currency: str) -> RatedRule:
    origin, series, version, name, base, percent, fixed, floor, cap, channels, *rest = row
    sale_from, sale_to, service_from, service_to, position, limited_to, status, *rest = rest
    spent, product, provider, category, agency, group, operation = rest
    candidate = Candidate(
        id=f"{origin}{series}.{version}",
        label=name,
        position=position,
        status=Status(status),
        product=product,
        provider=provider,
        category=category,
        agency=agency,
        group=group,
        operation=operation,
        channels=frozenset(channels),
        sale_from=sale_from,
        sale_to=sale_to,
        service_from=service_from,
        service_to=service_to,
        currency=limited_to or None,
        spent=spent,
    )
    if limited_to and limited_to != currency:
        # It cannot win, so what it gives is never asked; its amounts mean nothing here.
        fixed, floor, cap = Decimal(0), None, None
    rule = rate_read(
        base=base, percent=percent, fixed=fixed, floor=floor, cap=cap, currency=currency
    )
    return RatedRule(candidate, rule)


def agency_markups() -> dict[int | None, Decimal]:
    """The agency's markups in per cent: by product id, and under None for everything else."""
    return dict(MarkupOverride.objects.values_list("product_id", "percent"))


def markups_on(day: date) -> dict[int | None, Decimal]:
    """The agency's markups as they stood at the end of ``day``, in the form of the present ones.

    Per cent. Read from the history, so a sale of that day can be explained as it was priced.
    """
    changes = MarkupChange.objects.filter(at__date__lte=day)
    last = changes.order_by("product_id", "-id").distinct("product_id")
    found = last.values_list("product_id", "percent")
    return {product_id: percent for product_id, percent in found if percent is not None}


def markup_for(markups: dict[int | None, Decimal], product_id: int) -> Decimal | None:
    """The agency's markup of one product, or None: the network's default applies."""
    return markups.get(product_id, markups.get(None))
