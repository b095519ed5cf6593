"""From the demo's flux to products for sale: import, complete, departures, validate.

The same way as a real catalogue: the flux goes through ``import_datatourisme``'s own action,
then what a person would add to each draft comes from ``catalogue.json``.
"""

from collections.abc import Callable
from datetime import date, time
from decimal import Decimal
from typing import Any

from django.db import transaction

from shared_apps.catalog import actions
from shared_apps.catalog.imports import flux_import
from shared_apps.catalog.models import Product, Status
from shared_apps.identity.models import User
from shared_apps.inventory.departures import (
    Discount,
    Pattern,
    Tariff,
    departures_discount,
    departures_generate,
)
from tenant_apps.office.demo.facts import FOLDER, Facts

Say = Callable[[str], None]


def catalogue_seed(facts: Facts, *, validator: User, say: Say) -> dict[str, int]:
    """Import, complete and validate; returns how many products were completed and departures made.

    A product that somebody has touched since is left as it is; it only gets the departures of
    the days that have come into view. One transaction a product: an interrupted run leaves
    none half completed.
    """
    report = flux_import(FOLDER / "flux")
    say(f"catalogue: {report.read} objects, {report.created} new drafts")
    completed = departures = 0
    for number, (external_id, terms) in enumerate(facts.catalogue["products"].items(), start=1):
        with transaction.atomic():
            product = (
                Product.objects.select_related("provider", "place", "category")
                .filter(external_id=external_id)
                .get()
            )
            fresh = product.status == Status.DRAFT and product.version == 1
            if fresh:
                product_complete(product, terms, facts)
            if product.status != Status.ARCHIVED:
                departures += departures_seed(product, terms, facts)
            if fresh:
                _open(product, facts, validator)
                completed += 1
        if fresh:
            say(f"catalogue: product {number}, {departures} departures")
    return {"products": completed, "departures": departures}


def product_complete(product: Product, terms: dict[str, Any], facts: Facts) -> None:
    """Add to a draft what the flux cannot carry, and validate its provider and place."""
    picture = facts.catalogue["pictures"][terms["picture"]]
    actions.product_complete(
        product=product,
        reference=terms["reference"],
        kind=_kind(terms),
        nights=terms["nights"],
        duration_minutes=terms["duration_minutes"],
        included=terms["included"],
        not_included=terms["not_included"],
        meeting_point=terms["meeting_point"],
        suits=terms["suits"],
        accessibility=terms["accessibility"],
        languages=terms["languages"],
        cancellation_scale=terms["cancellation"],
        min_participants=terms["minimum_participants"] or 0,
        transport_commissionable=terms["transport_commissionable"],
        default_markup=Decimal(terms["default_markup"]),
        provider_commission=Decimal(terms["provider_commission"]),
    )
    rates = [
        actions.RateTerms(
            code=rate["code"],
            labels=rate["label"],
            age_min=rate["min_age"],
            age_max=rate["max_age"],
            pax_count=rate["pax"],
        )
        for rate in terms["rate_categories"]
    ]
    actions.rate_categories_set(product=product, rates=rates)
    shown = actions.Picture(
        picture=picture["file"],
        alt=picture["alt"],
        credit=facts.catalogue["picture_credit"]["fr"],
    )
    actions.pictures_set(product=product, pictures=[shown])


def _kind(terms: dict[str, Any]) -> str:
    if terms["nights"]:
        return "night"
    return "slot" if terms["departures"]["times"] else "date"


def departures_seed(product: Product, terms: dict[str, Any], facts: Facts) -> int:
    """Make the departures that are in view and not there yet; keep the demo's discount running."""
    plan = terms["departures"]
    scarce = plan["scarce"]

    def capacity(day: date) -> int:
        few = scarce and day.toordinal() % scarce["every"] == 0
        return int(scarce["capacity"] if few else plan["capacity"])

    pattern = Pattern(
        weekdays=frozenset(plan["weekdays"]),
        times=tuple(time.fromisoformat(at) for at in plan["times"]),
        duration_minutes=terms["duration_minutes"],
        nights=terms["nights"],
        capacity=capacity,
        tariffs={
            rate["code"]: Tariff(Decimal(rate["stay_price"]), Decimal(rate["transport_price"]))
            for rate in terms["rate_categories"]
        },
    )
    made = departures_generate(
        product=product,
        pattern=pattern,
        start=facts.day(plan["first_day"]),
        days=plan["days_ahead"] - plan["first_day"] + 1,
    )
    if terms["discount"]:
        _discount_seed(product, terms["discount"], facts)
    return made


def _discount_seed(product: Product, plan: dict[str, Any], facts: Facts) -> None:
    """Start the discount, and start it anew once the last one has ended."""
    running = product.departures.filter(discount__isnull=False, discount_to__gte=facts.today)
    if running.exists():
        return
    departures_discount(
        product=product,
        first=facts.day(plan["departures_from_day"]),
        last=facts.day(plan["departures_to_day"]),
        discount=Discount(
            amount=Decimal(plan["amount"]),
            sale_from=facts.day(plan["active_from_day"]),
            sale_to=facts.day(plan["active_to_day"]),
            funder=plan["funder"],
        ),
    )


def _open(product: Product, facts: Facts, validator: User) -> None:
    """Validate provider, place and product in that order; the last few wait in the queue."""
    provider, place = product.provider, product.place
    if provider.status == Status.DRAFT:
        contacts = facts.catalogue["providers"][provider.external_id]
        actions.provider_update(
            provider=provider,
            registration_email=contacts["registration_email"],
            contact_email=contacts["contact_email"],
            notification_email=contacts["notification_email"],
        )
        actions.provider_validate(provider=provider, by=validator)
    if place.status == Status.DRAFT:
        actions.place_validate(place=place, by=validator)
    actions.product_submit(product=product)
    if product.reference not in facts.network["waiting"]:
        actions.product_validate(product=product, by=validator)
