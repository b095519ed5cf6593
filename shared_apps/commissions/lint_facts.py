"""Reads what the check of a book needs, set-based, and runs it (D13, D14).

A few statements whatever the number of rules: the rules themselves, the products with their
provider and category, and of each product the two tightest prices that are on sale now. The last is
found in SQL and then computed again by the waterfall, so that what is said is right to the cent.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Q
from django.utils import timezone
from moneyed import Money

from shared_apps.catalog.models import Product
from shared_apps.commissions.approvals import corridor_of
from shared_apps.commissions.books import Book, operator_book
from shared_apps.commissions.engine import Candidate, Status
from shared_apps.commissions.lint import Facts, Finding, LintRule, PricePoint, ProductPlace, lint
from shared_apps.commissions.models import RuleStatus, RuleTerms, SpecialOperation
from shared_apps.network.models import Agreement
from shared_apps.network.queries import group_of
from shared_apps.pricing.money import money_round
from shared_apps.pricing.terms import CommissionBase, FundedAmount, Funder, PriceTerms
from shared_apps.pricing.waterfall import waterfall_compute

CHANNELS = frozenset({"shop", "back_office", "api", "widget"})
"""The channels of ``orders.Order``, which shared apps cannot import; a test compares the two."""

AHEAD_DAYS = 365
"""How far ahead departures count as current prices."""

# Distinct prices first: thousands of departures of a product share a handful of them. ``left`` is
# what the operator would keep without a commission, per unit, before rounding.
TIGHTEST = """
WITH priced AS (
    SELECT DISTINCT p.reference, d.currency, r.stay, r.transport, p.transport_commissionable,
           COALESCE(d.provider_commission, p.provider_commission) AS commission,
           COALESCE(d.markup, p.default_markup) AS markup,
           CASE WHEN d.discount > 0
                 AND (d.discount_from IS NULL OR d.discount_from <= %(today)s)
                 AND (d.discount_to IS NULL OR d.discount_to >= %(today)s)
                THEN LEAST(d.discount, r.stay) ELSE 0 END AS discount,
           d.discount_funder AS funder
    FROM inventory_departure d
    JOIN inventory_departureprice r ON r.departure_id = d.id
    JOIN catalog_product p ON p.id = d.product_id
    WHERE d.status = 'open' AND d.service_date BETWEEN %(today)s AND %(until)s
      AND p.status = 'validated'
      AND COALESCE(d.provider_commission, p.provider_commission) IS NOT NULL
), basis AS (
    SELECT *, stay + transport - CASE WHEN funder = 'provider' THEN discount ELSE 0 END AS amount,
           CASE WHEN transport_commissionable THEN 0 ELSE transport END AS untouched
    FROM priced
), shares AS (
    SELECT *, amount * (100 + markup) / 100 AS sale,
           amount * (100 + markup) / 100
           - ((amount - untouched) * (100 - commission) / 100 + untouched)
           - CASE WHEN funder = 'operator' THEN discount * (100 + markup) / 100 ELSE 0 END AS left_
    FROM basis
)
(SELECT DISTINCT ON (reference, currency) * FROM shares
 ORDER BY reference, currency, ROUND(left_ / NULLIF(sale, 0), 6) NULLS LAST, sale DESC)
