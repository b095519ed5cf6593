"""Close days, months and years of the sales journal."""

import argparse
from datetime import date
from typing import Any

from django.core.management import BaseCommand, CommandError

from shared_apps.journal.closings import ClosingRefused, journal_close
from tenants.models import Agency


class Command(BaseCommand):
    help = "Close every day, month and year of the journal that is over and not closed yet."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """``--date`` stops at that day (default: the last one over); ``--agency SLUG``: one."""
        parser.add_argument("--date", type=date.fromisoformat, help="last day to close")
        parser.add_argument("--agency", help="slug of one agency")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print one line per agency; exit 1 when the day is not over."""
        agencies = Agency.objects.order_by("slug")
        if options["agency"]:
            agencies = agencies.filter(slug=options["agency"])
            if not agencies:
                raise CommandError(f"No agency is called {options['agency']}")
        for agency in agencies:
            try:
                made = journal_close(agency=agency, until=options["date"])
            except ClosingRefused as refusal:
                raise CommandError(refusal.message) from refusal
            said = f"closed to {made[-1].ends_on}" if made else "nothing to close"
            self.stdout.write(f"{agency.slug:<30} {len(made):>5} new closings  {said}")
