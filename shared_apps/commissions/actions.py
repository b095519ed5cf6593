"""Creating the operator's commission rules and special operations (R14, D13)."""

from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from saas.day_words import day_words
from shared_apps.audit.actions import audit_record
from shared_apps.commissions.models import (
    CommissionPolicy,
    CommissionRule,
    RuleStatus,
    SpecialOperation,
)
from shared_apps.commissions.policies import notice_days_on
from shared_apps.commissions.queries import rate_of
from shared_apps.identity.models import User

SCOPES = ("product", "provider", "category", "agency", "group", "operation")


@transaction.atomic
def rule_create(
    *, name: str, currency: str = "EUR", created_by: User | None = None, **terms: Any
) -> CommissionRule:
    """Create a rule, active at once unless ``status`` says otherwise.

    ``terms`` are fields of :class:`CommissionRule`; the scope is the scope fields that are
    set, none means the network default. A fixed amount, a floor or a cap is in ``currency``.
    Raises ValidationError for a bad field and PriceError for terms that make no sense together
    (floor above cap).
    """
    terms.setdefault("status", RuleStatus.ACTIVE)
    if any(terms.get(amount) for amount in ("fixed", "floor", "cap")):
        terms.setdefault("currency", currency)
    rule = CommissionRule(name=name, created_by=created_by, **terms)
    rule.full_clean()
    rate_of(rule, currency)
    rule.save()
    scope = {key: str(getattr(rule, key)) for key in SCOPES if getattr(rule, key) is not None}
    audit_record(
        verb="rule_create",
        target=rule,
        after={"percent": str(rule.percent), "base": rule.base, "status": rule.status, **scope},
    )
    return rule


@transaction.atomic
def operation_create(*, code: str, name: str, starts_on: date, ends_on: date) -> SpecialOperation:
    """Create a named campaign; its rules stand above all others while it runs (D13)."""
    operation = SpecialOperation(code=code, name=name, starts_on=starts_on, ends_on=ends_on)
    operation.full_clean()
    operation.save()
    audit_record(
        verb="operation_create",
        target=operation,
        after={"starts_on": str(starts_on), "ends_on": str(ends_on)},
    )
    return operation


@transaction.atomic
def notice_set(*, days: int, valid_from: date, reason: str = "") -> CommissionPolicy:
    """Set the notice, in days, that a set published from ``valid_from`` on has to give.

    A longer notice may hold from today. A shorter one takes something from those who count on the
    present one, so it is announced by as many days itself. Raises ValidationError by field, also
    when a notice from that day on is set already: what was announced stays.
    """
    present, today = notice_days_on(timezone.localdate()), timezone.localdate()
    earliest = today + timedelta(days=present if days < present else 0)
    if valid_from < earliest:
        raise ValidationError(
            {
                "valid_from": _("This notice can hold from %(earliest)s at the earliest.")
                % {"earliest": day_words(earliest)}
            }
        )
    if CommissionPolicy.objects.filter(valid_from=valid_from).exists():
        raise ValidationError({"valid_from": _("A notice from this day on is set already.")})
    policy = CommissionPolicy(notice_days=days, valid_from=valid_from)
    policy.full_clean()
    policy.save()
    audit_record(
        verb="notice_set",
        target=policy,
        before={"notice_days": present},
        after={"notice_days": days, "valid_from": valid_from.isoformat(), "reason": reason},
    )
    return policy
