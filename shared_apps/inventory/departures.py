"""Departures: made in bulk from a pattern, changed one by one, summed up for search.

Times of a pattern are local times of the place; the instants stored are exact across the
change of clocks. Prices are public tariffs per rate category, tax included, stay and
transport apart (R45); discounts are in value between two sale dates (R52, R53). What is sold
or held is never touched here: capacity cannot fall below it, and a departure with sales is
closed, not deleted.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import F, Min
from django.utils.translation import gettext as _

from shared_apps.audit.actions import audit_record
from shared_apps.catalog.models import Product, RateCategory, Status
from shared_apps.inventory.availability import availability_refresh
from shared_apps.inventory.errors import StockError
from shared_apps.inventory.models import Departure, DeparturePrice, Funder

__all__ = [
    "DepartureRefused",
    "Discount",
    "Pattern",
    "Tariff",
    "availability_refresh",
    "departure_close",
    "departure_create",
    "departure_reopen",
    "departure_update",
    "departures_discount",
    "departures_generate",
]

ZONE = ZoneInfo(settings.TIME_ZONE)
MAX_DAYS = 800
BATCH = 2000
EDITABLE = frozenset(
    {
        "capacity",
        "markup",
        "provider_commission",
        "discount",
        "discount_from",
        "discount_to",
        "discount_funder",
    }
)


class DepartureRefused(StockError):
    """A departure that cannot be made or changed so; ``code`` is stable."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Tariff:
    """The public tariff of one unit in the product's currency, tax included (R45)."""

    stay: Decimal
    transport: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Discount:
    """A reduction in value per unit, between two sale dates, bounds included (R52, R53, D3)."""

    amount: Decimal
    sale_from: date | None = None
    sale_to: date | None = None
    funder: str = Funder.PROVIDER


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """When a product takes place, for how many and at what price.

    ``weekdays``: Monday is 0. ``times``: none means the whole day (or the nights). A capacity
    or a discount that differs by date is a function of the date.
    """

    weekdays: frozenset[int]
    tariffs: Mapping[str, Tariff]
    capacity: int | Callable[[date], int]
    times: tuple[time, ...] = ()
    duration_minutes: int | None = None
    nights: int = 0
    discount: Discount | Callable[[date], Discount | None] | None = None

    def capacity_on(self, day: date) -> int:
        """Places on ``day``."""
        return self.capacity(day) if callable(self.capacity) else self.capacity

    def discount_on(self, day: date) -> Discount | None:
        """The discount of the departures of ``day``, if any."""
        return self.discount(day) if callable(self.discount) else self.discount

    def instants(self, day: date) -> list[tuple[datetime, datetime]]:
        """Start and end of each departure of ``day``; empty on other weekdays."""
        if day.weekday() not in self.weekdays:
            return []
        if self.times:
            length = timedelta(minutes=self.duration_minutes or 0)
            starts = [datetime.combine(day, at, tzinfo=ZONE) for at in self.times]
            # Added in UTC: two hours are two hours in the night the clocks change.
            return [(start, (start.astimezone(UTC) + length).astimezone(ZONE)) for start in starts]
        last = day + timedelta(days=max(self.nights, 1))
        return [
            (
                datetime.combine(day, time(), tzinfo=ZONE),
                datetime.combine(last, time(), tzinfo=ZONE),
            )
        ]


def _rates(product: Product, tariffs: Mapping[str, Tariff]) -> dict[str, RateCategory]:
    rates = {rate.code: rate for rate in product.rate_categories.all()}
    unknown = sorted(set(tariffs) - set(rates))
    if unknown or not tariffs:
        raise DepartureRefused(
            "unknown_rate",
            _("Give a price for rate categories of the product; unknown: %s.")
            % (", ".join(unknown) or "–"),
        )
    if any(tariff.stay < 0 or tariff.transport < 0 for tariff in tariffs.values()):
        raise DepartureRefused("negative_price", _("A price cannot be negative."))
    return rates


def _refuse_product(product: Product) -> None:
    if product.status == Status.ARCHIVED:
        raise DepartureRefused("archived", _("“%s” is archived.") % product.reference)


