"""Drafting: gather what a period earned from the journal, in a set-based way.

Drafting again replaces a draft; what is issued is left alone, and a line that came too late for
it goes into the next period. So the worker may run as often as it likes.
"""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from shared_apps.audit.actions import audit_record
from shared_apps.identity.models import User
from shared_apps.statements import collecting
from shared_apps.statements.accounts import Account, accounts_all, terms_of
from shared_apps.statements.errors import StatementRefused
from shared_apps.statements.locks import account_lock
from shared_apps.statements.models import SettlementTerms, Statement
from shared_apps.statements.periods import Period, periods_ending_in


def terms_set(
    *,
    account: Account,
    period: str,
    due_days: int,
    netting: bool,
    valid_from: date,
    by: User | None = None,
) -> SettlementTerms:
    """Agree on settlement terms from ``valid_from`` on; appended, the former stay readable.

    Raises StatementRefused (``terms_stand``) when terms from that day stand already.
    """
    with transaction.atomic():
        account_lock(account.key)
        stands = SettlementTerms.objects.filter(
            agency=account.agency, provider=account.provider, valid_from=valid_from
        )
        if stands.exists():
            raise StatementRefused(
                "terms_stand",
                _("Terms from this day stand already. Choose another day."),
            )
        terms = SettlementTerms.objects.create(
            **account.columns,
            period=period,
            due_days=due_days,
            netting=netting,
            valid_from=valid_from,
            created_by=by,
        )
        audit_record(
            verb="settlement.terms",
            target=terms,
            after={"period": period, "due_days": due_days, "netting": netting},
            label=str(account.owner),
        )
    return terms


def statements_draft(*, span: Period, accounts: Iterable[Account] | None = None) -> list[Statement]:
    """Draft the statements of all periods that end in ``span``, per account and currency.

    The length of an account's periods is that of its terms on the last day of ``span``. Each
    account is one transaction; nothing to say makes no statement. Run outside every agency.
    """
    drafted: list[Statement] = []
    for account in accounts_all() if accounts is None else accounts:
        with transaction.atomic():
            drafted += _account_draft(account, span)
    return drafted


def _account_draft(account: Account, span: Period) -> list[Statement]:
    account_lock(account.key)
    terms = terms_of(account, span.last)
    found = []
    for period in periods_ending_in(terms.period, span):
        for currency in _currencies(account, period):
            statement = _draft(account, terms, period, currency)
            if statement is not None:
                found.append(statement)
    return found


def _currencies(account: Account, period: Period) -> list[str]:
    return [row[0] for row in _run(collecting.CURRENCIES[account.party], _facts(account, period))]


def _draft(
    account: Account, terms: SettlementTerms, period: Period, currency: str
) -> Statement | None:
    """Draw one statement; None when it is issued already, or has nothing to say."""
    statement, _new = Statement.objects.get_or_create(
        **account.columns,
        period_from=period.first,
        period_to=period.last,
        currency=currency,
        defaults={"period": terms.period, "drafted_at": timezone.now()},
    )
    if statement.status != Statement.Status.DRAFT:
        return None
    facts = {
        **_facts(account, period),
        "currency": currency,
        "statement": statement.pk,
        "party": account.party,
        "schema": account.schema,
        "zone": settings.TIME_ZONE,
    }
    _run(collecting.JOIN_BY_HASH, {})
    _run(collecting.CLEAR, facts)
    _run(collecting.earned_insert(account.party), facts)
    facts["lines"] = statement.lines.count()
    _run(collecting.ADJUSTMENTS, facts)
    [(count,)] = _run(collecting.TOTALS, facts)
    provisional = _run(collecting.provisional_select(account.party), facts)[0]
    if not count and not statement.comparisons.exists():
        statement.delete()
        return None
    statement.refresh_from_db()
    statement.period = terms.period
    statement.netting, statement.due_days = terms.netting, terms.due_days
    statement.drafted_at = timezone.now()
    (
        statement.provisional_count,
        statement.provisional_gross,
        statement.provisional_commission,
    ) = provisional
    statement.save()
    audit_record(
        verb="statement.draft",
        target=statement,
        after={"lines": count, "due": f"{statement.due} {currency}"},
    )
    return statement


def _facts(account: Account, period: Period) -> dict[str, Any]:
    after = datetime.combine(period.last + timedelta(days=1), time.min)
    return {
        "owner": account.owner.pk,
        "last": period.last,
        "until": timezone.make_aware(after),
    }


def _run(statement: str, facts: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, facts)
        return cursor.fetchall() if cursor.description else []
