"""Show how the schemas of the fleet stand to the code, without changing anything."""

from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser

from tenants.fleet import State, timed_standings
from tenants.fleet_table import status_table, summary


class Command(BaseCommand):
    help = "Print the state of every agency's schema; --check exits with 1 when one is behind."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """``--agency``, ``--check``."""
        parser.add_argument("--agency", default="", metavar="SLUG", help="only this one")
        parser.add_argument("--check", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """One line an agency, then the sums."""
        rows, seconds = timed_standings(options["agency"])
        if options["agency"] and not rows:
            raise CommandError(f"There is no agency named {options['agency']}.")
        if rows:
            self.stdout.write("\n".join(status_table(rows)))
        self.stdout.write(f"{summary(rows)} (read in {seconds:.2f} s)")
        if options["check"] and any(row.state in (State.BEHIND, State.MISSING) for row in rows):
            raise CommandError("Some agencies are not up to date.", returncode=1)
