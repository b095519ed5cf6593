"""Amounts, rate categories, coordinates and opening hours as real objects write them."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal
from typing import Any

import pytest

from .sources import codes, draft_of, poi, price


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ("15.5", "15.50"),
        (["37"], "37.00"),
        ("12,00 €", "12.00"),
        (20, "20.00"),
        ("1 099", "1099.00"),
        ("0.005", "0.01"),
    ],
)
def test_an_amount_is_read_exactly(written: Any, amount: str) -> None:
    (found,) = draft_of(poi(**price(schema__price=written, schema__priceCurrency="EUR"))).prices

    assert (found.amount_min, found.amount_max, found.currency) == (
        Decimal(amount),
        Decimal(amount),
        "EUR",
    )


@pytest.mark.parametrize("written", ["sur demande", "-5", "NaN", "1e5", "12 à 15", "٣", "99999999"])
def test_an_amount_that_cannot_be_read_is_a_warning_and_no_price(written: str) -> None:
    draft = draft_of(poi(**price(schema__price=written)))

    assert draft.prices == ()
    assert codes(draft) == {"price_unreadable"}


@pytest.mark.parametrize(
    ("policy", "rate_category"),
    [
        ({"@id": "kb:BaseRateFullRate"}, "adult"),
        ([{"@id": "kb:ChildRate", "rdfs:label": {"fr": ["Tarif enfant"]}}], "child"),
        ({"@id": "kb:Group"}, "group"),
        ("kb:ReducedRate", "reduced"),
        ({"@id": "kb:SomethingNew"}, "other"),
        (None, "other"),
    ],
)
def test_the_policy_gives_the_rate_category(policy: Any, rate_category: str) -> None:
    (found,) = draft_of(poi(**price(schema__minPrice=["8"], hasEligiblePolicy=policy))).prices

    assert found.rate_category == rate_category


def test_a_free_entry_needs_no_amount_but_any_other_price_does() -> None:
    free = draft_of(poi(**price(hasEligiblePolicy={"@id": "kb:Free"})))
    on_request = draft_of(poi(**price(hasEligiblePolicy={"@id": "kb:Group"})))

    assert [found.amount_min for found in free.prices] == [Decimal("0.00")]
    assert on_request.prices == ()
    assert codes(on_request) == {"price_without_amount"}


def test_a_price_keeps_its_range_period_conditions_and_label() -> None:
    source = poi(
        **price(
            schema__minPrice=["150"],
            schema__maxPrice=["180"],
            hasAudience=[{"@id": "kb:Adults", "rdfs:label": {"fr": ["Adultes"], "en": ["Adults"]}}],
            additionalInformation={"fr": ["Juin seulement"]},
            appliesOnPeriod=[{"startDate": "2026-06-01", "endDate": "2026-06-30"}],
            hasPricingMode=[{"@id": "kb:PerPerson"}],
        )
    )

    (found,) = draft_of(source).prices

    assert (found.rate_category, found.amount_min, found.amount_max) == (
        "adult",
        Decimal("150.00"),
        Decimal("180.00"),
    )
    assert (found.valid_from, found.valid_to) == (date(2026, 6, 1), date(2026, 6, 30))
    assert found.labels == {"en": "Adults", "fr": "Adultes"}
    assert found.conditions == {"fr": "Juin seulement"}
    assert found.unit == "PerPerson"


def test_the_same_price_published_twice_is_one_price() -> None:
    twice = price(schema__price="8")["offers"] * 2

    assert len(draft_of(poi(offers=twice)).prices) == 1


def test_coordinates_in_strings_become_exact_decimals() -> None:
    place = draft_of(poi()).place

    assert (place.latitude, place.longitude) == (Decimal("47.394100"), Decimal("0.684800"))


@pytest.mark.parametrize(
    "geo", [("95", "2"), ("0", "0"), ("nord", "est"), ("Infinity", "1"), ("47.1", "")]
)
def test_impossible_coordinates_are_left_out_with_a_warning(geo: tuple[str, str]) -> None:
    location = {"schema:geo": {"schema:latitude": geo[0], "schema:longitude": geo[1]}}

    draft = draft_of(poi(isLocatedAt=location))

    assert (draft.place.latitude, draft.place.longitude) == (None, None)
    assert codes(draft) == {"coordinates_unusable"}


def test_a_site_names_its_place_and_an_event_borrows_its_locality() -> None:
    assert draft_of(poi()).place.name == "Balade en gabare"
    assert draft_of(poi(type=["EntertainmentAndEvent"])).place.name == "Tours"


def test_the_city_leads_to_department_and_region_as_scalar_or_list() -> None:
    region = {"rdfs:label": {"fr": ["Centre-Val de Loire"]}}
    department = [{"rdfs:label": {"fr": ["Indre-et-Loire"]}, "isPartOfRegion": [region]}]
    address = {
        "hasAddressCity": {
            "insee": "37261",
            "rdfs:label": {"fr": ["Tours"]},
            "isPartOfDepartment": department,
        }
    }

    found = draft_of(poi(isLocatedAt={"schema:address": address})).place.address

    assert (found.locality, found.city_code, found.department) == (
        "Tours",
        "37261",
        "Indre-et-Loire",
    )
    assert (found.region, found.country) == ("Centre-Val de Loire", "FR")


def test_opening_hours_are_structured_and_prose_is_kept() -> None:
    hours = {
        "schema:opens": "10:00:00",
        "schema:closes": "18:30:00",
        "schema:validFrom": "2026-04-01T00:00:00",
        "schema:validThrough": "2026-09-30T00:00:00",
        "schema:dayOfWeek": [{"@id": "schema:Sunday"}, {"@id": "schema:Monday"}],
    }
    location = {
        "schema:openingHoursSpecification": [hours, hours],
        "TextOpeningHoursSpecification": {"fr": ["Sauf crue"]},
    }

    structured, prose = draft_of(poi(isLocatedAt=location)).openings

    assert structured.weekdays == (0, 6)
    assert (structured.opens, structured.closes) == (time(10, 0), time(18, 30))
    assert (structured.valid_from, structured.valid_to) == (date(2026, 4, 1), date(2026, 9, 30))
    assert prose.notes == {"fr": "Sauf crue"}
