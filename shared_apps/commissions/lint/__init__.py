"""Checks a book of rules for what nobody can have meant. Pure: no Django, no database.

The engine says which rule wins one sale. The check asks the same of all sales there may ever be: a
rule that no sale can reach, two that only chance keeps apart, one that gives away more than there
is. It never changes a rule and never refuses one; it says what it sees, with both names.
"""

from shared_apps.commissions.lint.checks import lint
from shared_apps.commissions.lint.findings import Finding, Severity
from shared_apps.commissions.lint.subjects import Facts, LintRule, PricePoint, ProductPlace

__all__ = ["Facts", "Finding", "LintRule", "PricePoint", "ProductPlace", "Severity", "lint"]
