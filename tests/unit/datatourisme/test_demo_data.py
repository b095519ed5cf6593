"""The demonstration data agrees with itself: flux, catalogue additions and what each promises the
other.
"""

from __future__ import annotations

import json
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from shared_apps.catalog.datatourisme import Draft, read_flux

DEMO = Path(__file__).resolve().parents[3] / "deploy" / "demo"
CATALOGUE: dict[str, Any] = json.loads((DEMO / "catalogue.json").read_text(encoding="utf-8"))
DRAFTS = {
    draft.external_id: draft for draft in read_flux(DEMO / "flux") if isinstance(draft, Draft)
}
LANGUAGE_PAIRS = ("included", "not_included", "meeting_point", "suits", "accessibility")


def test_every_draft_of_the_flux_is_completed_by_the_catalogue_and_nothing_else_is() -> None:
    assert set(CATALOGUE["products"]) == set(DRAFTS)


def test_references_are_unique() -> None:
    references = Counter(product["reference"] for product in CATALOGUE["products"].values())

    assert max(references.values()) == 1


@pytest.mark.parametrize("external_id", sorted(DRAFTS))
def test_a_product_says_the_same_in_the_flux_and_in_the_catalogue(external_id: str) -> None:
    draft, product = DRAFTS[external_id], CATALOGUE["products"][external_id]

    assert (draft.category.code, draft.category.service_type) == (
        product["category"],
        product["service_type"],
    )
    assert draft.provider.external_id == product["provider"]
    assert draft.duration_minutes == product["duration_minutes"]
    assert draft.capacity == product["departures"]["capacity"]
    assert {price.rate_category: price.amount_min for price in draft.prices} == {
        rate["code"]: Decimal(rate["stay_price"]) + Decimal(rate["transport_price"])
        for rate in product["rate_categories"]
    }
    assert draft.warnings == ()


@pytest.mark.parametrize("external_id", sorted(DRAFTS))
def test_a_product_speaks_french_and_english_throughout(external_id: str) -> None:
    draft, product = DRAFTS[external_id], CATALOGUE["products"][external_id]

    for language in ("fr", "en"):
        text = draft.texts[language]
        assert text.title and text.summary and len(text.description) > 300
        assert all(product[key][language] for key in LANGUAGE_PAIRS)
    assert len(product["included"]["fr"]) == len(product["included"]["en"])


@pytest.mark.parametrize("external_id", sorted(DRAFTS))
def test_a_product_has_what_a_sale_needs(external_id: str) -> None:
    product = CATALOGUE["products"][external_id]
    departures = product["departures"]
    fees = [(row["days_before"], Decimal(row["fee_percent"])) for row in product["cancellation"]]

    assert product["rate_categories"][0]["code"] == "adult"
    assert departures["first_day"] < departures["days_ahead"] and departures["capacity"] > 0
    assert bool(product["nights"]) == (product["category"] == "stay")
    assert not (product["nights"] and departures["times"])
    assert fees == sorted(fees, key=lambda row: -row[0]) and fees[-1] == (0, Decimal(100))
    assert [fee for _, fee in fees] == sorted(fee for _, fee in fees)


def test_a_discount_never_reaches_the_lowest_price() -> None:
    for product in CATALOGUE["products"].values():
        if product["discount"]:
            stays = [Decimal(rate["stay_price"]) for rate in product["rate_categories"]]
            assert Decimal(product["discount"]["amount"]) < min(stays)


def test_all_three_funders_of_a_discount_occur() -> None:
    assert {p["discount"]["funder"] for p in CATALOGUE["products"].values() if p["discount"]} == {
        "provider",
        "operator",
        "agency",
    }


def test_no_address_in_the_demonstration_can_reach_a_real_person() -> None:
    for provider in CATALOGUE["providers"].values():
        emails = [
            provider[key] for key in ("registration_email", "contact_email", "notification_email")
        ]
        assert all(email.endswith(".example") for email in emails)


def test_whole_days_time_slots_and_nights_occur_several_times_each() -> None:
    kinds = Counter(
        "night" if p["nights"] else "slot" if p["departures"]["times"] else "date"
        for p in CATALOGUE["products"].values()
    )

    assert min(kinds[kind] for kind in ("night", "slot", "date")) >= 4
