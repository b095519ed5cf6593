"""Which commission rule applies to a sale, and why every other one does not (R14, D13).

The engine is handed a situation (what is being sold, by whom, when) and the candidates: the shared
rules and the agency's own overrides, already read from wherever they live. It answers with the
rule that wins and, for each of the others, one reason. The reasons matter as much as the winner:
they are kept on the sale, and they are what a distributor is shown who asks "why this rate?".

A new dimension is a field on the two value objects in ``situation`` and a test in ``choice``; the
rank changes only if the dimension is to weigh in it. ``docs/commission-rules.md`` says all of this
in prose.

What the engine does not decide: the amount, and corridors (D14). An override outside its corridor
arrives here as ``pending``, which rules it out, so the rate it meant to replace goes on applying.
"""

from shared_apps.commissions.engine.choice import (
    Decision,
    Reason,
    Rejection,
    defeat,
    misfit,
    rank,
    resolve,
)
from shared_apps.commissions.engine.situation import Band, Candidate, RuleError, Situation, Status

__all__ = [
    "Band",
    "Candidate",
    "Decision",
    "Reason",
    "Rejection",
    "RuleError",
    "Situation",
    "Status",
    "defeat",
    "misfit",
    "rank",
    "resolve",
]
