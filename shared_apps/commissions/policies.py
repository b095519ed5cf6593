"""The operator's policy on commissions: how long before a lowering is announced."""

from datetime import date

from shared_apps.commissions.models import CommissionPolicy

NOTICE_DAYS = 30
"""Days of notice when the operator has set no policy yet."""


def notice_days_on(day: date) -> int:
    """Days between publishing a set that lowers a commission and its first sale date."""
    policy = CommissionPolicy.objects.filter(valid_from__lte=day).order_by("-valid_from").first()
    return NOTICE_DAYS if policy is None else policy.notice_days