UNION
(SELECT DISTINCT ON (reference, currency) * FROM shares ORDER BY reference, currency, left_)
"""


def lint_book(book: Book) -> list[Finding]:
    """Check every published rule of ``book`` that can still apply; drafts are left out.

    An agency's overrides are checked beside the shared rules that concern the agency, and only what
    touches an override is told. Losses are told to whoever may see what the network buys at.
    """
    today = timezone.localdate()
    rows = list(book.rules.filter(living(today)))
    rules, own = _beside(book, rows, today)
    return lint(rules, facts_read(book, today), changed=own if book.agency else None)


def lint_drafts(
    book: Book, *, drafts: Iterable[RuleTerms], heads: Iterable[RuleTerms], applies_from: date
) -> dict[str, list[Finding]]:
    """What the check says of ``drafts`` as if they were published, by the codes of the drafts.

    The rules around them are those that stand from ``applies_from`` on, less the ``heads`` that
    the drafts replace. A finding that touches two drafts is told of both.
    """
    replaced = [head.pk for head in heads]
    written = [draft for draft in drafts if not draft.retires]
    codes = {draft.code for draft in written}
    if not codes:
        return {}
    for draft in written:
        draft.applies_from = applies_from
    rows = [*book.rules.filter(living(applies_from)).exclude(pk__in=replaced), *written]
    rules, _own = _beside(book, rows, applies_from)
    found: dict[str, list[Finding]] = {}
    today = timezone.localdate()
    for finding in lint(rules, facts_read(book, today), changed=codes):
        for code in {finding.rule, finding.other} & codes:
            found.setdefault(str(code), []).append(finding)
    return found


def facts_read(book: Book, today: date, *, prices: bool = True) -> Facts:
    """The catalogue and the tightest current prices, as whoever owns ``book`` may see them."""
    products = {
        reference: ProductPlace(provider, category)
        for reference, provider, category in Product.objects.order_by().values_list(
            "reference", "provider__reference", "category__code"
        )
    }
    points = prices_read(today) if prices and _sees_purchase(book) else {}
    return Facts(today=today, products=products, prices=points, channels=CHANNELS)


def prices_read(today: date) -> dict[str, tuple[PricePoint, ...]]:
    """Of each product and currency, the current price with the least left, in per cent and flat."""
    until = today + timedelta(days=AHEAD_DAYS)
    with connection.cursor() as cursor:
        cursor.execute(TIGHTEST, {"today": today, "until": until})
        rows = cursor.fetchall()
    points: dict[str, tuple[PricePoint, ...]] = {}
    for reference, currency, *amounts in rows:
        point = _point(reference, currency, *amounts[:7])
        points[reference] = (*points.get(reference, ()), point)
    return points


def _point(
    reference: str,
    currency: str,
    stay: Decimal,
    transport: Decimal,
    commissionable: bool,
    commission: Decimal,
    markup: Decimal,
    discount: Decimal,
    funder: str,
) -> PricePoint:
    taken = money_round(Money(discount, currency))
    waterfall = waterfall_compute(
        PriceTerms(
            stay=money_round(Money(stay, currency)),
            transport=money_round(Money(transport, currency)),
            provider_commission=commission,
            default_markup=markup,
            transport_commissionable=commissionable,
            discount=FundedAmount(taken, Funder(funder)) if taken.amount else None,
            quantity=1,
            distributor_rule=None,
        )
    )
    return PricePoint(
        product=reference,
        reference=waterfall.reference,
        basis=waterfall.basis,
        purchase=waterfall.purchase,
        room=waterfall.operator,
    )


def lint_rule(row: RuleTerms, *, agency: str | None = None) -> LintRule:
    """A version or a draft as the check reads it; ``agency`` is the slug of an override's owner.

    A draft is read as if it were published. A rule of a special operation is for sales on the
    operation's days, and a budget counts sales in its own currency only, as in a sale.
    """
    operation: SpecialOperation | None = getattr(row, "operation", None)
    group = getattr(row, "group", None)
    owner = getattr(row, "agency", None)
    starts, ends = (operation.starts_on, operation.ends_on) if operation else (None, None)
    limited = operation is not None and operation.budget is not None
    running = operation is not None and operation.status == SpecialOperation.Status.RUNNING
    candidate = Candidate(
        id=row.code,
        label=row.name,
        position=row.position,
        status=Status.ACTIVE,
        product=row.product.reference if row.product_id else None,
        provider=row.provider.reference if row.provider_id else None,
        category=row.category.code if row.category_id else None,
        agency=agency or (owner.slug if owner else None),
        group=group.code if group else None,
        operation=operation.code if operation else None,
        channels=frozenset(row.channels),
        sale_from=max([day for day in (row.sale_from, starts) if day], default=None),
        sale_to=min([day for day in (row.sale_to, ends) if day], default=None),
        service_from=row.service_from,
        service_to=row.service_to,
        currency=row.currency or (operation.currency if limited and operation else None),
    )
    return LintRule(
        candidate=candidate,
        base=CommissionBase(row.base),
        percent=row.percent,
        fixed=row.fixed,
        floor=row.floor,
        cap=row.cap,
        applies_from=row.applies_from,
        applies_to=row.applies_to,
        certain=operation is None or (running and not limited),
    )


def living(since: date) -> Q:
    """Condition on versions: published, and in force on ``since`` or some day after it."""
    return Q(status=RuleStatus.ACTIVE) & (Q(applies_to=None) | Q(applies_to__gte=since))


def _beside(book: Book, rows: list[Any], since: date) -> tuple[list[LintRule], set[str]]:
    """The rules to check together, and the ids of those of ``book``."""
    if book.agency is None:
        return [lint_rule(row) for row in rows], {row.code for row in rows}
    corridor, slug = corridor_of(book.agency), book.agency.slug
    group = group_of(book.agency, since)
    shared = operator_book().rules.filter(living(since))
    shared = shared.filter(Q(agency=None) | Q(agency_id=book.agency.pk))
    shared = shared.filter(Q(group=None) | Q(group_id=group.pk if group else None))
    own = []
    for row in rows:
        inside = corridor.holds(row)
        own.append(replace(lint_rule(row, agency=slug), inside_corridor=inside))
    return [*own, *(lint_rule(row) for row in shared)], {row.code for row in rows}


def _sees_purchase(book: Book) -> bool:
    if book.agency is None:
        return True
    return Agreement.objects.filter(agency_id=book.agency.pk, sees_purchase_price=True).exists()
