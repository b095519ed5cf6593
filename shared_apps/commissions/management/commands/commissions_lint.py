"""Print what the check finds in a book of rules (docs/change-a-commission.md)."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext
from django_tenants.utils import tenant_context

from shared_apps.commissions.book_port import agency_book
from shared_apps.commissions.books import operator_book
from shared_apps.commissions.lint import Finding
from shared_apps.commissions.lint_facts import lint_book
from tenants.models import Agency


class Command(BaseCommand):
    """``manage.py commissions_lint [--agency SLUG]``: one finding a line, worst first."""

    help = "Check the operator's rules, or one agency's overrides, and print what is odd."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the slug of an agency; without it the operator's rules are checked."""
        parser.add_argument("--agency", metavar="SLUG", help="check the overrides of this agency")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the findings and how many there are."""
        findings = self._findings(options["agency"])
        for finding in sorted(findings, key=lambda found: (found.severity.value, found.rule)):
            sentence = finding.sentence.render(gettext)
            self.stdout.write(f"{finding.severity.value}\t{finding.rule}\t{sentence}")
        self.stdout.write(f"{len(findings)} findings")

    def _findings(self, slug: str | None) -> list[Finding]:
        if slug is None:
            return lint_book(operator_book())
        agency = Agency.objects.filter(slug=slug).first()
        if agency is None:
            raise CommandError(f"There is no agency {slug}.")
        with tenant_context(agency):
            return lint_book(agency_book(agency))
