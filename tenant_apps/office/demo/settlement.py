"""The demo's settled months: statements, a dispute, mandates, invoices, a wish for a better rate.

Two months are over when the demo starts: the first is accepted, paid and invoiced, the second
issued, with one line disputed. A mandate waits for its agency, a change set for its publisher
and an override for the operator, so that every office has something to do.
"""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django_tenants.utils import tenant_context

from shared_apps.commissions.books import operator_book
from shared_apps.commissions.change_sets import change_set_publish, draft_open, rule_draft
from shared_apps.commissions.models import CommissionRule
from shared_apps.identity.models import User
from shared_apps.invoices.actions import buyer_identity_set, invoice_issue, mandate_create
from shared_apps.invoices.actions.mandates import mandate_accept
from shared_apps.invoices.models import Mandate
from shared_apps.outbox.models import Message
from shared_apps.statements.actions import (
    line_answer,
    line_dispute,
    statement_accept,
    statement_issue,
    statement_pay,
    statements_draft,
)
from shared_apps.statements.models import Statement, StatementLine
from shared_apps.statements.periods import MONTHLY, Period, period_before
from shared_apps.statements.queries import statement_flows
from tenant_apps.office.demo.facts import Facts
from tenant_apps.office.demo.history import clock_at
from tenant_apps.overrides.books import agency_book
from tenant_apps.overrides.models import CommissionOverride
from tenants.models import Agency

ISSUED_ON, PAID_ON = timedelta(days=3), timedelta(days=17)
EVIDENCE = {"ip": "", "user_agent": "demo_seed"}


def settlement_seed(facts: Facts, *, by: User) -> int:
    """Settle the demo's past months, unless there are statements; returns how many it made."""
    with transaction.atomic():
        if Statement.objects.exists():
            return 0
        last = period_before(MONTHLY, facts.today)
        first = period_before(MONTHLY, last.first)
        with clock_at(_noon(first.first)):
            _mandates(facts, by)
        _settled(first, by)
        _issued(last, facts, by)
        Message.objects.filter(
            state=Message.State.DUE, created_at__lt=timezone.now() - timedelta(days=1)
        ).update(state=Message.State.DELIVERED, delivered_at=timezone.now())
        _wishes(facts, by)
    return Statement.objects.count()


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), tzinfo=timezone.get_default_timezone())


def _admin(agency: Agency) -> User:
    return User.objects.filter(memberships__agency=agency, memberships__role="admin")[0]


def _mandates(facts: Facts, by: User) -> None:
    buyer_identity_set(by=by, valid_from=facts.today - facts.past, **facts.settlement["buyer"])
    for slug, terms in facts.settlement["mandates"].items():
        agency = Agency.objects.get(slug=slug)
        fields = {name: value for name, value in terms.items() if name != "accepted"}
        mandate = mandate_create(agency=agency, by=by, **fields)
        if terms["accepted"]:
            with tenant_context(agency):
                mandate_accept(mandate=mandate, by=_admin(agency), evidence=EVIDENCE)


def _drawn(period: Period, by: User) -> list[Statement]:
    with clock_at(_noon(period.last + ISSUED_ON)):
        drafts = statements_draft(span=period)
        return [statement_issue(statement=statement, by=by) for statement in drafts]


def _settled(period: Period, by: User) -> None:
    """A month as it should be: accepted, invoiced and paid."""
    invoiced = set(Mandate.objects.exclude(accepted_at=None).values_list("agency_id", flat=True))
    for statement in _drawn(period, by):
        with clock_at(_noon(period.last + PAID_ON)):
            accepted = statement_accept(statement=statement, by=_answering(statement, by))
            if accepted.agency_id in invoiced and accepted.commission:
                invoice_issue(statement=accepted, by=by)
            for flow in statement_flows(accepted):
                if flow.left:
                    statement_pay(
                        statement=accepted,
                        by=by,
                        direction=flow.direction,
                        amount=flow.left,
                        paid_on=timezone.localdate(),
                        reference=f"VIR {accepted.reference}",
                    )


def _answering(statement: Statement, by: User) -> User:
    return _admin(statement.agency) if statement.agency is not None else by


def _issued(period: Period, facts: Facts, by: User) -> None:
    """The month in between: issued, and one line that somebody does not believe."""
    statements = _drawn(period, by)
    plan = facts.settlement["dispute"]
    for statement in statements:
        if statement.agency is None or statement.agency.slug != plan["agency"]:
            continue
        line = StatementLine.objects.filter(statement=statement).order_by("pk")[0]
        with clock_at(_noon(period.last + ISSUED_ON + timedelta(days=2))):
            line = line_dispute(line=line, by=_admin(statement.agency), text=plan["text"])
            line_answer(line=line, by=by, side="operator", text=plan["answer"])


def _wishes(facts: Facts, by: User) -> None:
    """A change set that is not published yet, and an override outside its corridor (D14)."""
    plan = facts.settlement["draft"]
    book = operator_book()
    _redraft(book, CommissionRule.objects.get(name=plan["rule"]), plan, by)
    plan = facts.settlement["override"]
    agency = Agency.objects.get(slug=plan["agency"])
    with tenant_context(agency):
        admin = _admin(agency)
        mine = agency_book(agency)
        change_set = _redraft(mine, CommissionOverride.objects.get(name=plan["name"]), plan, admin)
        change_set_publish(
            mine,
            change_set=change_set,
            by=admin,
            reason=plan["reason"],
            applies_from=facts.today,
            accept_findings=True,
        )


def _redraft(book: Any, rule: Any, plan: dict[str, Any], by: User) -> Any:
    change_set = draft_open(book, author=by, name=plan["name"])
    rule_draft(
        book,
        change_set=change_set,
        rule=rule,
        changes={"percent": Decimal(plan["percent"])},
    )
    return change_set
