"""Verify the hash chains of the sales journal."""

import argparse
from typing import Any

from django.core.management import BaseCommand, CommandError

from shared_apps.journal.verify import journal_verify
from tenants.models import Agency


class Command(BaseCommand):
    help = "Verify every agency's journal chain, or one agency's."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """``--agency SLUG`` limits the run to one chain; ``--heads`` prints full hashes."""
        parser.add_argument("--agency", help="slug of one agency")
        parser.add_argument("--heads", action="store_true", help="print full hashes to archive")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print one line per chain; exit 1 when one does not hold."""
        agencies = Agency.objects.order_by("slug")
        if options["agency"]:
            agencies = agencies.filter(slug=options["agency"])
            if not agencies:
                raise CommandError(f"No agency is called {options['agency']}")
        broken = 0
        for agency in agencies:
            report = journal_verify(agency)
            head = report.head if options["heads"] else report.head[:12]
            state = "holds" if not report.errors else "BROKEN"
            closed = report.closed_to or "nothing yet"
            self.stdout.write(
                f"{agency.slug:<30} {report.lines:>8} lines  {head}  closed to {closed}  {state}"
            )
            for error in report.errors:
                self.stdout.write(f"    {error}")
            broken += bool(report.errors)
        if broken:
            raise CommandError(f"{broken} chains are broken")
