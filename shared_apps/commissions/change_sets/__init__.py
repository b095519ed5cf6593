"""Drafting, previewing, publishing and undoing changes of rules, for any book.

A change set is drafted rule by rule or thousands at once, shown with all that it would do, and
published in one transaction; nothing counts before that, and nothing published is edited after.
"""

from shared_apps.commissions.change_sets.bulk import rules_draft_many
from shared_apps.commissions.change_sets.drafting import (
    draft_discard,
    draft_open,
    rule_draft,
    rule_retire,
)
from shared_apps.commissions.change_sets.preview import Change, Preview, change_set_preview
from shared_apps.commissions.change_sets.publishing import change_set_publish
from shared_apps.commissions.change_sets.undoing import change_set_undo

__all__ = [
    "Change",
    "Preview",
    "change_set_preview",
    "change_set_publish",
    "change_set_undo",
    "draft_discard",
    "draft_open",
    "rule_draft",
    "rule_retire",
    "rules_draft_many",
]
