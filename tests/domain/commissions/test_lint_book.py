"""The check of a whole book, on the prices that are on sale, and on drafts before they count."""

import io
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django_tenants.utils import tenant_context
from moneyed import EUR, Money

from shared_apps.catalog.models import Category, Product
from shared_apps.commissions.actions import operation_create, rule_create
from shared_apps.commissions.change_sets import (
    change_set_preview,
    change_set_publish,
    draft_open,
    rule_draft,
)
from shared_apps.commissions.lint_facts import CHANNELS, lint_book, prices_read
from tenant_apps.orders.models import Order
from tenant_apps.overrides.books import agency_book
from tenant_apps.overrides.models import CommissionOverride


def said(findings):
    return [finding.sentence.text for finding in findings]


def a_loss(rule, sale, given, left):
    return (
        f"Rule “{rule}” makes a loss: on {sale} it gives {given}, and only {left} is left to give."
    )


def test_the_channels_are_those_of_orders():
    assert set(Order.Channel.values) == CHANNELS


def test_the_tightest_prices_are_those_of_the_waterfall(db, today):
    """KAYAK-SEA: 48 at a markup of 5 % is 50.40, bought at 38.40; 12 are left to give."""
    [kayak] = prices_read(today)["KAYAK-SEA"]
    amounts = (kayak.reference, kayak.basis, kayak.purchase, kayak.room)
    assert amounts == tuple(Money(amount, EUR) for amount in ("50.40", "48", "38.40", "12.00"))
    # FERRY-DAY passes its price on whole: nothing is left.
    assert [point.room for point in prices_read(today)["FERRY-DAY"]] == [Money(0, EUR)]


def test_the_discount_of_the_provider_lowers_the_price_that_is_checked(db, today):
    """STAY-LOIRE: 420 less 40, at 4 %: 395.20, bought at 12 % off 380."""
    stay = max(prices_read(today)["STAY-LOIRE"], key=lambda point: point.reference)
    assert (stay.reference, stay.purchase) == (Money("395.20", EUR), Money("334.40", EUR))


def test_the_default_of_the_test_world_loses_on_a_price_that_leaves_nothing(shared):
    assert said(lint_book(shared)) == [
        a_loss("Western network", "FERRY-DAY at 36.00 EUR", "2.88 EUR", "0.00 EUR"),
        a_loss("Default of the network", "FERRY-DAY at 36.00 EUR", "3.60 EUR", "0.00 EUR"),
    ]


def test_a_rule_under_a_campaign_is_shadowed_unless_the_campaign_has_a_budget(shared, today):
    campaign = operation_create(
        code="summer", name="Summer", starts_on=today, ends_on=today + timedelta(days=9)
    )
    rule_create(name="Campaign", percent=Decimal(1), operation=campaign)
    short = rule_create(name="Short", percent=Decimal(1), sale_to=today, position=1)
    found = [finding for finding in lint_book(shared) if finding.code == "shadowed"]
    assert [(finding.rule, finding.other) for finding in found] == [
        (short.code, campaign.rules.get().code)
    ]
    campaign.budget = Decimal(100)
    campaign.save()
    assert [f for f in lint_book(shared) if f.code == "shadowed"] == []


def test_a_draft_is_checked_as_if_it_stood_and_its_head_did_not(shared, ada, boat_rule, today):
    change_set = draft_open(shared, author=ada)
    rule_draft(shared, change_set=change_set, rule=boat_rule, changes={"percent": 16})
    [change] = change_set_preview(shared, change_set, today).changes
    assert said(change.findings) == [
        a_loss("Sunset boat", "BOAT-DUSK at 34.00 EUR", "5.44 EUR", "5.10 EUR")
    ]


def test_findings_are_accepted_before_a_set_is_published(shared, ada, boat_rule, today):
    change_set = draft_open(shared, author=ada)
    rule_draft(shared, change_set=change_set, rule=boat_rule, changes={"percent": 16})
    terms = {"change_set": change_set, "by": ada, "reason": "Season", "applies_from": today}
    with pytest.raises(ValidationError) as refusal:
        change_set_publish(shared, **terms)
    assert set(refusal.value.message_dict) == {"findings"}
    published = change_set_publish(shared, **terms, accept_findings=True)
    assert published.effects["findings"][0]["id"] == "lint.loss"


def test_an_error_is_never_accepted(shared, ada, boat_rule, today):
    change_set = draft_open(shared, author=ada)
    rule_draft(shared, change_set=change_set, rule=boat_rule, changes={"channels": ["shopp"]})
    with pytest.raises(ValidationError) as refusal:
        change_set_publish(
            shared,
            change_set=change_set,
            by=ada,
            reason="Season",
            applies_from=today + timedelta(days=30),
            accept_findings=True,
        )
    assert set(refusal.value.message_dict) == {"findings"}


def an_override(**terms):
    return CommissionOverride.objects.create(status="active", **terms)


def test_an_agency_learns_of_its_own_overrides_only_and_of_no_purchase_price(
    own, in_lumiere, ada, today
):
    boat = Product.objects.get(reference="BOAT-DUSK")
    an_override(name="Boat", percent=40, product=boat)
    an_override(name="Again", percent=12, product=boat, position=200)
    an_override(name="Tours", percent=12, category=Category.objects.get(code="tour"))
    assert [(finding.code, finding.sentence.values["rule"]) for finding in lint_book(own)] == [
        ("outside_corridor", "Boat"),
        ("shadowed", "Again"),
    ]


def test_an_agency_that_may_see_purchase_prices_learns_of_losses(own, in_lumiere):
    boat = Product.objects.get(reference="BOAT-DUSK")
    an_override(name="Boat", percent=40, product=boat)
    assert "loss" not in [finding.code for finding in lint_book(own)]
    agreement = in_lumiere.agreement
    from django_tenants.utils import schema_context

    with schema_context("shared"):
        type(agreement).objects.filter(pk=agreement.pk).update(sees_purchase_price=True)
    assert "loss" in [finding.code for finding in lint_book(own)]


def test_the_other_agency_is_checked_on_its_own(own, ocean):
    an_override(name="Ours", percent=40)
    with tenant_context(ocean):
        assert lint_book(agency_book(ocean)) == []


def test_the_command_prints_findings_of_either_book(in_lumiere, own):
    an_override(name="Ours", percent=40)
    out = io.StringIO()
    call_command("commissions_lint", agency="lumiere", stdout=out)
    code = CommissionOverride.objects.get().code
    assert out.getvalue() == (
        f"warning\t{code}\tOverride “Ours” is outside the corridor that the operator granted.\n"
        "1 findings\n"
    )
    out = io.StringIO()
    call_command("commissions_lint", stdout=out)
    assert out.getvalue().endswith("2 findings\n")
    with pytest.raises(CommandError, match="There is no agency nowhere"):
        call_command("commissions_lint", agency="nowhere")
