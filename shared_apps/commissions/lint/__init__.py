"""Checks a book of rules for what nobody can have meant. Pure: no Django, no database."""

from shared_apps.commissions.lint.findings import Finding, Severity

__all__ = ["Finding", "Severity"]
