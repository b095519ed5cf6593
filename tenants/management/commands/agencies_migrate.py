"""Migrate the schemas of the fleet that are behind (docs: operations)."""

import os
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser

from tenants.fleet import (
    SharedBehind,
    Standing,
    State,
    fleet_migrate,
    require_current_shared,
    timed_standings,
)
from tenants.fleet_table import status_table, summary

TROUBLE = (State.FAILED, State.MISSING)


class Command(BaseCommand):
    help = (
        "Migrate the agencies that are behind, in parallel; skip the others in one query. "
        "A failed agency does not stop the rest and is picked up by the next run."
    )
    # A fleet is migrated while its models may not fit yet: nothing here needs the checks.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """``--jobs``, ``--agency``, ``--all``."""
        parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, metavar="N")
        parser.add_argument("--agency", default="", metavar="SLUG", help="only this one")
        parser.add_argument(
            "--all", action="store_true", help="list agencies that were up to date as well"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit code 1 when an agency failed or has no schema."""
        if options["jobs"] < 1:
            raise CommandError("--jobs must be 1 or more.")
        try:
            require_current_shared()
        except SharedBehind as problem:
            raise CommandError(str(problem)) from None
        standings, seconds = timed_standings(options["agency"])
        if options["agency"] and not standings:
            raise CommandError(f"There is no agency named {options['agency']}.")
        self.stdout.write(f"{len(standings)} agencies read in {seconds:.2f} s")
        rows = sorted(
            fleet_migrate(standings, jobs=options["jobs"], report=self._progress),
            key=lambda row: row.slug,
        )
        shown = [row for row in rows if options["all"] or row.state is not State.CURRENT]
        if shown:
            self.stdout.write("\n".join(status_table(shown)))
        self.stdout.write(summary(rows))
        if any(row.state in TROUBLE for row in rows):
            raise CommandError("Some agencies are not up to date.", returncode=1)

    def _progress(self, row: Standing, number: int, count: int) -> None:
        self.stdout.write(f"[{number}/{count}] {row.slug}: {row.state} in {row.seconds:.1f} s")
        self.stdout.flush()