def _check_discount(discount: Discount | None, tariffs: Mapping[str, Tariff]) -> None:
    if discount is None:
        return
    if discount.amount <= 0:
        raise DepartureRefused("discount", _("A discount is an amount above zero."))
    dearest = max((tariff.stay for tariff in tariffs.values()), default=Decimal(0))
    if discount.amount > dearest:
        raise DepartureRefused("discount", _("The discount is above the price of the stay."))
    if discount.sale_from and discount.sale_to and discount.sale_to < discount.sale_from:
        raise DepartureRefused("discount", _("The discount ends before it begins."))


def _departure(
    product: Product, span: tuple[datetime, datetime], capacity: int, discount: Discount | None
) -> Departure:
    if capacity < 0:
        raise DepartureRefused("capacity", _("The capacity cannot be negative."))
    departure = Departure(
        product=product,
        service_date=span[0].date(),
        starts_at=span[0],
        ends_at=span[1],
        capacity=capacity,
        currency=product.currency,
    )
    if discount is not None:
        departure.discount = discount.amount
        departure.discount_from = discount.sale_from
        departure.discount_to = discount.sale_to
        departure.discount_funder = discount.funder
    return departure


def _prices(
    departures: Sequence[Departure],
    rates: Mapping[str, RateCategory],
    tariffs: Mapping[str, Tariff],
) -> None:
    DeparturePrice.objects.bulk_create(
        [
            DeparturePrice(
                departure=departure,
                rate_category=rates[code],
                stay=tariff.stay,
                transport=tariff.transport,
            )
            for departure in departures
            for code, tariff in tariffs.items()
        ],
        batch_size=BATCH,
    )


@transaction.atomic
def departures_generate(*, product: Product, pattern: Pattern, start: date, days: int) -> int:
    """Make the departures of ``pattern`` from ``start`` for ``days`` days; returns how many.

    Departures that stand already (same instant) are left as they are, so a later run only
    tops up. Raises DepartureRefused for unknown rates, bad amounts or too many days.
    """
    _refuse_product(product)
    if not 0 < days <= MAX_DAYS:
        raise DepartureRefused(
            "days", _("Give a number of days between 1 and %(most)d.") % {"most": MAX_DAYS}
        )
    rates = _rates(product, pattern.tariffs)
    window = [start + timedelta(days=offset) for offset in range(days)]
    present = set(
        product.departures.filter(service_date__range=(window[0], window[-1])).values_list(
            "starts_at", flat=True
        )
    )
    fresh = []
    for day in window:
        discount = pattern.discount_on(day)
        _check_discount(discount, pattern.tariffs)
        for span in pattern.instants(day):
            if span[0] not in present:
                fresh.append(_departure(product, span, pattern.capacity_on(day), discount))
    if fresh:
        Departure.objects.bulk_create(fresh, batch_size=BATCH)
        _prices(fresh, rates, pattern.tariffs)
        availability_refresh([product.pk])
        audit_record(
            verb="departures_generate",
            target=product,
            after={
                "count": len(fresh),
                "first": str(fresh[0].service_date),
                "last": str(fresh[-1].service_date),
            },
        )
    return len(fresh)


@transaction.atomic
def departures_discount(
    *, product: Product, first: date, last: date, discount: Discount | None
) -> int:
    """Give the departures from ``first`` to ``last`` this discount, or take it away (R52).

    Returns how many changed. Raises DepartureRefused for a discount that makes no sense.
    """
    if discount is not None:
        _check_discount(discount, _stays(product))
    values = {
        "discount": discount.amount if discount else None,
        "discount_from": discount.sale_from if discount else None,
        "discount_to": discount.sale_to if discount else None,
        "discount_funder": discount.funder if discount else Funder.PROVIDER,
    }
    found = product.departures.filter(service_date__range=(first, last)).exclude(**values)
    changed = found.update(**values, version=F("version") + 1)
    if changed:
        availability_refresh([product.pk])
        audit_record(
            verb="departures_discount",
            target=product,
            after={"first": str(first), "last": str(last), "count": changed}
            | {name: _text(value) for name, value in values.items()},
        )
    return changed


def _stays(product: Product) -> dict[str, Tariff]:
    prices = DeparturePrice.objects.filter(departure__product=product)
    rows = prices.values_list("rate_category__code").annotate(least=Min("stay"))
    return {code: Tariff(least) for code, least in rows}


