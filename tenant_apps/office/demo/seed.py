"""The whole demo, in the order a real network is set up, and the facts its visitor needs.

Operator and people, then the catalogue, then the agencies (each opens with the validated
catalogue selected), then rules and a few sales. Every step commits, so an interrupted run goes
on where it stopped.
"""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import transaction
from django_tenants.utils import tenant_context

from shared_apps.audit.actor import Actor, acting
from shared_apps.identity.models import User
from tenant_apps.office.demo.catalogue import catalogue_seed
from tenant_apps.office.demo.facts import Facts, facts_read
from tenant_apps.office.demo.history import history_seed
from tenant_apps.office.demo.network import (
    agency_seed,
    operator_seed,
    product_terms_seed,
    rules_seed,
)
from tenant_apps.office.demo.people import SignIn, person_seed, recovery_codes_of
from tenant_apps.office.demo.sales import sales_seed
from tenant_apps.office.demo.settlement import settlement_seed
from tenant_apps.orders.api_keys import api_key_create, api_key_find
from tenant_apps.orders.models import Order
from tenant_apps.selection.actions import select_all_authorised
from tenants.models import Agency
from tenants.resolution import agency_url, host_url

Say = Callable[[str], None]
KEY_NAME = "Demo partner"


def demo_seed(*, known: dict[str, Any], say: Say) -> dict[str, Any]:
    """Create what is missing of the demo; returns its addresses, sign-ins and API keys.

    ``known`` is what an earlier run returned: clear passwords, secrets and keys are nowhere
    else. ``say`` is told how far it is.
    """
    facts = facts_read()
    with acting(Actor(label="demo_seed")):
        say("operator and people")
        seller = operator_seed(facts)
        operator = _operator(facts, known.get("operator", {}))
        validator = User.objects.get(email=facts.network["people"][0]["email"])
        made = catalogue_seed(facts, validator=validator, say=say)
        product_terms_seed(facts, seller)
        agencies = [
            _agency(plan, facts, known, validator, say=say, fresh=made["products"] > 0)
            for plan in facts.network["agencies"]
        ]
        rules_seed(facts)
        for agency in Agency.objects.filter(slug__in=[place["slug"] for place in agencies]):
            _sell(agency, facts, say)
        if drawn := settlement_seed(facts, by=validator):
            say(f"statements: {drawn}")
    codes = [
        {"email": person["email"], "codes": recovery_codes_of(person["email"])}
        for person in facts.network["people"]
    ]
    return {"operator": operator, "agencies": agencies, "recovery_codes": codes}


def _sell(agency: Agency, facts: Facts, say: Say) -> None:
    """Past and present sales of an agency that has sold nothing yet, all or none."""
    with transaction.atomic():
        with tenant_context(agency):
            if Order.objects.exists():
                return
        past, present = history_seed(agency, facts), sales_seed(agency, facts)
    say(f"agency {agency.slug}: {past} past sales, {present} of today")


def _operator(facts: Facts, known: dict[str, Any]) -> dict[str, Any]:
    users = [
        person_seed(person, agency=None, known=_known(known, person), second_factor=True)
        for person in facts.network["people"]
    ]
    return {"name": "TNP", "url": host_url(settings.OPERATOR_HOST), "users": users}


def _known(place: dict[str, Any], person: dict[str, Any]) -> SignIn | None:
    return next((one for one in place.get("users", []) if one["email"] == person["email"]), None)


def _agency(
    plan: dict[str, Any],
    facts: Facts,
    known: dict[str, Any],
    approver: User,
    *,
    say: Say,
    fresh: bool,
) -> dict[str, Any]:
    agency, seconds = agency_seed(plan, facts, approver=approver)
    if seconds:
        say(f"agency {agency.slug}: open after {seconds:.2f} s")
    places: list[dict[str, Any]] = known.get("agencies", [])
    before = next((one for one in places if one.get("slug") == agency.slug), {})
    users = [
        person_seed(person, agency=agency, known=_known(before, person), second_factor=False)
        for person in (plan["admin"], *plan["staff"])
    ]
    with tenant_context(agency):
        if fresh and not seconds:
            select_all_authorised(agency)
        key = _api_key(before.get("api_key", ""))
    return {
        "slug": agency.slug,
        "schema": agency.schema_name,
        "name": agency.name,
        "url": agency_url(agency),
        "office_url": agency_url(agency, "/gestion/"),
        "api_url": agency_url(agency, "/api/v1/"),
        "api_key": key,
        "users": users,
    }


def _api_key(known: str) -> str:
    if known and api_key_find(known):
        return known
    _key, clear = api_key_create(KEY_NAME)
    return clear
