"""Print the price waterfall of each case in a file (docs/price.md)."""

from shared_apps.pricing.casefile import Answer
from shared_apps.pricing.cases import price_case_answer
from shared_apps.pricing.management.case_command import CaseCommand


class Command(CaseCommand):
    """``manage.py price_waterfall FILE``: golden inputs in, golden expected values out."""

    help = "Print, for a JSON list of price cases, the amounts and shares of each as a JSON list."
    answer: Answer = staticmethod(price_case_answer)
