"""Small steps in a rule book, for tests that need one."""

import csv
import io
from decimal import Decimal

from django.utils import timezone
from django_tenants.utils import tenant_context

from shared_apps.commissions.books import operator_book
from shared_apps.commissions.change_sets import change_set_publish, draft_open, rule_draft
from shared_apps.commissions.models import CommissionRule
from shared_apps.identity.models import User
from tenant_apps.overrides.books import agency_book

GRID = "/commissions/"
OFFICE = "/gestion/commissions/"


def rule_named(name):
    """A shared rule of the test world in its newest published version."""
    found = CommissionRule.objects.filter(name=name).exclude(status="draft")
    return found.order_by("-version").first()


def overrides_published(agency, *changes):
    """Publish overrides of ``agency`` from today; each is a dict of terms."""
    author = User.objects.get(email=f"admin@{agency.slug}.example")
    with tenant_context(agency):
        book = agency_book(agency)
        change_set = draft_open(book, author=author)
        for one in changes:
            rule_draft(book, change_set=change_set, changes=one)
        return change_set_publish(
            book,
            change_set=change_set,
            by=author,
            reason="Negotiated",
            applies_from=timezone.localdate(),
            accept_findings=True,
        )


def published_percent(name, percent):
    """Publish another percentage of a shared rule by somebody else's hand."""
    author = User.objects.get(email="finance@tnp.example")
    book = operator_book()
    change_set = draft_open(book, author=author)
    changes = {"percent": Decimal(percent)}
    rule_draft(book, change_set=change_set, rule=rule_named(name), changes=changes)
    return change_set_publish(
        book,
        change_set=change_set,
        by=author,
        reason="Raised",
        applies_from=timezone.localdate(),
        accept_findings=True,
    )


def drafts_of(email):
    """The drafts of a person's open set, by rule name."""
    drafts = CommissionRule.objects.filter(
        change_set__author__email=email, change_set__status="draft", status="draft"
    )
    return {draft.name: draft for draft in drafts}


def exported(client, address):
    """The rows of a CSV export."""
    answer = client.get(address)
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))


def form_of(rule, **changes):
    """What the form of a rule sends when nothing but ``changes`` is typed."""
    sent = {
        "version": rule.version,
        "name": rule.name,
        "product": rule.product.reference if rule.product else "",
        "group": rule.group.code if rule.group else "",
        "base": rule.base,
        "percent": str(rule.percent.normalize()),
        "fixed": "0",
        "position": rule.position,
    }
    return {**sent, **changes}
