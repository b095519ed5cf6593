"""Two publishers at once: versions never fork, and whoever comes second is told so."""

import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils import timezone
from django_tenants.utils import tenant_context

from shared_apps.commissions.approvals import override_decide
from shared_apps.commissions.books import operator_book
from shared_apps.commissions.change_sets import (
    change_set_publish,
    draft_open,
    publishing,
    rule_draft,
)
from shared_apps.commissions.models import ApprovalRequest, CommissionRule
from shared_apps.identity.models import User
from tenant_apps.overrides.books import agency_book
from tenant_apps.overrides.models import CommissionOverride
from tenants.models import Agency
from tests.concurrency.racing import inside, race


def drafted(book, author, rule, **changes):
    change_set = draft_open(book, author=author)
    rule_draft(book, change_set=change_set, rule=rule, changes=changes)
    return change_set


def publishing_of(book, change_set, by):
    def run():
        return change_set_publish(
            book,
            change_set=change_set,
            by=by,
            reason="Race",
            applies_from=timezone.localdate(),
            accept_findings=True,
        )

    return run


@pytest.fixture
def two_sets(own_database):
    """The same rule drafted by two people, each in a set of their own."""
    book, rule = operator_book(), CommissionRule.objects.get(name="Sunset boat")
    ada = User.objects.get(email="admin@tnp.example")
    fred = User.objects.get(email="finance@tnp.example")
    return [
        publishing_of(book, drafted(book, ada, rule, percent=13), ada),
        publishing_of(book, drafted(book, fred, rule, percent=14), fred),
    ]


def published_versions():
    rows = CommissionRule.objects.filter(name="Sunset boat", status="active").order_by("version")
    return [(row.version, row.applies_from, row.applies_to) for row in rows]


def test_without_the_lock_two_publishers_write_the_same_version(two_sets, monkeypatch):
    """The next test proves something only if this race goes wrong."""
    both_have_looked = threading.Barrier(2, timeout=30)
    look = publishing.change_set_preview

    def look_together(*args):
        preview = look(*args)
        both_have_looked.wait()
        return preview

    monkeypatch.setattr(publishing, "book_lock", lambda book: None)
    monkeypatch.setattr(publishing, "change_set_preview", look_together)
    ends = race(two_sets)
    # Only the constraint of the table is left, and it tells nobody what happened.
    assert sorted(type(end).__name__ for end in ends) == ["ChangeSet", IntegrityError.__name__]


def test_the_second_publisher_learns_that_the_rule_has_changed(two_sets):
    ends = race(two_sets)
    [refusal] = [end for end in ends if isinstance(end, ValidationError)]
    assert "Sunset boat" in refusal.messages[0]
    first, second = published_versions()
    assert (first[0], second[0]) == (1, 2)
    assert second[1] == timezone.localdate()
    assert (second[1] - first[2]).days == 1
    assert second[2] is None


def test_one_set_published_by_two_people_is_published_once(own_database):
    book, ada = operator_book(), User.objects.get(email="admin@tnp.example")
    rule = CommissionRule.objects.get(name="Sunset boat")
    change_set = drafted(book, ada, rule, percent=13)
    ends = race([publishing_of(book, change_set, ada)] * 4)
    assert sorted(type(end).__name__ for end in ends) == ["ChangeSet"] + ["ValidationError"] * 3
    assert [version for version, _first, _last in published_versions()] == [1, 2]


def test_an_approval_and_a_newer_version_leave_one_open_version(own_database):
    """Either the request is decided first, or the newer version has taken it back."""
    lumiere = Agency.objects.get(slug="lumiere")
    ada = User.objects.get(email="admin@tnp.example")
    admin = User.objects.get(email="admin@lumiere.example")
    book = agency_book(lumiere)
    with tenant_context(lumiere):
        publishing_of(book, drafted(book, admin, None, name="Ours", percent=10), admin)()
        ours = CommissionOverride.objects.get()
        publishing_of(book, drafted(book, admin, ours, percent=20), admin)()
        newer = publishing_of(book, drafted(book, admin, ours, percent=12), admin)
    request = ApprovalRequest.objects.get()
    race(
        [
            inside(lumiere, newer),
            lambda: override_decide(request=request, by=ada, approve=True, reason="Fine"),
        ]
    )
    with tenant_context(lumiere):
        standing = CommissionOverride.objects.filter(status="active", applies_to=None)
        assert standing.count() == 1
        request.refresh_from_db()
        assert (standing.get().percent, request.status) in [(12, "approved"), (12, "withdrawn")]
