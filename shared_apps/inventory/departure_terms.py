"""Changing the terms of many departures at once (R55 to R58): commission, markup, discount, tariff.

A few statements whatever the number of rows, all or nothing. What is sold keeps what it froze;
what is held keeps the price it was offered. A discount above the price of the stay, or one that
ends before it begins, is refused for all of them and nothing is written.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F, Max, QuerySet
from django.utils.translation import gettext as _

from shared_apps.audit.actions import audit_record
from shared_apps.catalog.models import Product
from shared_apps.inventory.availability import availability_refresh
from shared_apps.inventory.departures import DepartureRefused
from shared_apps.inventory.models import Departure, DeparturePrice, Funder

TERMS = frozenset(
    [
        "provider_commission",
        "markup",
        "discount",
        "discount_from",
        "discount_to",
        "discount_funder",
    ]
)


@transaction.atomic
def departures_change(
    *,
    product: Product,
    departures: QuerySet[Departure],
    terms: Mapping[str, Any],
    tariffs: Mapping[str, Decimal],
) -> int:
    """Give ``departures`` of ``product`` new terms and stay prices; returns how many.

    ``terms`` holds only what changes: percentages, or None for the product's own; the discount in
    value per unit in the departure's currency, or None for none. ``tariffs`` are stay prices by
    code of the rate category, in the product's currency, tax included. Cancelled departures are
    left alone. Raises DepartureRefused for values that make no sense.
    """
    unknown = set(terms) - TERMS
    if unknown:
        raise TypeError(f"not editable: {', '.join(sorted(unknown))}")
    _values_check(terms, tariffs)
    open_rows = product.departures.filter(pk__in=departures.order_by().values("pk"))
    open_rows = open_rows.exclude(status=Departure.Status.CANCELLED)
    ids = list(open_rows.select_for_update().order_by("pk").values_list("pk", flat=True))
    rows = Departure.objects.filter(pk__in=ids)
    rows.update(**terms, version=F("version") + 1)
    for code, amount in tariffs.items():
        prices = DeparturePrice.objects.filter(departure_id__in=ids, rate_category__code=code)
        prices.update(stay=amount)
    _discounts_check(rows)
    availability_refresh([product.pk])
    audit_record(
        verb="departures_change",
        target=product,
        after={
            "count": len(ids),
            **{name: None if value is None else str(value) for name, value in terms.items()},
            **{f"stay:{code}": str(amount) for code, amount in tariffs.items()},
        },
    )
    return len(ids)


def _values_check(terms: Mapping[str, Any], tariffs: Mapping[str, Decimal]) -> None:
    commission, markup = terms.get("provider_commission"), terms.get("markup")
    if commission is not None and not 0 <= commission <= 100:
        raise DepartureRefused("commission", _("A percentage lies between 0 and 100."))
    if markup is not None and markup <= -100:
        raise DepartureRefused("markup", _("A markup of −100 % or less leaves no price."))
    if any(amount < 0 for amount in tariffs.values()):
        raise DepartureRefused("negative_price", _("A price cannot be negative."))
    discount = terms.get("discount")
    if discount is not None and discount <= 0:
        raise DepartureRefused("discount", _("A discount is an amount above zero."))
    if terms.get("discount_funder", Funder.PROVIDER) not in Funder.values:
        raise DepartureRefused("funder", _("Nobody of that name funds discounts."))


def _discounts_check(rows: QuerySet[Departure]) -> None:
    discounted = rows.filter(discount__isnull=False)
    dearest = discounted.annotate(dearest=Max("prices__stay"))
    if dearest.filter(discount__gt=F("dearest")).exists():
        raise DepartureRefused("discount", _("The discount is above the price of the stay."))
    if discounted.filter(discount_to__lt=F("discount_from")).exists():
        raise DepartureRefused("discount", _("The discount ends before it begins."))