@transaction.atomic
def departure_create(
    *,
    product: Product,
    starts_at: datetime,
    ends_at: datetime,
    capacity: int,
    tariffs: Mapping[str, Tariff],
    discount: Discount | None = None,
) -> Departure:
    """Make one departure with its prices. Raises DepartureRefused for what cannot be."""
    _refuse_product(product)
    rates = _rates(product, tariffs)
    _check_discount(discount, tariffs)
    if ends_at < starts_at:
        raise DepartureRefused("period", _("The departure ends before it begins."))
    if product.departures.filter(starts_at=starts_at).exists():
        raise DepartureRefused("taken", _("There is a departure at that time already."))
    span = (starts_at.astimezone(ZONE), ends_at.astimezone(ZONE))
    departure = _departure(product, span, capacity, discount)
    departure.save()
    _prices([departure], rates, tariffs)
    availability_refresh([product.pk])
    audit_record(
        verb="departure_create",
        target=departure,
        after={"starts_at": starts_at.isoformat(), "capacity": capacity},
    )
    return departure


@transaction.atomic
def departure_update(
    *, departure: Departure, tariffs: Mapping[str, Tariff] | None = None, **fields: Any
) -> Departure:
    """Change capacity, rates, discount (R58) or prices of one departure.

    Sales keep what they froze. Raises DepartureRefused (``stale``) when somebody changed it
    meanwhile (R32), or when the capacity would fall below what is held and sold.
    """
    unknown = set(fields) - EDITABLE
    if unknown:
        raise TypeError(f"not editable: {', '.join(sorted(unknown))}")
    before = {name: getattr(departure, name) for name in fields}
    differing = {name: value for name, value in fields.items() if before[name] != value}
    if "capacity" in differing:
        _capacity_check(departure, differing["capacity"])
    if differing or tariffs:
        _write(departure, differing)
    if tariffs:
        _tariffs_write(departure, tariffs)
    if differing or tariffs:
        availability_refresh([departure.product_id])
        audit_record(
            verb="departure_update",
            target=departure,
            before={name: _text(before[name]) for name in differing},
            after={name: _text(value) for name, value in differing.items()}
            | {f"stay:{code}": str(tariff.stay) for code, tariff in (tariffs or {}).items()},
        )
    return departure


def _capacity_check(departure: Departure, capacity: int) -> None:
    # The database's CHECK has the last word; this says it in words.
    departure.refresh_from_db(fields=["held", "sold"])
    taken = departure.held + departure.sold
    if capacity < taken:
        raise DepartureRefused(
            "capacity",
            _("%(taken)d places are already taken on this departure.") % {"taken": taken},
        )


def _write(departure: Departure, values: dict[str, Any]) -> None:
    found = Departure.objects.filter(pk=departure.pk, version=departure.version)
    if not found.update(**values, version=F("version") + 1):
        raise DepartureRefused(
            "stale", _("This departure was changed by somebody else in the meantime.")
        )
    for name, value in values.items():
        setattr(departure, name, value)
    departure.version += 1


def _tariffs_write(departure: Departure, tariffs: Mapping[str, Tariff]) -> None:
    rates = _rates(departure.product, tariffs)
    for code, tariff in tariffs.items():
        DeparturePrice.objects.update_or_create(
            departure=departure,
            rate_category=rates[code],
            defaults={"stay": tariff.stay, "transport": tariff.transport},
        )


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _status_set(departure: Departure, status: str, verb: str) -> Departure:
    if departure.status != status:
        before = departure.status
        _write(departure, {"status": status})
        availability_refresh([departure.product_id])
        audit_record(
            verb=verb, target=departure, before={"status": before}, after={"status": status}
        )
    return departure


@transaction.atomic
def departure_close(*, departure: Departure) -> Departure:
    """Stop selling a departure; what is sold stays sold."""
    return _status_set(departure, Departure.Status.CLOSED, "departure_close")


@transaction.atomic
def departure_reopen(*, departure: Departure) -> Departure:
    """Sell a closed departure again. Raises DepartureRefused for a cancelled one."""
    if departure.status == Departure.Status.CANCELLED:
        raise DepartureRefused("cancelled", _("A cancelled departure cannot be sold again."))
    return _status_set(departure, Departure.Status.OPEN, "departure_reopen")
