"""An agency's own rates: at once inside the corridor, on request outside it (D14)."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django_tenants.utils import tenant_context

from shared_apps.catalog.models import Product
from shared_apps.commissions.approvals import override_decide, request_withdraw
from shared_apps.commissions.books import rules_as_of
from shared_apps.commissions.change_sets import (
    change_set_preview,
    change_set_publish,
    change_set_undo,
    draft_open,
    rule_draft,
)
from shared_apps.commissions.models import ApprovalRequest
from tenant_apps.overrides.books import agency_book
from tenant_apps.overrides.models import CommissionOverride, OverrideChangeSet
from tenant_apps.overrides.queries import rules_for
from tenants.isolation import WrongAgency


@pytest.fixture
def publish(own, admin, today):
    """Publish one change of the first agency's overrides, from today unless said otherwise."""

    def run(rule=None, *, day=today, **changes):
        change_set = draft_open(own, author=admin)
        rule_draft(own, change_set=change_set, rule=rule, changes=changes)
        return change_set_publish(
            own,
            change_set=change_set,
            by=admin,
            reason="Negotiated",
            applies_from=day,
            accept_findings=True,
        )

    return run


def standing(book, day):
    return {rule.name: rule.percent for rule in rules_as_of(book, day)}


def test_an_override_inside_the_corridor_applies_at_once(own, publish, today):
    publish(name="Ours", percent=15)
    assert standing(own, today) == {"Ours": Decimal(15)}
    assert not ApprovalRequest.objects.exists()


def test_an_agency_lowers_its_own_rate_without_notice(own, publish, today):
    publish(name="Ours", percent=15)
    publish(CommissionOverride.objects.get(), percent=5)
    assert standing(own, today) == {"Ours": Decimal(5)}


def test_an_override_outside_waits_while_the_old_rate_goes_on(own, publish, today):
    publish(name="Ours", percent=12)
    publish(CommissionOverride.objects.get(), percent="15.01")
    assert standing(own, today) == {"Ours": Decimal(12)}
    request = ApprovalRequest.objects.get()
    assert (request.status, request.terms["percent"], request.present["percent"]) == (
        "waiting",
        "15.01",
        "12",
    )
    assert (request.corridor_min, request.corridor_max) == (Decimal(5), Decimal(15))


def test_a_sale_lists_the_waiting_override_as_pending(own, in_lumiere, publish, today):
    publish(name="Ours", percent=40)
    boat = Product.objects.get(reference="BOAT-DUSK")
    _group, rules = rules_for(agency=in_lumiere, product_id=boat.pk, currency="EUR", on=today)
    found = {rated.candidate.label: rated.candidate.status for rated in rules}
    assert found["Ours"] == "pending"


def test_the_operator_approves_and_the_new_rate_follows_the_old(own, ada, publish, today):
    publish(name="Ours", percent=12)
    publish(CommissionOverride.objects.get(), percent=20)
    with tenant_context_of_operator():
        decided = override_decide(
            request=ApprovalRequest.objects.get(), by=ada, approve=True, reason="Good partner"
        )
    assert (decided.status, decided.decided_by) == ("approved", ada)
    assert standing(own, today) == {"Ours": Decimal(20)}
    old = CommissionOverride.objects.get(version=1)
    assert old.applies_to == today - timedelta(days=1)


def tenant_context_of_operator():
    from django_tenants.utils import schema_context

    return schema_context("shared")


def test_a_refusal_needs_a_reason_and_changes_nothing(own, ada, publish, today):
    publish(name="Ours", percent=20)
    request = ApprovalRequest.objects.get()
    with tenant_context_of_operator():
        with pytest.raises(ValidationError, match="the agency will read it"):
            override_decide(request=request, by=ada, approve=False, reason=" ")
        override_decide(request=request, by=ada, approve=False, reason="Too much")
    assert standing(own, today) == {}
    assert CommissionOverride.objects.get().status == "archived"


def test_a_request_is_decided_once(own, ada, publish):
    publish(name="Ours", percent=20)
    request = ApprovalRequest.objects.get()
    with tenant_context_of_operator():
        override_decide(request=request, by=ada, approve=True, reason="")
        with pytest.raises(ValidationError, match="decided or withdrawn already"):
            override_decide(request=request, by=ada, approve=False, reason="No")


def test_the_agency_takes_its_request_back(own, ada, publish):
    publish(name="Ours", percent=20)
    request = request_withdraw(own, request=ApprovalRequest.objects.get())
    assert request.status == "withdrawn"
    assert CommissionOverride.objects.get().status == "archived"


def test_a_newer_version_takes_the_waiting_one_back(own, publish, today):
    publish(name="Ours", percent=20)
    publish(CommissionOverride.objects.get(), percent=14)
    assert ApprovalRequest.objects.get().status == "withdrawn"
    assert standing(own, today) == {"Ours": Decimal(14)}


def test_undoing_a_set_takes_its_requests_back(own, admin, publish, today):
    publish(name="Ours", percent=12)
    change_set = publish(CommissionOverride.objects.get(), percent=20)
    change_set_undo(own, change_set=change_set, by=admin)
    assert ApprovalRequest.objects.get().status == "withdrawn"
    assert standing(own, today) == {"Ours": Decimal(12)}


@pytest.mark.parametrize(
    ("terms", "inside"),
    [
        ({"percent": 5}, True),
        ({"percent": 15}, True),
        ({"percent": "4.99"}, False),
        ({"percent": 10, "base": "margin"}, False),
        ({"percent": 10, "base": "public_tariff"}, False),
        ({"percent": 10, "fixed": 1, "currency": "EUR"}, False),
        ({"percent": 10, "floor": 1, "currency": "EUR"}, False),
        # A cap may lower the commission below the corridor's 5 %.
        ({"percent": 10, "cap": 1, "currency": "EUR"}, False),
    ],
)
def test_inside_the_corridor_is_what_is_inside_for_every_sale(own, admin, today, terms, inside):
    change_set = draft_open(own, author=admin)
    rule_draft(own, change_set=change_set, changes={"name": "Ours", **terms})
    [change] = change_set_preview(own, change_set, today).changes
    assert change.inside_corridor is inside


def test_the_other_agency_sees_no_override_no_set_and_no_request(own, ocean, publish):
    publish(name="Ours", percent=12)
    publish(name="More", percent=20)
    with tenant_context(ocean):
        theirs = agency_book(ocean)
        assert not theirs.rules.exists()
        assert not theirs.change_sets.exists()
        assert not ApprovalRequest.objects.exists()
        with pytest.raises(WrongAgency):
            own.rules.exists()


def test_the_other_agency_changes_none_of_it(own, ocean, publish):
    change_set = publish(name="More", percent=20)
    override = CommissionOverride.objects.get()
    request = ApprovalRequest.objects.get()
    author = request.requested_by
    with tenant_context(ocean):
        theirs = agency_book(ocean)
        with pytest.raises(OverrideChangeSet.DoesNotExist):
            change_set_undo(theirs, change_set=change_set, by=author)
        with pytest.raises(ApprovalRequest.DoesNotExist):
            request_withdraw(theirs, request=request)
        with pytest.raises(WrongAgency):
            override.save()
    request.refresh_from_db()
    assert request.status == "waiting"


def test_an_agency_cannot_approve_its_own_request(own, publish):
    publish(name="More", percent=20)
    with pytest.raises(DatabaseError), transaction.atomic():
        ApprovalRequest.objects.update(status="approved")
    with pytest.raises(DatabaseError), transaction.atomic():
        ApprovalRequest.objects.update(decision_reason="Granted")
    assert ApprovalRequest.objects.get().status == "waiting"
