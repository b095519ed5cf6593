"""``manage.py import_datatourisme PATH``: a DATAtourisme flux into catalogue drafts."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from shared_apps.audit.actor import Actor, acting
from shared_apps.catalog.datatourisme import FluxError
from shared_apps.catalog.imports import ImportReport, flux_import

STEP = 25


class Command(BaseCommand):
    help = (
        "Read a DATAtourisme flux (folder or zip) into providers, places and product drafts. "
        "Repeatable: what has not changed at the source is left alone. Objects that cannot be "
        "used are listed and do not stop the others; only an unreadable flux is an error."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One argument: where the flux is."""
        parser.add_argument("path", type=Path, help="folder or zip with index.json and objects/")

    def handle(self, *args: Any, path: Path, **options: Any) -> None:
        """Import and print the table. Raises CommandError (exit code 1) on an unreadable flux."""
        try:
            with acting(Actor(label="import_datatourisme")):
                report = flux_import(path, progress=self._progress)
        except (FluxError, OSError) as error:
            raise CommandError(f"The flux cannot be read: {error}") from error
        self.stdout.write("\n".join(summary_lines(report)))

    def _progress(self, number: int) -> None:
        if number % STEP == 0:
            self.stderr.write(f"{number} objects read")


def summary_lines(report: ImportReport) -> list[str]:
    """The report as a table for people, the unusable objects last."""
    counts = (
        ("created", report.created),
        ("updated", report.updated),
        ("kept (changed at the source, completed here)", report.kept),
        ("unchanged", report.unchanged),
        ("unusable", len(report.unusable)),
    )
    lines = [f"{report.read} objects read"]
    lines += [f"  {count:>6} {label}" for label, count in counts]
    lines.append(
        f"New besides: {report.providers_created} providers, {report.places_created} places."
    )
    if report.read == report.unchanged:
        lines.append("Nothing has changed.")
    if report.past_events:
        lines.append(f"{report.past_events} events lie in the past: give them new dates.")
    if report.shared_names:
        lines.append(f"Several providers of one name, check: {', '.join(report.shared_names)}.")
    if report.warnings:
        lines.append("Left out of usable objects (the drafts' unpublished comments say where):")
        lines += [f"  {count:>6} {code}" for code, count in report.warnings.most_common()]
    if report.unusable:
        lines.append("Unusable objects:")
        lines += [f"  {one.id}: {one.reason_code}: {one.reason}" for one in report.unusable]
    return lines
