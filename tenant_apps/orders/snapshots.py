"""What a line freezes: product, departure, terms, price, rule and its explanation (L4, D2)."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.utils.translation import gettext

from shared_apps.commissions.explain import explain_decision
from shared_apps.inventory.models import Departure
from shared_apps.pricing.explain import explain_waterfall
from shared_apps.pricing.steps import Step, Value, value_text
from tenant_apps.orders.offers import Offer


def product_snapshot(departure: Departure) -> dict[str, Any]:
    """The product and departure as they were described at the sale, in every language."""
    product, place = departure.product, departure.product.place
    return {
        "product": {
            "reference": product.reference,
            "titles": product.titles,
            "summaries": product.summaries,
            "included": product.included,
            "not_included": product.not_included,
            "meeting_point": product.meeting_point,
            "accessibility": product.accessibility,
            "formalities": product.formalities,
            "category": product.category.code,
            "service_type": product.category.service_type,
            "kind": product.kind,
            "nights": product.nights,
            "duration_minutes": product.duration_minutes,
            "min_participants": product.min_participants,
            "cancellation_scale": product.cancellation_scale,
            "undated_voucher": product.undated_voucher,
        },
        "provider": {
            "reference": product.provider.reference,
            "name": product.provider.name,
            "legal_name": product.provider.legal_name,
            "email": product.provider.registration_email,
        },
        "place": {
            "name": place.name,
            "street": place.street,
            "postal_code": place.postal_code,
            "locality": place.locality,
            "country": place.country,
        },
        "departure": {
            "service_date": departure.service_date.isoformat(),
            "starts_at": departure.starts_at.isoformat(),
            "ends_at": departure.ends_at.isoformat(),
        },
        "picture": getattr(departure, "picture", None) or "",
    }


def waterfall_snapshot(offer: Offer) -> list[dict[str, Any]]:
    """One frozen waterfall per rate category, with its explanation, replayable to the cent."""
    return [
        {
            "code": rate.code,
            "labels": dict(rate.labels),
            "pax_count": rate.pax_count,
            "quantity": rate.quantity,
            "price": rate.waterfall.to_json(),
        }
        for rate in offer.rates
    ]


def commission_snapshot(offer: Offer) -> dict[str, Any]:
    """The decision: the winner in full, every other rule with its reason, and the words."""
    return {
        "decision": offer.decision.to_json(),
        "explanation": steps_freeze(explain_decision(offer.decision)),
        "price_explanation": {
            rate.code: steps_freeze(explain_waterfall(rate.waterfall)) for rate in offer.rates
        },
    }


def steps_freeze(steps: Iterable[Step]) -> list[dict[str, Any]]:
    """Keep sentences with their values, so that they can be read again in any language."""
    return [step.to_json() for step in steps]


def steps_read(
    frozen: Iterable[Mapping[str, Any]], show: Callable[[Value], str] = value_text
) -> list[str]:
    """The frozen sentences in the current language, their values written by ``show``."""
    return [Step.from_json(step).render(gettext, show) for step in frozen]
