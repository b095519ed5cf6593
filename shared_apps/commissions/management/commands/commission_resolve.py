"""Print which commission rule wins in each case of a file (docs/commission-rules.md)."""

from shared_apps.commissions.cases import commission_case_answer
from shared_apps.pricing.casefile import Answer
from shared_apps.pricing.management.case_command import CaseCommand


class Command(CaseCommand):
    """``manage.py commission_resolve FILE``: golden inputs in, golden expected values out."""

    help = "Print, for a JSON list of commission cases, the rule that wins each as a JSON list."
    answer: Answer = staticmethod(commission_case_answer)
