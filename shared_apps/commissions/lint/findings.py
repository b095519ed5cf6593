"""What the check of a book of rules says: one sentence a finding, with the names in it."""

from dataclasses import dataclass
from enum import StrEnum

from shared_apps.pricing.steps import Step


class Severity(StrEnum):
    """An error cannot be meant; a warning may be, and has to be accepted; a note is for reading."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something odd about a rule, and the other rule that makes it odd, if there is one.

    :param rule: the id of the rule, as decisions name it (``R12.3``).
    :param other: the id of the other rule, or None.
    """

    code: str
    severity: Severity
    rule: str
    other: str | None
    sentence: Step
