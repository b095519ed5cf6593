"""Answers commission cases in the shape of ``tests/golden/commission_rules.json``.

The command ``commission_resolve`` and the golden tests both come through here, so that what the
tests prove is what the command prints.
"""

from shared_apps.commissions.engine import Candidate, RuleError, Situation, resolve
from shared_apps.pricing.fields import Fields

_CASE_FIELDS = frozenset({"id", "sale", "rules"})


def commission_case_answer(source: object) -> dict[str, object]:
    """Return the winner, its band, and the reason for every other rule.

    :raises RuleError: ``not_an_object``, ``missing_field``, ``malformed_list``,
        ``duplicate_rule_id``, and the codes of the situation and of the rules.
    """
    case = Fields(source, name="case", known=_CASE_FIELDS, error=RuleError)
    rules = case.required("rules")
    if not isinstance(rules, list):
        raise case.refuse("malformed_list", "needs a list of rules in 'rules'")
    situation = Situation.from_json(case.required("sale"))
    return resolve(situation, [Candidate.from_json(rule) for rule in rules]).verdict()
